//! Memory of the whole daemon while ten busy agents' day goes through it, faster than the day was: the
//! real process with engine, journal, state and, where it was built so, Parquet.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::Run;
use crate::daemon::{self, Daemon, Wishes};
use crate::figure::{Figure, Target, progress};
use crate::undo::{self, Place};

const EVERY: Duration = Duration::from_millis(500);
const MOST_MB: f64 = 300.0;
/// What the last half may hold more than the middle of the first one and still be called flat.
const FLAT: f64 = 1.15;

pub fn run(run: &Run) -> Result<()> {
    let seconds = if run.full { 86_400 } else { 600 } * run.percent as u64 / 100;
    let place = Place::new()?;
    let mut generator: Command = daemon::somebody()?;
    generator.args(["day", &seconds.to_string()]).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut generator = undo::start(&mut generator)?;
    let stream = generator.child.stdout.take().context("stdout is piped")?;
    let wishes = Wishes { replay: Some(stream), ..Wishes::default() };
    let mut daemon = Daemon::start(&run.chaperone()?, &place, wishes)?;
    let began = Instant::now();
    let (mut samples, mut said) = (Vec::new(), Instant::now());
    while daemon.running()? {
        if let Some(mb) = resident_mb(daemon.pid()) {
            samples.push(mb);
        }
        if said.elapsed() > Duration::from_secs(30) {
            said = Instant::now();
            let mb = samples.last().copied().unwrap_or(f64::NAN);
            progress(format_args!("{mb:.0} MB after {:.0} s", began.elapsed().as_secs_f64()));
        }
        std::thread::sleep(EVERY);
    }
    let took = began.elapsed().as_secs_f64();
    ensure!(generator.wait()?.success(), "the stream ended early");
    let kept = kept(&run.chaperone()?, &daemon.wait()?)?;
    ensure!(kept >= seconds * 2_000, "{kept} of {} acts were kept", seconds * 2_000);
    print(&samples, seconds, took);
    Ok(())
}

/// A day that was played in minutes leaves a tail that nobody has rolled yet: it is read to its end.
const PATIENT: &str = "[query]\ntimeout_s = 1800\n";

/// Acts in the record: the rolled ones are asked for, the journal keeps what is not rolled yet.
fn kept(chaperone: &Path, data: &Path) -> Result<u64> {
    if data.join("parquet").exists() {
        std::fs::write(data.join("bench.toml"), PATIENT)?;
        let lost = sum(chaperone, data, "losses")?;
        ensure!(lost == 0, "{lost} events were lost");
        return sum(chaperone, data, "events");
    }
    let mut acts = 0;
    for record in daemon::records(data)? {
        match record? {
            event::Record::Act(act) => acts += u64::from(act.event.count),
            event::Record::Loss(loss) => anyhow::bail!("{} events were lost", loss.count),
            _ => {}
        }
    }
    Ok(acts)
}

fn sum(chaperone: &Path, data: &Path, table: &str) -> Result<u64> {
    let sql = format!("SELECT coalesce(sum(count), 0) AS n FROM {table}");
    let mut query = Command::new(chaperone);
    query.args(["query", &sql, "--json", "--data-dir"]);
    let output = query.arg(data).arg("--config").arg(data.join("bench.toml")).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let row: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    // Numbers of 64 bits are text in JSON: not every reader keeps them whole.
    let number = row["n"].as_u64().or_else(|| row["n"].as_str()?.parse().ok());
    number.with_context(|| format!("`{row}` has no number"))
}

fn print(samples: &[f64], seconds: u64, took: f64) {
    let highest = |part: &[f64]| part.iter().copied().fold(0.0, f64::max);
    let (first, second) = samples.split_at(samples.len() / 2);
    let growth = highest(second) / highest(first);
    let workload = format!(
        "10 agents at 200 events/s each, {:.1} h of stream time in {took:.0} s ({:.0} times as fast), sampled every {} ms; highest of the second half is {growth:.2} of the first's",
        seconds as f64 / 3600.0,
        seconds as f64 / took,
        EVERY.as_millis()
    );
    let least = samples.iter().copied().fold(f64::MAX, f64::min);
    Figure {
        what: "memory of the daemon, highest".into(),
        value: highest(samples),
        unit: "MB resident",
        target: Some(Target::AtMost(MOST_MB)),
        workload: workload.clone(),
        n: samples.len(),
        spread: (least, highest(samples)),
        ..Figure::default()
    }
    .print();
    Figure {
        what: "memory, second half over first".into(),
        value: growth,
        unit: "times",
        // What is filled in the first minutes says nothing about the day.
        target: (seconds >= 6 * 3600).then_some(Target::AtMost(FLAT)),
        workload,
        n: samples.len(),
        spread: (growth, growth),
        ..Figure::default()
    }
    .print();
}

/// What a process holds of memory.
pub fn resident_mb(pid: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024.0 / 1e6)
}
