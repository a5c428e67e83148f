//! What the process gives up that reads the files of others (`inventory`, `scan`, `posture`, `up`): a child gives it up
//! and tries what it must not be able to do.

use std::fs::File;
use std::io::Read;
use std::process::{Command, Stdio};

use anyhow::Result;
use sandbox::{Files, Reader};
use serde::{Deserialize, Serialize};

use super::{Capability, Part};
use crate::out;

/// More than a trial needs.
const READER: Reader = Reader { memory_bytes: 64_000_000, descriptors: 64, files: Files::All };

/// What the child says.
#[derive(Serialize, Deserialize)]
struct Tried {
    /// Layers that could not be had, and why.
    missing: Vec<String>,
    /// What it could do still, and should not.
    can: Vec<String>,
    /// It can read.
    reads: bool,
}

pub fn try_it() -> Capability {
    let tried = child();
    let works = tried.as_ref().is_ok_and(|tried| tried.reads && tried.can.is_empty());
    let hint = match &tried {
        Ok(tried) if works && tried.missing.is_empty() => None,
        _ => Some(
            "a kernel from 6.12 on with Landlock and seccomp, `landlock` in `lsm=`; in a container, a profile that allows them",
        ),
    };
    let found = match tried {
        Err(why) => format!("a child could not be tried: {why}"),
        Ok(tried) if !tried.reads => "a child could not even read".into(),
        Ok(tried) if !tried.can.is_empty() => {
            format!("a child could still {}", tried.can.join(", "))
        }
        Ok(tried) if tried.missing.is_empty() => {
            "a child could read, and neither write a file, connect nor start a program".into()
        }
        Ok(tried) => {
            format!("a child could do no more than read; not had: {}", tried.missing.join("; "))
        }
    };
    Capability {
        part: Part::Read,
        name: "confined reader",
        works,
        self_tested: works,
        what_for: "files that somebody may have made to break their reader",
        found,
        hint,
    }
}

fn child() -> Result<Tried, String> {
    let said = |error: std::io::Error| error.to_string();
    let ourselves = std::env::current_exe().map_err(said)?;
    let mut command = Command::new(ourselves);
    command.args(["doctor", "--confine-reader"]).stdin(Stdio::null());
    let output = command.output().map_err(said)?;
    serde_json::from_slice(&output.stdout).map_err(|_| {
        let complaint = String::from_utf8_lossy(&output.stderr);
        let line = complaint.lines().next().unwrap_or("the child ended");
        line.trim_start_matches("error: ").to_owned()
    })
}

/// In the child: gives up its rights, and tries.
pub fn confine_reader() -> Result<()> {
    let ourselves = std::env::current_exe()?;
    let place = std::env::temp_dir().join(format!("chaperone-doctor-{}", std::process::id()));
    let missing = READER.confine()?;
    let mut can = Vec::new();
    let mut note = |what: &str, done: bool| can.extend(done.then(|| what.to_owned()));
    note("write a file", File::create(&place).is_ok());
    note("make a socket", std::net::UdpSocket::bind("127.0.0.1:0").is_ok());
    note("start a program", Command::new("/proc/self/exe").arg("--version").output().is_ok());
    let mut first = [0; 4];
    let reads = File::open(ourselves).and_then(|mut file| file.read_exact(&mut first)).is_ok();
    let missing = missing.iter().map(ToString::to_string).collect();
    out::json(&Tried { missing, can, reads })
}
