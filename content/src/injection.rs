//! Instructions where data should be, and words that undo instructions: a small classifier. What it says is a sign among
//! others, no verdict: whoever knows it can write around it (`rules/content/injection/MODEL.md`).

pub mod features;
pub mod gate;
pub mod model;
pub mod tokens;

use std::borrow::Cow;
use std::ops::Range;

use features::{Sheet, Weighed};
pub use model::{Model, ModelError};

use crate::inspect::{Family, Position, Spot};

/// The weights that are shipped.
static WEIGHTS: &[u8] = include_bytes!("../../rules/content/injection/injection.model");

/// A person's words that are fewer are no attack, whatever the weights make of them: `yes`, `go on`.
const LEAST_WORDS: usize = 5;

/// What the strongest part of a text comes to.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// As the weights have it.
    pub score: f32,
    /// The chance of an attack, where every second text is one.
    pub chance: f32,
    /// Where it stands, in bytes of the text.
    pub span: Range<usize>,
    /// It is as strong as one benign text in a hundred at this position.
    pub counts: bool,
}

/// The classifier, made once.
#[derive(Clone, Debug)]
pub struct Classifier {
    model: Model,
}

impl Classifier {
    /// With the weights that are shipped.
    pub fn shipped() -> Result<Self, ModelError> {
        Ok(Self { model: Model::read(WEIGHTS)? })
    }

    /// With these weights.
    pub fn new(model: Model) -> Self {
        Self { model }
    }

    /// The weights and what they say of themselves.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// What the strongest part of a text comes to; nothing if no part is worth a look.
    pub fn read(&self, text: &str, position: Position) -> Option<Reading> {
        let (head, part) = self.model.of(position);
        let mut strongest: Option<(f32, Range<usize>, usize)> = None;
        let mut known = None;
        for seen in part.gate.parts(text) {
            let inside = text.get(seen.clone()).unwrap_or("");
            let tokens = features::tokens(inside);
            let known = known.get_or_insert_with(Weighed::none);
            let sheet = Sheet::in_steps(inside, &tokens, &part.weights, head.step, known);
            let Some((score, window)) = head.strongest(&sheet) else { continue };
            if strongest.as_ref().is_none_or(|(best, ..)| score > *best) {
                let place = |token: Option<&tokens::Token>, end: fn(&tokens::Token) -> usize| {
                    seen.start + token.map_or(0, end)
                };
                let from = place(tokens.get(window.start), |token| token.start);
                let to = place(tokens.get(window.end.saturating_sub(1)), |token| token.end);
                strongest = Some((score, from..to, window.len()));
            }
        }
        let (score, span, words) = strongest?;
        let says_enough = position.is_data() || words >= LEAST_WORDS;
        let counts = says_enough && score >= head.least(position);
        Some(Reading { score, chance: head.chance(score), span, counts })
    }

    /// The strongest part of a text, if it counts at this position.
    pub fn find(&self, text: &str, position: Position) -> Option<Spot> {
        let reading = self.read(text, position).filter(|reading| reading.counts)?;
        Some(Spot {
            family: Family::Injection,
            kind: Cow::Borrowed("instructions"),
            span: reading.span,
            sure: (reading.chance * 100.0).round() as u8,
        })
    }
}

#[cfg(test)]
mod tests;
