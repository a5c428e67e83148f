//! One pass over the bytes of a stream that tells where it is worth looking: literals of detectors, and the first
//! letters of numbers and of words with a capital.

use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::dfa::DFA;
use aho_corasick::{Anchored, BuildError, MatchKind, StartKind};

/// What makes a detector look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sign {
    /// These letters, in any case; without spaces.
    Word(String),
    /// A digit at the beginning of a word.
    Digit,
    /// A capital letter at the beginning of a word.
    Capital,
    /// A colon after a hexadecimal digit.
    Colon,
}

/// All signs.
#[derive(Debug)]
pub struct Signs {
    table: DFA,
    /// The longest literal, in bytes: no state depends on more.
    longest: usize,
    /// For each literal whose it is, and how long.
    owners: Vec<(u16, usize)>,
    /// For digit, capital and colon, whose they are.
    letters: [Vec<u16>; 3],
    classes: [u8; 256],
}

/// Bytes that are scanned before anything is told of them: the scan itself takes no branch, for where the next sign
/// stands nobody can guess.
const BLOCK: usize = 256;
/// Parts of a chunk that are walked side by side: each step waits for memory, but not for that of another part.
const LANES: usize = 4;
/// Bytes that are worth more than one lane.
const LEAST: usize = 1 << 10;

/// Places of a block behind which a literal ends, and the states there.
#[derive(Clone, Copy)]
struct Ends {
    all: [(u16, StateID); BLOCK],
    count: usize,
}

/// How far one stream is.
#[derive(Clone, Copy, Debug)]
pub struct Scan {
    state: StateID,
    /// The class of the byte before.
    last: u8,
}

const WORD: u8 = 1;
const DIGIT: u8 = 2;
const CAPITAL: u8 = 4;
const COLON: u8 = 8;
const HEX: u8 = 16;

impl Signs {
    /// The signs of detectors by their numbers.
    pub fn new(signs: &[(Sign, u16)]) -> Result<Self, BuildError> {
        let (mut words, mut owners, mut letters) =
            (Vec::new(), Vec::new(), [const { Vec::new() }; 3]);
        let [digits, capitals, colons] = &mut letters;
        for (sign, detector) in signs {
            match sign {
                Sign::Word(word) => {
                    owners.push((*detector, word.len()));
                    words.push(word);
                }
                Sign::Digit => digits.push(*detector),
                Sign::Capital => capitals.push(*detector),
                Sign::Colon => colons.push(*detector),
            }
        }
        let table = DFA::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .start_kind(StartKind::Unanchored)
            .prefilter(false)
            .build(&words)?;
        let longest = words.iter().map(|word| word.len()).max().unwrap_or(0);
        Ok(Self { table, longest, owners, letters, classes: classes() })
    }

    /// Before the first byte.
    pub fn start(&self) -> Scan {
        let state = self.table.start_state(Anchored::No).unwrap_or_default();
        Scan { state, last: 0 }
    }

    /// Calls `found` with a detector, where its sign ends, and how long it is; in no order.
    pub fn scan(&self, scan: &mut Scan, bytes: &[u8], mut found: impl FnMut(u16, usize, usize)) {
        self.literals(&mut scan.state, bytes, &mut found);
        let mut begin = 0;
        for block in bytes.chunks(BLOCK) {
            self.letters(&mut scan.last, block, begin, &mut found);
            begin += block.len();
        }
    }

    fn literals(
        &self,
        state: &mut StateID,
        bytes: &[u8],
        found: &mut impl FnMut(u16, usize, usize),
    ) {
        let length = if bytes.len() < LEAST { 0 } else { bytes.len() / LANES };
        let mut states =
            std::array::from_fn(|number| self.state_at(*state, bytes, number * length));
        let mut ends = [Ends { all: [(0, StateID::ZERO); BLOCK], count: 0 }; LANES];
        for begin in (0..length).step_by(BLOCK) {
            let size = BLOCK.min(length - begin);
            let begins: [usize; LANES] = std::array::from_fn(|number| number * length + begin);
            let part = |begin: usize| bytes.get(begin..begin + size).unwrap_or_default();
            self.step_all(&mut states, begins.map(part), &mut ends);
            for (ends, begin) in ends.iter_mut().zip(begins) {
                self.tell_all(ends, begin, found);
            }
        }
        // What is too short for lanes, or left over.
        let ([.., last], [ends, ..]) = (states, &mut ends);
        *state = last;
        for (block, begin) in bytes
            .get(LANES * length..)
            .unwrap_or_default()
            .chunks(BLOCK)
            .zip((LANES * length..).step_by(BLOCK))
        {
            self.step_one(state, block, ends);
            self.tell_all(ends, begin, found);
        }
    }

    fn step_one(&self, state: &mut StateID, block: &[u8], ends: &mut Ends) {
        for (byte, index) in block.iter().zip(1..) {
            *state = self.table.next_state(Anchored::No, *state, *byte);
            self.note(*state, index, ends);
        }
    }

    /// The state behind so many bytes, of which the first are met in this one.
    fn state_at(&self, first: StateID, bytes: &[u8], place: usize) -> StateID {
        let begin = place.saturating_sub(self.longest);
        let state = if begin == 0 { first } else { self.start().state };
        let before = bytes.get(begin..place).unwrap_or_default();
        let step = |state, byte: &u8| self.table.next_state(Anchored::No, state, *byte);
        before.iter().fold(state, step)
    }

    fn step_all(
        &self,
        states: &mut [StateID; LANES],
        [one, two, three, four]: [&[u8]; LANES],
        [in_one, in_two, in_three, in_four]: &mut [Ends; LANES],
    ) {
        let [mut a, mut b, mut c, mut d] = *states;
        let bytes = one.iter().zip(two).zip(three.iter().zip(four));
        for (((w, x), (y, z)), index) in bytes.zip(1..) {
            a = self.table.next_state(Anchored::No, a, *w);
            b = self.table.next_state(Anchored::No, b, *x);
            c = self.table.next_state(Anchored::No, c, *y);
            d = self.table.next_state(Anchored::No, d, *z);
            self.note(a, index, in_one);
            self.note(b, index, in_two);
            self.note(c, index, in_three);
            self.note(d, index, in_four);
        }
        *states = [a, b, c, d];
    }

    #[inline]
    fn note(&self, state: StateID, index: u16, ends: &mut Ends) {
        if let Some(place) = ends.all.get_mut(ends.count) {
            *place = (index, state);
        }
        ends.count += usize::from(self.table.is_special(state));
    }

    fn tell_all(&self, ends: &mut Ends, begin: usize, found: &mut impl FnMut(u16, usize, usize)) {
        for (after, state) in ends.all.iter().take(ends.count) {
            self.tell(*state, begin + usize::from(*after), found);
        }
        ends.count = 0;
    }

    fn letters(
        &self,
        last: &mut u8,
        block: &[u8],
        begin: usize,
        found: &mut impl FnMut(u16, usize, usize),
    ) {
        let (mut letters, mut count) = ([(0u16, 0u8); BLOCK], 0);
        for (byte, index) in block.iter().zip(1..) {
            let class = self.classes.get(usize::from(*byte)).copied().unwrap_or_default();
            if let Some(place) = letters.get_mut(count) {
                *place = (index, class);
            }
            count += usize::from(is_sign(*last, class));
            *last = class;
        }
        for (after, class) in letters.iter().take(count) {
            let after = begin + usize::from(*after);
            self.owners_of(*class).iter().for_each(|detector| found(*detector, after, 1));
        }
    }

    /// Tells whose literals end in a state.
    fn tell(&self, state: StateID, after: usize, found: &mut impl FnMut(u16, usize, usize)) {
        let count = if self.table.is_match(state) { self.table.match_len(state) } else { 0 };
        for number in 0..count {
            let literal = self.table.match_pattern(state, number).as_usize();
            if let Some((detector, length)) = self.owners.get(literal) {
                found(*detector, after, *length);
            }
        }
    }

    fn owners_of(&self, class: u8) -> &[u16] {
        let [digits, capitals, colons] = &self.letters;
        match class & (DIGIT | CAPITAL) {
            DIGIT => digits,
            CAPITAL => capitals,
            _ => colons,
        }
    }
}

/// A number or a word with a capital begins here, or it is a colon after a hexadecimal digit.
fn is_sign(last: u8, class: u8) -> bool {
    let begins = (class & (DIGIT | CAPITAL) != 0) & (last & WORD == 0);
    begins | ((class & COLON != 0) & (last & HEX != 0))
}

fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    for (byte, class) in (0u8..=255).zip(classes.iter_mut()) {
        *class = match byte {
            b'0'..=b'9' => WORD | DIGIT | HEX,
            b'A'..=b'F' => WORD | CAPITAL | HEX,
            b'a'..=b'f' => WORD | HEX,
            b'G'..=b'Z' => WORD | CAPITAL,
            // Capital letters of Latin alphabets beyond ASCII begin with these.
            0xc3..=0xc5 => WORD | CAPITAL,
            b'g'..=b'z' | b'_' | 0x80..=0xc2 | 0xc6..=0xff => WORD,
            b':' => COLON,
            _ => 0,
        };
    }
    classes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that is found, of a text that comes in pieces of a length.
    fn found(signs: &Signs, text: &str, length: usize) -> Vec<(usize, u16, usize)> {
        let (mut scan, mut begin, mut found) = (signs.start(), 0, Vec::new());
        for piece in text.as_bytes().chunks(length) {
            signs.scan(&mut scan, piece, |detector, after, size| {
                found.push((begin + after, detector, size));
            });
            begin += piece.len();
        }
        found.sort_unstable();
        found
    }

    #[test]
    fn finds_the_same_in_lanes() -> Result<(), BuildError> {
        let word = |word: &str| Sign::Word(word.to_owned());
        let long = "ab".repeat(400);
        let signs = Signs::new(&[
            (word("token"), 0),
            (word("en to"), 1),
            (word(&long), 2),
            (Sign::Digit, 3),
            (Sign::Capital, 4),
            (Sign::Colon, 5),
        ])?;
        for text in ["a Token token7: 12 Ab:c ".repeat(400), "ab".repeat(2_000)] {
            let slow = found(&signs, &text, 1);
            assert!(slow.len() > 1_000);
            for length in [LEAST - 1, LEAST, LEAST + 3, 4 * LEAST + 1, text.len()] {
                assert_eq!(found(&signs, &text, length), slow, "{length}");
            }
        }
        Ok(())
    }
}
