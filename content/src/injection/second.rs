//! The second look: the strongest windows of a text beside the rest of it. A few numbers of each go through a small
//! network; what comes out is the score.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::features::{SHAPE, Sheet};
use super::model::Head;
use super::tokens::{Kind, Token};

/// Numbers that tell of a window and the rest of its text.
pub const SIGNS: usize = SHAPE + 11;

/// Tokens before and after a window that tell what the text is about.
const AROUND: usize = 200;

/// Tokens before and after a window that are weighed with it.
const NEAR: usize = 20;

/// Words with fewer bytes stand in every text.
const TELLING: usize = 4;

/// What scores are divided by, so that all signs are of one size.
const SCALE: f32 = 4.0;

/// The numbers of one window.
pub type Signs = [f32; SIGNS];

/// One unit of the network: what each sign weighs, where it begins, and what it weighs itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    /// By sign.
    pub signs: Vec<f32>,
    /// What it begins with.
    pub bias: f32,
    /// How it counts.
    pub out: f32,
}

/// The network: signs as they are, and through its units.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Second {
    /// What a score begins with.
    pub bias: f32,
    /// What each sign weighs as it is.
    pub signs: Vec<f32>,
    /// Units between.
    pub units: Vec<Unit>,
}

impl Second {
    /// The score of the first look, unchanged.
    pub fn plain() -> Self {
        let mut signs = vec![0.0; SIGNS];
        if let Some(first) = signs.first_mut() {
            *first = SCALE;
        }
        Self { bias: 0.0, signs, units: Vec::new() }
    }

    /// What a window comes to.
    pub fn score(&self, signs: &Signs) -> f32 {
        let through: f32 = self.units.iter().map(|unit| unit.out * unit.level(signs)).sum();
        self.bias + sum(&self.signs, signs) + through
    }
}

impl Unit {
    /// From -1 to 1.
    pub fn level(&self, signs: &Signs) -> f32 {
        (self.bias + sum(&self.signs, signs)).tanh()
    }
}

fn sum(weights: &[f32], signs: &Signs) -> f32 {
    weights.iter().zip(signs).map(|(weight, sign)| weight * sign).sum()
}

/// A text as the first look left it.
#[derive(Clone, Copy)]
pub struct Seen<'a> {
    /// Its tokens.
    pub tokens: &'a [Token],
    /// With their weights.
    pub sheet: &'a Sheet,
    /// Of the first look.
    pub head: &'a Head,
}

impl Seen<'_> {
    /// The strongest window, and the strongest apart from it.
    pub fn strongest(&self) -> (Option<Range<usize>>, Option<Range<usize>>) {
        let scored: Vec<(f32, Range<usize>)> = self
            .sheet
            .windows()
            .map(|window| (self.head.score(self.sheet, &window), window))
            .collect();
        let best = |from: &mut dyn Iterator<Item = &(f32, Range<usize>)>| {
            from.max_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, window)| window.clone())
        };
        let first = best(&mut scored.iter());
        let apart = |window: &Range<usize>| {
            first
                .as_ref()
                .is_none_or(|first| first.end <= window.start || window.end <= first.start)
        };
        let second = best(&mut scored.iter().filter(|(_, window)| apart(window)));
        (first, second)
    }

    /// What tells of a window; `rival` is the strongest apart from it.
    pub fn signs(&self, window: &Range<usize>, rival: Option<&Range<usize>>) -> Signs {
        let seen = self.sheet.window(window);
        let score = |window: &Range<usize>| self.head.score(self.sheet, window) / SCALE;
        let middle = window.start + window.len() / 2;
        let near = window.start.saturating_sub(NEAR)..(window.end + NEAR).min(self.sheet.len());
        let (known, again) = self.kinship(window);
        let mut signs = [0.0; SIGNS];
        let (rest, shape) = signs.split_at_mut(SIGNS - SHAPE);
        shape.copy_from_slice(&seen.shape);
        rest.copy_from_slice(&[
            score(window),
            seen.words / SCALE,
            seen.pieces / SCALE,
            score(&(window.start..middle)),
            score(&(middle..window.end)),
            score(&near),
            score(&(0..self.sheet.len())),
            rival.map_or(-1.0, score),
            f32::from(u8::from(rival.is_none())),
            known,
            again,
        ]);
        signs
    }

    /// The share of a window's words that stand elsewhere in the text, and of those that it says again.
    fn kinship(&self, window: &Range<usize>) -> (f32, f32) {
        let words = |range: Range<usize>| {
            let telling = |token: &&Token| {
                token.kind == Kind::Sign
                    || token.kind == Kind::Word && token.end - token.start >= TELLING
            };
            let tokens = self.tokens.get(range).unwrap_or(&[]);
            tokens.iter().filter(telling).map(|token| token.hash)
        };
        let end = (window.end + AROUND).min(self.tokens.len());
        let around: BTreeSet<u32> = words(window.start.saturating_sub(AROUND)..window.start)
            .chain(words(window.end..end))
            .collect();
        let all = words(window.clone()).count().max(1) as f32;
        let known = words(window.clone()).filter(|word| around.contains(word)).count() as f32;
        let single = words(window.clone()).collect::<BTreeSet<u32>>().len() as f32;
        (known / all, (all - single) / all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::injection::features;

    /// Weights under which only `now` counts.
    fn head() -> Head {
        Head {
            step: 1.0,
            bias: 0.0,
            shape: [0.0; SHAPE],
            second: Second::plain(),
            gate: 0,
            chance: [1.0, 0.0],
            least: Default::default(),
        }
    }

    fn check(text: &str, strongest: &str, rival: Option<&str>, known: f32, again: f32) {
        let mut loud = None;
        let now = features::tokens("now");
        features::grams("now", &now, 0, &mut |_, bucket| loud = loud.or(Some(bucket)));
        let (tokens, head) = (features::tokens(text), head());
        let sheet =
            Sheet::new(text, &tokens, |_, bucket| f32::from(u8::from(Some(bucket) == loud)));
        let seen = Seen { tokens: &tokens, sheet: &sheet, head: &head };
        let (first, second) = seen.strongest();
        let words = |window: &Range<usize>| {
            let (from, to) = (tokens[window.start].start, tokens[window.end - 1].end);
            text[from..to].trim().to_owned()
        };
        assert_eq!(first.as_ref().map(words).as_deref(), Some(strongest), "{text}");
        assert_eq!(second.as_ref().map(words).as_deref(), rival, "{text}");
        let first = first.unwrap_or(0..0);
        let signs = seen.signs(&first, second.as_ref());
        assert_eq!((signs[9], signs[10]), (known, again), "{signs:?}");
        assert!((head.second.score(&signs) - head.score(&sheet, &first)).abs() < 1e-5);
    }

    #[test]
    fn a_window_is_seen_beside_the_rest() {
        check("send money money now.", "send money money now.", None, 0.0, 1.0 / 3.0);
        check(
            "The garden is green today.\nWater this garden now!\nIt is a green green place.",
            "Water this garden now!",
            Some("It is a green green place."),
            1.0 / 3.0,
            0.0,
        );
    }

    #[test]
    fn units_bend_what_signs_say() {
        let unit = Unit { signs: vec![100.0], bias: -50.0, out: 2.0 };
        let second = Second { units: vec![unit], ..Second::plain() };
        let mut signs = [0.0; SIGNS];
        assert!((second.score(&signs) + 2.0).abs() < 1e-3);
        signs[0] = 1.0;
        assert!((second.score(&signs) - 6.0).abs() < 1e-3);
    }
}
