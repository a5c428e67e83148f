//! What a check says: place, what is wrong, why it matters, what to do.

use std::fmt;

/// One thing that is not tidy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Path from the repository root.
    pub path: String,
    /// Line from 1; 0 for the file as a whole.
    pub line: usize,
    pub what: String,
    pub why: &'static str,
    pub hint: String,
    pub weight: Weight,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Fails the run.
    Error,
    /// Is said, and does not fail the run.
    Warning,
}

impl Violation {
    pub fn error(path: &str, line: usize, what: impl Into<String>, rule: Rule) -> Self {
        Self {
            path: path.to_owned(),
            line,
            what: what.into(),
            why: rule.why,
            hint: rule.hint.to_owned(),
            weight: Weight::Error,
        }
    }
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
    #[must_use]
    pub fn as_warning(mut self) -> Self {
        self.weight = Weight::Warning;
        self
    }
}

/// The reason behind a check and the usual way out.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    pub why: &'static str,
    pub hint: &'static str,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weight = match self.weight {
            Weight::Error => "error",
            Weight::Warning => "warning",
        };
        write!(f, "{}", self.path)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        write!(f, ": {weight}: {}\n  why: {}\n  hint: {}", self.what, self.why, self.hint)
    }
}
