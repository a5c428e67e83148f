//! From an act to the finding where somebody sees it: real acts of real processes, the kernel's time
//! of the act against the time at which a reader of the record, `chaperone watch --json` and an
//! outlet's file have the finding.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use event::Record;
use serde_json::Value;

use crate::Run;
use crate::daemon::{self, Daemon, Wishes};
use crate::figure::{Figure, Target, progress};
use crate::measure::{Chance, median, quantile};
use crate::undo::{self, Place};

/// Each fires another rule, once in its session: nothing is folded.
const ACTS: [&str; 3] = [
    "mkdir -p .ssh; echo key >> .ssh/authorized_keys",
    "mkdir -p .config/autostart; echo x > .config/autostart/a.desktop",
    "mkdir -p .codex; echo x > .codex/auth.json; cat .codex/auth.json",
];

/// What a reader saw: the finding's id, and when it was there.
type Sightings = Arc<Mutex<HashMap<String, u64>>>;

const READERS: [&str; 3] = ["the record", "watch --json", "an outlet's file"];

pub fn run(run: &Run) -> Result<()> {
    let acts = run.n.unwrap_or(if run.full { 1_000 } else { run.scaled(300) });
    let place = Place::new()?;
    let outlet = place.join("findings.jsonl");
    let chaperone = run.chaperone()?;
    let wishes = Wishes { outlet: Some(&outlet), ..Wishes::default() };
    let daemon = Daemon::start(&chaperone, &place, wishes)?;
    let stop = Arc::new(AtomicBool::new(false));
    let seen: [Sightings; 3] = std::array::from_fn(|_| Sightings::default());
    let mut watch = Command::new(&chaperone);
    watch.args(["watch", "--json", "--data-dir"]).arg(&daemon.data);
    let mut watch = undo::start(watch.stdout(Stdio::piped()).stderr(Stdio::null()))?;
    let stdout = watch.child.stdout.take().context("stdout is piped")?;
    let threads = [
        follow(daemon.data.clone(), &stop, &seen[0])?,
        lines(BufReader::new(stdout), &seen[1], |line| {
            Some(line["finding"]["id"].as_str()?.into())
        }),
        tail(outlet, &stop, &seen[2]),
    ];
    act(&place, acts)?;
    // The last finding may still be on its way; a reader that never gets it is reported.
    thread::sleep(Duration::from_secs(3));
    let data = daemon.stop()?;
    stop.store(true, Ordering::Relaxed);
    drop(watch);
    for thread in threads {
        thread.join().map_err(|_| anyhow::anyhow!("a reader panicked"))??;
    }
    let happened = findings(&data)?;
    ensure!(!happened.is_empty(), "no act fired a rule");
    for (reader, seen) in READERS.iter().zip(&seen) {
        print(reader, acts, &happened, seen);
    }
    Ok(())
}

/// Agents that each do one thing, at moments that follow no beat.
fn act(place: &Place, acts: usize) -> Result<()> {
    let mut chance = Chance::new(11);
    for number in 0..acts {
        if number % 50 == 0 {
            progress(format_args!("act {number} of {acts}"));
        }
        let home = place.dir(&format!("home{number}"))?;
        let mut agent = daemon::agent(place)?;
        agent.args(["run", "sh", "-c", ACTS[number % ACTS.len()]]).current_dir(&home);
        agent.env("HOME", &home).stdout(Stdio::null()).stderr(Stdio::null());
        undo::finish(&mut agent)?;
        thread::sleep(Duration::from_millis(20 + chance.below(80) as u64));
    }
    Ok(())
}

/// When each finding's act happened, by the kernel's clock.
fn findings(data: &std::path::Path) -> Result<HashMap<String, u64>> {
    let mut happened = HashMap::new();
    for record in daemon::records(data)? {
        if let Record::Finding(finding) = record? {
            happened.entry(finding.id.to_string()).or_insert(finding.time_unix_ns);
        }
    }
    Ok(happened)
}

fn print(reader: &str, acts: usize, happened: &HashMap<String, u64>, seen: &Sightings) {
    let seen = seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let latencies: Vec<f64> = happened
        .iter()
        .filter_map(|(id, at)| Some((seen.get(id)?.saturating_sub(*at)) as f64 / 1e6))
        .collect();
    let (_, spread) = median(&latencies);
    let all = latencies.len() >= acts && latencies.len() == happened.len();
    for (name, share, most) in [("p50", 0.5, 20.0), ("p99", 0.99, 100.0)] {
        let value = quantile(&latencies, share);
        Figure {
            what: format!("event to finding, {reader}, {name}"),
            value,
            unit: "ms",
            target: Some(Target::AtMost(most)),
            ok: Some(all && value <= most),
            workload: format!(
                "{acts} acts of agents that fire 3 rules, {} findings, {} seen here",
                happened.len(),
                latencies.len()
            ),
            n: latencies.len(),
            spread,
            ..Figure::default()
        }
        .print();
    }
}

fn now_ns() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos() as u64)
}

fn saw(seen: &Sightings, id: String) {
    let now = now_ns();
    seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner).entry(id).or_insert(now);
}

/// A reader of the segments.
fn follow(
    data: PathBuf,
    stop: &Arc<AtomicBool>,
    seen: &Sightings,
) -> Result<JoinHandle<Result<()>>> {
    let reader = journal::Reader::open(&data)?;
    let (stop, seen) = (Arc::clone(stop), Arc::clone(seen));
    Ok(thread::spawn(move || {
        let follow = reader.follow(|| {
            thread::sleep(Duration::from_millis(1));
            !stop.load(Ordering::Relaxed)
        });
        for stored in follow {
            if let Record::Finding(finding) = stored?.record {
                saw(&seen, finding.id.to_string());
            }
        }
        Ok(())
    }))
}

/// Lines as they come.
fn lines(
    reader: impl BufRead + Send + 'static,
    seen: &Sightings,
    id: fn(&Value) -> Option<String>,
) -> JoinHandle<Result<()>> {
    let seen = Arc::clone(seen);
    thread::spawn(move || {
        for line in reader.lines() {
            if let Some(id) = serde_json::from_str(&line?).ok().as_ref().and_then(id) {
                saw(&seen, id);
            }
        }
        Ok(())
    })
}

/// A file as it grows.
fn tail(path: PathBuf, stop: &Arc<AtomicBool>, seen: &Sightings) -> JoinHandle<Result<()>> {
    let stop = Arc::clone(stop);
    let growing = Growing { path, file: None, stop };
    lines(BufReader::new(growing), seen, |line| {
        let info = &line["finding_info"];
        Some(info["uid"].as_str()?.to_owned())
    })
}

/// A file that may not be there yet, read until the end is called.
struct Growing {
    path: PathBuf,
    file: Option<File>,
    stop: Arc<AtomicBool>,
}

impl Read for Growing {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        loop {
            // Asked first: what was written before the end was called is still read.
            let ended = self.stop.load(Ordering::Relaxed);
            if self.file.is_none() {
                self.file = File::open(&self.path).ok();
            }
            let count = self.file.as_mut().map_or(Ok(0), |file| file.read(into))?;
            if count > 0 || ended {
                return Ok(count);
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}
