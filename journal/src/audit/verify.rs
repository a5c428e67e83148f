//! The whole log, read from its first line to its last and held against the chain, its signatures, and whatever else
//! is known of it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use event::AuditHead;

use super::chain::{Chain, Fault, Taken, Vouched, about_keys};
use super::line::{Bare, is_signed};
use super::segment::{Line, dir_in, list, next_line};
use super::verdict::{Expected, Note, Place, Proved, Verdict};
use super::{What, hex};
use crate::{Error, data_dir};

/// Entries of two writers may stand in another order than they came, for each collects some.
const COLLECTED_NS: u64 = 5_000_000_000;

/// Verifies the log of a data directory. An error is one of reading; what is wrong with the log is in the verdict.
pub fn verify(data_dir: &Path, expected: &Expected) -> Result<Verdict, Error> {
    data_dir::check_layout(data_dir)?;
    let dir = dir_in(data_dir);
    // Nobody may be in the middle of appending: half a group would look like a crash.
    let lock = File::open(dir.join("lock")).ok();
    if let Some(lock) = &lock {
        lock.lock_shared().map_err(Error::io("lock", &dir))?;
    }
    let mut segments = Vec::new();
    for (number, path) in list(&dir)? {
        let file = File::open(&path).map_err(Error::io("read", &path))?;
        let length = file.metadata().map_err(Error::io("read", &path))?.len();
        segments.push((number, BufReader::new(std::io::Read::take(file, length))));
    }
    drop(lock);
    walk(segments, expected).map_err(Error::io("read", &dir))
}

/// The same of a log in memory.
pub fn verify_bytes(segments: &[(u64, &[u8])], expected: &Expected) -> Verdict {
    // Memory is read without errors.
    walk(segments.iter().copied(), expected).unwrap_or_default()
}

/// Where a segment ends, read by itself.
pub(super) struct SegmentEnd {
    pub first: u64,
    pub last: u64,
    pub time_unix_ns: u64,
    pub hash: String,
}

/// `None` where the segment is not sound.
pub(super) fn end_of(number: u64, path: &Path) -> Result<Option<SegmentEnd>, Error> {
    let io = || Error::io("read", path);
    let mut reader = BufReader::new(File::open(path).map_err(io())?);
    let mut walk = Walk::new(&Expected::default());
    let read = walk.segment(number, &mut reader).map_err(io())?;
    let Walk { chain, verdict, .. } = walk;
    Ok(read.ok().map(|()| SegmentEnd {
        first: verdict.first,
        last: chain.sequence,
        time_unix_ns: chain.time_unix_ns,
        hash: hex::write(&chain.hash),
    }))
}

fn walk<R: BufRead>(
    segments: impl IntoIterator<Item = (u64, R)>,
    expected: &Expected,
) -> std::io::Result<Verdict> {
    let mut walk = Walk::new(expected);
    for (number, mut reader) in segments {
        if let Err(fault) = walk.segment(number, &mut reader)? {
            walk.verdict.fault = Some((walk.place.clone(), fault));
            break;
        }
    }
    Ok(walk.finish(expected))
}

struct Walk {
    chain: Chain,
    verdict: Verdict,
    place: Place,
    /// Heads that are known from elsewhere, by entry.
    known: BTreeMap<u64, Vec<AuditHead>>,
    /// The last of them.
    known_to: u64,
    wanted_key: Option<String>,
    /// The segment before the first that is there, and the hash at its end; nobody has said yet that it was removed.
    gone: Option<(u64, String)>,
    clock_back: Option<(u64, u64)>,
    unread: u64,
}

impl Walk {
    fn new(expected: &Expected) -> Self {
        let mut walk = Self {
            chain: Chain::default(),
            verdict: Verdict::default(),
            place: Place::default(),
            known: BTreeMap::new(),
            known_to: 0,
            wanted_key: expected.key.as_ref().map(|key| key.id().to_string()),
            gone: None,
            clock_back: None,
            unread: 0,
        };
        let (signed, unsigned): (Vec<_>, Vec<_>) =
            expected.anchors.iter().cloned().partition(is_signed);
        for head in signed.into_iter().chain(expected.remembered.clone()) {
            walk.known_to = walk.known_to.max(head.sequence);
            walk.known.entry(head.sequence).or_default().push(head);
        }
        if !unsigned.is_empty() {
            walk.note(Note::AnchorsUnsigned { count: unsigned.len() as u64 });
        }
        walk
    }

    fn note(&mut self, note: Note) {
        self.verdict.notes.push(note);
    }

    fn segment(
        &mut self,
        number: u64,
        reader: &mut impl BufRead,
    ) -> std::io::Result<Result<(), Fault>> {
        let sequence = self.chain.sequence + 1;
        self.place = Place { segment: number, line: 1, offset: 0, sequence };
        if let Some(before) = self.chain.segment
            && before + 1 != number
        {
            return Ok(Err(Fault::Missing { number: before + 1 }));
        }
        loop {
            let line = match next_line(reader)? {
                Line::End if self.place.line == 1 => {
                    // Made, and the crash came before the first byte of it.
                    self.note(Note::Torn { bytes: 0 });
                    return Ok(Ok(()));
                }
                Line::End => return Ok(Ok(())),
                Line::Torn(bytes) => {
                    self.note(Note::Torn { bytes });
                    return Ok(Ok(()));
                }
                Line::Whole(line) => line,
            };
            let taken = match self.place.line {
                1 => self.begin(number, &line),
                _ => self.line(&line),
            };
            if let Err(fault) = taken {
                return Ok(Err(fault));
            }
            self.place.line += 1;
            self.place.offset += line.len() as u64 + 1;
            self.place.sequence = self.chain.sequence + 1;
        }
    }

    fn begin(&mut self, number: u64, line: &[u8]) -> Result<(), Fault> {
        if self.torn() {
            // Something stands behind a line that is not whole.
            return Err(Fault::NotALine);
        }
        let header = self.chain.begin(number, line)?;
        if self.verdict.segments == 0 {
            self.verdict.first = header.first;
            if let (Some(wanted), Some(key)) = (&self.wanted_key, self.chain.keys.last()) {
                is_key(wanted, &key.id)?;
            }
            if number > 1 {
                self.gone = Some((number - 1, header.previous.to_string()));
            } else if header.first > 1
                || header.key.is_some()
                || header.previous.bytes().any(|digit| digit != b'0')
            {
                return Err(Fault::Header);
            }
        }
        self.verdict.segments += 1;
        Ok(())
    }

    fn torn(&self) -> bool {
        self.verdict.notes.iter().any(|note| matches!(note, Note::Torn { .. }))
    }

    fn line(&mut self, line: &[u8]) -> Result<(), Fault> {
        let before = self.chain.time_unix_ns;
        match self.chain.take(line)? {
            Taken::Entry(bare) => {
                self.verdict.entries += 1;
                if bare.time_unix_ns.saturating_add(COLLECTED_NS) < before {
                    let (_, times) = self.clock_back.get_or_insert((bare.sequence, 0));
                    *times += 1;
                }
                self.entry(&bare)
            }
            Taken::Head(head) => {
                self.verdict.heads += 1;
                let AuditHead { sequence, time_unix_ns, hash, key, .. } = head;
                self.verdict.proved = Some(Proved { sequence, time_unix_ns, hash, key });
                Ok(())
            }
        }
    }

    fn entry(&mut self, bare: &Bare) -> Result<(), Fault> {
        let sequence = bare.sequence;
        match about_keys(bare) {
            Some(What::KeyMade { key }) => {
                let id = key.id();
                if self.chain.keys.last().is_some_and(|last| last.vouched == Vouched::Nobody) {
                    return Err(Fault::Unvouched { key: id });
                }
                if let Some(wanted) = &self.wanted_key {
                    is_key(wanted, &id)?;
                }
            }
            Some(What::SegmentRemoved { number, hash, .. }) => {
                if self.gone.as_ref().is_some_and(|gone| *gone == (number, hash.to_string())) {
                    self.gone = None;
                    let before = self.verdict.first;
                    self.note(Note::Removed { before });
                }
            }
            _ => self.told(bare),
        }
        let known = self.known.remove(&sequence).unwrap_or_default();
        let hash = hex::write(&self.chain.hash);
        for head in known {
            let ours = self.chain.keys.iter().any(|span| span.id == head.key);
            if *head.hash != *hash || !ours {
                return Err(Fault::Anchor { sequence });
            }
            self.verdict.anchors += 1;
        }
        Ok(())
    }

    /// What the log itself says is missing, or nobody here understands.
    fn told(&mut self, bare: &Bare) {
        const TOLD: [&str; 4] = ["lost", "shortened", "resumed", "broken"];
        let name = match &bare.what {
            serde_json::Value::Object(what) => what.keys().next().map(String::as_str),
            serde_json::Value::String(name) => Some(name.as_str()),
            _ => None,
        };
        let name = name.unwrap_or_default();
        if TOLD.contains(&name) {
            let note = Note::Told { sequence: bare.sequence, what: name.into() };
            self.note(note);
        } else if serde_json::from_value::<What>(bare.what.clone()).is_err() {
            self.unread += 1;
        }
    }

    fn finish(mut self, expected: &Expected) -> Verdict {
        let (first, last) = (self.verdict.first, self.chain.sequence);
        if self.verdict.fault.is_none() {
            self.verdict.fault = self.missing(last);
        }
        let before: u64 = self.known.range(..first).map(|(_, heads)| heads.len() as u64).sum();
        let remembered = expected.remembered.iter().filter(|head| head.sequence < first).count();
        if before > remembered as u64 {
            self.note(Note::AnchorsBefore { count: before - remembered as u64 });
        }
        if self.chain.unsigned > 0 {
            let count = self.chain.unsigned;
            self.note(Note::Unsigned { count });
        }
        if let Some((sequence, times)) = self.clock_back {
            self.note(Note::ClockBack { sequence, times });
        }
        if self.unread > 0 {
            let count = self.unread;
            self.note(Note::Unread { count });
        }
        self.verdict.last = last;
        self.verdict.keys = self.chain.keys;
        self.verdict
    }

    /// What should be there and is not: entries at the end, or a segment at the beginning.
    fn missing(&self, last: u64) -> Option<(Place, Fault)> {
        // A head that is known was written: it is missing even where its entries are there.
        let signed = self.verdict.proved.as_ref().map_or(0, |proved| proved.sequence);
        if self.known_to > signed {
            let fault = Fault::Truncated { known: self.known_to, found: last };
            return Some((Place { sequence: signed + 1, ..self.place.clone() }, fault));
        }
        let (number, _) = self.gone.as_ref()?;
        let sequence = self.verdict.first;
        let place = Place { segment: number + 1, line: 1, offset: 0, sequence };
        Some((place, Fault::Missing { number: *number }))
    }
}

fn is_key(wanted: &str, found: &str) -> Result<(), Fault> {
    let fault = || Fault::Key { expected: wanted.into(), found: found.into() };
    if wanted == found { Ok(()) } else { Err(fault()) }
}
