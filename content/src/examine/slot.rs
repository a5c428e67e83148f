//! One text of a stream: what stands in it so far, and how far no later byte changes that.

use std::ops::Range;

use super::echo::{Echoes, Mark};
use super::{Examiner, Holds};
use crate::inspect::{Passing, Position, Spot};

/// Behind so many bytes without an end of a line signs are looked for all the same.
const LONGEST: usize = 2 << 10;
/// What stays for the next look, for a sign that goes over its begin.
const OVERLAP: usize = 256;

/// A text that comes in pieces.
#[derive(Debug)]
pub struct Slot {
    examiner: Examiner,
    position: Position,
    number: u64,
    data: Passing,
    /// The end of the text, from `from` on, in which signs are looked for.
    tail: String,
    from: usize,
    /// Where the last sign that was told ends.
    told: usize,
    /// Marks that may be turned back; none: they are not.
    echoes: Option<Echoes>,
}

impl Slot {
    /// At its begin.
    pub fn new(examiner: &Examiner, position: Position, number: u64) -> Self {
        let (examiner, data) = (examiner.clone(), examiner.stream(position));
        let (tail, echoes) = (String::new(), None);
        Self { examiner, position, number, data, tail, from: 0, told: 0, echoes }
    }

    /// Tells of marks, too.
    pub fn with_echoes(mut self) -> Self {
        self.echoes = Some(Echoes::of(self.position));
        self
    }

    /// Which of the stream's texts it is.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Whose words they are.
    pub fn position(&self) -> Position {
        self.position
    }

    /// The next piece; places are those of the whole text.
    pub fn feed(&mut self, piece: &str) -> Vec<Spot> {
        let mut spots = self.data.feed(piece.as_bytes());
        self.tail.push_str(piece);
        let planted = self.examiner.shared.canaries.is_some();
        let closes = piece.bytes().any(|byte| match byte {
            b'\n' | b')' | b'>' => true,
            byte => planted && !byte.is_ascii_alphanumeric(),
        });
        if closes || self.tail.len() > LONGEST {
            spots.extend(self.look());
        }
        spots
    }

    /// Nothing more comes.
    pub fn end(&mut self) -> Vec<Spot> {
        let mut spots = self.data.end();
        spots.extend(self.look());
        spots
    }

    /// Marks that are whole with this piece, each with what stands before it.
    pub fn echoes(&mut self, piece: &str) -> Vec<(Mark, String)> {
        self.echoes.as_mut().map(|it| it.feed(piece)).unwrap_or_default()
    }

    /// The marks of arguments that are whole now, and all that the tool is given.
    pub fn last_echoes(&mut self) -> (Vec<(Mark, String)>, String) {
        self.echoes.as_mut().map(Echoes::end).unwrap_or_default()
    }

    /// Bytes that have come.
    pub fn length(&self) -> usize {
        self.data.length()
    }

    /// Before this place no find begins any more that is waited for.
    pub fn settled(&self, holds: Holds) -> usize {
        let data = if holds.data { self.data.settled() } else { usize::MAX };
        let open = if holds.signs { self.open() } else { None };
        let echoes = self.echoes.as_ref().map_or(usize::MAX, Echoes::settled);
        data.min(open.unwrap_or(usize::MAX)).min(echoes)
    }

    /// The text of a find, as far as it is still here.
    pub fn text(&self, span: &Range<usize>) -> &str {
        let from = span.start.saturating_sub(self.from);
        let to = span.end.saturating_sub(self.from).min(self.tail.len());
        self.tail.get(from..to).unwrap_or_default()
    }

    /// Bytes of memory that it takes beyond what all share.
    pub fn memory(&self) -> usize {
        let echoes = self.echoes.as_ref().map_or(0, Echoes::memory);
        self.data.memory() + self.tail.capacity() + echoes
    }

    fn look(&mut self) -> Vec<Spot> {
        let signs = self.examiner.signs(&self.tail, self.position);
        let placed = signs.into_iter().map(|spot| {
            let span = self.from + spot.span.start..self.from + spot.span.end;
            Spot { span, ..spot }
        });
        let told = self.told;
        let new: Vec<Spot> = placed.filter(|spot| spot.span.end > told).collect();
        self.told = new.iter().map(|spot| spot.span.end).fold(told, usize::max);
        self.forget();
        new
    }

    fn forget(&mut self) {
        if self.tail.len() <= LONGEST {
            return;
        }
        let settled = self.data.settled().saturating_sub(self.from);
        let mut extra = (self.tail.len() - OVERLAP).min(settled);
        while !self.tail.is_char_boundary(extra) {
            extra -= 1;
        }
        self.tail.drain(..extra);
        self.from += extra;
    }

    /// Where a link, picture or tag begins that is not closed yet.
    fn open(&self) -> Option<usize> {
        let line = self.tail.rfind('\n').map_or(0, |at| at + 1);
        let rest = self.tail.get(line..).unwrap_or_default();
        let first = [open_link(rest), open_tag(rest)].into_iter().flatten().min()?;
        let bang = rest.get(..first).is_some_and(|before| before.ends_with('!'));
        (rest.len() - first < LONGEST).then_some(self.from + line + first - usize::from(bang))
    }
}

/// Where the last link of a line begins whose end has not come.
fn open_link(line: &str) -> Option<usize> {
    let at = line.rfind('[')?;
    let Some((_, target)) = line.get(at..)?.split_once(']') else { return Some(at) };
    let is_open = target.is_empty() || target.starts_with('(') && !target.contains(')');
    is_open.then_some(at)
}

/// The same of a tag.
fn open_tag(line: &str) -> Option<usize> {
    let at = line.rfind('<')?;
    (!line.get(at..)?.contains('>')).then_some(at)
}
