//! What a reader of rules has to say: which rule, where, what is wrong and what to do.

use std::fmt;

/// One statement about a rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file as the caller named it.
    pub file: String,
    /// Line, from 1; 0 is the file as a whole.
    pub line: u32,
    /// Column, from 1; 0 is unknown.
    pub column: u32,
    /// Title or id of the rule, where it has one.
    pub rule: Option<String>,
    /// Was it refused?
    pub weight: Weight,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// What follows from a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// The rule works, but perhaps not as meant.
    Warning,
    /// The rule is not loaded.
    Refused,
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, message, hint, .. } = self;
        f.write_str(file)?;
        if *line > 0 {
            write!(f, ":{line}")?;
        }
        if *column > 0 {
            write!(f, ":{column}")?;
        }
        f.write_str(match self.weight {
            Weight::Warning => ": warning",
            Weight::Refused => ": refused",
        })?;
        if let Some(rule) = &self.rule {
            write!(f, ": `{rule}`")?;
        }
        write!(f, ": {message}\nhint: {hint}")
    }
}

/// Why a part of a rule was not understood: a [`Diagnostic`] before it knows its file and rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl Refusal {
    /// A refusal at `at` (line and column).
    pub fn new(at: (u32, u32), message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { line: at.0, column: at.1, message: message.into(), hint: hint.into() }
    }
}

/// The known word nearest to `word`, if one is near.
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let small = word.to_ascii_lowercase();
    known
        .map(|candidate| (distance(&small, &candidate.to_ascii_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.bytes().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (j, b) in other.bytes().enumerate() {
            let above = row.get(j + 1).copied().unwrap_or(0);
            let cost = (diagonal + usize::from(a != b)).min(above + 1).min(left + 1);
            diagonal = above;
            if let Some(cell) = row.get_mut(j) {
                *cell = left;
            }
            left = cost;
        }
        if let Some(cell) = row.last_mut() {
            *cell = left;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_nearest_word() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        let known = ["Image", "CommandLine"];
        assert_eq!(nearest("Comandline", known.into_iter()), Some("CommandLine"));
        assert_eq!(nearest("Zebra", known.into_iter()), None);
    }
}
