//! A tar archive, entry by entry, as images have them (ustar, with the long names of GNU and pax). Nothing in it is
//! trusted: every length is bounded, every header has its sum checked.

use std::io::{self, Read};

/// Bytes of a block.
const BLOCK: usize = 512;
/// Longest path and longest extension header, in bytes.
const MAX_PATH: usize = 4096;
const MAX_EXTENSION: u64 = 1 << 20;
/// Most extension headers before one entry.
const MOST_EXTENSIONS: usize = 8;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    File,
    Folder,
    /// A symbolic link.
    Link,
    /// Another name of a file before it.
    HardLink,
    /// A device, a pipe, or what nobody knows.
    Other,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub path: Vec<u8>,
    pub kind: Kind,
    /// Where a link leads.
    pub target: Vec<u8>,
    /// Bytes of its content.
    pub size: u64,
    pub mode: u32,
    /// Last change, seconds of Unix.
    pub changed: u64,
}

/// What an extension header says of the next entry.
#[derive(Debug, Default)]
struct Said {
    path: Option<Vec<u8>>,
    target: Option<Vec<u8>>,
    size: Option<u64>,
    changed: Option<u64>,
    sparse: bool,
}

/// An archive that is read.
pub struct Tar<R> {
    from: R,
    /// Bytes of the entry at hand that were not read, and those that fill its last block.
    left: u64,
    fill: u64,
    /// Where in the archive the next byte is.
    at: u64,
    /// How content is passed over: says how much of it was there.
    pass: fn(&mut R, u64) -> io::Result<u64>,
}

impl<R: Read> Tar<R> {
    pub fn new(from: R) -> Self {
        Self::over(from, |from, bytes| io::copy(&mut from.take(bytes), &mut io::sink()))
    }

    /// One in which content need not be read to be passed over.
    pub fn over(from: R, pass: fn(&mut R, u64) -> io::Result<u64>) -> Self {
        Self { from, left: 0, fill: 0, at: 0, pass }
    }

    /// What it was read from.
    pub fn into_inner(self) -> R {
        self.from
    }

    /// Where the content of the entry at hand begins or goes on.
    pub fn position(&self) -> u64 {
        self.at
    }

    /// The next entry; what was not read of the last one is passed over.
    pub fn next(&mut self) -> io::Result<Option<Entry>> {
        let mut said = Said::default();
        for _ in 0..=MOST_EXTENSIONS {
            self.pass()?;
            let Some(header) = self.header()? else { return Ok(None) };
            let size = number(&header, 124, 12)?;
            match header.get(156).copied().unwrap_or_default() {
                b'L' => said.path = Some(until_nul(&self.extension(size)?)),
                b'K' => said.target = Some(until_nul(&self.extension(size)?)),
                b'x' => pax(&self.extension(size)?, &mut said),
                b'g' => drop(self.extension(size)?),
                kind => return self.entry(&header, kind, size, said).map(Some),
            }
        }
        Err(wrong("too many extension headers before one entry"))
    }

    fn entry(&mut self, header: &[u8], kind: u8, size: u64, said: Said) -> io::Result<Entry> {
        let kind = match kind {
            b'0' | 0 | b'7' if !said.sparse => Kind::File,
            b'1' => Kind::HardLink,
            b'2' => Kind::Link,
            b'5' => Kind::Folder,
            _ => Kind::Other,
        };
        let size = said.size.unwrap_or(size);
        // Links and folders have no content, whatever they say.
        let size = if matches!(kind, Kind::File | Kind::Other) { size } else { 0 };
        let content = if matches!(header.get(156), Some(b'3' | b'4' | b'6')) { 0 } else { size };
        self.left = content;
        self.fill = content.next_multiple_of(BLOCK as u64) - content;
        let field =
            |at: usize, length: usize| until_nul(header.get(at..at + length).unwrap_or_default());
        let path = said.path.unwrap_or_else(|| {
            let (name, prefix) = (field(0, 100), field(345, 155));
            let is_ustar = header.get(257..263) == Some(b"ustar\0");
            if is_ustar && !prefix.is_empty() { [&prefix, &b"/"[..], &name].concat() } else { name }
        });
        let target = said.target.unwrap_or_else(|| field(157, 100));
        if path.len() > MAX_PATH || target.len() > MAX_PATH {
            return Err(wrong("a path is longer than 4096 bytes"));
        }
        Ok(Entry {
            path,
            kind,
            target,
            size,
            mode: u32::try_from(number(header, 100, 8).unwrap_or(0) & 0o7777).unwrap_or(0),
            changed: said.changed.unwrap_or_else(|| number(header, 136, 12).unwrap_or(0)),
        })
    }

    /// A header whose sum is right; none at the end.
    fn header(&mut self) -> io::Result<Option<[u8; BLOCK]>> {
        let mut block = [0; BLOCK];
        let mut have = 0;
        while let Some(rest) = block.get_mut(have..).filter(|rest| !rest.is_empty()) {
            match self.from.read(rest)? {
                0 if have == 0 => return Ok(None),
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => have += read,
            }
        }
        self.at += BLOCK as u64;
        if block.iter().all(|byte| *byte == 0) {
            return Ok(None);
        }
        let sum = block.iter().enumerate().map(|(at, byte)| match at {
            148..156 => u64::from(b' '),
            _ => u64::from(*byte),
        });
        let sum: u64 = sum.sum();
        if number(&block, 148, 8)? != sum {
            return Err(wrong("a header is not one: its sum is wrong"));
        }
        Ok(Some(block))
    }

    fn extension(&mut self, size: u64) -> io::Result<Vec<u8>> {
        if size > MAX_EXTENSION {
            return Err(wrong("an extension header is longer than 1 MiB"));
        }
        self.left = size;
        self.fill = size.next_multiple_of(BLOCK as u64) - size;
        let mut bytes = Vec::new();
        self.read_to_end(&mut bytes)?;
        if bytes.len() as u64 != size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(bytes)
    }

    /// Passes over what is left of an entry.
    fn pass(&mut self) -> io::Result<()> {
        let rest = std::mem::take(&mut self.left) + std::mem::take(&mut self.fill);
        let passed = (self.pass)(&mut self.from, rest)?;
        self.at += passed;
        if passed < rest { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }
}

/// The content of the entry at hand.
impl<R: Read> Read for Tar<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = (&mut self.from).take(self.left).read(into)?;
        if read == 0 && self.left > 0 && !into.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= read as u64;
        self.at += read as u64;
        Ok(read)
    }
}

/// Why an archive could not be read, in words.
pub fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "it ends too early".to_owned(),
        _ => error.to_string(),
    }
}

fn wrong(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

fn until_nul(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().take_while(|byte| **byte != 0).copied().collect()
}

/// Octal digits, or binary where the first bit says so.
fn number(header: &[u8], at: usize, length: usize) -> io::Result<u64> {
    let field = header.get(at..at + length).unwrap_or_default();
    let odd = || wrong("a number in a header is none");
    if let Some((first @ 0x80.., rest)) = field.split_first() {
        let begin = u64::from(first & 0x7f);
        let add = |sum: u64, byte: &u8| sum.checked_mul(256)?.checked_add(u64::from(*byte));
        let sum = rest.iter().try_fold(begin, add).ok_or_else(odd)?;
        return if sum > i64::MAX as u64 { Err(odd()) } else { Ok(sum) };
    }
    let text = field.split(|byte| *byte == 0).next().unwrap_or_default().trim_ascii();
    let digit = |sum: u64, byte: &u8| match byte {
        b'0'..=b'7' => sum.checked_mul(8)?.checked_add(u64::from(byte - b'0')),
        _ => None,
    };
    text.iter().try_fold(0, digit).ok_or_else(odd)
}

/// Records `LENGTH KEY=VALUE\n`.
fn pax(mut bytes: &[u8], said: &mut Said) {
    while let Some(end) = bytes.iter().position(|byte| *byte == b' ') {
        let length = bytes.get(..end).and_then(|it| std::str::from_utf8(it).ok()?.parse().ok());
        let Some((record, rest)) = length.and_then(|length: usize| bytes.split_at_checked(length))
        else {
            return;
        };
        let Some(record) = record.get(end + 1..) else { return };
        bytes = rest;
        let record = record.strip_suffix(b"\n").unwrap_or(record);
        let Some(equals) = record.iter().position(|byte| *byte == b'=') else { continue };
        let (key, value) = record.split_at(equals);
        let value = value.get(1..).unwrap_or_default();
        let whole = || std::str::from_utf8(value).ok()?.split('.').next()?.parse().ok();
        match key {
            b"path" => said.path = Some(value.to_vec()),
            b"linkpath" => said.target = Some(value.to_vec()),
            b"size" => said.size = whole().filter(|size| *size <= i64::MAX as u64),
            b"mtime" => said.changed = whole(),
            key if key.starts_with(b"GNU.sparse.") => said.sparse = true,
            _ => {}
        }
    }
}
