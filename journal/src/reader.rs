//! Reads the record, oldest first, beside a running writer and without a lock.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use event::{Act, Loss, LossCause, Record};

use crate::data_dir::{check_layout, segments_dir};
use crate::frame::{Decompressor, FrameHeader, KIND_ACT};
use crate::pack::unpack;
use crate::segment::{self, FRAMES, Found, Segment, SegmentHeader};
use crate::{Error, Position};

/// A record and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// Its place. A loss that the reader itself reports has the place of the first record lost.
    pub position: Position,
    /// The record.
    pub record: Record,
}

/// What could not be read so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Damage {
    /// Places where sound frames were missing.
    pub places: u64,
    /// Records that are missing there, known from the positions around.
    pub records: u64,
    /// Records that were removed (retention) before they were read.
    pub removed: u64,
    /// Bytes passed over.
    pub bytes: u64,
    /// Records of a kind or form that only a later version knows.
    pub unknown: u64,
}

/// Where the record ended at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct End {
    /// Number of the last segment.
    segment: u64,
    /// Its bytes.
    len: u64,
}

/// An iterator over the record as it was when the reader was opened, or, with
/// [`Reader::follow`], as it grows. Damage is skipped to the next sound frame, counted in
/// [`Reader::damage`] and reported in its place as a [`Loss`].
#[derive(Debug)]
pub struct Reader {
    dir: PathBuf,
    from: Position,
    since_unix_ns: u64,
    acts: bool,
    /// None when it follows.
    limit: Option<End>,
    current: Option<Current>,
    /// Segments that were opened before they are read, oldest first.
    held: Option<VecDeque<Segment>>,
    /// Number of the last segment that was begun.
    last: u64,
    expected: Option<u64>,
    /// Segments before this one were removed: what is missing is not damage.
    segments_missing: bool,
    ready: VecDeque<Stored>,
    damage: Damage,
    decompressor: Decompressor,
}

#[derive(Debug)]
struct Current {
    segment: Segment,
    offset: u64,
    /// End of the last frame read. A frame that begins before it is a copy of one.
    end: u64,
}

impl Reader {
    /// A reader of all that is in the data directory now.
    pub fn open(data_dir: &Path) -> Result<Self, Error> {
        check_layout(data_dir)?;
        let dir = segments_dir(data_dir);
        let limit = match segment::list(&dir)?.pop() {
            Some((segment, path)) => {
                End { segment, len: path.metadata().map_or(0, |meta| meta.len()) }
            }
            None => End::default(),
        };
        Ok(Self {
            dir,
            from: Position(0),
            since_unix_ns: 0,
            acts: true,
            limit: Some(limit),
            current: None,
            held: None,
            last: 0,
            expected: None,
            segments_missing: false,
            ready: VecDeque::new(),
            damage: Damage::default(),
            decompressor: Decompressor::default(),
        })
    }

    /// Only records at `position` and behind. If some of them were removed meanwhile, the first
    /// record is a [`Loss`] that says so.
    pub fn from(mut self, position: Position) -> Result<Self, Error> {
        self.from = position;
        self.expected = Some(position.0);
        for (number, path) in segment::list(&self.dir)? {
            match Segment::open(number, &path)? {
                Some(segment) if segment.header.first > position.0 => break,
                _ => self.last = number.saturating_sub(1),
            }
        }
        Ok(self)
    }

    /// Places at which its segments begin, from the first record on: where several can begin to read.
    pub fn beginnings(&self) -> Result<Vec<Position>, Error> {
        let mut beginnings = vec![self.from];
        for (number, path) in segment::list(&self.dir)? {
            let within = self.limit.is_none_or(|limit| number <= limit.segment);
            if let Some(segment) = Segment::open(number, &path)?.filter(|_| within) {
                beginnings.push(Position(segment.header.first));
            }
        }
        beginnings.retain(|position| *position >= self.from);
        beginnings.sort_unstable();
        beginnings.dedup();
        Ok(beginnings)
    }

    /// Where it ends; what was written since it was opened lies behind.
    pub fn end(&self) -> End {
        self.limit.unwrap_or_default()
    }

    /// Only records before the end that an earlier reader had.
    pub fn until(mut self, end: End) -> Self {
        self.limit = Some(end);
        self
    }

    /// Opens every segment now: what is rolled and removed while a slow reader reads is read all the
    /// same.
    pub fn hold(mut self) -> Result<Self, Error> {
        let mut held = VecDeque::new();
        for (number, path) in segment::list(&self.dir)? {
            if number > self.last {
                held.extend(Segment::open(number, &path)?);
            }
        }
        self.held = Some(held);
        Ok(self)
    }

    /// Only records of `time_unix_ns` and later. Records without a time (agents) always come.
    pub fn since(mut self, time_unix_ns: u64) -> Self {
        self.since_unix_ns = time_unix_ns;
        self
    }

    /// Only records that are not acts, and the acts that tell of lost events; frames of nothing else are
    /// passed over unread.
    pub fn without_acts(mut self) -> Self {
        self.acts = false;
        self
    }

    /// Goes on with new records as they are written. At the end of the record it calls `wait`,
    /// which waits as it likes and says whether to go on.
    pub fn follow<W: FnMut() -> bool>(self, wait: W) -> Follow<W> {
        Follow { reader: self.live(), wait }
    }

    /// Without the end that the record had when the reader was opened: at the end of the record it
    /// yields `None`, and later more.
    pub(crate) fn live(mut self) -> Self {
        self.limit = None;
        self
    }

    /// Position up to which the record was read.
    pub fn position(&self) -> Position {
        Position(self.expected.unwrap_or(0))
    }

    /// What could not be read so far.
    pub fn damage(&self) -> Damage {
        self.damage
    }

    /// Header of the segment that is being read: its boot and host.
    pub fn segment(&self) -> Option<&SegmentHeader> {
        self.current.as_ref().map(|current| &current.segment.header)
    }

    /// The records of the next frame, at least one; `None` at the end of the record.
    pub fn next_batch(&mut self) -> Result<Option<Vec<Stored>>, Error> {
        loop {
            let Some(found) = self.next_frame()? else { return Ok(None) };
            let mut batch = Vec::with_capacity(found.header.records as usize + 1);
            self.note_gap(&found, &mut batch);
            if self.wants(&found.header) {
                self.unpack(found, &mut batch);
            }
            if !batch.is_empty() {
                return Ok(Some(batch));
            }
        }
    }

    fn wants(&self, header: &FrameHeader) -> bool {
        header.end() > self.from.0
            && (self.acts || header.kinds != KIND_ACT)
            && (header.times.1 >= self.since_unix_ns || header.times == (0, 0))
    }

    fn unpack(&mut self, found: Found, batch: &mut Vec<Stored>) {
        let Found { header, payload, .. } = found;
        let Some(payload) = self.decompressor.decompress(&header, payload) else {
            self.damage.unknown += u64::from(header.records);
            return;
        };
        let unpacked = unpack(&payload);
        self.damage.unknown += u64::from(unpacked.unknown);
        for (index, record) in unpacked.records {
            let position = Position(header.first + u64::from(index));
            let recent = record.time_unix_ns().is_none_or(|time| time >= self.since_unix_ns);
            let kind = match &record {
                Record::Act(act) => self.acts || matches!(act.event.act, Act::EventLoss(_)),
                _ => true,
            };
            if position >= self.from && recent && kind {
                batch.push(Stored { position, record });
            }
        }
    }

    /// Reports records that should stand between the last frame and this one.
    fn note_gap(&mut self, found: &Found, batch: &mut Vec<Stored>) {
        let header = &found.header;
        self.damage.bytes += found.skipped;
        let removed = std::mem::replace(&mut self.segments_missing, false);
        let expected = self.expected.replace(header.end());
        let Some(expected) = expected.map(|expected| expected.max(self.from.0)) else { return };
        let missing = header.first.saturating_sub(expected).saturating_sub(u64::from(header.gap));
        if missing == 0 {
            return;
        }
        let (cause, place) = if removed {
            self.damage.removed += missing;
            (LossCause::Retention, "journal".into())
        } else {
            self.damage.places += 1;
            self.damage.records += missing;
            (LossCause::Disk, format!("journal segment {}, damaged", self.last).into())
        };
        let (from_unix_ns, until_unix_ns) = (header.times.0, header.times.0);
        let loss = Loss { cause, count: missing, from_unix_ns, until_unix_ns, place };
        batch.push(Stored { position: Position(expected), record: Record::Loss(loss) });
    }

    fn next_frame(&mut self) -> Result<Option<Found>, Error> {
        loop {
            if let Some(found) = self.frame_of_current()? {
                return Ok(Some(found));
            }
            let Some(next) = self.next_segment()? else { return Ok(None) };
            // The writer may have added a last frame between the two looks.
            if let Some(found) = self.frame_of_current()? {
                return Ok(Some(found));
            }
            self.segments_missing |= next.number != self.last + 1;
            self.last = next.number;
            if next.sound && self.expected.is_none() {
                self.expected = Some(next.header.first);
            }
            self.current = Some(Current { segment: next, offset: FRAMES, end: 0 });
        }
    }

    fn frame_of_current(&mut self) -> Result<Option<Found>, Error> {
        loop {
            let Some(Current { segment, offset, end }) = &self.current else { return Ok(None) };
            let found = segment
                .next_frame(*offset, |header| self.wants(header))
                .map_err(Error::io("read", &segment.path))?;
            let limit = self.limit.filter(|limit| limit.segment == segment.number);
            let found = found.filter(|found| limit.is_none_or(|limit| found.next <= limit.len));
            let Some(found) = found else { return Ok(None) };
            let (from, is_copy) = (*offset, found.header.first < *end);
            if let Some(current) = &mut self.current {
                current.offset = found.next;
                current.end = current.end.max(found.header.end());
            }
            if !is_copy {
                return Ok(Some(found));
            }
            self.damage.bytes += found.next - from;
        }
    }

    fn next_segment(&mut self) -> Result<Option<Segment>, Error> {
        if let Some(held) = &mut self.held {
            let limit = self.limit.map_or(u64::MAX, |limit| limit.segment);
            let mut next = std::iter::from_fn(|| held.pop_front());
            return Ok(next.find(|one| one.number > self.last && one.number <= limit));
        }
        for (number, path) in segment::list(&self.dir)? {
            let within = self.limit.is_none_or(|limit| number <= limit.segment);
            if number <= self.last || !within {
                continue;
            }
            match Segment::open(number, &path) {
                Ok(Some(segment)) => return Ok(Some(segment)),
                Ok(None) => {}
                Err(error) => {
                    // Said once; who asks again gets what comes behind it.
                    self.last = number;
                    return Err(error);
                }
            }
        }
        Ok(None)
    }
}

impl Iterator for Reader {
    type Item = Result<Stored, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.ready.is_empty() {
            match self.next_batch() {
                Ok(Some(batch)) => self.ready.extend(batch),
                Ok(None) => return None,
                Err(error) => return Some(Err(error)),
            }
        }
        self.ready.pop_front().map(Ok)
    }
}

/// A reader that waits at the end. See [`Reader::follow`].
#[derive(Debug)]
pub struct Follow<W> {
    reader: Reader,
    wait: W,
}

impl<W> Follow<W> {
    /// What could not be read so far.
    pub fn damage(&self) -> Damage {
        self.reader.damage()
    }
}

impl<W: FnMut() -> bool> Iterator for Follow<W> {
    type Item = Result<Stored, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.reader.next() {
                return Some(item);
            }
            if !(self.wait)() {
                return None;
            }
        }
    }
}
