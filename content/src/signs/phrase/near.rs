//! A word and its neighbours by their first letters: what tells most places where a phrase is not said.

use std::ops::Range;

use super::LONGEST_GAP;
use crate::signs::words::Word;

/// How many neighbours count on each side.
const NEIGHBOURS: usize = LONGEST_GAP + 1;

/// A word of which an anchor is the begin.
#[derive(Clone, Copy, Debug)]
pub struct Near {
    /// Which one.
    pub at: usize,
    /// The anchor is all of it.
    pub is_whole: bool,
    /// First letters of so many words behind it, as far as the sentence goes; the same of those before it.
    behind: [u32; NEIGHBOURS],
    before: [u32; NEIGHBOURS],
}

impl Near {
    /// The word `at`, which begins with `anchor`.
    pub fn new(words: &[Word<'_>], at: usize, anchor: &Range<usize>) -> Self {
        let (front, rest) = words.split_at_checked(at).unwrap_or_default();
        let (word, behind) = rest.split_first().map_or((None, rest), |(one, it)| (Some(one), it));
        let open = !word.is_some_and(|word| word.begins);
        let ends = front.iter().rev().scan(open, |open, word| {
            let is_said = *open;
            *open &= !word.begins;
            is_said.then_some(word)
        });
        Self {
            at,
            is_whole: word.is_some_and(|word| word.span.end <= anchor.end),
            behind: letters(behind.iter().take_while(|word| !word.begins)),
            before: letters(ends),
        }
    }

    /// One of so many words behind it may begin with one of these letters.
    pub fn has_behind(&self, count: usize, firsts: u32) -> bool {
        self.behind.get(count).is_none_or(|letters| letters & firsts != 0)
    }

    /// One of so many words before it may begin with one of these letters.
    pub fn has_before(&self, count: usize, firsts: u32) -> bool {
        self.before.get(count).is_none_or(|letters| letters & firsts != 0)
    }
}

fn letters<'w>(words: impl Iterator<Item = &'w Word<'w>>) -> [u32; NEIGHBOURS] {
    let (mut all, mut known, mut words) = ([0; NEIGHBOURS], 0, words.fuse());
    for place in &mut all {
        known |= words.next().map_or(0, |word| first(&word.text));
        *place = known;
    }
    all
}

/// The first letter of a word, as one bit of a set.
pub fn first(word: &str) -> u32 {
    word.bytes().next().map_or(0, |letter| 1 << (letter & 31))
}
