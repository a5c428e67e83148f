//! Words in pieces, the longest first, as BERT and its kin have them.

use std::collections::HashMap;

/// Longer words are not known, in letters.
const LONGEST: usize = 100;

/// The pieces.
#[derive(Debug)]
pub struct WordPiece {
    /// By what they say.
    pub known: HashMap<String, i64>,
    /// Stands for what is not known.
    pub unknown: i64,
    /// Stands before a piece that goes on.
    pub goes_on: String,
}

impl WordPiece {
    /// The pieces of a word; one for all of it where a part of it is in none.
    pub fn pieces(&self, word: &str) -> Vec<i64> {
        if word.chars().count() > LONGEST {
            return vec![self.unknown];
        }
        let (mut pieces, mut from) = (Vec::new(), 0);
        while from < word.len() {
            let rest = word.get(from..).unwrap_or_default();
            let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8()).rev();
            let found = ends.filter_map(|end| Some((end, self.piece(rest.get(..end)?, from > 0)?)));
            match { found }.next() {
                Some((length, id)) => {
                    pieces.push(id);
                    from += length;
                }
                None => return vec![self.unknown],
            }
        }
        pieces
    }

    fn piece(&self, text: &str, goes_on: bool) -> Option<i64> {
        match goes_on {
            true => self.known.get(&format!("{}{text}", self.goes_on)).copied(),
            false => self.known.get(text).copied(),
        }
    }
}
