//! What the last run left behind: where the record ends, and the torn tail that is cut off.

use std::fs::{self, OpenOptions};
use std::path::Path;

use crate::frame::FrameHeader;
use crate::segment::{self, FRAMES, Segment};
use crate::{Error, Position};

/// Where a writer goes on.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Recovered {
    /// Number of the next segment.
    pub number: u64,
    /// Position of the next record.
    pub position: Position,
    /// Latest time recorded in the last segment, UTC.
    pub last_unix_ns: Option<u64>,
    /// What was cut.
    pub torn: Option<Torn>,
}

/// A tail that a crash tore.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Torn {
    pub segment: u64,
    pub bytes: u64,
    /// Records in it: known where the header of the torn frame was whole.
    pub records: Option<u32>,
    /// Latest time before it, UTC; 0 if there is none.
    pub since_unix_ns: u64,
}

/// Finds the end of the record in `dir` and cuts what is torn behind it.
pub(crate) fn recover(dir: &Path) -> Result<Recovered, Error> {
    let mut recovered = Recovered { number: 1, ..Recovered::default() };
    let segments = segment::list(dir)?;
    if let Some((number, _)) = segments.last() {
        recovered.number = number + 1;
    }
    for (number, path) in segments.into_iter().rev() {
        if let Some(segment) = Segment::open(number, &path)? {
            let end = End::of(&segment)?;
            recovered.position = end.position(&segment);
            recovered.last_unix_ns = end.last.map(|last| last.times.1).filter(|time| *time > 0);
            recovered.torn = end.cut(&segment)?;
            if end.frames == 0 && recovered.torn.is_none() {
                fs::remove_file(&path).map_err(Error::io("remove", &path))?;
                recovered.number = number;
            }
            return Ok(recovered);
        }
        // Made, but the crash came before its header was whole.
        let len = fs::metadata(&path).map_err(Error::io("read", &path))?.len();
        if len <= FRAMES {
            fs::remove_file(&path).map_err(Error::io("remove", &path))?;
        }
    }
    Ok(recovered)
}

/// End of the sound part of a segment.
#[derive(Debug, Default)]
struct End {
    frames: u64,
    offset: u64,
    /// The highest of any frame: the last one may be a copy of an earlier.
    position: u64,
    last: Option<FrameHeader>,
    torn: Option<FrameHeader>,
    len: u64,
}

impl End {
    fn of(segment: &Segment) -> Result<Self, Error> {
        let io = || Error::io("read", &segment.path);
        let mut end = Self { offset: FRAMES, ..Self::default() };
        while let Some(found) = segment.next_frame(end.offset, |_| true).map_err(io())? {
            end.frames += 1;
            end.offset = found.next;
            end.position = end.position.max(found.header.end());
            end.last = Some(found.header);
        }
        end.len = segment.len().map_err(io())?;
        end.torn = segment.header_at(end.offset, Some(segment.header.marker)).map_err(io())?;
        Ok(end)
    }

    /// Behind the torn frame too, if it is known: no position is given twice.
    fn position(&self, segment: &Segment) -> Position {
        let torn = self.torn.as_ref().map_or(0, FrameHeader::end);
        Position(self.position.max(torn).max(segment.header.first))
    }

    fn cut(&self, segment: &Segment) -> Result<Option<Torn>, Error> {
        let bytes = self.len.saturating_sub(self.offset);
        if bytes == 0 {
            return Ok(None);
        }
        OpenOptions::new()
            .write(true)
            .open(&segment.path)
            .and_then(|file| file.set_len(self.offset).and_then(|()| file.sync_all()))
            .map_err(Error::io("cut", &segment.path))?;
        Ok(Some(Torn {
            segment: segment.number,
            bytes,
            records: self.torn.map(|header| header.records),
            since_unix_ns: self.last.map_or(segment.header.created_unix_ns, |last| last.times.1),
        }))
    }
}
