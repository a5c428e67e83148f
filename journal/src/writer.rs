//! The one writer of a data directory: collects records into frames, frames into segments.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use event::{Loss, LossCause, Record};

use crate::data_dir::{DataDir, segments_dir, sync_dir};
use crate::frame::{Compressor, FrameHeader, HEADER, KIND_FINDING};
use crate::medium::{Disk, Medium, Output};
use crate::pack::Packer;
use crate::recover::{Recovered, Torn, recover};
use crate::segment::{self, FRAMES, SegmentHeader};
use crate::{Error, Fsync, Position, SegmentSettings, clock};

/// A frame is closed when its payload has this many bytes before compression.
const FRAME_BYTES: usize = 512 << 10;
/// A finding is not collected longer than this: outlets wait for it.
const FINDING_COLLECT: Duration = Duration::from_millis(20);
/// How long to wait before the disk is tried again with nothing but the report of the loss.
const RETRY: Duration = Duration::from_secs(1);

/// Appends to the record. See [`Writer::append`] for what is promised when.
#[derive(Debug)]
pub struct Writer {
    dir: PathBuf,
    settings: SegmentSettings,
    medium: Box<dyn Medium>,
    source: Source,
    current: Option<Current>,
    /// Number of the next segment.
    number: u64,
    frame: Frame,
    written: Position,
    synced: Position,
    collecting_since: Option<Instant>,
    unsynced_since: Option<Instant>,
    refused: Option<Refused>,
}

/// Which host and boot the records come from.
#[derive(Debug)]
struct Source {
    boot_id: String,
    host: String,
}

/// The segment that is written to.
#[derive(Debug)]
struct Current {
    output: Box<dyn Output>,
    path: PathBuf,
    bytes: u64,
    begun: Instant,
    marker: u64,
}

/// The frame that is filled.
struct Frame {
    packer: Packer,
    compressor: Compressor,
    bytes: Vec<u8>,
    /// Positions before it that hold no record, and of which a loss record tells.
    gap: u32,
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Frame").field("records", &self.packer.records()).finish_non_exhaustive()
    }
}

/// Records that the disk did not take, not yet reported in the record.
#[derive(Clone, Copy, Debug)]
struct Refused {
    records: u64,
    since_unix_ns: u64,
    tried: Instant,
}

impl Writer {
    /// Recovers what the last run left, and begins a new segment with the first record.
    pub fn open(dir: &DataDir, settings: &SegmentSettings) -> Result<Self, Error> {
        Self::with_medium(dir, settings, Box::new(Disk))
    }

    pub(crate) fn with_medium(
        dir: &DataDir,
        settings: &SegmentSettings,
        medium: Box<dyn Medium>,
    ) -> Result<Self, Error> {
        let dir = segments_dir(dir.path());
        let Recovered { number, position, torn } = recover(&dir)?;
        let mut writer = Self {
            dir,
            settings: settings.clone(),
            medium,
            source: Source::read(),
            current: None,
            number,
            frame: Frame::new(settings)?,
            written: position,
            synced: position,
            collecting_since: None,
            unsynced_since: None,
            refused: None,
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
    /// [`Error::Shed`] when the disk refuses. The records of the open frame are then shed and
    /// counted; the writer goes on by itself, and once the disk takes bytes again it writes one
    /// [`Loss`] for the interval. The caller goes on too: there is nothing to repeat.
    pub fn append(&mut self, records: &[Record]) -> Result<Position, Error> {
        for record in records {
            self.frame.packer.push(record)?;
            if self.frame.packer.payload().len() >= FRAME_BYTES {
                self.flush()?;
            }
        }
        if self.settings.fsync == Fsync::Always {
            return self.sync();
        }
        if self.collecting_since.is_none() && self.frame.packer.records() > 0 {
            self.collecting_since = Some(Instant::now());
        }
        self.tend()?;
        Ok(self.end())
    }

    /// Position after the last record taken.
    pub fn end(&self) -> Position {
        Position(self.written.0 + u64::from(self.frame.packer.records()))
    }

    /// Records before this position are on disk (but for those that were reported as shed).
    pub fn synced(&self) -> Position {
        self.synced
    }

    /// Hands all records to the system and forces them to the disk.
    pub fn sync(&mut self) -> Result<Position, Error> {
        self.flush()?;
        self.unsynced_since = None;
        let Some(current) = &mut self.current else { return Ok(self.synced) };
        if self.synced < self.written
            && let Err(source) = current.output.sync()
        {
            // What the system held may be gone and is not to be had again: all of it is suspect.
            let path = current.path.clone();
            self.current = None;
            let suspect = self.written.0 - self.synced.0;
            self.synced = self.written;
            return Err(self.refuse(suspect, path, source));
        }
        self.synced = self.written;
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

    /// Hands all records to the system, so that readers see them and a killed daemon does not lose
    /// them. The report of an earlier refusal goes behind them.
    pub fn flush(&mut self) -> Result<(), Error> {
        self.collecting_since = None;
        let records = self.frame.packer.records();
        if let Some(refused) = self.refused {
            self.frame.packer.push(&Record::Loss(refused.loss()))?;
        } else if records == 0 {
            return Ok(());
        }
        match self.write_frame() {
            Ok(()) => {
                self.written = self.end();
                self.frame.clear(0);
                self.refused = None;
                self.unsynced_since.get_or_insert_with(Instant::now);
                Ok(())
            }
            Err((path, source)) => {
                self.written.0 += u64::from(records);
                let gap = self.frame.gap.saturating_add(records);
                self.frame.clear(gap);
                Err(self.refuse(u64::from(records), path, source))
            }
        }
    }

    fn collect(&self) -> Duration {
        let collect = self.settings.collect();
        let urgent = self.frame.packer.kinds() & KIND_FINDING != 0;
        if urgent { collect.min(FINDING_COLLECT) } else { collect }
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    fn write_frame(&mut self) -> Result<(), (PathBuf, std::io::Error)> {
        let first = self.written.0;
        let len = self.frame.payload_len_bound();
        if self.current.as_ref().is_none_or(|current| self.is_full(current, len)) {
            self.rotate()?;
        }
        let Some(current) = &mut self.current else {
            return Err((self.dir.clone(), std::io::Error::other("there is no segment")));
        };
        let fail = |source| (current.path.clone(), source);
        self.frame
            .seal(first, current.marker)
            .map_err(|error| fail(std::io::Error::other(error)))?;
        match current.output.append(&self.frame.bytes) {
            Ok(()) => {
                current.bytes += self.frame.bytes.len() as u64;
                Ok(())
            }
            Err(source) => {
                let failed = fail(source);
                if current.output.cut(current.bytes).is_err() {
                    self.current = None;
                }
                Err(failed)
            }
        }
    }

    fn is_full(&self, current: &Current, more: u64) -> bool {
        current.bytes > FRAMES
            && (current.bytes + more > self.settings.max_bytes()
                || current.begun.elapsed() >= self.settings.max_age())
    }

    /// Closes the segment and begins the next.
    fn rotate(&mut self) -> Result<(), (PathBuf, std::io::Error)> {
        if let Some(mut current) = self.current.take()
            && self.settings.fsync != Fsync::Never
        {
            current.output.sync().map_err(|source| (current.path, source))?;
            self.synced = self.written;
        }
        let path = self.dir.join(segment::file_name(self.number));
        let fail = |source| (path.clone(), source);
        let header = SegmentHeader {
            schema_version: event::SCHEMA_VERSION,
            boot_id: self.source.boot_id.clone(),
            host: self.source.host.clone(),
            created_unix_ns: clock::now_unix_ns(),
            first: self.written.0,
            marker: clock::unpredictable(),
        };
        let bytes = header.encode().map_err(|error| fail(std::io::Error::other(error)))?;
        let mut output = self.medium.create(&path).map_err(fail)?;
        self.number += 1;
        if let Err(source) = output.append(&bytes).and_then(|()| sync_dir(&self.dir)) {
            // A segment without frames says nothing: take it away, or leave it to the next start.
            let _ = std::fs::remove_file(&path);
            return Err((path, source));
        }
        self.current = Some(Current {
            output,
            path,
            bytes: FRAMES,
            begun: Instant::now(),
            marker: header.marker,
        });
        Ok(())
    }

    fn refuse(&mut self, records: u64, path: PathBuf, source: std::io::Error) -> Error {
        let refused = self.refused.get_or_insert_with(|| Refused {
            records: 0,
            since_unix_ns: clock::now_unix_ns(),
            tried: Instant::now(),
        });
        refused.records += records;
        refused.tried = Instant::now();
        Error::Shed { path, shed: refused.records, source }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Nobody is left to hear of an error; what it cost is found at the next start.
        let _ = self.sync();
    }
}

impl Frame {
    fn new(settings: &SegmentSettings) -> Result<Self, Error> {
        Ok(Self {
            packer: Packer::default(),
            compressor: Compressor::new(settings.compression)?,
            bytes: Vec::new(),
            gap: 0,
        })
    }

    fn clear(&mut self, gap: u32) {
        self.packer.clear();
        self.gap = gap;
    }

    /// At most this long on disk, give or take what compression adds to the incompressible.
    fn payload_len_bound(&self) -> u64 {
        (HEADER + self.packer.payload().len()) as u64
    }

    /// Makes the bytes that go into the segment.
    fn seal(&mut self, first: u64, marker: u64) -> Result<(), Error> {
        self.bytes.clear();
        self.bytes.resize(HEADER, 0);
        let codec = self.compressor.compress(self.packer.payload(), &mut self.bytes)?;
        let Some((place, payload)) = self.bytes.split_first_chunk_mut::<HEADER>() else {
            return Ok(());
        };
        let header = FrameHeader {
            marker,
            first,
            records: self.packer.records(),
            times: self.packer.times(),
            gap: self.gap,
            len: payload.len() as u32,
            unpacked: self.packer.payload().len() as u32,
            crc: crc32c::crc32c(payload),
            codec,
            kinds: self.packer.kinds(),
        };
        *place = header.encode();
        Ok(())
    }
}

impl Refused {
    fn loss(&self) -> Loss {
        Loss {
            cause: LossCause::Disk,
            count: self.records,
            from_unix_ns: self.since_unix_ns,
            until_unix_ns: clock::now_unix_ns(),
            place: "journal".into(),
        }
    }
}

fn loss_of(torn: &Torn) -> Loss {
    Loss {
        cause: LossCause::TornTail,
        count: torn.records.map_or(1, u64::from),
        from_unix_ns: torn.since_unix_ns,
        until_unix_ns: clock::now_unix_ns(),
        place: format!("journal segment {}, {} bytes", torn.segment, torn.bytes).into(),
    }
}

impl Source {
    fn read() -> Self {
        Self { boot_id: kernel("random/boot_id"), host: host_name() }
    }
}

/// Name of this host.
pub(crate) fn host_name() -> String {
    kernel("hostname")
}

fn kernel(name: &str) -> String {
    let text = std::fs::read_to_string(format!("/proc/sys/kernel/{name}")).unwrap_or_default();
    text.trim().chars().take(64).collect()
}
