//! What was told of a path since it was looked at.

use std::time::{Duration, Instant};

use crate::look::Rumour;

/// What is told of is looked at so much later: a save is more than one act.
pub const SETTLE: Duration = Duration::from_millis(30);

/// What was told of one path.
#[derive(Clone, Debug)]
pub struct Touched {
    not_before: Instant,
    /// When it was written first.
    written_unix_ns: Option<u64>,
    /// It was written again before the first was looked at: since when that stood.
    pub missed_unix_ns: Option<u64>,
    /// Looks that found it changing.
    pub tries: u32,
}

impl Default for Touched {
    fn default() -> Self {
        let not_before = Instant::now() + SETTLE;
        Self { not_before, written_unix_ns: None, missed_unix_ns: None, tries: 0 }
    }
}

impl Touched {
    /// Its content may be another one, since then at the earliest.
    pub fn written(&mut self, since_unix_ns: u64) {
        match self.written_unix_ns {
            None => self.written_unix_ns = Some(since_unix_ns),
            Some(first) => self.missed_unix_ns = self.missed_unix_ns.or(Some(first)),
        }
    }

    /// What that says of its content.
    pub fn rumour(&self) -> Rumour {
        if self.written_unix_ns.is_some() { Rumour::Written } else { Rumour::None }
    }

    /// Whether it is to be looked at.
    pub fn is_due(&self, now: Instant) -> bool {
        self.not_before <= now
    }

    /// To be looked at once more.
    pub fn again(self) -> Self {
        Self { not_before: Instant::now() + SETTLE, tries: self.tries + 1, ..self }
    }

    /// Since when it stood as nobody looked at it, if it is gone now.
    pub fn lost_unix_ns(&self) -> Option<u64> {
        self.missed_unix_ns.or(self.written_unix_ns)
    }
}
