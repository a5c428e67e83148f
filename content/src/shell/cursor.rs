//! A place in a shell text: looking ahead, going on, and the bounds that hold for all texts inside
//! of one text together.

use super::{MAX_BYTES, MAX_DEPTH, Unclear, Why};

/// Most things not understood that are kept.
const MOST_UNCLEAR: usize = 32;

/// Where the reader stands.
pub struct Cursor<'t> {
    text: &'t str,
    at: usize,
    /// How many more levels may be opened.
    depth: u8,
    /// How many more bytes may be read, over all texts inside.
    fuel: usize,
    /// Where the line behind this one begins, if here-documents stand between them.
    resume: usize,
    /// What was not understood.
    pub unclear: Vec<Unclear>,
}

impl<'t> Cursor<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { text, at: 0, depth: MAX_DEPTH, fuel: 4 * MAX_BYTES, resume: 0, unclear: Vec::new() }
    }

    pub fn at(&self) -> usize {
        self.at
    }

    pub fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.text.as_bytes().get(self.at + ahead).copied()
    }

    pub fn is_done(&self) -> bool {
        self.at >= self.text.len()
    }

    pub fn starts_with(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    /// Goes on by `bytes`, and to the next whole letter.
    pub fn skip(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.text.len());
        while !self.text.is_char_boundary(self.at) {
            self.at += 1;
        }
    }

    /// Goes on if the text is there.
    pub fn take(&mut self, text: &str) -> bool {
        let there = self.starts_with(text);
        if there {
            self.skip(text.len());
        }
        there
    }

    /// What stands from here to `end`, which is passed; all of the rest where there is no `end`.
    pub fn take_until(&mut self, end: u8) -> &'t str {
        let rest = self.rest();
        match rest.bytes().position(|byte| byte == end) {
            Some(length) => {
                self.skip(length + 1);
                rest.get(..length).unwrap_or_default()
            }
            None => {
                self.note(Why::Unclosed);
                self.give_up();
                rest
            }
        }
    }

    /// What stands from here as long as the bytes are wanted.
    pub fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.bytes().position(|byte| !wanted(byte)).unwrap_or(rest.len());
        self.skip(length);
        rest.get(..length).unwrap_or_default()
    }

    /// Passes a line end, and the here-documents that were announced in the line.
    pub fn next_line(&mut self) {
        self.skip(1);
        self.at = self.at.max(std::mem::take(&mut self.resume));
    }

    /// The lines behind this one that no here-document has taken.
    pub fn lines_ahead(&mut self) -> &'t str {
        if self.resume > self.at {
            return self.text.get(self.resume..).unwrap_or_default();
        }
        let rest = self.rest();
        let end = rest.match_indices('\n').map(|(at, _)| at).find(|at| {
            let before = rest.get(..*at).unwrap_or_default();
            before.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 0
        });
        let line = end.map_or(rest.len(), |at| at + 1);
        // Each announcement in a line looks for its end anew.
        match self.fuel.checked_sub(line) {
            Some(fuel) => self.fuel = fuel,
            None => {
                self.note(Why::TooMuch);
                self.give_up();
            }
        }
        rest.get(line..).unwrap_or_default()
    }

    /// A here-document took the lines ahead but for the last `left` bytes.
    pub fn resume_with(&mut self, left: usize) {
        self.resume = self.text.len().saturating_sub(left);
    }

    /// Goes back to a place where it was.
    pub fn back_to(&mut self, at: usize) {
        self.at = at.min(self.at);
    }

    /// Nothing more is read.
    pub fn give_up(&mut self) {
        self.at = self.text.len();
    }

    pub fn note(&mut self, why: Why) {
        if self.unclear.len() < MOST_UNCLEAR {
            let what = self.rest().chars().take(24).collect();
            self.unclear.push(Unclear { why, at: self.at, what });
        }
    }

    /// Reads one level deeper; gives up where that is too deep.
    pub fn deeper<T: Default>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        if self.depth == 0 {
            self.note(Why::TooDeep);
            self.give_up();
            return T::default();
        }
        self.depth -= 1;
        let read = read(self);
        self.depth += 1;
        read
    }

    /// Reads a text inside of this one, one level deeper, by the same bounds.
    pub fn inside<T: Default>(&mut self, text: &str, read: impl FnOnce(&mut Cursor<'_>) -> T) -> T {
        if self.depth == 0 || self.fuel < text.len() {
            self.note(if self.depth == 0 { Why::TooDeep } else { Why::TooMuch });
            return T::default();
        }
        let mut inner = Cursor {
            text,
            at: 0,
            depth: self.depth - 1,
            fuel: self.fuel - text.len(),
            resume: 0,
            unclear: std::mem::take(&mut self.unclear),
        };
        let read = read(&mut inner);
        self.fuel = inner.fuel;
        self.unclear = inner.unclear;
        read
    }
}
