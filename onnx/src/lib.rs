//! Classifiers that somebody brings: a model in ONNX, run by `tract` in pure Rust, and the tokenizer that it was trained
//! with, as `tokenizer.json` has it. From bytes to how sure the model is of a text, and where.
//!
//! ```text
//! text ──Tokenizer::tokens──▶ Token … ──windows──▶ Model::run ──▶ how sure ──▶ the strongest window
//! ```

#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

mod model;
mod normal;
mod tokenizer;
mod unigram;
mod wordpiece;

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

pub use model::ModelError;
pub use tokenizer::TokenizerError;

use model::Model;
use tokenizer::{Token, Tokenizer};

/// How long a model may take for one window, as far as loading it shows, and a text for all that begin by then.
const PATIENCE: Duration = Duration::from_secs(2);
/// Windows of a text that are looked at.
const WINDOWS: usize = 16;

/// How a model is used.
#[derive(Clone, Debug, Default)]
pub struct Use {
    /// Which of its classes is meant; none: the last one.
    pub label: Option<usize>,
    /// Tokens of a window, where the model leaves that open.
    pub window: usize,
}

/// A model with its tokenizer.
#[derive(Debug)]
pub struct Classifier {
    model: Model,
    tokenizer: Tokenizer,
}

/// What a model is sure of.
#[derive(Clone, Debug, PartialEq)]
pub struct Strongest {
    /// How sure, from 0 to 1.
    pub sure: f32,
    /// Of what part of the text.
    pub span: Range<usize>,
}

/// Why a classifier is not used.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The model.
    #[error("the model: {0}")]
    Model(#[from] ModelError),
    /// The tokenizer.
    #[error("the tokenizer: {0}")]
    Tokenizer(#[from] TokenizerError),
    /// What it takes.
    #[error(
        "one look takes {} ms, and {} ms are all it may have\nhint: use a smaller model, or a smaller `window`",
        .0.as_millis(), PATIENCE.as_millis()
    )]
    Slow(Duration),
}

impl Classifier {
    /// Reads both, and tries them once.
    pub fn load(model: &[u8], tokenizer: &[u8], how: &Use) -> Result<Self, LoadError> {
        let tokenizer = Tokenizer::read(tokenizer)?;
        let model = guarded(|| Model::read(model, how)).unwrap_or(Err(ModelError::Broke))?;
        let classifier = Self { model, tokenizer };
        let full = vec![classifier.tokenizer.unknown(); classifier.room()];
        // The first run prepares what later ones have.
        classifier.run(&full)?;
        let began = Instant::now();
        classifier.run(&full)?;
        let took = began.elapsed();
        if took > PATIENCE { Err(LoadError::Slow(took)) } else { Ok(classifier) }
    }

    /// The strongest of a text's windows; none where nothing is to be looked at. Of a very long text it is the begin.
    pub fn strongest(&self, text: &str) -> Option<Strongest> {
        let room = self.room();
        let step = (room - room / 4).max(1);
        let began = Instant::now();
        let tokens = self.tokenizer.tokens(text, room + step * (WINDOWS - 1));
        let mut strongest: Option<Strongest> = None;
        for from in (0..tokens.len().max(1)).step_by(step) {
            if began.elapsed() > PATIENCE {
                break;
            }
            let window = tokens.get(from..(from + room).min(tokens.len())).unwrap_or_default();
            let (Some(first), Some(last)) = (window.first(), window.last()) else { break };
            // What breaks on one text has nothing to say of it.
            let Ok(sure) = self.run(window) else { continue };
            if strongest.as_ref().is_none_or(|it| sure > it.sure) {
                strongest = Some(Strongest { sure, span: first.at.start..last.at.end });
            }
            if from + room >= tokens.len() {
                break;
            }
        }
        strongest
    }

    /// Tokens of a text that one window has room for.
    fn room(&self) -> usize {
        let marks = self.tokenizer.begin.len() + self.tokenizer.end.len();
        self.model.window().saturating_sub(marks).max(1)
    }

    fn run(&self, window: &[Token]) -> Result<f32, ModelError> {
        let words = window.iter().map(|token| token.id);
        let (begin, end) = (self.tokenizer.begin.iter(), self.tokenizer.end.iter());
        let ids: Vec<i64> = begin.copied().chain(words).chain(end.copied()).collect();
        let run = || self.model.run(&ids, self.tokenizer.pad);
        guarded(run).unwrap_or(Err(ModelError::Broke))
    }
}

/// A model that somebody made may be such that the library gives up on it.
fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

#[cfg(test)]
mod tests;
