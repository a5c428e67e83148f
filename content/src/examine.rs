//! All detectors at once: what stands in a text at its place in a conversation, in whole bodies and in streams, and a
//! text without it. What becomes of a find is said by whoever asks.
//!
//! ```text
//! parts of a request ──Examiner::parts──▶ Found …  ──without──▶ body with marks in their place
//! bytes of a stream ──Flow::take──▶ the same bytes, later where a find may not be whole, with marks, or cut
//!                     … turned_back, Flow::turning_back: what marks stand for, where whoever asks gives it back
//! ```

mod body;
mod echo;
mod flow;
mod memory;
mod slot;

use std::sync::Arc;

use crate::injection::{Classifier, ModelError};
use crate::inspect::classes::Classes;
use crate::inspect::{Family, Inspector, InspectorError, Position, Spot};
use crate::signs::canary::Canaries;
use crate::signs::{self, Signs, SignsError};

pub use body::{Found, is_all_text, turned_back, wherever, without};
pub use echo::{Echo, Mark, marks};
pub use flow::{Cut, Flow, Framing, Holds, Judge, Ruled, Saw};
pub use memory::{Key, Memory};

/// All detectors. Made once; a copy shares them.
#[derive(Clone, Debug)]
pub struct Examiner {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    inspector: Inspector,
    signs: Signs,
    classifier: Classifier,
    allowed_hosts: Vec<String>,
    /// What must not come out; none: nothing was planted.
    canaries: Option<Canaries>,
    brought: Vec<Arc<dyn Brought>>,
}

/// A classifier that whoever runs it brings. Asked about texts that are there as a whole, never about pieces of a stream.
pub trait Brought: std::fmt::Debug + Send + Sync {
    /// What it finds in a text at its place.
    fn find(&self, text: &str, position: Position) -> Option<Spot>;
}

/// What whoever runs it adds to what ships.
#[derive(Clone, Debug, Default)]
pub struct Own {
    /// Classes of data.
    pub classes: Classes,
    /// Hosts that may be told anything.
    pub allowed_hosts: Vec<String>,
    /// Words that were planted to be found if they ever come out of a model, by name.
    pub canaries: Vec<(String, String)>,
    /// Prompts that must not come out of a model, by name.
    pub prompts: Vec<(String, String)>,
    /// Classifiers.
    pub brought: Vec<Arc<dyn Brought>>,
}

/// The detectors were not to be had.
#[derive(Debug, thiserror::Error)]
pub enum ExaminerError {
    /// Those of data.
    #[error(transparent)]
    Inspector(#[from] InspectorError),
    /// Those of signs.
    #[error(transparent)]
    Signs(#[from] SignsError),
    /// The classifier of instructions.
    #[error(transparent)]
    Classifier(#[from] ModelError),
    /// Those of what was planted.
    #[error("what was planted does not fit into one automaton: {0}")]
    Canaries(#[from] aho_corasick::BuildError),
}

impl Examiner {
    /// What ships, and what is added to it.
    pub fn new(own: Own) -> Result<Self, ExaminerError> {
        let Own { classes, allowed_hosts, canaries, prompts, brought } = own;
        let inspector = Inspector::with(classes)?;
        let (signs, classifier) = (Signs::shipped()?, Classifier::shipped()?);
        let planted = !canaries.is_empty() || !prompts.is_empty();
        let canaries = planted.then(|| Canaries::new(&canaries, &prompts)).transpose()?;
        let shared = Shared { inspector, signs, classifier, allowed_hosts, canaries, brought };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// What stands in a text, in order of place. Two finds may meet.
    pub fn examine(&self, text: &str, position: Position) -> Vec<Spot> {
        let mut spots = self.data(text, position);
        spots.extend(self.signs(text, position));
        spots.extend(self.shared.brought.iter().filter_map(|it| it.find(text, position)));
        spots.sort_by_key(|spot| (spot.span.start, spot.span.end));
        spots
    }

    /// Every kind of data that can be found, by family: secrets, personal data, own classes.
    pub fn kinds(&self) -> Vec<(Family, String)> {
        let data = self.shared.inspector.kinds().map(|(family, kind)| (family, kind.into_owned()));
        data.collect()
    }

    fn data(&self, text: &str, position: Position) -> Vec<Spot> {
        let mut stream = self.shared.inspector.stream().of(position);
        let mut spots = stream.feed(text.as_bytes());
        spots.append(&mut stream.end());
        spots
    }

    /// What only whole sentences show.
    fn signs(&self, text: &str, position: Position) -> Vec<Spot> {
        let inside = |text: &str| {
            let mut spots = self.data(text, position);
            spots.extend(self.orders(text, position));
            spots
        };
        let allowed_hosts = &self.shared.allowed_hosts;
        let settings = signs::Settings { inside: Some(&inside), allowed_hosts };
        let mut spots = self.shared.signs.find(text, position, &settings);
        spots.extend(self.orders(text, position));
        spots.extend(self.planted(text, position));
        spots
    }

    /// What a model says, or whoever runs it, is no attack on it.
    fn orders(&self, text: &str, position: Position) -> Option<Spot> {
        let others = position.is_data() || position == Position::User;
        others.then(|| self.shared.classifier.find(text, position)).flatten()
    }

    /// What was planted, where it comes out: in what a model says, and wants a tool to be given.
    fn planted(&self, text: &str, position: Position) -> Vec<Spot> {
        let comes_out = matches!(position, Position::Answer | Position::ToolCall);
        let canaries = self.shared.canaries.as_ref().filter(|_| comes_out);
        canaries.map(|canaries| canaries.find(text)).unwrap_or_default()
    }

    fn stream(&self, position: Position) -> crate::inspect::Passing {
        self.shared.inspector.stream().of(position)
    }
}

#[cfg(test)]
mod tests;
