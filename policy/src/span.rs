//! A policy that was refused: where, what is wrong, what to do.

use std::fmt;

use miette::Diagnostic;

/// One thing that is wrong with a policy file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The file.
    pub file: String,
    /// Line, from 1; 0 where the file as a whole is meant.
    pub line: u32,
    /// Column, from 1; 0 where the line as a whole is meant.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (0, _) => write!(f, "{}: ", self.file)?,
            (line, 0) => write!(f, "{}:{line}: ", self.file)?,
            (line, column) => write!(f, "{}:{line}:{column}: ", self.file)?,
        }
        write!(f, "{}\nhint: {}", self.message, self.hint)
    }
}

impl std::error::Error for Refusal {}

/// Where most hints lead.
const LOOK: &str = "`chaperone policy schema` prints every name that a policy may use";

impl Refusal {
    pub(crate) fn at(
        file: &str,
        place: (u32, u32),
        message: impl Into<String>,
        hint: &str,
    ) -> Self {
        Self {
            file: file.to_owned(),
            line: place.0,
            column: place.1,
            message: message.into(),
            hint: hint.to_owned(),
        }
    }

    /// Of what the language's own reader says; every part of it that has a place.
    pub(crate) fn of(file: &str, text: &str, error: &dyn Diagnostic) -> Vec<Self> {
        let related = error.related().into_iter().flatten();
        let mut all: Vec<Self> = std::iter::once(Self::one(file, text, error))
            .chain(related.map(|it| Self::one(file, text, it)))
            .collect();
        all.dedup();
        all
    }

    fn one(file: &str, text: &str, error: &dyn Diagnostic) -> Self {
        let mut labels = error.labels().into_iter().flatten();
        let label = labels.next();
        let place = label.as_ref().map_or((0, 0), |label| place(text, label.offset()));
        let mut message = error.to_string().replace('\n', " ");
        if let Some(wanted) = label.as_ref().and_then(|label| label.label()) {
            message = format!("{message}: {wanted}");
        }
        let hint = error.help().map_or_else(|| LOOK.to_owned(), |help| help.to_string());
        Self::at(file, place, message, &hint)
    }
}

/// Line and column of a byte, from 1.
pub(crate) fn place(text: &str, offset: usize) -> (u32, u32) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}
