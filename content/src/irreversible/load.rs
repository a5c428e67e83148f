//! The form that all three tables share, and what is wrong with one that is refused.

use std::collections::HashSet;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Harm, Severity};
use crate::yaml;

/// A table that is not as it should be.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// Not YAML, or not in the form of the table.
    #[error(transparent)]
    Yaml(#[from] yaml::YamlError),
    /// Two rules of one name.
    #[error("the rule `{0}` stands twice\nhint: rename one of them")]
    Twice(String),
    /// A rule without a condition would fit everything.
    #[error(
        "the rule `{0}` has a case that asks for nothing\nhint: name a program, file act, verb or path in it"
    )]
    Anything(String),
}

/// A rule as it is written: the harm, and the cases in which it is done.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written<W> {
    id: String,
    says: String,
    undo: String,
    hurts: String,
    severity: Severity,
    #[serde(default)]
    tags: Vec<String>,
    when: Vec<W>,
}

/// A rule as it is asked.
#[derive(Clone, Debug)]
pub struct Rule<W> {
    pub harm: Arc<Harm>,
    pub when: Vec<W>,
}

/// A case of a rule.
pub trait Case {
    /// Whether it would fit everything.
    fn fits_anything(&self) -> bool;
}

/// Reads one table.
pub fn table<T: DeserializeOwned>(text: &str) -> Result<T, TableError> {
    Ok(yaml::parse(text)?)
}

/// The rules of a table, checked.
pub fn rules<W: Case>(written: Vec<Written<W>>) -> Result<Vec<Rule<W>>, TableError> {
    let mut names = HashSet::new();
    let mut rules = Vec::with_capacity(written.len());
    for Written { id, says, undo, hurts, severity, tags, when } in written {
        if !names.insert(id.clone()) {
            return Err(TableError::Twice(id));
        }
        if when.is_empty() || when.iter().any(Case::fits_anything) {
            return Err(TableError::Anything(id));
        }
        let harm = Arc::new(Harm { id, says, undo, hurts, severity, tags });
        rules.push(Rule { harm, when });
    }
    Ok(rules)
}
