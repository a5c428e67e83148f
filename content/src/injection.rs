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

use features::{Sheet, Weighed};
use model::{Head, Part};
pub use model::{Model, ModelError};
use second::{Seen, Signs};
use tokens::Token;

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
    let mut known = None;
    weighed(head, part, text, |inside, tokens| {
        let known = known.get_or_insert_with(Weighed::none);
        Sheet::in_steps(inside, tokens, &part.weights, head.step, known)
    })
}

/// The same by weights as they are learned, which are no whole steps: what comes of them is the same to the last bit
/// however quick the other way is made.
pub fn learned(head: &Head, part: &Part, text: &str) -> Vec<Candidate> {
    let weight = |bucket| part.weights.get(bucket).map_or(0.0, |it| f32::from(*it) * head.step);
    weighed(head, part, text, |inside, tokens| Sheet::new(inside, tokens, |_, at| weight(at)))
}

fn weighed<'t>(
    head: &Head,
    part: &Part,
    text: &'t str,
    mut sheet: impl FnMut(&'t str, &[Token]) -> Sheet,
) -> Vec<Candidate> {
    let mut found = Vec::new();
    for place in part.gate.parts(text) {
        let inside = text.get(place.clone()).unwrap_or("");
        let tokens = features::tokens(inside);
        let sheet = sheet(inside, &tokens);
        found.extend(of_part(&Seen { tokens: &tokens, sheet: &sheet, head }, place.start));
    }
    found
}

/// Those of one part, which begins at this byte.
fn of_part(seen: &Seen<'_>, begin: usize) -> Vec<Candidate> {
    let (first, second) = seen.strongest();
    let pairs = [(first.as_ref(), second.as_ref()), (second.as_ref(), first.as_ref())];
    let made = |(window, rival): (Option<&Range<usize>>, Option<&Range<usize>>)| {
        let window = window?;
        let from = seen.tokens.get(window.start)?.start;
        let to = seen.tokens.get(window.end.checked_sub(1)?)?.end;
        Some(Candidate { signs: seen.signs(window, rival), span: begin + from..begin + to })
    };
    pairs.into_iter().filter_map(made).collect()
}

#[cfg(test)]
mod tests;
