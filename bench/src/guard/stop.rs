//! How long `chaperone stop` takes until the last process of a large session is gone: processes that hear no signal,
//! some of them in sessions and groups of their own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::daemon::{self, Daemon, PRODUCT, Wishes};
use crate::figure::{Figure, Target, progress};
use crate::measure::median;
use crate::undo::{self, Place};

const PROCESSES: usize = 200;
const PATIENCE: Duration = Duration::from_secs(10);

pub fn measure(chaperone: &Path, rounds: usize) -> Result<()> {
    let place = Place::new()?;
    let wishes = Wishes { more: "[policy]\nprofile = \"guarded\"\n".into(), ..Wishes::default() };
    let daemon = Daemon::start(chaperone, &place, wishes)?;
    let config = place.join("chaperone.toml");
    let mut times = Vec::new();
    for round in 0..rounds {
        progress(format_args!("a session of {PROCESSES} is stopped, {} of {rounds}", round + 1));
        times.push(once(chaperone, &place, &daemon, &config)?);
    }
    daemon.stop()?;
    let (value, spread) = median(&times);
    Figure {
        what: format!("stop, the last of {PROCESSES} processes gone"),
        value,
        unit: "s",
        target: Some(Target::AtMost(1.0)),
        workload: "from the start of the verb; processes ignore signals, every fourth in a session of its own"
            .into(),
        n: rounds,
        spread,
        ..Figure::default()
    }
    .print();
    Ok(())
}

fn once(chaperone: &Path, place: &Place, daemon: &Daemon, config: &PathBuf) -> Result<f64> {
    let mut agent = daemon::agent(place)?;
    agent.args(["crowd", &PROCESSES.to_string()]).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut agent = undo::start(&mut agent)?;
    let mut line = String::new();
    BufReader::new(agent.child.stdout.take().context("it is piped")?).read_line(&mut line)?;
    let mut pids: Vec<u32> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    ensure!(pids.len() == PROCESSES, "the session is not whole: {line}");
    pids.push(agent.pid());
    known(daemon, agent.pid())?;
    let start = Instant::now();
    let output = Command::new(chaperone)
        .args(["stop", PRODUCT, "--data-dir"])
        .arg(&daemon.data)
        .arg("--config")
        .arg(config)
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "nothing is stopped: {said}");
    while pids.iter().any(|pid| lives(*pid)) {
        ensure!(start.elapsed() < PATIENCE, "processes of the session live on");
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(start.elapsed().as_secs_f64())
}

/// Waits until the session of a process is in the record.
fn known(daemon: &Daemon, pid: u32) -> Result<()> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        for record in daemon::records(&daemon.data)? {
            if matches!(record?, event::Record::Session(session) if session.root.pid == pid) {
                return Ok(());
            }
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    anyhow::bail!("the session was not seen")
}

/// Ended and only waited for is gone.
fn lives(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(')')
        .next()
        .and_then(|rest| rest.split_whitespace().next())
        .is_some_and(|it| it != "Z")
}
