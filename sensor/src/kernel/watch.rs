//! When system calls are watched. At their functions: always, for calls nobody watches cost nothing.
//! Behind every call, where only that is to be had: while a task carries a label, and a while longer.

use std::io::Read;
use std::time::{Duration, Instant};

use event::Label;
use libbpf_rs::{Iter, Link};
use rustix::time::{ClockId, clock_gettime};

use super::load::Loaded;
use super::pins::Pins;
use crate::source::SourceError;

/// How long after the last labelled task.
const LINGER: Duration = Duration::from_secs(30);
/// The same where none of them turned out to be an agent.
const LINGER_IN_VAIN: Duration = Duration::from_secs(3);
/// `PATIENCE_NS` in `bpf/process.h`.
const PATIENCE_NS: u64 = 5_000_000;
/// A label's state in the kernel, `CONFIRMED`.
const CONFIRMED: u32 = 2;

/// The program behind every call.
const WATCHING: &str = "on_sys_exit";

/// The attachment to `sys_exit`, and when it was needed last.
pub struct Watch {
    loaded: Loaded,
    attached: Option<Link>,
    labelled: Option<Link>,
    /// False where system calls are watched for good.
    on_demand: bool,
    needed: Instant,
    confirmed: bool,
    late: Vec<(u32, Label)>,
    stats: WatchStats,
    /// Where the attachments are that outlive us.
    pins: Option<Pins>,
}

/// How often system calls began to be watched, and how long that took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct WatchStats {
    /// Times.
    pub begun: u64,
    /// Of those, later than the program that caused it was willing to wait.
    pub late: u64,
    /// The longest, from the start of the program.
    pub longest_us: u64,
    /// The last.
    pub last_us: u64,
    /// Whether they are watched now.
    pub now: bool,
}

impl Watch {
    /// System calls are watched from the start; `on_demand`: until nothing carries a label.
    pub fn new(mut loaded: Loaded, on_demand: bool) -> Self {
        let attached = loaded.take_watch();
        let labelled = loaded.iterator("list_labelled");
        let on_demand = on_demand && attached.is_some() && labelled.is_some();
        Self {
            loaded,
            attached,
            labelled,
            on_demand,
            needed: Instant::now(),
            confirmed: false,
            late: Vec::new(),
            stats: WatchStats { now: true, ..WatchStats::default() },
            pins: None,
        }
    }

    /// Has the attachments outlive this process.
    pub fn pin(&mut self, pins: Pins) -> Result<(), SourceError> {
        self.loaded.pin(&pins)?;
        self.pins = Some(pins);
        self.keep_attached();
        Ok(())
    }

    fn keep_attached(&mut self) {
        if let (Some(pins), Some(link)) = (&self.pins, &mut self.attached)
            && let Err(error) = pins.keep(WATCHING, link)
        {
            tracing::warn!(%error, "system calls are not watched when this process dies");
        }
    }

    /// Ends what [`Watch::pin`] began, if it has.
    pub fn unpin(&mut self) -> bool {
        let pins = self.pins.take();
        pins.iter().for_each(Pins::remove);
        pins.is_some()
    }

    pub fn pins(&self) -> Option<&Pins> {
        self.pins.as_ref()
    }

    pub fn loaded(&self) -> &Loaded {
        &self.loaded
    }

    pub fn loaded_mut(&mut self) -> &mut Loaded {
        &mut self.loaded
    }

    pub fn stats(&self) -> WatchStats {
        self.stats
    }

    /// Looks at a raw record before anything else is done with it: the program it tells of may wait.
    pub fn look(&mut self, record: &[u8]) {
        if self.stats.now {
            return;
        }
        let Some(start) = Start::read(record) else { return };
        self.begin();
        let took_ns = boot_ns().saturating_sub(start.time_ns);
        let took_us = took_ns / 1000;
        self.stats.last_us = took_us;
        self.stats.longest_us = self.stats.longest_us.max(took_us);
        if took_ns > PATIENCE_NS {
            self.stats.late += 1;
            self.late.push((start.pid, start.label));
        }
        tracing::debug!(took_us, "system calls are watched");
    }

    /// Watches system calls from now on, if they are not.
    pub fn begin(&mut self) {
        if !self.stats.now {
            match self.loaded.attach_watch() {
                Ok(link) => {
                    self.attached = Some(link);
                    self.keep_attached();
                }
                Err(error) => return tracing::error!(%error, "system calls cannot be watched"),
            }
            self.stats.begun += 1;
            self.stats.now = true;
            self.confirmed = false;
            self.loaded.set_watching(true);
        }
        self.needed = Instant::now();
    }

    /// Processes whose first acts may have been missed, since the last time.
    pub fn take_late(&mut self) -> Vec<(u32, Label)> {
        std::mem::take(&mut self.late)
    }

    /// Ends watching once nothing has carried a label for a while; begins where something got one
    /// unnoticed.
    pub fn rest(&mut self) {
        if !self.on_demand {
            return;
        }
        if !self.stats.now {
            if !self.states().is_empty() {
                self.begin();
            }
            return;
        }
        // First the flag: a program that starts between the look and the end then waits for a new
        // beginning.
        self.loaded.set_watching(false);
        let states = self.states();
        if states.is_empty() {
            let linger = if self.confirmed { LINGER } else { LINGER_IN_VAIN };
            if self.needed.elapsed() >= linger {
                self.pins.iter().for_each(|pins| pins.leave(WATCHING));
                self.attached = None;
                self.stats.now = false;
                return tracing::debug!("system calls are not watched");
            }
        } else {
            self.needed = Instant::now();
            self.confirmed |= states.contains(&CONFIRMED);
        }
        self.loaded.set_watching(true);
    }

    /// Of the labels that tasks carry. One that cannot be asked counts as one that is in force.
    fn states(&self) -> Vec<u32> {
        let mut bytes = Vec::new();
        let list = self.labelled.as_ref().and_then(|link| Iter::new(link).ok());
        let read = list.and_then(|mut list| list.read_to_end(&mut bytes).ok());
        if read.is_none() {
            return vec![CONFIRMED];
        }
        let state = |chunk: &[u8]| chunk.try_into().ok().map(u32::from_ne_bytes);
        bytes.chunks_exact(4).filter_map(state).collect()
    }
}

/// What the record of a starting candidate says, by the header in `bpf/records.def`.
struct Start {
    time_ns: u64,
    label: Label,
    pid: u32,
}

impl Start {
    fn read(record: &[u8]) -> Option<Self> {
        const EXEC: u16 = 1;
        const CANDIDATE: u16 = 1 << 14;
        let short = |at: usize| Some(u16::from_ne_bytes(record.get(at..at + 2)?.try_into().ok()?));
        let long = |at: usize| Some(u64::from_ne_bytes(record.get(at..at + 8)?.try_into().ok()?));
        let pid = u32::from_ne_bytes(record.get(40..44)?.try_into().ok()?);
        if short(0)? != EXEC || short(2)? & CANDIDATE == 0 {
            return None;
        }
        Some(Self { time_ns: long(8)?, label: Label(long(16)?), pid })
    }
}

fn boot_ns() -> u64 {
    let now = clock_gettime(ClockId::Boottime);
    u64::try_from(now.tv_sec).unwrap_or(0) * 1_000_000_000 + u64::try_from(now.tv_nsec).unwrap_or(0)
}
