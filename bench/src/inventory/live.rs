//! From a change on the disk to the record, and to the moment at which nothing can load it any more: a real `up`
//! that holds what nobody trusts.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use event::Record;
use journal::Reader;

use crate::daemon::{Daemon, Wishes};
use crate::figure::{Figure, Target, progress};
use crate::measure::{Chance, quantile};
use crate::undo::Place;

/// The longest a change is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// How closely a reader looks.
const TICK: Duration = Duration::from_millis(1);

/// When a reader of the record had the change, by the name of the thing.
type Seen = Arc<Mutex<HashMap<String, Instant>>>;

pub fn measure(program: &Path, changes: usize) -> Result<()> {
    let place = Place::new()?;
    let work = place.dir("work")?;
    plant(&work, "before", 0)?;
    let more = format!(
        "[inventory]\nprojects = [{:?}]\nuntrusted = \"hold\"\nask = [\"skill\", \"rules\", \
         \"tool_server\"]\n",
        work.canonicalize()?.display().to_string()
    );
    let daemon = Daemon::start(program, &place, Wishes { more, ..Wishes::default() })?;
    let (seen, stop) = (Seen::default(), Arc::new(AtomicBool::new(false)));
    let reader = follow(daemon.data.clone(), &seen, &stop);
    until(|| has(&seen, "before")).context("the first look was not told")?;
    let (mut told, mut held) = (Vec::new(), Vec::new());
    let mut chance = Chance::new(7);
    for number in 0..changes {
        if number % 20 == 0 {
            progress(format!("change {number} of {changes}"));
        }
        thread::sleep(Duration::from_millis(chance.below(400) as u64));
        let name = format!("thing-{number}");
        let (file, began) = plant(&work, &name, number)?;
        let gone = until(|| is_away(&file, &name).then(Instant::now));
        held.push(gone.context("it was not held")?.duration_since(began).as_secs_f64());
        let seen = until(|| has(&seen, &name)).context("it was not told")?;
        told.push(seen.duration_since(began).as_secs_f64());
    }
    stop.store(true, Ordering::Relaxed);
    reader.join().map_err(|_| anyhow!("the reader panicked"))??;
    daemon.stop()?;
    for (what, times) in [("change to event", told), ("change to quarantine", held)] {
        for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
            Figure {
                what: format!("{what}, {name}"),
                value: quantile(&times, share),
                unit: "s",
                target: Some(Target::AtMost(2.0)),
                workload: "a new skill, rule file or server in a project, in turn".into(),
                n: changes,
                ..Figure::default()
            }
            .print();
        }
    }
    Ok(())
}

/// A new skill, rule file or server; where it is, and when it was there.
fn plant(work: &Path, name: &str, number: usize) -> Result<(PathBuf, Instant)> {
    let project = work.join(format!("project-{}", number % 5));
    let (file, text) = match number % 3 {
        0 => {
            let file = project.join(".claude/skills").join(name).join("SKILL.md");
            (file, format!("---\nname: {name}\ndescription: does it\n---\nDo it.\n"))
        }
        1 => {
            // A rule file is called like itself.
            let file = project.join(".cursor/rules").join(format!("{name}.mdc"));
            (file, format!("---\ndescription: {name}\n---\nAlways.\n"))
        }
        _ => {
            let server = format!("{{\"mcpServers\":{{\"{name}\":{{\"command\":\"{name}\"}}}}}}\n");
            (project.join(".mcp.json"), server)
        }
    };
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&file, text)?;
    Ok((file, Instant::now()))
}

/// The file, or the entry of that name, is gone.
fn is_away(file: &Path, name: &str) -> bool {
    fs::read_to_string(file).map_or(true, |text| !text.contains(name))
}

fn has(seen: &Seen, name: &str) -> Option<Instant> {
    seen.lock().unwrap_or_else(PoisonError::into_inner).get(name).copied()
}

fn until<T>(found: impl Fn() -> Option<T>) -> Option<T> {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        if let Some(found) = found() {
            return Some(found);
        }
        thread::sleep(TICK);
    }
    None
}

/// Reads the record as it grows.
fn follow(data: PathBuf, seen: &Seen, stop: &Arc<AtomicBool>) -> thread::JoinHandle<Result<()>> {
    let (seen, stop) = (Arc::clone(seen), Arc::clone(stop));
    thread::spawn(move || {
        let wait = || {
            thread::sleep(TICK);
            !stop.load(Ordering::Relaxed)
        };
        for stored in Reader::open(&data)?.follow(wait) {
            if let Record::Asset(change) = stored?.record {
                let name = change.asset.name.to_string();
                let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                seen.entry(name).or_insert_with(Instant::now);
            }
        }
        ensure!(stop.load(Ordering::Relaxed), "the record ended");
        Ok(())
    })
}
