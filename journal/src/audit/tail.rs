//! Where the log ends, for who appends: found once, followed while others append, repaired after a crash.

use std::fs::{self, File, OpenOptions};
use std::io::{BufReader, Seek, SeekFrom};
use std::path::Path;

use super::chain::{Chain, Fault};
use super::segment::{Line, list, next_line, path_of};
use crate::Error;

/// The end of the log.
#[derive(Clone, Debug, Default)]
pub(super) struct Tail {
    pub chain: Chain,
    /// Number of the last segment, also one that cannot be continued.
    pub number: u64,
    /// Bytes of it that are whole lines.
    pub bytes: u64,
}

/// What a look at the end found wrong.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Bytes that are no whole line.
    pub torn: u64,
    /// Where the last segment cannot be continued: segment, byte, why.
    pub broken: Option<(u64, u64, Fault)>,
}

impl Tail {
    /// Finds it: the last segment that begins as it should, read to its end.
    pub fn find(dir: &Path) -> Result<(Self, Found), Error> {
        let segments = list(dir)?;
        let number = segments.last().map_or(0, |(number, _)| *number);
        let mut found = Found::default();
        for (at, path) in segments.iter().rev() {
            let mut tail = Self { number: *at, ..Self::default() };
            let bytes = tail.read_on(path)?;
            if tail.chain.segment.is_none() && bytes.broken.is_none() {
                // The crash came before its first line was whole: as if it had never been made.
                fs::remove_file(path).map_err(Error::io("remove", path))?;
                found.torn += bytes.torn;
                continue;
            }
            found.torn += bytes.torn;
            found.broken = found.broken.or(bytes.broken);
            if tail.chain.segment.is_some() {
                tail.number = if found.broken.is_some() { number } else { *at };
                return Ok((tail, found));
            }
        }
        let number = if found.broken.is_some() { number } else { 0 };
        Ok((Self { number, ..Self::default() }, found))
    }

    /// Takes over what others appended since; false if the log is not what it was.
    pub fn follow(&mut self, dir: &Path) -> Result<bool, Error> {
        let segments = list(dir)?;
        let last = self.number;
        if last > 0 && !segments.iter().any(|(number, _)| *number == last) {
            return Ok(false);
        }
        for (number, path) in segments.iter().filter(|(number, _)| *number >= last) {
            if *number != self.number {
                (self.number, self.bytes) = (*number, 0);
            }
            let length = fs::metadata(path).map_err(Error::io("read", path))?.len();
            if length == self.bytes {
                continue;
            }
            if length < self.bytes || self.read_on(path)? != Found::default() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn read_on(&mut self, path: &Path) -> Result<Found, Error> {
        let io = || Error::io("read", path);
        let mut file = File::open(path).map_err(io())?;
        file.seek(SeekFrom::Start(self.bytes)).map_err(io())?;
        let mut reader = BufReader::with_capacity(64 << 10, file);
        loop {
            let line = match next_line(&mut reader).map_err(io())? {
                Line::End => return Ok(Found::default()),
                Line::Torn(torn) => return Ok(Found { torn, broken: None }),
                Line::Whole(line) => line,
            };
            let taken = match self.bytes {
                0 => self.chain.begin(self.number, &line).map(drop),
                _ => self.chain.take(&line).map(drop),
            };
            if let Err(fault) = taken {
                let broken = Some((self.number, self.bytes, fault));
                return Ok(Found { torn: 0, broken });
            }
            self.bytes += line.len() as u64 + 1;
        }
    }

    /// Cuts what is behind the last whole line.
    pub fn cut(&self, dir: &Path) -> Result<(), Error> {
        let path = path_of(dir, self.number);
        let cut = || -> std::io::Result<()> {
            let file = OpenOptions::new().write(true).open(&path)?;
            file.set_len(self.bytes)?;
            file.sync_all()
        };
        cut().map_err(Error::io("cut", &path))
    }
}
