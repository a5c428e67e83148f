//! The entries, for lists and exports. Nothing is proved here: that is what `verify` is for.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use super::AuditEntry;
use super::line::{Body, parts};
use super::segment::{Line, dir_in, list, next_line};
use crate::{Error, data_dir};

/// Entries of a log, the oldest first.
#[derive(Debug)]
pub struct Entries {
    /// Segments that are left, the oldest last.
    paths: Vec<PathBuf>,
    reader: Option<(PathBuf, BufReader<File>)>,
    unread: u64,
}

/// Reads the log of a data directory.
pub fn entries(data_dir: &Path) -> Result<Entries, Error> {
    data_dir::check_layout(data_dir)?;
    let mut paths: Vec<_> = list(&dir_in(data_dir))?.into_iter().map(|(_, path)| path).collect();
    paths.reverse();
    Ok(Entries { paths, reader: None, unread: 0 })
}

impl Entries {
    /// Lines so far that are no entries of this version.
    pub fn unread(&self) -> u64 {
        self.unread
    }

    fn next_line(&mut self) -> Result<Option<Vec<u8>>, Error> {
        loop {
            let Some((path, reader)) = &mut self.reader else {
                let Some(path) = self.paths.pop() else { return Ok(None) };
                let file = File::open(&path).map_err(Error::io("read", &path))?;
                self.reader = Some((path, BufReader::new(file)));
                continue;
            };
            match next_line(reader).map_err(Error::io("read", path))? {
                Line::Whole(line) => return Ok(Some(line)),
                Line::Torn(_) => self.unread += 1,
                Line::End => {}
            }
            self.reader = None;
        }
    }
}

impl Iterator for Entries {
    type Item = Result<AuditEntry, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let line = match self.next_line() {
                Ok(line) => line?,
                Err(error) => return Some(Err(error)),
            };
            let body = parts(&line).and_then(|parts| serde_json::from_slice(parts.json).ok());
            match body {
                Some(Body::Entry(entry)) => return Some(Ok(entry)),
                Some(Body::Segment(_) | Body::Head(_)) => {}
                None => self.unread += 1,
            }
        }
    }
}
