//! The files of the log: where they are, and their lines.

use std::fs;
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

use super::line::MOST_BYTES;
use crate::Error;

/// Where the log of a data directory is.
pub(super) fn dir_in(data_dir: &Path) -> PathBuf {
    data_dir.join("audit")
}

pub(super) fn path_of(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("{number:010}.log"))
}

/// Segments by number, the oldest first.
pub(super) fn list(dir: &Path) -> Result<Vec<(u64, PathBuf)>, Error> {
    let io = || Error::io("read", dir);
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(io()(error)),
    };
    let mut segments = Vec::new();
    for entry in entries {
        let path = entry.map_err(io())?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let number = name.strip_suffix(".log").filter(|digits| digits.len() == 10);
        if let Some(number) = number.and_then(|digits| digits.parse().ok()) {
            segments.push((number, path));
        }
    }
    segments.sort();
    Ok(segments)
}

/// A line as it stands in a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Without its end.
    Whole(Vec<u8>),
    /// The end of the file came first.
    Torn(u64),
    /// Nothing is left.
    End,
}

/// Reads the next line, within bounds.
pub(super) fn next_line(reader: &mut impl BufRead) -> io::Result<Line> {
    let mut line = Vec::new();
    reader.by_ref().take(MOST_BYTES as u64).read_until(b'\n', &mut line)?;
    if line.last() == Some(&b'\n') {
        line.pop();
        return Ok(Line::Whole(line));
    }
    Ok(match line.len() {
        0 => Line::End,
        // What is as long as no line is was not torn by a crash: it is refused as a line.
        MOST_BYTES => Line::Whole(line),
        bytes => Line::Torn(bytes as u64),
    })
}
