//! One case-folded pass over a text that tells which of many literals it holds, and where: the
//! first step of rules, secrets and indicators.

use std::borrow::Cow;

use aho_corasick::automaton::{Automaton, StateID};
use aho_corasick::dfa::DFA;
use aho_corasick::nfa::contiguous::NFA;
use aho_corasick::{Anchored, MatchKind, StartKind};

/// Many literals as one automaton. Ids are the places in the list it was made from.
#[derive(Clone, Debug)]
pub struct Matcher {
    table: Table,
    start: StateID,
    lengths: Vec<u32>,
    longest: usize,
}

/// States of which the literals were told for this text already. In a path `/` ends a literal every
/// few letters: telling it again says nothing new, and costs more than all the rest.
struct Told([u32; 64]);

impl Told {
    /// Whether it was not told yet; from now on it is. May forget.
    fn is_new(&mut self, state: StateID) -> bool {
        let place = state.as_u32().wrapping_mul(0x9e37_79b9) >> 26;
        let Some(told) = self.0.get_mut(place as usize) else { return true };
        std::mem::replace(told, state.as_u32()) != state.as_u32()
    }
}

#[derive(Clone, Debug)]
enum Table {
    /// One look-up for each byte: quickest as long as it stays in the cache.
    Full(DFA),
    /// Dense near the root, where a scan spends its time, sparse below: for thousands of literals
    /// a tenth of the memory at the same speed.
    Sparse(NFA),
}

/// Most bytes of all literals together for a full table, which takes half a kilobyte for each.
const FULL: usize = 4_096;

/// Where in the text a literal was found: a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Place(pub u8);

impl Place {
    /// Anywhere.
    pub const ANYWHERE: Self = Self(1);
    /// At the beginning.
    pub const START: Self = Self(2);
    /// At the end.
    pub const END: Self = Self(4);
    /// It is the whole text.
    pub const WHOLE: Self = Self(8);

    /// Some place of `other` is in this set.
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// The literals could not become an automaton.
#[derive(Debug, thiserror::Error)]
#[error("the literals do not fit into one automaton: {0}\nhint: use fewer or shorter ones")]
pub struct MatcherError(#[from] aho_corasick::BuildError);

impl Matcher {
    /// Makes the automaton. Empty literals are never found.
    pub fn new<T: AsRef<str>>(literals: impl IntoIterator<Item = T>) -> Result<Self, MatcherError> {
        let folded: Vec<String> =
            literals.into_iter().map(|literal| lower(literal.as_ref())).collect();
        let lengths = folded.iter().map(|text| text.len().try_into().unwrap_or(u32::MAX)).collect();
        let (table, start) = if folded.iter().map(String::len).sum::<usize>() <= FULL {
            let dfa = DFA::builder()
                .ascii_case_insensitive(true)
                .match_kind(MatchKind::Standard)
                .start_kind(StartKind::Unanchored)
                .prefilter(false)
                .build(&folded)?;
            let start = dfa.start_state(Anchored::No);
            (Table::Full(dfa), start)
        } else {
            let nfa = NFA::builder()
                .ascii_case_insensitive(true)
                .match_kind(MatchKind::Standard)
                .dense_depth(3)
                .prefilter(false)
                .build(&folded)?;
            let start = nfa.start_state(Anchored::No);
            (Table::Sparse(nfa), start)
        };
        let start = start.unwrap_or_default();
        let longest = folded.iter().map(String::len).max().unwrap_or(0);
        Ok(Self { table, start, lengths, longest })
    }

    /// Calls `found` for each literal in `text`, overlapping ones too, with each of its places at least
    /// once.
    pub fn scan(&self, text: &str, mut found: impl FnMut(u32, Place)) {
        let folded = fold(text);
        match &self.table {
            Table::Full(dfa) => self.walk(dfa, folded.as_bytes(), &mut found),
            Table::Sparse(nfa) => self.walk(nfa, folded.as_bytes(), &mut found),
        }
    }

    fn walk(&self, table: &impl Automaton, bytes: &[u8], found: &mut impl FnMut(u32, Place)) {
        // The start is no state that ends a literal.
        let (mut state, mut told) = (self.start, Told([self.start.as_u32(); 64]));
        for (index, byte) in bytes.iter().enumerate() {
            state = table.next_state(Anchored::No, state, *byte);
            if table.is_special(state) && table.is_match(state) {
                let between = index >= self.longest && index + 1 < bytes.len();
                if between && !told.is_new(state) {
                    continue;
                }
                for number in 0..table.match_len(state) {
                    let literal = table.match_pattern(state, number).as_usize();
                    self.report(literal, index + 1, bytes.len(), found);
                }
            }
        }
    }

    fn report(&self, literal: usize, end: usize, total: usize, found: &mut impl FnMut(u32, Place)) {
        let length = self.lengths.get(literal).map_or(0, |length| *length as usize);
        if length == 0 {
            return;
        }
        let mut place = Place::ANYWHERE.0;
        if end == length {
            place |= Place::START.0;
        }
        if end == total {
            place |= Place::END.0;
        }
        if end == length && end == total {
            place |= Place::WHOLE.0;
        }
        found(u32::try_from(literal).unwrap_or(u32::MAX), Place(place));
    }

    /// How many literals there are.
    pub fn len(&self) -> usize {
        self.lengths.len()
    }
    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.lengths.is_empty()
    }
    /// Bytes of memory the automaton takes.
    pub fn memory(&self) -> usize {
        let table = match &self.table {
            Table::Full(dfa) => dfa.memory_usage(),
            Table::Sparse(nfa) => nfa.memory_usage(),
        };
        table + self.lengths.len() * 4
    }
}

/// The text as comparisons without case see it: ASCII is left to the automaton, other letters
/// become small.
pub fn fold(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(lower(text))
}

/// The text in small letters, letter by letter: two texts are equal without case if this is equal.
pub fn lower(text: &str) -> String {
    let mut small = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        // Nearly all letters are ASCII, also in a text that is not.
        if letter.is_ascii() {
            small.push(letter.to_ascii_lowercase());
        } else {
            small.extend(letter.to_lowercase());
        }
    }
    small
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(literals: &[&str], text: &str, expect: &[(u32, u8)]) -> Result<(), MatcherError> {
        let mut found: Vec<(u32, u8)> = Vec::new();
        Matcher::new(literals)?.scan(text, |id, place| {
            match found.iter_mut().find(|(known, _)| *known == id) {
                Some((_, places)) => *places |= place.0,
                None => found.push((id, place.0)),
            }
        });
        found.sort_unstable();
        assert_eq!(found, expect, "{literals:?} in {text}");
        Ok(())
    }

    #[test]
    fn finds_all_with_their_places() -> Result<(), MatcherError> {
        check(&["curl", "url", "/sh"], "CURL x | /bin/sh", &[(0, 3), (1, 1), (2, 5)])?;
        check(&["abc", "b", ""], "abc", &[(0, 15), (1, 1)])?;
        check(&["aa"], "aaa", &[(0, 7)])?;
        check(&["ÜBER", "k"], "über \u{212a}", &[(0, 3), (1, 5)])?;
        // So many that the table is a sparse one.
        let many: Vec<String> = (1_000..3_000).map(|number| format!("literal {number}")).collect();
        let mut many: Vec<&str> = many.iter().map(String::as_str).collect();
        many.push("ral 10");
        check(&many, "Literal 1000 and literal 2999", &[(0, 3), (1_999, 5), (2_000, 1)])?;
        // Found many times, and once more where it counts.
        check(&["/", "x"], "/x/x/x/", &[(0, 7), (1, 1)])?;
        check(&["b/", "/", "ab/"], "ab/b/b/ab/", &[(0, 5), (1, 5), (2, 7)])?;
        check(&[], "text", &[])?;
        check(&["x"], "", &[])
    }
}
