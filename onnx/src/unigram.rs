//! Words in the pieces that are likeliest together, as SentencePiece has them.

use std::collections::HashMap;

/// What an unknown letter costs more than the rarest piece.
const PENALTY: f64 = 10.0;
/// Longer runs are cut, in letters.
const LONGEST: usize = 256;

/// The pieces.
#[derive(Debug)]
pub struct Unigram {
    known: HashMap<String, (i64, f64)>,
    unknown: i64,
    /// The longest piece, in letters.
    longest: usize,
    rarest: f64,
}

impl Unigram {
    /// Of pieces with how likely each is, in the order of their numbers.
    pub fn new(pieces: Vec<(String, f64)>, unknown: i64) -> Self {
        let longest = pieces.iter().map(|(piece, _)| piece.chars().count()).max().unwrap_or(1);
        let rarest = pieces.iter().map(|(_, likely)| *likely).fold(0.0, f64::min);
        let numbered = (0..).zip(pieces).map(|(id, (piece, likely))| (piece, (id, likely)));
        Self { known: numbered.collect(), unknown, longest, rarest }
    }

    /// The pieces of a word.
    pub fn pieces(&self, word: &str) -> Vec<i64> {
        let letters: Vec<(usize, char)> = word.char_indices().collect();
        letters.chunks(LONGEST).flat_map(|part| self.run(word, part)).collect()
    }

    /// The likeliest way through a run of letters. What is not known stands once for each run of such letters.
    fn run(&self, word: &str, letters: &[(usize, char)]) -> Vec<i64> {
        let Some((first, _)) = letters.first() else { return Vec::new() };
        let end = letters.last().map_or(0, |(at, c)| at + c.len_utf8());
        let places: Vec<usize> = letters.iter().map(|(at, _)| *at).chain([end]).collect();
        // To each place the best way there: how likely, from where, by which piece.
        let mut best: Vec<Option<(f64, usize, i64)>> = vec![None; places.len()];
        let start = places.iter().position(|at| at == first).unwrap_or(0);
        if let Some(slot) = best.get_mut(start) {
            *slot = Some((0.0, start, self.unknown));
        }
        for from in 0..letters.len() {
            let Some(Some((so_far, ..))) = best.get(from).copied() else { continue };
            for to in from + 1..=(from + self.longest.max(1)).min(letters.len()) {
                let text = places.get(from).zip(places.get(to)).and_then(|(a, b)| word.get(*a..*b));
                let known = text.and_then(|text| self.known.get(text)).copied();
                let alone = (to == from + 1).then_some((self.unknown, self.rarest - PENALTY));
                let Some((id, likely)) = known.or(alone) else { continue };
                if let Some(slot) = best.get_mut(to)
                    && slot.is_none_or(|(other, ..)| so_far + likely > other)
                {
                    *slot = Some((so_far + likely, from, id));
                }
            }
        }
        self.back(&best)
    }

    fn back(&self, best: &[Option<(f64, usize, i64)>]) -> Vec<i64> {
        let (mut pieces, mut at) = (Vec::new(), best.len() - 1);
        while at > 0 {
            let Some(Some((_, from, id))) = best.get(at) else { break };
            let is_again = *id == self.unknown && pieces.last() == Some(&self.unknown);
            if !is_again {
                pieces.push(*id);
            }
            at = *from;
        }
        pieces.reverse();
        pieces
    }
}
