//! The audit log beside the record: what was decided goes into both, and how far the log goes leaves by the outlets.

use std::time::{Duration, Instant};

use anyhow::Result;
use event::Record;
use journal::audit::{Log, What, Who};

use crate::config::Config;

/// The log, on the journal's thread.
pub struct Auditor {
    log: Log,
    every: Option<Duration>,
    anchored: Instant,
    /// The last entry that an anchor covers; the first anchor leaves with the first group.
    covered: u64,
    trouble: Option<String>,
}

impl Auditor {
    /// Opens the log and says that `up` begins.
    pub fn start(config: &Config) -> Result<Self> {
        let mut log = Log::open(&config.data_dir(), &config.journal.audit)?;
        log.add(Who::Daemon, What::Started { version: env!("CARGO_PKG_VERSION").into() })?;
        let every = config.journal.audit.anchor_every();
        Ok(Self { log, every, anchored: Instant::now(), covered: 0, trouble: None })
    }

    /// Takes what was decided.
    pub fn take(&mut self, batch: &[Record]) {
        for record in batch {
            if let Record::Decision(judged) = record {
                let added = self.log.add(Who::Daemon, What::Decision(judged.clone()));
                self.told(added);
            }
        }
    }

    /// How long until it wants to be tended.
    pub fn due(&self) -> Option<Duration> {
        self.log.due()
    }

    /// Writes what waited long enough; the head, where it is time for an anchor.
    pub fn tend(&mut self) -> Option<Record> {
        if self.log.due().is_some_and(|due| due.is_zero()) {
            let flushed = self.log.flush().map(drop);
            self.told(flushed);
        }
        let every = self.every?;
        let head = self.log.head().filter(|head| head.sequence > self.covered)?;
        if self.covered > 0 && self.anchored.elapsed() < every {
            return None;
        }
        (self.anchored, self.covered) = (Instant::now(), head.sequence);
        Some(Record::Audit(Box::new(head.clone())))
    }

    /// Lets go of what is too old, if the configuration says so.
    pub fn retain(&mut self, now_unix_ns: u64) {
        let retained = self.log.retain(now_unix_ns).map(drop);
        self.told(retained);
    }

    /// Why the disk takes no entries now.
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// Says that `up` ends; the last head is the one that the state remembers.
    pub fn end(mut self) {
        let ended = self.log.add(Who::Daemon, What::Stopped);
        if let Err(error) = ended.and_then(|()| self.log.close()) {
            tracing::error!(%error, "the audit log was not closed");
        }
    }

    fn told(&mut self, result: Result<(), journal::Error>) {
        let trouble = result.err().map(|error| error.to_string());
        if let Some(error) = trouble.as_ref().filter(|_| self.trouble.is_none()) {
            tracing::error!(%error, "the audit log waits");
        }
        // What only waited for others does not say that the disk is well again.
        if trouble.is_some() || self.log.waiting() == (0, 0) {
            self.trouble = trouble;
        }
    }
}
