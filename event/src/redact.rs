//! The promise of redaction at capture: a source asks before a text enters any channel.

use crate::Text;

/// Replaces secrets in text by `‹kind:keyed hash›`. The same secret gives the same hash on one
/// host, so that flows still join, and rules see the kind. Implemented by `content`, asked by every
/// source.
pub trait Redact: Send + Sync {
    /// The text without its secrets, or `None` if there was none.
    fn text(&self, text: &str) -> Option<Text>;

    /// Redacts arguments, also where the name of a secret and its value are two arguments
    /// (`--password x`). True if anything was replaced.
    fn argv(&self, argv: &mut [Text]) -> bool;
}

/// Redacts nothing: for tests and for text that was redacted when it was recorded.
#[derive(Clone, Copy, Debug, Default)]
pub struct Verbatim;

impl Redact for Verbatim {
    fn text(&self, _: &str) -> Option<Text> {
        None
    }
    fn argv(&self, _: &mut [Text]) -> bool {
        false
    }
}
