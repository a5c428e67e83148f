//! Bursts of one kind of act, as fast as four programs can.

use std::fs::{self, File};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Result, ensure};
use clap::ValueEnum;

const AT_ONCE: usize = 4;

/// What a burst does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Starts the program `with` and waits for it.
    Execs,
    /// Makes new files below `with`.
    Opens,
    /// Connects to port `with` of loopback.
    Connects,
}

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Execs => "execs",
            Self::Opens => "opens",
            Self::Connects => "connects",
        }
    }
}

/// Four programs share the work.
pub fn four(kind: Kind, total: usize, with: &str) -> Result<()> {
    let own = std::env::current_exe()?;
    let mut children = Vec::new();
    for number in 0..AT_ONCE {
        let with = match kind {
            Kind::Opens => {
                let dir = Path::new(with).join(number.to_string());
                fs::create_dir_all(&dir)?;
                dir.display().to_string()
            }
            Kind::Execs | Kind::Connects => with.to_owned(),
        };
        let count = (total / AT_ONCE).to_string();
        let mut command = Command::new(&own);
        children.push(command.args(["play", "share", kind.word(), &count, &with]).spawn()?);
    }
    for mut child in children {
        ensure!(child.wait()?.success(), "a program of the burst failed");
    }
    Ok(())
}

/// One program's share.
pub fn share(kind: Kind, count: usize, with: &str) -> Result<()> {
    for number in 0..count {
        match kind {
            Kind::Execs => drop(Command::new(with).stdin(Stdio::null()).status()?),
            Kind::Opens => drop(File::create(Path::new(with).join(number.to_string()))?),
            Kind::Connects => drop(TcpStream::connect(("127.0.0.1", with.parse()?))?),
        }
    }
    Ok(())
}
