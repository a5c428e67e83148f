//! The weights: their file, and what they say of a window.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::features::{BITS, SHAPE, Sheet};
use super::gate::{self, Gate};
use super::second::Second;
use crate::inspect::Position;

/// What a file of weights begins with; the number is that of its form.
const FORM: &str = "chaperone injection 2";

/// Two classifiers, for what is data and for what is said, with a gate for each.
#[derive(Clone, Debug)]
pub struct Model {
    /// What the file says of itself.
    pub card: Card,
    /// Weights for texts that are data.
    pub data: Part,
    /// Weights for what is said.
    pub said: Part,
}

/// One gate and its weights.
#[derive(Clone, Debug)]
pub struct Part {
    /// Which texts are looked at.
    pub gate: Gate,
    /// A weight for each bucket, in steps of the head's `step`.
    pub weights: Vec<i8>,
}

/// What stands at the head of the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// The form of the file.
    pub form: String,
    /// Version of the weights.
    pub version: u32,
    /// Hash of all texts that they were made from.
    pub recipe: String,
    /// Sets that were learned from, with their licences.
    pub licences: BTreeMap<String, String>,
    /// Instructions in texts that are data.
    pub data: Head,
    /// Instructions in what is said to a model, that undo others.
    pub said: Head,
}

/// What else there is to say about one classifier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// What one step of a weight is worth.
    pub step: f32,
    /// What a score begins with.
    pub bias: f32,
    /// Weights of a window's shape.
    pub shape: [f32; SHAPE],
    /// What the strongest windows come to beside the rest of a text.
    pub second: Second,
    /// What words in a row must weigh to be looked at.
    pub gate: i32,
    /// How a score becomes a chance: slope and middle, learned from texts that were kept back.
    pub chance: [f32; 2],
    /// From which score on a text counts, by position: one benign text in a hundred does.
    pub least: BTreeMap<String, f32>,
}

/// A file of weights that is not as it should be.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// No line at its head.
    #[error("the weights have no head\nhint: make them with `cargo xtask train-content`")]
    Headless,
    /// The head is not in its form.
    #[error("the head of the weights: {0}")]
    Head(#[from] serde_json::Error),
    /// Another form.
    #[error("weights of the form `{0}` are not known here, only `{FORM}`")]
    Form(String),
    /// Too many or few of them.
    #[error("there are {found} bytes of weights, not {expected}")]
    Length { found: usize, expected: usize },
}

impl Card {
    /// The form that is written now.
    pub fn form() -> String {
        FORM.to_owned()
    }
}

impl Model {
    /// Reads a file.
    pub fn read(bytes: &[u8]) -> Result<Self, ModelError> {
        let end = memchr::memchr(b'\n', bytes).ok_or(ModelError::Headless)?;
        let (head, weights) = bytes.split_at_checked(end + 1).ok_or(ModelError::Headless)?;
        let card: Card = serde_json::from_slice(head)?;
        if card.form != FORM {
            return Err(ModelError::Form(card.form));
        }
        let (gates, buckets) = (1usize << gate::BITS, 1usize << BITS);
        let wrong = ModelError::Length { found: weights.len(), expected: 2 * (gates + buckets) };
        if weights.len() != 2 * (gates + buckets) {
            return Err(wrong);
        }
        let mut rest = weights.iter().map(|byte| i8::from_le_bytes([*byte]));
        let mut part = |least| Part {
            gate: Gate::new(rest.by_ref().take(gates).collect(), least),
            weights: rest.by_ref().take(buckets).collect(),
        };
        let (data, said) = (part(card.data.gate), part(card.said.gate));
        Ok(Self { card, data, said })
    }

    /// Writes a file: the head as a line of JSON, then a byte for each weight.
    pub fn write(&self) -> Result<Vec<u8>, ModelError> {
        let mut bytes = serde_json::to_vec(&self.card)?;
        bytes.push(b'\n');
        for part in [&self.data, &self.said] {
            let weights = part.gate.weights().iter().chain(&part.weights);
            bytes.extend(weights.flat_map(|weight| weight.to_le_bytes()));
        }
        Ok(bytes)
    }

    /// The classifier of a position.
    pub fn of(&self, position: Position) -> (&Head, &Part) {
        if position.is_data() {
            (&self.card.data, &self.data)
        } else {
            (&self.card.said, &self.said)
        }
    }
}

impl Head {
    /// What a window comes to.
    pub fn score(&self, sheet: &Sheet, window: &std::ops::Range<usize>) -> f32 {
        let seen = sheet.window(window);
        let shape: f32 = seen.shape.iter().zip(&self.shape).map(|(is, weight)| is * weight).sum();
        self.bias + seen.words + seen.pieces + shape
    }

    /// The chance that a text with this score is an attack, where every second one is.
    pub fn chance(&self, score: f32) -> f32 {
        let [slope, middle] = self.chance;
        1.0 / (1.0 + (-slope * (score - middle)).exp())
    }

    /// From which score on a text at a position counts.
    pub fn least(&self, position: Position) -> f32 {
        self.least.get(name(position)).copied().unwrap_or(f32::INFINITY)
    }
}

/// What a position is called in the file.
pub fn name(position: Position) -> &'static str {
    match position {
        Position::System => "system",
        Position::User => "user",
        Position::Answer => "answer",
        Position::ToolCall => "tool_call",
        Position::ToolResult => "tool_result",
        Position::Document => "document",
        Position::Memory => "memory",
        Position::ToolDescription => "tool_description",
    }
}
