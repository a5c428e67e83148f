//! Runs that wait for the daemon's answer, each no longer than [`PATIENCE`]: the kernel's event is kept, and everybody
//! else is answered meanwhile.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use event::{Label, ProcessId, Text};
use nix::sys::fanotify::FanotifyEvent;

/// How long a run may wait: nobody notices a shell that is slower by that once.
pub const PATIENCE: Duration = Duration::from_millis(300);
/// Most that wait at once; a session that begins more of them is not waited for.
const MOST: usize = 1024;

/// One that waits. Its event holds its file.
pub struct Waiter {
    pub event: FanotifyEvent,
    pub process: ProcessId,
    pub label: Label,
    pub program: Text,
    pub folder: Text,
    pub until: Instant,
}

/// Those that wait, the longest first: all have the same patience.
#[derive(Default)]
pub struct Waiting {
    number: u64,
    waiters: BTreeMap<u64, Waiter>,
}

impl Waiting {
    /// The number of the next question; none if too many wait.
    pub fn next(&mut self) -> Option<u64> {
        self.number += 1;
        (self.waiters.len() < MOST).then_some(self.number)
    }

    pub fn add(&mut self, number: u64, waiter: Waiter) {
        self.waiters.insert(number, waiter);
    }

    /// Who asked that; none if it has been let go.
    pub fn take(&mut self, number: u64) -> Option<Waiter> {
        self.waiters.remove(&number)
    }

    /// One that has waited too long.
    pub fn expired(&mut self, now: Instant) -> Option<Waiter> {
        let first = self.waiters.first_entry()?;
        (first.get().until <= now).then(|| first.remove())
    }

    /// How long until one has; none: nobody waits.
    pub fn patience(&self, now: Instant) -> Option<Duration> {
        let (_, first) = self.waiters.first_key_value()?;
        Some(first.until.saturating_duration_since(now))
    }
}
