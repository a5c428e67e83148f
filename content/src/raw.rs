//! JSON as it came over a wire: values with their place in the body, so that one text can be replaced and every
//! other byte stays. What readers of models and tools (`llm`, `mcp`, `a2a`) walk; settings have `json`.
//!
//! It reads what providers read, and a little more (control characters in texts, halves of surrogate pairs): what
//! it refuses nobody looks at, and it might be understood by somebody else all the same.

mod edit;
mod read;
mod text;

use std::collections::HashSet;
use std::ops::Range;

pub(crate) use edit::escaped;
pub use edit::{Edit, apply};
pub use read::{MOST_DEPTH, MOST_VALUES, parse};
pub use text::{Place, Text};

/// A value and where it stands in the body.
#[derive(Clone, Debug, PartialEq)]
pub struct Value<'b> {
    /// Its bytes, with the quotes or brackets.
    pub span: Range<usize>,
    /// What it is.
    pub kind: Kind<'b>,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind<'b> {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A number as it is written.
    Number(&'b str),
    /// A text.
    Text(Text<'b>),
    /// A list.
    List(Vec<Value<'b>>),
    /// A map, in the order of the body, with keys that repeat.
    Map(Vec<(Text<'b>, Value<'b>)>),
}

/// A body that was not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} at byte {at}")]
pub struct Unread {
    /// Where.
    pub at: usize,
    /// What is wrong.
    pub message: &'static str,
}

/// What is there when nothing is.
static NOTHING: Value<'static> = Value { span: 0..0, kind: Kind::Null };

impl<'b> Value<'b> {
    /// The value of `key`; `null` where there is none. Of keys that repeat the last holds, as in most readers.
    pub fn get(&self, key: &str) -> &Value<'b> {
        let last = self.entries().iter().rev().find(|(name, _)| name.text == key);
        last.map_or(&NOTHING, |(_, value)| value)
    }
    /// The first of `keys` that is there and not `null`.
    pub fn any(&self, keys: &[&str]) -> &Value<'b> {
        keys.iter().map(|key| self.get(key)).find(|value| !value.is_null()).unwrap_or(&NOTHING)
    }
    /// Nothing is there.
    pub fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }
    /// Whether it is a map.
    pub fn is_map(&self) -> bool {
        matches!(self.kind, Kind::Map(_))
    }
    /// The text, if it is one.
    pub fn text(&self) -> Option<&Text<'b>> {
        if let Kind::Text(text) = &self.kind { Some(text) } else { None }
    }
    /// The text; empty if it is none.
    pub fn str(&self) -> &str {
        self.text().map_or("", |text| &text.text)
    }
    /// The items of a list; none of anything else.
    pub fn items(&self) -> &[Value<'b>] {
        if let Kind::List(items) = &self.kind { items } else { &[] }
    }
    /// The entries of a map; none of anything else.
    pub fn entries(&self) -> &[(Text<'b>, Value<'b>)] {
        if let Kind::Map(entries) = &self.kind { entries } else { &[] }
    }
    /// A whole number that is not negative.
    pub fn number(&self) -> Option<u64> {
        if let Kind::Number(number) = self.kind { number.parse().ok() } else { None }
    }
    /// A whole number.
    pub fn signed(&self) -> Option<i64> {
        if let Kind::Number(number) = self.kind { number.parse().ok() } else { None }
    }
    /// Whether it is `true`.
    pub fn is_true(&self) -> bool {
        matches!(self.kind, Kind::Bool(true))
    }
    /// Some map in it has a key twice: readers disagree which one holds.
    pub fn repeats(&self) -> bool {
        let entries = self.entries();
        let few = entries.len() <= 16;
        let doubled = if few {
            let keys = entries.iter().map(|(key, _)| &key.text).enumerate();
            keys.clone().any(|(at, key)| keys.clone().take(at).any(|(_, other)| other == key))
        } else {
            let mut known = HashSet::new();
            !entries.iter().all(|(key, _)| known.insert(&key.text))
        };
        let within = entries.iter().map(|(_, value)| value).chain(self.items());
        doubled || within.into_iter().any(Value::repeats)
    }
}

#[cfg(test)]
mod tests;
