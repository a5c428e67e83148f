//! The one writer of a data directory: collects records into frames, frames into segments.

mod frame;
mod losses;
mod output;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::time::{Duration, Instant};

use event::Record;

use crate::data_dir::{DataDir, segments_dir};
use crate::medium::{Disk, Medium};
use crate::recover::{Recovered, recover};
use crate::{Error, Fsync, Position, SegmentSettings};
use frame::Frame;
use losses::{Refused, loss_of};
pub(crate) use output::host_name;
use output::{Failed, Segments};

/// A finding is not collected longer than this: outlets wait for it.
const FINDING_COLLECT: Duration = Duration::from_millis(20);
/// How long to wait before the disk is tried again with nothing but the report of the loss.
const RETRY: Duration = Duration::from_secs(1);

/// Appends to the record. See [`Writer::append`] for what is promised when. One per [`DataDir`].
#[derive(Debug)]
pub struct Writer {
    settings: SegmentSettings,
    segments: Segments,
    frame: Frame,
    /// Records before it were handed to the system.
    written: Position,
    synced: Position,
    collecting_since: Option<Instant>,
    unsynced_since: Option<Instant>,
    refused: Option<Refused>,
    resumed_unix_ns: Option<u64>,
}

impl Writer {
    /// Recovers what the last run left, and begins a new segment with the first record.
    pub fn open(dir: &DataDir, settings: &SegmentSettings) -> Result<Self, Error> {
        Self::with_medium(dir, settings, Box::new(Disk))
    }

    fn with_medium(
        dir: &DataDir,
        settings: &SegmentSettings,
        medium: Box<dyn Medium>,
    ) -> Result<Self, Error> {
        let dir = segments_dir(dir.path());
        let Recovered { number, position, torn, last_unix_ns } = recover(&dir)?;
        let mut writer = Self {
            settings: settings.clone(),
            segments: Segments::new(dir, medium, settings, number),
            frame: Frame::new(settings.compression)?,
            written: position,
            synced: position,
            collecting_since: None,
            unsynced_since: None,
            refused: None,
            resumed_unix_ns: last_unix_ns,
        };
        if let Some(torn) = torn {
            writer.frame.gap = torn.records.unwrap_or(0);
            writer.append(&[Record::Loss(loss_of(&torn))])?;
        }
        Ok(writer)
    }

    /// Takes records and says where the record ends with them. They are on disk when
    /// [`Writer::synced`] has reached that position: at once with `fsync = "always"`, else after the
    /// next sync.
    ///
    /// # Errors
    /// [`Error::Shed`] when the disk refuses. What it refused is shed and counted; the writer goes
    /// on by itself, and once the disk takes bytes again it writes one [`event::Loss`] for the
    /// interval. The caller goes on too: there is nothing to repeat.
    pub fn append(&mut self, records: &[Record]) -> Result<Position, Error> {
        let mut first_error = Ok(());
        for record in records {
            let taken = self.take(record);
            if first_error.is_ok() {
                first_error = taken;
            }
        }
        let tended = match self.settings.fsync {
            Fsync::Always => self.sync().map(drop),
            Fsync::Interval | Fsync::Never => self.tend(),
        };
        first_error.and(tended)?;
        Ok(self.end())
    }

    /// Latest time that the run before recorded, UTC; `None` if there is no record of one.
    pub fn resumed_unix_ns(&self) -> Option<u64> {
        self.resumed_unix_ns
    }

    /// Position after the last record taken.
    pub fn end(&self) -> Position {
        Position(self.written.0 + u64::from(self.frame.records()))
    }

    /// Records before this position are on disk (but for those that were reported as shed).
    pub fn synced(&self) -> Position {
        self.synced
    }

    /// Hands all records to the system, so that readers see them and a killed daemon does not lose
    /// them. The report of an earlier refusal goes behind them.
    pub fn flush(&mut self) -> Result<(), Error> {
        self.collecting_since = None;
        let records = self.frame.records();
        if records == 0 && self.refused.is_none() {
            return Ok(());
        }
        if self.segments.is_full(self.frame.len_bound()) {
            self.close_segment()?;
        }
        if let Some(first) = self.segments.take_removed() {
            let removed = self.written.0.saturating_sub(first.0);
            self.refused.get_or_insert_with(Refused::begin).records += removed;
        }
        if let Some(refused) = self.refused {
            self.frame.push(&Record::Loss(refused.loss()))?;
        }
        let written = self.segments.write(&mut self.frame, self.written);
        let end = self.end();
        match written {
            Ok(()) => {
                self.frame.clear(0);
                self.refused = None;
                self.unsynced_since.get_or_insert_with(Instant::now);
            }
            Err(_) => self.frame.clear(self.frame.gap.saturating_add(self.frame.records())),
        }
        self.written = end;
        written.map_err(|failed| self.refuse(u64::from(records), failed))
    }

    /// Hands all records to the system and forces them to the disk.
    pub fn sync(&mut self) -> Result<Position, Error> {
        self.flush()?;
        self.force()?;
        Ok(self.synced)
    }

    /// Does what is due: to be called when [`Writer::due`] has passed without an append.
    pub fn tend(&mut self) -> Result<(), Error> {
        let passed = |since: Option<Instant>, limit| since.is_some_and(|at| at.elapsed() >= limit);
        if self.settings.fsync == Fsync::Interval
            && passed(self.unsynced_since, self.settings.fsync_interval())
        {
            self.sync()?;
        }
        let retry = self.refused.is_some_and(|refused| refused.tried.elapsed() >= RETRY);
        if retry || passed(self.collecting_since, self.collect()) {
            self.flush()?;
        }
        Ok(())
    }

    /// How long the caller may wait for more records before it calls [`Writer::tend`]; `None` if
    /// nothing will be due.
    pub fn due(&self) -> Option<Duration> {
        let left = |since: Option<Instant>, limit: Duration| {
            since.map(|at| limit.saturating_sub(at.elapsed()))
        };
        let sync = match self.settings.fsync {
            Fsync::Interval => left(self.unsynced_since, self.settings.fsync_interval()),
            Fsync::Always | Fsync::Never => None,
        };
        let flush = left(self.collecting_since, self.collect());
        let retry = left(self.refused.map(|refused| refused.tried), RETRY);
        [sync, flush, retry].into_iter().flatten().min()
    }

    pub(crate) fn dir(&self) -> &Path {
        self.segments.dir()
    }

    fn take(&mut self, record: &Record) -> Result<(), Error> {
        if let Err(error) = self.frame.push(record) {
            self.refused.get_or_insert_with(Refused::begin).records += 1;
            return Err(error);
        }
        if self.frame.is_full() {
            return self.flush();
        }
        self.collecting_since.get_or_insert_with(Instant::now);
        Ok(())
    }

    fn collect(&self) -> Duration {
        let collect = self.settings.collect();
        if self.frame.is_urgent() { collect.min(FINDING_COLLECT) } else { collect }
    }

    fn close_segment(&mut self) -> Result<(), Error> {
        if self.settings.fsync != Fsync::Never {
            self.force()?;
        }
        self.segments.close();
        Ok(())
    }

    /// Forces what was written to the disk.
    fn force(&mut self) -> Result<(), Error> {
        self.unsynced_since = None;
        if self.synced == self.written {
            return Ok(());
        }
        let forced = self.segments.sync();
        let suspect = self.written.0 - self.synced.0;
        self.synced = self.written;
        forced.map_err(|failed| {
            // What the system held may be gone and is not to be had again: all of it is suspect.
            self.segments.close();
            self.refuse(suspect, failed)
        })
    }

    fn refuse(&mut self, records: u64, failed: Failed) -> Error {
        let refused = self.refused.get_or_insert_with(Refused::begin);
        refused.records += records;
        refused.tried = Instant::now();
        Error::Shed { path: failed.path, shed: refused.records, source: failed.source }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Nobody is left to hear of an error; what it cost is found at the next start.
        let _ = self.sync();
    }
}
