//! One text with what is known of it, and on which side of the line between learning and measuring it lies.

use std::ops::Range;

use content::inspect::Position;

/// A text to learn from or to measure with.
#[derive(Clone, Debug)]
pub struct Item {
    /// The whole text.
    pub text: String,
    /// Where the attack stands, if it does not fill the text.
    pub span: Option<Range<usize>>,
    /// Whether there is one.
    pub attack: bool,
    /// Where in a conversation it would stand.
    pub position: Position,
    /// The set that it is from.
    pub source: &'static str,
    /// Which group of that set: the attack's name.
    pub group: String,
    /// Its language, as a code.
    pub language: String,
    /// What kind of text.
    pub kind: &'static str,
    /// What it is for.
    pub side: Side,
}

/// Parts that what is not held falls into: what learns from the others tells what a part is worth.
pub const FOLDS: usize = 4;

/// What an item is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The weights learn from it; those of a trial that measures this part do not.
    Fold(usize),
    /// No weights learn from it, but trials measure with it.
    Watched,
    /// Nothing sees it before the weights are done.
    Held,
}

impl Side {
    /// Whether weights, chances or thresholds come of it.
    pub fn has_a_say(self) -> bool {
        matches!(self, Self::Fold(_))
    }

    /// Half of a set is held, by the family that an item belongs to.
    pub fn of(set: &str, family: &str) -> Self {
        Self::drawn(number(&[set, family]), 50)
    }

    /// Of a set that is only measured with, half is held.
    pub fn of_watched(set: &str, family: &str) -> Self {
        if number(&[set, family]) % 100 < 50 { Self::Held } else { Self::Watched }
    }

    /// Of what we wrote ourselves less is held.
    pub fn of_ours(family: &str) -> Self {
        Self::drawn(number(&["ours", family]), 15)
    }

    fn drawn(number: u64, held: u64) -> Self {
        if number % 100 < held { Self::Held } else { Self::Fold((number / 100) as usize % FOLDS) }
    }
}

/// A number for words, the same on every machine.
pub fn number(words: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for byte in words.iter().flat_map(|word| word.bytes().chain([0])) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    Lot(hash).draw()
}

/// Numbers as by lot, the same for the same seed.
#[derive(Clone, Debug)]
pub struct Lot(pub u64);

impl Lot {
    /// The next one (SplitMix64).
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// One below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.draw() % end.max(1) as u64) as usize
    }

    /// One of these.
    pub fn one<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        list.get(self.below(list.len()))
    }

    /// Another order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }
}
