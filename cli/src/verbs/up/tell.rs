//! `up` looks at itself every few seconds and writes what it sees where `status` and `watch` find it; when it
//! takes more of the host than its budget, it says so.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::WAITING;
use super::gauges::Gauges;
use super::manager;
use crate::config::{Budget, Config};
use crate::status::{Lane, Status};

/// How often it looks.
const LOOK: Duration = Duration::from_secs(2);
/// Looks that the processor time is the mean of: a minute.
const LOOKS: usize = 30;
/// How often the size of the record is added up.
const MEASURE: Duration = Duration::from_secs(30);

/// What never changes while `up` runs.
pub fn about(config: &Config) -> Status {
    Status {
        version: env!("CARGO_PKG_VERSION").into(),
        host: crate::host::this_host().name.to_string(),
        pid: std::process::id(),
        started_unix_ns: crate::host::now_unix_ns(),
        budget: config.budget.clone(),
        ..Status::default()
    }
}

/// The running thread.
pub struct Teller {
    /// Hung up to end it.
    end: SyncSender<()>,
    thread: JoinHandle<()>,
}

impl Teller {
    /// Ends it; the status goes with it.
    pub fn end(self) {
        drop(self.end);
        // It has said why where it could not go on.
        let _ = self.thread.join();
    }
}

/// Starts the thread.
pub fn start(dir: PathBuf, about: Status, gauges: Arc<Gauges>) -> std::io::Result<Teller> {
    let (end, ended) = sync_channel(1);
    let thread = thread::Builder::new().name("status".into()).spawn(move || {
        let mut look = Look::new(dir, about, gauges);
        loop {
            look.tell();
            if ended.recv_timeout(LOOK) == Err(RecvTimeoutError::Disconnected) {
                return Status::remove(&look.dir);
            }
        }
    })?;
    Ok(Teller { end, thread })
}

struct Look {
    dir: PathBuf,
    status: Status,
    gauges: Arc<Gauges>,
    /// Times and processor times of the last looks, the newest last.
    times: VecDeque<(Instant, Duration)>,
    events: (Instant, u64),
    /// Of the source, at the last look.
    looks: u64,
    measured: Option<Instant>,
    unwritten: bool,
}

impl Look {
    fn new(dir: PathBuf, status: Status, gauges: Arc<Gauges>) -> Self {
        let events = (Instant::now(), 0);
        let times = VecDeque::with_capacity(LOOKS + 1);
        Self { dir, status, gauges, times, events, looks: 0, measured: None, unwritten: false }
    }

    fn tell(&mut self) {
        self.count();
        self.weigh();
        if self.measured.is_none_or(|at| at.elapsed() >= MEASURE) {
            self.measured = Some(Instant::now());
            self.status.record_bytes = size(&self.dir);
        }
        self.status.written_unix_ns = crate::host::now_unix_ns();
        let looks = self.gauges.looks.load(Ordering::Relaxed);
        if looks != self.looks || self.status.looked_unix_ns == 0 {
            self.looks = looks;
            self.status.looked_unix_ns = self.status.written_unix_ns;
            // Only where the source reads, too: a manager of services ends who hangs and starts him anew.
            manager::tell(manager::WELL);
        }
        let written = self.status.write(&self.dir);
        if let Err(error) = &written
            && !self.unwritten
        {
            tracing::warn!(%error, dir = %self.dir.display(), "status not written");
        }
        self.unwritten = written.is_err();
    }

    fn count(&mut self) {
        let rest = self.gauges.rest();
        let status = &mut self.status;
        let (before, events) = self.events;
        let seconds = before.elapsed().as_secs_f64();
        if seconds > 0.5 {
            status.events_per_s = rest.source.events.saturating_sub(events) as f64 / seconds;
            self.events = (Instant::now(), rest.source.events);
        }
        (status.events, status.folded) = (rest.source.events, rest.source.folded);
        status.losses = rest.losses;
        status.plaintext = rest.plaintext;
        status.outlets = rest.outlets;
        status.disk_trouble = rest.disk;
        let hall = &self.gauges.hall;
        status.shed = hall.shed.load(Ordering::Relaxed);
        status.lanes = vec![
            lane("engine", &self.gauges.batches, &hall.taken),
            lane("journal", &hall.handed_on, &self.gauges.kept),
        ];
    }

    fn weigh(&mut self) {
        self.times.push_back((Instant::now(), processor_time()));
        if self.times.len() > LOOKS {
            self.times.pop_front();
        }
        if let (Some(first), Some(last)) = (self.times.front(), self.times.back()) {
            let wall = (last.0 - first.0).as_secs_f64();
            let busy = last.1.saturating_sub(first.1).as_secs_f64();
            self.status.cpu_percent = if wall > 0.0 { 100.0 * busy / wall } else { 0.0 };
        }
        self.status.memory_mib = resident_mib();
        let full = self.times.len() == LOOKS;
        let over = over(&self.status.budget, self.status.cpu_percent, self.status.memory_mib, full);
        say(&self.status, &over);
        self.status.over_budget = over;
    }
}

/// What is over the budget. Processor time counts once a whole minute is known: a start is work.
fn over(budget: &Budget, cpu_percent: f64, memory_mib: f64, full: bool) -> Vec<String> {
    let mut over = Vec::new();
    if full && budget.cpu_percent > 0 && cpu_percent > f64::from(budget.cpu_percent) {
        over.push("cpu".to_owned());
    }
    if budget.memory_mib > 0 && memory_mib > f64::from(budget.memory_mib) {
        over.push("memory".to_owned());
    }
    over
}

/// Said when it begins and when it ends, not all the time.
fn say(before: &Status, over: &[String]) {
    let budget = &before.budget;
    if over.iter().any(|what| !before.over_budget.contains(what)) {
        tracing::warn!(
            over = over.join(", "),
            cpu_percent = before.cpu_percent as u64,
            cpu_budget = budget.cpu_percent,
            memory_mib = before.memory_mib as u64,
            memory_budget = budget.memory_mib,
            "chaperone takes more of this host than its budget"
        );
    } else if over.is_empty() && !before.over_budget.is_empty() {
        tracing::warn!("chaperone is within its budget again");
    }
}

fn lane(name: &str, sent: &AtomicU64, taken: &AtomicU64) -> Lane {
    // What is taken is read first: it must not seem more than what was sent.
    let taken = taken.load(Ordering::Relaxed);
    let waiting = sent.load(Ordering::Relaxed).saturating_sub(taken);
    Lane { name: name.into(), waiting, room: WAITING as u64 }
}

/// Processor time of this process, all threads.
fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
}

/// Resident memory of this process.
fn resident_mib() -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or(0.0) / 1024.0
}

/// Bytes of all files below a directory; links are not followed.
fn size(dir: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(dir) else { return 0 };
    let of = |entry: std::fs::DirEntry| match entry.file_type() {
        Ok(kind) if kind.is_dir() => size(&entry.path()),
        Ok(kind) if kind.is_file() => entry.metadata().map_or(0, |meta| meta.len()),
        _ => 0,
    };
    entries.flatten().map(of).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_is_judged_by_a_whole_minute_and_by_memory_at_once() {
        let check = |cpu: f64, memory: f64, full: bool, expect: &[&str]| {
            let budget = Budget { cpu_percent: 50, memory_mib: 300 };
            assert_eq!(over(&budget, cpu, memory, full), expect);
        };
        check(49.0, 299.0, true, &[]);
        check(51.0, 10.0, false, &[]);
        check(51.0, 301.0, true, &["cpu", "memory"]);
        let none = Budget { cpu_percent: 0, memory_mib: 0 };
        assert!(over(&none, 1e6, 1e6, true).is_empty(), "0 is no limit");
    }

    #[test]
    fn it_tells_what_the_threads_count_and_takes_it_away_at_the_end() -> anyhow::Result<()> {
        let home = tempfile::tempdir()?;
        let gauges = Arc::new(Gauges::default());
        gauges.batches.fetch_add(5, Ordering::Relaxed);
        gauges.hall.taken.fetch_add(3, Ordering::Relaxed);
        gauges.disk(Some("no space".into()));
        let about = about(&Config::default());
        Look::new(home.path().into(), about.clone(), Arc::clone(&gauges)).tell();
        let told = Status::read(home.path())?.expect("it was written");
        assert_eq!((told.pid, told.lanes[0].waiting), (std::process::id(), 2));
        let looked = |told: &Status| (told.looked_unix_ns, told.heard_unix_ns());
        assert_eq!(looked(&told), (told.written_unix_ns, told.written_unix_ns));
        // The source hangs: it is heard no more, though this thread speaks on.
        let mut look = Look::new(home.path().into(), told.clone(), Arc::clone(&gauges));
        look.tell();
        let later = Status::read(home.path())?.expect("it was written");
        assert!(later.written_unix_ns > told.written_unix_ns);
        assert_eq!(later.heard_unix_ns(), told.written_unix_ns);
        assert_eq!(told.disk_trouble.as_deref(), Some("no space"));
        assert!(told.memory_mib > 0.5 && told.is_fresh(crate::host::now_unix_ns()));
        start(home.path().into(), about, gauges)?.end();
        assert_eq!(Status::read(home.path())?, None);
        Ok(())
    }
}
