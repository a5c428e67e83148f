//! The look before the look: which parts of a text hold enough words that instructions are made of. Most text does
//! not, and costs no more than this.

use std::ops::Range;

use super::tokens::{self, Kind, Token};

/// Buckets of words, as a power of two: they stay in the nearest cache.
pub const BITS: u32 = 14;

/// Words that are looked at together.
pub const SPAN: usize = 10;

/// Bytes before and after that go with a part.
const REACH: usize = 600;

/// Weights of single words, and how much of them calls for the classifier.
#[derive(Clone, Debug)]
pub struct Gate {
    weights: Vec<i8>,
    least: i32,
}

/// The bucket of a word; a break has none.
pub fn bucket(token: &Token) -> Option<usize> {
    let mixed = (token.hash ^ token.hash >> 15).wrapping_mul(0x85eb_ca6b);
    (token.kind != Kind::Break).then_some((mixed >> (32 - BITS)) as usize)
}

impl Gate {
    /// A gate of these weights, by bucket.
    pub fn new(weights: Vec<i8>, least: i32) -> Self {
        Self { weights, least }
    }

    /// The weights by bucket.
    pub fn weights(&self) -> &[i8] {
        &self.weights
    }

    /// What words in a row must weigh.
    pub fn least(&self) -> i32 {
        self.least
    }

    /// The heaviest words in a row.
    pub fn most(&self, text: &str) -> i32 {
        let mut most = i32::MIN;
        self.walk(text, |weight, _, _| most = most.max(weight));
        most
    }

    /// Parts of a text that the classifier has to see, in order, apart from each other.
    pub fn parts(&self, text: &str) -> Vec<Range<usize>> {
        let mut parts: Vec<Range<usize>> = Vec::new();
        self.walk(text, |weight, start, end| {
            if weight < self.least {
                return;
            }
            let (start, end) = (start.saturating_sub(REACH), end + REACH);
            match parts.last_mut() {
                Some(last) if last.end >= start => last.end = end,
                _ => parts.push(start..end),
            }
        });
        for part in &mut parts {
            *part = text.floor_char_boundary(part.start)..text.ceil_char_boundary(part.end);
        }
        parts
    }

    /// Tells for each word what it and those before it weigh together, where the first begins and it ends.
    fn walk(&self, text: &str, mut told: impl FnMut(i32, usize, usize)) {
        let mut row = [(0i8, 0usize); SPAN];
        let (mut sum, mut at) = (0i32, 0usize);
        tokens::each(text, |token| {
            let Some(weight) = bucket(&token).and_then(|bucket| self.weights.get(bucket)) else {
                return;
            };
            if let Some(place) = row.get_mut(at) {
                sum += i32::from(*weight) - i32::from(place.0);
                *place = (*weight, token.start);
            }
            at = if at + 1 < SPAN { at + 1 } else { 0 };
            // The oldest; as long as there are fewer it is the begin of the text.
            told(sum, row.get(at).map_or(0, |first| first.1), token.end);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate() -> Gate {
        let mut weights = vec![0; 1 << BITS];
        tokens::each("ignore", |token| {
            if let Some(bucket) = bucket(&token) {
                weights[bucket] = 10;
            }
        });
        Gate::new(weights, 20)
    }

    fn check(text: &str, most: i32, part: Option<Range<usize>>) {
        let parts: Vec<Range<usize>> = part.into_iter().collect();
        assert_eq!((gate().most(text), gate().parts(text)), (most, parts), "{text}");
    }

    #[test]
    fn words_that_stand_together_open_it() {
        check("", i32::MIN, None);
        check("one ignore two", 10, None);
        check("one IGNORE. Two ignore!", 20, Some(0..23));
        check(&format!("ignore{} ignore", " word".repeat(SPAN - 2)), 20, Some(0..53));
        check(&format!("ignore{} ignore", " word".repeat(SPAN - 1)), 10, None);
        let text = format!("{0}ignore ignore {0}ignore ignore {0}", "é ".repeat(2_000));
        let parts = gate().parts(&text);
        assert_eq!(parts.len(), 2);
        assert!(parts.iter().all(|part| text[part.clone()].contains("ignore ignore")));
    }
}
