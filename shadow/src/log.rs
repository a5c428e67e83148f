//! The log of versions: a line each, with its checksum before it. A killed writer leaves a torn last line, which the
//! next one cuts; a line that is damaged costs itself.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::version::{Name, Version};

/// Bytes that wait for a flush at most.
const MOST_WAITING: usize = 16 << 10;
/// Longest line, in bytes.
const LONGEST: u64 = 1 << 20;

#[derive(Serialize, Deserialize)]
struct Line {
    path: Name,
    version: Version,
}

/// How far a log was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Bytes up to the end of the last whole line.
    pub length: u64,
    /// Whole lines.
    pub lines: u64,
    /// Those that were damaged.
    pub damaged: u64,
}

/// Gives each version to `take`, in the order in which they were written.
pub fn read(dir: &Path, mut take: impl FnMut(PathBuf, Version)) -> io::Result<Extent> {
    let mut extent = Extent::default();
    let mut log = match File::open(dir.join("log")) {
        Ok(file) => BufReader::with_capacity(128 << 10, file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(extent),
        Err(error) => return Err(error),
    };
    let mut line = Vec::new();
    loop {
        line.clear();
        let read = io::Read::take(&mut log, LONGEST).read_until(b'\n', &mut line)?;
        let Some(text) = line.strip_suffix(b"\n") else { return Ok(extent) };
        extent.length += read as u64;
        extent.lines += 1;
        match parse(text) {
            Some(line) => take(line.path.into(), line.version),
            None => extent.damaged += 1,
        }
    }
}

fn parse(line: &[u8]) -> Option<Line> {
    let (sum, json) = line.split_at_checked(8)?;
    let sum = u32::from_str_radix(std::str::from_utf8(sum).ok()?, 16).ok()?;
    let json = json.strip_prefix(b" ")?;
    (crc32c::crc32c(json) == sum).then(|| serde_json::from_slice(json).ok()).flatten()
}

fn write(path: &Path, version: &Version, into: &mut Vec<u8>) -> io::Result<()> {
    let json = serde_json::to_string(&Line { path: path.into(), version: version.clone() })?;
    writeln!(into, "{:08x} {json}", crc32c::crc32c(json.as_bytes()))
}

/// The log, to be written.
#[derive(Debug)]
pub struct Log {
    dir: PathBuf,
    file: File,
    length: u64,
    lines: u64,
    waits: Vec<u8>,
}

impl Log {
    /// Goes on behind the last whole line.
    pub fn open(dir: &Path, extent: Extent) -> io::Result<Self> {
        let options = OpenOptions::new().append(true).create(true).mode(0o600).clone();
        let file = options.open(dir.join("log"))?;
        file.set_len(extent.length)?;
        let Extent { length, lines, .. } = extent;
        Ok(Self { dir: dir.to_owned(), file, length, lines, waits: Vec::new() })
    }

    /// Lines in it, also of what is not kept any more.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// A version, written with the next flush at the latest.
    pub fn add(&mut self, path: &Path, version: &Version) -> io::Result<()> {
        self.lines += 1;
        write(path, version, &mut self.waits)?;
        if self.waits.len() > MOST_WAITING { self.flush() } else { Ok(()) }
    }

    /// Writes what waits. What the disk does not take waits on, and leaves no half line.
    pub fn flush(&mut self) -> io::Result<()> {
        if self.waits.is_empty() {
            return Ok(());
        }
        if let Err(error) = self.file.write_all(&self.waits) {
            self.file.set_len(self.length)?;
            return Err(error);
        }
        self.length += self.waits.len() as u64;
        self.waits.clear();
        Ok(())
    }

    /// Writes it anew with these versions alone.
    pub fn rewrite<'v>(
        &mut self,
        all: impl Iterator<Item = (&'v Path, &'v Version)>,
    ) -> io::Result<()> {
        let (path, new) = (self.dir.join("log"), self.dir.join("new").join("log"));
        let mut lines = Vec::new();
        let mut count = 0;
        let options =
            OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).clone();
        let mut file = options.open(&new)?;
        for (path, version) in all {
            write(path, version, &mut lines)?;
            count += 1;
            if lines.len() > 1 << 20 {
                file.write_all(&lines)?;
                lines.clear();
            }
        }
        file.write_all(&lines)?;
        file.sync_all()?;
        let length = file.metadata()?.len();
        fs::rename(new, path)?;
        *self = Self::open(&self.dir, Extent { length, lines: count, damaged: 0 })?;
        Ok(())
    }
}
