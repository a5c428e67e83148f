//! Texts of a body replaced, and nothing else.

use std::ops::Range;

use super::{Place, Text};

/// What takes the place of which bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Which.
    pub span: Range<usize>,
    /// What, as it stands in the body.
    pub with: String,
}

impl Text<'_> {
    /// The edit of `body` that puts `with` where `span` of this text is; none where the text is not in the body.
    pub fn edit(&self, body: &[u8], span: Range<usize>, with: &str) -> Option<Edit> {
        let span = self.at(body, span)?;
        let with = match self.place {
            Place::Within { .. } => escaped(&escaped(with)),
            Place::Body(_) | Place::Nowhere => escaped(with),
        };
        Some(Edit { span, with })
    }
}

/// As it stands inside a JSON string.
pub(crate) fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    let inside = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inside.unwrap_or_default().to_owned()
}

/// The body with all of `edits` made; none where two of them meet, or one stands outside.
pub fn apply(body: &[u8], edits: &mut [Edit]) -> Option<Vec<u8>> {
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut made = Vec::with_capacity(body.len());
    let mut from = 0;
    for edit in edits {
        made.extend_from_slice(body.get(from..edit.span.start)?);
        made.extend_from_slice(edit.with.as_bytes());
        from = edit.span.end.max(edit.span.start);
    }
    made.extend_from_slice(body.get(from..)?);
    Some(made)
}
