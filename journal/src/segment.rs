//! The segment file: its name, its header (kept twice), and the walk over its frames that finds
//! the next sound one behind any damage.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use memchr::memmem;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::frame::{self, FrameHeader, HEADER};

/// The segment format this code writes.
pub(crate) const FORMAT: u32 = 1;
/// Where the first frame begins: behind two copies of the header.
pub(crate) const FRAMES: u64 = 2 * COPY as u64;

/// Bytes of one copy of the header, padded with 0.
const COPY: usize = 512;
const MAGIC: [u8; 8] = *b"CHPRseg\n";

/// What a segment says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentHeader {
    /// Version of the event schema its records were written with.
    pub schema_version: u32,
    /// Boot of the host in which it was written: process ids are unique within it.
    pub boot_id: String,
    /// Name of the host.
    pub host: String,
    /// When it was begun, UTC.
    pub created_unix_ns: u64,
    /// Position of its first record.
    pub first: u64,
    /// What its frames carry; see [`FrameHeader::marker`].
    pub(crate) marker: u64,
}

impl SegmentHeader {
    /// Both copies, ready to be written.
    pub(crate) fn encode(&self) -> Result<Vec<u8>, Error> {
        let body =
            rmp_serde::to_vec_named(self).map_err(|error| Error::Encode(error.to_string()))?;
        let mut checked = FORMAT.to_le_bytes().to_vec();
        checked.extend_from_slice(&(body.len() as u32).to_le_bytes());
        checked.extend_from_slice(&body);
        let mut copy = Vec::with_capacity(COPY);
        copy.extend_from_slice(&MAGIC);
        copy.extend_from_slice(&crc32c::crc32c(&checked).to_le_bytes());
        copy.extend_from_slice(&checked);
        if copy.len() > COPY {
            return Err(Error::Encode("the segment header is too long".into()));
        }
        copy.resize(COPY, 0);
        Ok(copy.repeat(2))
    }

    fn decode(copy: &[u8]) -> Option<(u32, Self)> {
        let rest = copy.strip_prefix(&MAGIC)?;
        let (crc, checked) = rest.split_first_chunk::<4>()?;
        let (format, rest) = checked.split_first_chunk::<4>()?;
        let (len, rest) = rest.split_first_chunk::<4>()?;
        let body = rest.get(..u32::from_le_bytes(*len) as usize)?;
        let checked = checked.get(..8 + body.len())?;
        if crc32c::crc32c(checked) != u32::from_le_bytes(*crc) {
            return None;
        }
        Some((u32::from_le_bytes(*format), rmp_serde::from_slice(body).ok()?))
    }
}

/// A segment that is read.
#[derive(Debug)]
pub(crate) struct Segment {
    pub number: u64,
    pub path: PathBuf,
    /// Where it is damaged, what could be learned from a frame; see [`Segment::open`].
    pub header: SegmentHeader,
    /// The header itself was read, so that its first position is the true one.
    pub sound: bool,
    file: File,
}

/// A frame that was found.
#[derive(Debug)]
pub(crate) struct Found {
    pub header: FrameHeader,
    /// Bytes of damage before it.
    pub skipped: u64,
    /// Where the next frame is expected.
    pub next: u64,
    pub payload: Vec<u8>,
}

impl Segment {
    /// Opens a segment. `None` if it holds no header yet and no frame: it is just being made, or
    /// nothing of it is left, or it is gone. A header lost in both copies is replaced by what a frame tells.
    pub(crate) fn open(number: u64, path: &Path) -> Result<Option<Self>, Error> {
        let file = match File::open(path) {
            Ok(file) => file,
            // Retention took it between the listing and now.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io("open", path)(error)),
        };
        let header = read_header(&file, path)?;
        let segment = Self {
            number,
            path: path.to_owned(),
            sound: header.is_some(),
            header: header.clone().unwrap_or_default(),
            file,
        };
        match header {
            Some(_) => Ok(Some(segment)),
            None => segment.with_header_from_frame().map_err(Error::io("read", path)),
        }
    }

    fn with_header_from_frame(mut self) -> io::Result<Option<Self>> {
        let Some(found) = self.search(0, &frame::magic(), None)? else { return Ok(None) };
        self.header.marker = found.header.marker;
        self.header.first = found.header.first;
        self.header.created_unix_ns = found.header.times.0;
        Ok(Some(self))
    }

    /// The next sound frame at or behind `offset`; `None` if there is none (yet). The payload of
    /// a frame that is not wanted is neither read nor checked.
    pub(crate) fn next_frame(
        &self,
        offset: u64,
        wanted: impl Fn(&FrameHeader) -> bool,
    ) -> io::Result<Option<Found>> {
        let marker = self.header.marker;
        match self.frame_at(offset, Some(marker), wanted)? {
            Some(found) => Ok(Some(found)),
            None => self.search(offset, &frame::signature(marker), Some(marker)),
        }
    }

    /// The header of a sound frame header at `offset`, without its payload.
    pub(crate) fn header_at(
        &self,
        offset: u64,
        marker: Option<u64>,
    ) -> io::Result<Option<FrameHeader>> {
        let mut bytes = [0; HEADER];
        if !read_exact_at(&self.file, &mut bytes, offset)? {
            return Ok(None);
        }
        Ok(FrameHeader::decode(&bytes, marker))
    }

    /// Size of the file now.
    pub(crate) fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    fn frame_at(
        &self,
        offset: u64,
        marker: Option<u64>,
        wanted: impl Fn(&FrameHeader) -> bool,
    ) -> io::Result<Option<Found>> {
        let Some(header) = self.header_at(offset, marker)? else { return Ok(None) };
        let start = offset + HEADER as u64;
        let next = start + u64::from(header.len);
        if next > self.len()? {
            return Ok(None);
        }
        if !wanted(&header) {
            return Ok(Some(Found { header, skipped: 0, next, payload: Vec::new() }));
        }
        let mut payload = vec![0; header.len as usize];
        if !read_exact_at(&self.file, &mut payload, start)?
            || crc32c::crc32c(&payload) != header.crc
        {
            return Ok(None);
        }
        Ok(Some(Found { header, skipped: 0, next, payload }))
    }

    /// Looks for `signature` behind `from` and for a sound frame where it stands.
    fn search(
        &self,
        from: u64,
        signature: &[u8],
        marker: Option<u64>,
    ) -> io::Result<Option<Found>> {
        const WINDOW: usize = 1 << 20;
        let finder = memmem::Finder::new(signature);
        let behind = self.len()?.saturating_sub(from);
        if behind < signature.len() as u64 {
            return Ok(None); // the end of what is written: readers that follow stand here
        }
        let mut window = vec![0; WINDOW.min(behind as usize)];
        let mut offset = from;
        loop {
            let read = read_up_to(&self.file, &mut window, offset)?;
            let bytes = window.get(..read).unwrap_or_default();
            for at in finder.find_iter(bytes) {
                let start = offset + at as u64;
                if let Some(found) = self.frame_at(start, marker, |_| true)? {
                    return Ok(Some(Found { skipped: start - from, ..found }));
                }
            }
            if read < WINDOW {
                return Ok(None);
            }
            offset += (read - signature.len() + 1) as u64;
        }
    }
}

fn read_header(file: &File, path: &Path) -> Result<Option<SegmentHeader>, Error> {
    let mut copy = [0; COPY];
    for offset in [0, COPY as u64] {
        if !read_exact_at(file, &mut copy, offset).map_err(Error::io("read", path))? {
            return Ok(None);
        }
        match SegmentHeader::decode(&copy) {
            Some((found, _)) if found > FORMAT => {
                return Err(Error::NewerSegment { path: path.to_owned(), found, known: FORMAT });
            }
            Some((_, header)) => return Ok(Some(header)),
            None => {}
        }
    }
    Ok(None)
}

/// False if the file ends before `buffer` is full.
fn read_exact_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<bool> {
    match file.read_exact_at(buffer, offset) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

fn read_up_to(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match file.read_at(rest, offset + filled as u64) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// File name of a segment.
pub(crate) fn file_name(number: u64) -> String {
    format!("{number:010}.seg")
}

/// Numbers and paths of the segments in `dir`, oldest first; anything else there is ignored.
pub(crate) fn list(dir: &Path) -> Result<Vec<(u64, PathBuf)>, Error> {
    let mut segments = Vec::new();
    for entry in fs::read_dir(dir).map_err(Error::io("read", dir))? {
        let path = entry.map_err(Error::io("read", dir))?.path();
        if let Some(number) = number_of(&path) {
            segments.push((number, path));
        }
    }
    segments.sort_unstable();
    Ok(segments)
}

fn number_of(path: &Path) -> Option<u64> {
    let name = path.file_name()?.to_str()?.strip_suffix(".seg")?;
    let digits = name.len() >= 10 && name.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| name.parse().ok())?
}
