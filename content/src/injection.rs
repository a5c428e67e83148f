//! Instructions where data should be, and words that undo instructions: a small classifier. What it says is a sign among
//! others, no verdict: whoever knows it can write around it (`rules/content/injection/MODEL.md`).

pub mod features;
pub mod gate;
pub mod model;
pub mod second;
pub mod sentences;
pub mod tokens;

use std::borrow::Cow;
use std::ops::Range;

use features::Sheet;
use model::{Head, Part};
pub use model::{Model, ModelError};
use second::{Seen, Signs};

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

/// A window that may be what a text is judged by.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// What tells of it.
    pub signs: Signs,
    /// Where it stands, in bytes of the text.
    pub span: Range<usize>,
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
        let scored = candidates(head, part, text).into_iter();
        let (score, strongest) = scored
            .map(|candidate| (head.second.score(&candidate.signs), candidate))
            .max_by(|one, other| one.0.total_cmp(&other.0))?;
        let says_enough = || position.is_data() || features::tokens(text).len() >= LEAST_WORDS;
        let counts = score >= head.least(position) && says_enough();
        Some(Reading { score, chance: head.chance(score), span: strongest.span, counts })
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

/// The strongest windows of each part of a text that is worth a look, by the first look.
pub fn candidates(head: &Head, part: &Part, text: &str) -> Vec<Candidate> {
    let parts = part.gate.parts(text).into_iter();
    parts.flat_map(|place| of_place(head, part, text, &place)).collect()
}

fn of_place(head: &Head, part: &Part, text: &str, place: &Range<usize>) -> Vec<Candidate> {
    let inside = text.get(place.clone()).unwrap_or("");
    let tokens = features::tokens(inside);
    let sheet = Sheet::new(inside, &tokens, part.weight(head.step));
    let seen = Seen { tokens: &tokens, sheet: &sheet, head };
    let (first, second) = seen.strongest();
    let pairs = [(first.as_ref(), second.as_ref()), (second.as_ref(), first.as_ref())];
    let made = |(window, rival): (Option<&Range<usize>>, Option<&Range<usize>>)| {
        let window = window?;
        let from = tokens.get(window.start)?.start;
        let to = tokens.get(window.end.checked_sub(1)?)?.end;
        let span = place.start + from..place.start + to;
        Some(Candidate { signs: seen.signs(window, rival), span })
    };
    pairs.into_iter().filter_map(made).collect()
}

#[cfg(test)]
mod tests;
