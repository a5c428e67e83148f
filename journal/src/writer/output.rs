//! The segment that is written to: begun when the first frame comes, closed by size or age.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::frame::Frame;
use crate::data_dir::sync_dir;
use crate::medium::{Medium, Output};
use crate::segment::{self, FRAMES, SegmentHeader};
use crate::{Position, SegmentSettings, clock};

/// Writes frames into one segment after the other.
#[derive(Debug)]
pub(super) struct Segments {
    dir: PathBuf,
    medium: Box<dyn Medium>,
    /// Which host and boot the records come from.
    boot_id: String,
    host: String,
    max_bytes: u64,
    max_age: Duration,
    /// Number of the next segment.
    number: u64,
    current: Option<Current>,
}

#[derive(Debug)]
struct Current {
    output: Box<dyn Output>,
    path: PathBuf,
    bytes: u64,
    begun: Instant,
    marker: u64,
    first: Position,
}

/// An operation on a file that failed.
#[derive(Debug)]
pub(super) struct Failed {
    pub path: PathBuf,
    pub source: io::Error,
}

impl Segments {
    pub(super) fn new(
        dir: PathBuf,
        medium: Box<dyn Medium>,
        settings: &SegmentSettings,
        number: u64,
    ) -> Self {
        Self {
            dir,
            medium,
            boot_id: kernel("random/boot_id"),
            host: host_name(),
            max_bytes: settings.max_bytes(),
            max_age: settings.max_age(),
            number,
            current: None,
        }
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    /// The current segment should be closed before `more` bytes.
    pub(super) fn is_full(&self, more: u64) -> bool {
        self.current.as_ref().is_some_and(|current| {
            current.bytes > FRAMES
                && (current.bytes + more > self.max_bytes
                    || current.begun.elapsed() >= self.max_age)
        })
    }

    /// What comes next goes into a new segment.
    pub(super) fn close(&mut self) {
        self.current = None;
    }

    /// First position of the current segment if somebody has removed it: what comes next goes into
    /// a new one.
    pub(super) fn take_removed(&mut self) -> Option<Position> {
        let removed = self.current.as_ref().is_some_and(|current| current.output.is_removed());
        removed.then(|| self.current.take()).flatten().map(|current| current.first)
    }

    /// Forces the current segment to the disk.
    pub(super) fn sync(&mut self) -> Result<(), Failed> {
        let Some(current) = &mut self.current else { return Ok(()) };
        current.output.sync().map_err(|source| Failed { path: current.path.clone(), source })
    }

    /// Writes a frame whose first record is at `first`: whole, or not at all.
    pub(super) fn write(&mut self, frame: &mut Frame, first: Position) -> Result<(), Failed> {
        let mut current = match self.current.take() {
            Some(current) => current,
            None => self.begin(first)?,
        };
        let written = match frame.seal(first, current.marker) {
            Ok(bytes) => current.output.append(bytes).map(|()| bytes.len() as u64),
            Err(error) => Err(io::Error::other(error)),
        };
        match written {
            Ok(bytes) => {
                current.bytes += bytes;
                self.current = Some(current);
                Ok(())
            }
            Err(source) => {
                let path = current.path.clone();
                // What was written of it goes. If even that fails the segment is given up: what
                // stands behind its last whole frame is skipped by readers.
                if current.output.cut(current.bytes).is_ok() {
                    self.current = Some(current);
                }
                Err(Failed { path, source })
            }
        }
    }

    fn begin(&mut self, first: Position) -> Result<Current, Failed> {
        let path = self.dir.join(segment::file_name(self.number));
        let header = SegmentHeader {
            schema_version: event::SCHEMA_VERSION,
            boot_id: self.boot_id.clone(),
            host: self.host.clone(),
            created_unix_ns: clock::now_unix_ns(),
            first: first.0,
            marker: clock::unpredictable(),
        };
        match self.make(&path, &header) {
            Ok(output) => {
                self.number += 1;
                let (bytes, begun, marker) = (FRAMES, Instant::now(), header.marker);
                Ok(Current { output, path, bytes, begun, marker, first })
            }
            Err(source) => Err(Failed { path, source }),
        }
    }

    fn make(&self, path: &Path, header: &SegmentHeader) -> io::Result<Box<dyn Output>> {
        let bytes = header.encode().map_err(io::Error::other)?;
        let mut output = self.medium.create(path)?;
        if let Err(error) = output.append(&bytes).and_then(|()| sync_dir(&self.dir)) {
            // A segment without frames says nothing, and its name is needed for the next attempt.
            fs::remove_file(path)?;
            return Err(error);
        }
        Ok(output)
    }
}

/// Name of this host.
pub(crate) fn host_name() -> String {
    kernel("hostname")
}

fn kernel(name: &str) -> String {
    let text = fs::read_to_string(format!("/proc/sys/kernel/{name}")).unwrap_or_default();
    text.trim().chars().take(64).collect()
}
