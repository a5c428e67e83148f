//! One pass over a text for all literals without which no sign can be there: what a text without any costs.

use std::collections::HashMap;
use std::ops::Range;

use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::dfa::DFA;
use aho_corasick::{Anchored, MatchKind, StartKind};

/// Literals, and whose they are.
#[derive(Debug)]
pub struct Anchors<T> {
    table: DFA,
    literals: Vec<Literal<T>>,
    /// In bytes: no state depends on more.
    longest: usize,
}

/// A distinct literal.
#[derive(Debug)]
struct Literal<T> {
    owners: Vec<T>,
    /// How often it was named: one owner may stand for many.
    count: usize,
}

/// A literal that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit<T> {
    /// Whose it is.
    pub owner: T,
    /// Where it begins.
    pub at: usize,
    /// Where it ends.
    pub end: usize,
}

/// Most hits of one text, each as often as its literal was named; what comes behind them is not looked at.
pub const MOST: usize = 20_000;

/// Parts of a text that are walked side by side: each step waits for memory, but not for that of another part.
const LANES: usize = 4;
/// How much of a text is walked at once, in bytes, and how much is worth more than one lane.
const BLOCK: usize = 64 << 10;
const LEAST: usize = 1 << 10;

/// A part of a text that is walked.
struct Lane<'t> {
    state: StateID,
    begin: usize,
    bytes: &'t [u8],
    /// States in which literals end, and where.
    ends: Vec<(StateID, usize)>,
}

impl<T: Copy + PartialEq> Anchors<T> {
    /// The automaton of these literals. Case of ASCII letters does not matter; of others, three ways of writing are known.
    pub fn new<'l>(
        literals: impl IntoIterator<Item = (&'l str, T)>,
    ) -> Result<Self, aho_corasick::BuildError> {
        let (mut known, mut all) = (Vec::<String>::new(), Vec::<Literal<T>>::new());
        let mut places = HashMap::new();
        for (literal, owner) in literals {
            for form in ways(literal) {
                let place = *places.entry(form.clone()).or_insert_with(|| {
                    known.push(form);
                    all.push(Literal { owners: Vec::new(), count: 0 });
                    all.len() - 1
                });
                if let Some(literal) = all.get_mut(place) {
                    literal.add(owner);
                }
            }
        }
        let table = DFA::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .start_kind(StartKind::Unanchored)
            .prefilter(false)
            .build(&known)?;
        let longest = known.iter().map(String::len).max().unwrap_or(0);
        Ok(Self { table, literals: all, longest })
    }

    /// All places where a literal of somebody begins, in order of their ends; and whether these are all.
    pub fn hits(&self, text: &str) -> (Vec<Hit<T>>, bool) {
        let (bytes, mut hits, mut left) = (text.as_bytes(), Vec::new(), MOST);
        for begin in (0..bytes.len()).step_by(BLOCK) {
            for lane in self.walk(bytes, begin..bytes.len().min(begin + BLOCK)) {
                for (state, end) in lane.ends {
                    let Some(rest) = self.tell(state, end, left, &mut hits) else {
                        return (hits, false);
                    };
                    left = rest;
                }
            }
        }
        (hits, true)
    }

    /// Walks a block of a text.
    fn walk<'t>(&self, bytes: &'t [u8], block: Range<usize>) -> [Lane<'t>; LANES] {
        let length = if block.len() < LEAST { 0 } else { block.len() / LANES };
        let mut lanes = std::array::from_fn(|number| {
            let begin = block.start + number * length;
            self.lane(bytes, begin..begin + length)
        });
        self.step_all(&mut lanes);
        // What is too short for lanes, or left over.
        if let Some(last) = lanes.last_mut() {
            let begin = last.begin + length;
            for (byte, end) in
                bytes.get(begin..block.end).unwrap_or_default().iter().zip(begin + 1..)
            {
                last.state = self.table.next_state(Anchored::No, last.state, *byte);
                self.note(last.state, end, &mut last.ends);
            }
        }
        lanes
    }

    /// A lane, in the state that the bytes before it lead to.
    fn lane<'t>(&self, bytes: &'t [u8], part: Range<usize>) -> Lane<'t> {
        let before = bytes.get(part.start.saturating_sub(self.longest)..part.start);
        let start = self.table.start_state(Anchored::No).unwrap_or_default();
        let step = |state, byte: &u8| self.table.next_state(Anchored::No, state, *byte);
        let state = before.unwrap_or_default().iter().fold(start, step);
        let begin = part.start;
        Lane { state, begin, bytes: bytes.get(part).unwrap_or_default(), ends: Vec::new() }
    }

    fn step_all(&self, lanes: &mut [Lane<'_>; LANES]) {
        let [one, two, three, four] = lanes;
        let [mut a, mut b, mut c, mut d] = [one.state, two.state, three.state, four.state];
        let bytes = one.bytes.iter().zip(two.bytes).zip(three.bytes.iter().zip(four.bytes));
        for (((w, x), (y, z)), at) in bytes.zip(1..) {
            a = self.table.next_state(Anchored::No, a, *w);
            b = self.table.next_state(Anchored::No, b, *x);
            c = self.table.next_state(Anchored::No, c, *y);
            d = self.table.next_state(Anchored::No, d, *z);
            self.note(a, one.begin + at, &mut one.ends);
            self.note(b, two.begin + at, &mut two.ends);
            self.note(c, three.begin + at, &mut three.ends);
            self.note(d, four.begin + at, &mut four.ends);
        }
        [one.state, two.state, three.state, four.state] = [a, b, c, d];
    }

    #[inline]
    fn note(&self, state: StateID, end: usize, ends: &mut Vec<(StateID, usize)>) {
        if self.table.is_special(state) {
            ends.push((state, end));
        }
    }

    /// Adds whose literals end in a state; how many hits are left, none if there are more than are looked at.
    fn tell(
        &self,
        state: StateID,
        end: usize,
        mut left: usize,
        hits: &mut Vec<Hit<T>>,
    ) -> Option<usize> {
        let count = if self.table.is_match(state) { self.table.match_len(state) } else { 0 };
        for number in 0..count {
            let place = self.table.match_pattern(state, number);
            let at = end.saturating_sub(self.table.pattern_len(place));
            let Some(literal) = self.literals.get(place.as_usize()) else { continue };
            hits.extend(literal.owners.iter().map(|owner| Hit { owner: *owner, at, end }));
            left = left.checked_sub(literal.count)?;
        }
        Some(left)
    }

    /// Bytes of memory.
    pub fn memory(&self) -> usize {
        self.table.memory_usage()
    }
}

impl<T: PartialEq> Literal<T> {
    fn add(&mut self, owner: T) {
        self.count += 1;
        if !self.owners.contains(&owner) {
            self.owners.push(owner);
        }
    }
}

/// A literal as texts write it.
fn ways(literal: &str) -> Vec<String> {
    let mut ways = vec![literal.to_ascii_lowercase()];
    if !literal.is_ascii() {
        let mut letters = literal.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        ways.push(first.chain(letters).collect());
        ways.push(literal.to_uppercase());
        ways.dedup();
    }
    ways
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_whose_literals_stand_where() -> Result<(), aho_corasick::BuildError> {
        let anchors = Anchors::new([("rule", 1), ("rule", 2), ("правил", 3), ("ule", 1)])?;
        let check = |text: &str, expect: &[(i32, usize)]| {
            let hits: Vec<_> = anchors.hits(text).0.iter().map(|hit| (hit.owner, hit.at)).collect();
            assert_eq!(hits, expect, "{text}");
        };
        check("xRULE", &[(1, 1), (2, 1), (1, 2)]);
        check("Правила ПРАВИЛ", &[(3, 0), (3, 15)]);
        check("", &[]);
        let (hits, all) = anchors.hits(&"rule ".repeat(MOST));
        assert!(!all && hits.len() <= MOST + 4);
        Ok(())
    }

    #[test]
    fn finds_the_same_in_lanes() -> Result<(), aho_corasick::BuildError> {
        let anchors = Anchors::new([("rule", 1), ("ule of", 2), ("ofrule", 3)])?;
        for length in [LEAST - 3, LEAST + 1, BLOCK + 7, 2 * BLOCK + LEAST + 2] {
            let text: String = "an ofRule of rules, ".chars().cycle().take(length).collect();
            let (hits, _) = anchors.hits(&text);
            let ends: Vec<(i32, usize)> = hits.iter().map(|hit| (hit.owner, hit.end)).collect();
            let small = text.to_lowercase();
            let slow = (1..=length).flat_map(|end| {
                let here = |word: &&(&str, i32)| small[..end].ends_with(word.0);
                let words = [("ofrule", 3), ("rule", 1), ("ule of", 2)];
                words.iter().filter(here).map(|word| (word.1, end)).collect::<Vec<_>>()
            });
            assert!(ends.iter().copied().eq(slow.take(ends.len())), "{length}");
        }
        Ok(())
    }
}
