//! The write-ahead log: which page was written last where, as far as whole transactions go.

use std::collections::HashMap;

use super::{Bytes, SMALLEST, u32_at};

/// Bytes of the log's head, and of the head of each frame.
const HEAD: usize = 32;
const FRAME_HEAD: usize = 24;
/// Most of it that is read at once, in bytes.
const MOST_AT_ONCE: usize = 16 << 20;
/// Most pages that it may have: a gigabyte of usual ones.
const MOST_PAGES: usize = 1 << 18;

/// How far a log was read.
#[derive(Debug, Default)]
pub struct Log {
    /// Its first bytes; others: it was begun anew.
    head: Vec<u8>,
    page: usize,
    little: bool,
    sums: (u32, u32),
    /// Where the next frame begins.
    at: u64,
    /// Pages and where they stand, of whole transactions.
    pages: HashMap<u32, u64>,
    /// Of one that is being written.
    begun: Vec<(u32, u64)>,
    too_long: bool,
}

/// Whether the log has more than was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behind {
    /// It has not.
    No,
    /// It has.
    Yes,
}

impl Log {
    /// Where a page stands in the log.
    pub(super) fn place(&self, page: u32) -> Option<u64> {
        self.pages.get(&page).copied()
    }

    /// Bytes of a page; none: there is no log.
    pub(super) fn page(&self) -> Option<usize> {
        (!self.head.is_empty()).then_some(self.page)
    }

    /// Whether it has more pages than are remembered: the rest is not read.
    pub fn is_too_long(&self) -> bool {
        self.too_long
    }

    /// Whether the log is still the one that was read: else places of pages are those of others.
    pub fn is_as_it_was(&self, log: &dyn Bytes) -> bool {
        head(log) == self.head
    }

    /// Reads on, so much at once.
    pub fn catch_up(&mut self, log: &dyn Bytes) -> Behind {
        let head = head(log);
        if head != self.head {
            *self = Self::begin(head);
        }
        if self.page == 0 {
            return Behind::No;
        }
        let mut frame = vec![0; FRAME_HEAD + self.page];
        for _ in 0..(MOST_AT_ONCE / frame.len()).max(1) {
            if log.read_at(&mut frame, self.at) < frame.len() || !self.take(&frame) {
                return Behind::No;
            }
        }
        Behind::Yes
    }

    fn begin(head: Vec<u8>) -> Self {
        let number = |at: usize| u32_at(&head, at).unwrap_or(0);
        let little = number(0) == 0x377f_0682;
        let page = usize::try_from(number(8)).unwrap_or(0);
        let sums = sum((0, 0), head.get(..24).unwrap_or_default(), little);
        let is_one = (little || number(0) == 0x377f_0683)
            && number(4) == 3_007_000
            && (SMALLEST..=65_536).contains(&page)
            && page.is_power_of_two()
            && sums == (number(24), number(28));
        if !is_one {
            return Self { head, ..Self::default() }.without_pages();
        }
        Self { page, little, sums, at: HEAD as u64, head, ..Self::default() }
    }

    /// What is no log says nothing of pages.
    fn without_pages(self) -> Self {
        Self { page: 0, ..self }
    }

    /// Takes a frame, if it is the next one of this log.
    fn take(&mut self, frame: &[u8]) -> bool {
        let number = |at: usize| u32_at(frame, at).unwrap_or(0);
        let salts = |bytes: &[u8], at: usize| bytes.get(at..at + 8).map(<[u8]>::to_vec);
        if salts(frame, 8) != salts(&self.head, 16) || number(0) == 0 {
            return false;
        }
        let sums = sum(self.sums, frame.get(..8).unwrap_or_default(), self.little);
        let sums = sum(sums, frame.get(FRAME_HEAD..).unwrap_or_default(), self.little);
        if sums != (number(16), number(20)) {
            return false;
        }
        if self.pages.len() + self.begun.len() >= MOST_PAGES {
            self.too_long = true;
            return false;
        }
        self.begun.push((number(0), self.at + FRAME_HEAD as u64));
        if number(4) != 0 {
            self.pages.extend(self.begun.drain(..));
        }
        self.sums = sums;
        self.at += frame.len() as u64;
        true
    }
}

fn head(log: &dyn Bytes) -> Vec<u8> {
    let mut head = vec![0; HEAD];
    let read = log.read_at(&mut head, 0);
    if read < HEAD { Vec::new() } else { head }
}

/// The running checksum of SQLite over pairs of numbers.
fn sum(from: (u32, u32), bytes: &[u8], little: bool) -> (u32, u32) {
    let number = |four: [u8; 4]| {
        if little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) }
    };
    bytes.as_chunks::<8>().0.iter().fold(from, |(one, other), [a, b, c, d, e, f, g, h]| {
        let one = one.wrapping_add(number([*a, *b, *c, *d])).wrapping_add(other);
        (one, other.wrapping_add(number([*e, *f, *g, *h])).wrapping_add(one))
    })
}
