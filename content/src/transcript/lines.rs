//! Lines out of bytes that come in pieces: the last one waits until it is whole.

use memchr::memchr;

/// Longest line that is read, in bytes.
const MOST_LINE: usize = 1 << 20;

/// Lines as they come.
#[derive(Debug, Default)]
pub struct Lines {
    /// The beginning of the last one.
    part: Vec<u8>,
    /// The last one is too long; its end is waited for.
    skips: bool,
    at: u64,
    /// Bytes behind `at` that are not in `part`.
    skipped: u64,
    too_long: u64,
}

impl Lines {
    /// Of a file from this byte on, where a line begins.
    pub fn from(at: u64) -> Self {
        Self { at, ..Self::default() }
    }

    /// Bytes of whole lines so far.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// Lines that were left out.
    pub fn too_long(&self) -> u64 {
        self.too_long
    }

    /// Takes the next bytes; reads each line that is whole now.
    pub fn each(&mut self, mut bytes: &[u8], read: &mut dyn FnMut(&[u8])) {
        while let Some(end) = memchr(b'\n', bytes) {
            let (line, rest) = bytes.split_at(end);
            bytes = rest.get(1..).unwrap_or_default();
            let length = self.skipped + (self.part.len() + line.len()) as u64;
            if self.skips || length > MOST_LINE as u64 {
                self.too_long += 1;
            } else if self.part.is_empty() {
                read(line);
            } else {
                self.part.extend_from_slice(line);
                read(&self.part);
            }
            self.at += length + 1;
            self.part.clear();
            (self.skips, self.skipped) = (false, 0);
        }
        if self.skips || self.part.len() + bytes.len() > MOST_LINE {
            self.skips = true;
            self.skipped += (self.part.len() + bytes.len()) as u64;
            self.part = Vec::new();
        } else {
            self.part.extend_from_slice(bytes);
        }
    }
}
