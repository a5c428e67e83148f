//! Who remembers: what servers offered before, and which calls there were.

use event::{Offering, Stand, ToolCall, ToolRules, Utterance};

/// Remembers beyond one session.
pub trait Desk: Send + Sync {
    /// What becomes of what is found in results.
    fn rules(&self) -> ToolRules;
    /// How each offer stands, in their order; what is missing stands as nobody said.
    fn offered(&self, offering: &Offering) -> Vec<Stand>;
    /// Keeps a call that ended. Does not wait.
    fn called(&self, call: ToolCall);
    /// Keeps what went by. Does not wait.
    fn said(&self, words: Vec<Utterance>);
}
