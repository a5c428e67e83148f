//! The burst under strace.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::Command;
use std::time::Instant;

use anyhow::{Result, ensure};

use super::{Burst, Seen};
use crate::Run;
use crate::play::Kind;
use crate::undo;

pub fn watch(_: &Run, burst: &Burst<'_>) -> Result<Seen> {
    let (call, mark) = match burst.kind {
        Kind::Execs => ("execve", format!("execve(\"{}\"", burst.with)),
        Kind::Opens => ("openat", format!("\"{}/", burst.with)),
        Kind::Connects => ("connect", format!("htons({})", burst.with)),
    };
    let out = burst.place.join("strace.out");
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-s", "256", "-e", "signal=none", "-e"]);
    command.arg(format!("trace={call}")).arg("-o").arg(&out).args(burst.command_line()?);
    let began = Instant::now();
    ensure!(undo::finish(&mut command)?.success(), "strace failed");
    let seconds = began.elapsed().as_secs_f64();
    let mut recorded = 0;
    for line in BufReader::new(File::open(out)?).split(b'\n') {
        recorded += usize::from(String::from_utf8_lossy(&line?).contains(&mark));
    }
    Ok(Seen { recorded, lost: None, seconds })
}
