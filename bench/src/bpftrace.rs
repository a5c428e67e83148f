//! A running bpftrace with a program of ours, for a comparison.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};
use rustix::process::Signal;

use crate::undo::{self, Place, Started};

/// A line at a time, as a person would have it.
pub struct Bpftrace {
    child: Started,
    out: PathBuf,
    said: PathBuf,
}

impl Bpftrace {
    /// Returns when its probes are attached.
    pub fn start(place: &Place, program: &str) -> Result<Self> {
        let (out, said) = (place.join("bpftrace.out"), place.join("bpftrace.err"));
        let mut command = Command::new("bpftrace");
        // Ours comes last: definitions of types must stand first.
        command.args([
            "-B",
            "line",
            "-e",
            &format!("{program}\nBEGIN {{ printf(\"ready\\n\"); }}"),
        ]);
        command.stdout(File::create(&out)?).stderr(File::create(&said)?);
        let mut child = undo::start(&mut command)?;
        while !fs::read_to_string(&out)?.contains("ready") {
            if child.child.try_wait()?.is_some() {
                bail!("bpftrace did not start: {}", fs::read_to_string(said)?.trim());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(Self { child, out, said })
    }

    /// Ends it; what it printed, and what it complained of.
    pub fn stop(mut self) -> Result<(String, String)> {
        self.child.stop(Signal::INT)?;
        let printed = String::from_utf8_lossy(&fs::read(&self.out)?).into_owned();
        Ok((printed, fs::read_to_string(&self.said)?))
    }
}
