//! The one YAML reader of the house: into serde types, or into [`Node`]s that keep order and place.
//!
//! Rules, signatures and configuration come from people and from strangers: alias bombs, deep
//! nesting and duplicate keys are refused, and every error says where it is and what to do.

mod node;

use crate::tree::{Node, first_words};

use serde::de::DeserializeOwned;
use serde_saphyr::{Budget, Options};

/// Longest text that is read, in bytes.
pub const MAX_BYTES: usize = 4 << 20;

/// A YAML text that was not understood, with its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}\nhint: {hint}")]
pub struct YamlError {
    /// Line, from 1; 0 where the text as a whole is meant.
    pub line: u32,
    /// Column, from 1; 0 where the text as a whole is meant.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// Reads a text that holds one document.
pub fn parse<T: DeserializeOwned>(text: &str) -> Result<T, YamlError> {
    check_size(text)?;
    serde_saphyr::from_str_with_options(text, options()).map_err(YamlError::of)
}

/// Reads every document of a text, in order; empty documents are left out.
pub fn parse_all<T: DeserializeOwned>(text: &str) -> Result<Vec<T>, YamlError> {
    check_size(text)?;
    serde_saphyr::from_multiple_with_options(text, options()).map_err(YamlError::of)
}

/// Reads every document of a text as nodes that keep order and place.
pub fn documents(text: &str) -> Result<Vec<Node>, YamlError> {
    parse_all(text)
}

fn check_size(text: &str) -> Result<(), YamlError> {
    if text.len() <= MAX_BYTES {
        return Ok(());
    }
    Err(YamlError {
        line: 0,
        column: 0,
        message: format!("the text has {} bytes; at most {MAX_BYTES} are read", text.len()),
        hint: "split it into several files".into(),
    })
}

fn options() -> Options {
    let mut budget = Budget::default();
    budget.max_depth = 48;
    budget.flow_nesting_limit = 48;
    budget.max_events = 400_000;
    budget.max_nodes = 200_000;
    budget.max_aliases = 1_000;
    budget.max_anchors = 1_000;
    budget.max_recorded_anchor_events = 100_000;
    let mut options = Options::default();
    options.budget = Some(budget);
    options.alias_limits.max_total_replayed_events = 100_000;
    options.alias_limits.max_alias_expansions_per_anchor = 1_000;
    options.with_snippet = false;
    options
}

impl YamlError {
    fn of(error: serde_saphyr::Error) -> Self {
        let error = error.without_snippet();
        let (line, column) = error.location().map_or((0, 0), |at| {
            (at.line().try_into().unwrap_or(u32::MAX), at.column().try_into().unwrap_or(u32::MAX))
        });
        let message = first_words(&error.to_string());
        let hint = hint_for(&message).into();
        Self { line, column, message, hint }
    }
}

fn hint_for(message: &str) -> &'static str {
    let message = message.to_ascii_lowercase();
    let any = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if any(&["duplicate"]) {
        "each key may stand once in a map; join the two"
    } else if any(&["budget", "alias", "limit", "depth", "nesting"]) {
        "write it flatter: few aliases, at most 48 levels, at most 200,000 values"
    } else if any(&["missing field"]) {
        "add the key"
    } else if any(&["unknown field", "unknown variant"]) {
        "correct the word or remove it"
    } else if any(&["tab"]) {
        "indent with spaces"
    } else if any(&["invalid type", "expected"]) {
        "look at the indentation and quotes of this line and the one before"
    } else {
        "put text with : # * & ! | > % @ ` { } [ ] in quotes, and check the indentation"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Kind;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        name: String,
        sizes: Vec<u32>,
    }

    fn refused(text: &str, line: u32, word: &str) {
        match documents(text) {
            Ok(_) => panic!("`{text}` was read"),
            Err(error) => {
                assert_eq!(error.line, line, "{error}");
                assert!(error.to_string().to_lowercase().contains(word), "{error}");
                assert!(!error.hint.is_empty());
            }
        }
    }

    #[test]
    fn reads_into_types() -> Result<(), YamlError> {
        let sample = Sample { name: "x".into(), sizes: vec![1, 2] };
        assert_eq!(parse::<Sample>("name: x\nsizes: [1, 2]")?, sample);
        assert_eq!(
            parse_all::<Sample>("name: x\nsizes: [1, 2]\n---\nname: y\nsizes: []")?.len(),
            2
        );
        let error = parse::<Sample>("name: x\nsizes: [1]\nsize: 3").err();
        let error = error.map(|error| (error.line, error.to_string().contains("size")));
        assert_eq!(error, Some((3, true)));
        Ok(())
    }

    #[test]
    fn keeps_order_and_place() -> Result<(), YamlError> {
        let documents = documents("b: 1\na:\n  - x\n  - 'y'\nc: ~\nd: 1.5\ne: true\n---\nf: g\n")?;
        assert_eq!(documents.len(), 2);
        let keys: Vec<_> = documents[0].entries().iter().map(|e| e.key.as_str()).collect();
        assert_eq!(keys, ["b", "a", "c", "d", "e"]);
        let list = documents[0].get("a").map(Node::items).unwrap_or_default();
        assert_eq!((list[1].line, list[1].column, list[1].text()), (4, 5, Some("y")));
        assert_eq!(documents[0].get("c").map(|node| &node.kind), Some(&Kind::Null));
        assert_eq!(documents[0].get("b").map(|node| &node.kind), Some(&Kind::Integer(1)));
        assert_eq!(documents[1].line, 9);
        Ok(())
    }

    #[test]
    fn refuses_with_place_and_hint() {
        refused("a: [1, 2\nb: 3", 2, "");
        refused("a: 1\na: 2", 2, "duplicate");
        refused("a: 1\n\tb: 2", 1, "tab");
    }

    #[test]
    fn refuses_bombs() {
        let mut bomb = String::from("a: &a [x,x,x,x,x,x,x,x,x,x]\n");
        for (from, to) in ('a'..='h').zip('b'..='i') {
            let list = vec![format!("*{from}"); 10].join(",");
            bomb.push_str(&format!("{to}: &{to} [{list}]\n"));
        }
        assert!(documents(&bomb).is_err());
        assert!(documents(&format!("{}1{}", "[".repeat(100), "]".repeat(100))).is_err());
        let mut deep = String::new();
        for level in 0..100 {
            deep.push_str(&format!("{}a:\n", " ".repeat(level)));
        }
        assert!(documents(&deep).is_err());
        assert!(documents(&"a".repeat(MAX_BYTES + 1)).is_err());
    }
}
