//! The burst under the kernel's audit with auditd writing its log, watched by a login id of its own, so
//! that nobody else of the host is slowed down.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::time::Instant;

use anyhow::{Result, ensure};

use super::{Burst, Seen};
use crate::Run;
use crate::audit::{Audit, LOGIN};
use crate::daemon;
use crate::play::Kind;
use crate::undo;

pub fn watch(_: &Run, burst: &Burst<'_>) -> Result<Seen> {
    let (call, mark) = match burst.kind {
        Kind::Execs => ("execve", format!("exe=\"{}\"", burst.with)),
        Kind::Opens => ("openat", format!("name=\"{}/", burst.with)),
        // sockaddr_in: family, then the port as the network writes it.
        Kind::Connects => ("connect", format!("saddr=0200{:04X}", burst.with.parse::<u16>()?)),
    };
    let audit = Audit::start(burst.place, &[call])?;
    let began = Instant::now();
    let mut command = daemon::somebody()?;
    command.args(["as-login", &LOGIN.to_string()]).args(burst.command_line()?);
    ensure!(undo::finish(&mut command)?.success(), "the burst failed by itself");
    let seconds = began.elapsed().as_secs_f64();
    let (log, lost) = audit.stop()?;
    let mut recorded = 0;
    for line in BufReader::new(File::open(log)?).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        let parent = line.contains("nametype=PARENT");
        recorded += usize::from(line.contains(&mark) && !parent);
    }
    Ok(Seen { recorded, lost: Some(lost), seconds })
}
