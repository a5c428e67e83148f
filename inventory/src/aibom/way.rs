//! Ways through a document, as tables write them: `components[type=library].name`, and whether something stands at
//! their end. Lists are gone through entry by entry.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// `a.b[c=d].e`: fields.
    Fields(Vec<Step>),
    /// `>kind`: a relation from here.
    To(String),
    /// `<kind`: a relation to here.
    From(String),
}

/// A field, and which of its entries are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    key: String,
    only: Option<Only>,
}

/// `key=value`, or `key~value` where the value is only a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Only {
    Is(String, String),
    Holds(String, String),
}

impl<'de> Deserialize<'de> for Way {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let text = String::deserialize(reader)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is no way")))
    }
}

impl Way {
    fn parse(text: &str) -> Option<Self> {
        if let Some(kind) = text.strip_prefix('>') {
            return Some(Self::To(kind.to_owned()));
        }
        if let Some(kind) = text.strip_prefix('<') {
            return Some(Self::From(kind.to_owned()));
        }
        text.split('.').map(Step::parse).collect::<Option<_>>().map(Self::Fields)
    }
}

impl Step {
    fn parse(text: &str) -> Option<Self> {
        let Some((key, only)) = text.split_once('[') else {
            return (!text.is_empty()).then(|| Self { key: text.to_owned(), only: None });
        };
        let only = only.strip_suffix(']')?;
        let only = match (only.split_once('='), only.split_once('~')) {
            (Some((key, value)), _) => Only::Is(key.to_owned(), value.to_owned()),
            (None, Some((key, value))) => Only::Holds(key.to_owned(), value.to_owned()),
            (None, None) => return None,
        };
        Some(Self { key: key.to_owned(), only: Some(only) })
    }

    fn takes(&self, entry: &Value) -> bool {
        let said = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
        match &self.only {
            None => true,
            Some(Only::Is(key, value)) => said(key) == value,
            Some(Only::Holds(key, value)) => said(key).to_lowercase().contains(value.as_str()),
        }
    }
}

/// Whether something is told at the end of a way.
pub fn tells(steps: &[Step], value: &Value) -> bool {
    let Some((step, rest)) = steps.split_first() else { return is_told(value) };
    if let Value::Array(items) = value {
        return items.iter().any(|item| tells(steps, item));
    }
    let Some(below) = value.get(&step.key) else { return false };
    match below {
        Value::Array(items) => items.iter().any(|item| step.takes(item) && tells(rest, item)),
        one => step.takes(one) && tells(rest, one),
    }
}

/// Whether a value says something.
fn is_told(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(_) | Value::Number(_) => true,
        Value::String(text) => !text.trim().is_empty() && !is_unknown(text),
        Value::Array(items) => items.iter().any(is_told),
        Value::Object(map) => map.values().any(is_told),
    }
}

/// Whether a text says that something is not known.
pub fn is_unknown(text: &str) -> bool {
    let word = text.rsplit(['/', '#']).next().unwrap_or(text).trim().to_lowercase();
    matches!(
        word.as_str(),
        "unknown"
            | "noassertion"
            | "noassertionelement"
            | "noassertionlicense"
            | "n/a"
            | "none"
            | "todo"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ways_end_at_something_or_not() {
        let document = json!({
            "a": [{ "b": "" }, { "b": "x" }],
            "p": [{ "name": "n", "value": "v" }, { "name": "m", "value": "unknown" }],
            "n": 0, "o": { "q": [] }, "s": "https://x/NoAssertionElement",
        });
        let check = |way: &str, expect: bool| {
            let Some(Way::Fields(steps)) = Way::parse(way) else { panic!("{way}") };
            assert_eq!(tells(&steps, &document), expect, "{way}");
        };
        check("a.b", true);
        check("a.c", false);
        check("p[name=n].value", true);
        check("p[name=m].value", false);
        check("p[value~V].name", false);
        check("p[value~v].name", true);
        check("n", true);
        check("o", false);
        check("s", false);
    }
}
