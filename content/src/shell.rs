//! Shell text as agents write it (sh, bash, zsh), read by a grammar into commands and words: what a
//! command line *says*. What it would *do* is worked out by [`crate::command`].
//!
//! Nothing is expanded here; what only a running shell could know stays a part that says so. The
//! reader never refuses: what it does not understand is an [`Unclear`] beside what it did, so that
//! nobody takes silence for harmlessness. Length, depth and work are bounded.

mod brace;
mod cursor;
mod dollar;
mod grammar;
mod here;
mod quote;
mod word;

use std::sync::Arc;

pub use brace::alternatives;
pub use quote::quote;

/// Longest text that is read, in bytes. Agents write whole files in here-documents.
pub const MAX_BYTES: usize = 256 << 10;
/// Deepest nesting of commands, substitutions and texts inside texts.
pub const MAX_DEPTH: u8 = 40;

/// What a text says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// Its commands, in order.
    pub nodes: Vec<Node>,
    /// What was not understood.
    pub unclear: Vec<Unclear>,
}

/// One thing that a shell runs, with what its input and output are bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What is run.
    pub kind: Kind,
    /// Redirections, in order.
    pub redirects: Vec<Redirect>,
}

/// Kinds of commands. A list (`a; b`, `a && b`, `a || b`) is its members in order: each may run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Assignments, and a program with its arguments.
    Simple(Simple),
    /// Each one's output is the next one's input.
    Pipeline(Vec<Node>),
    /// `{ …; }`.
    Group(Vec<Node>),
    /// `( … )`, or a command in the background: what it sets ends with it.
    Subshell(Vec<Node>),
    /// `if`, `case`: lists of which some run.
    Choice(Vec<Vec<Node>>),
    /// `while`, `until`, `for ((…))`: runs any number of times.
    Loop(Vec<Node>),
    /// `for NAME in WORDS`, `select`.
    For {
        /// The variable.
        name: String,
        /// Its values.
        words: Vec<Word>,
        /// What is run for each.
        body: Vec<Node>,
    },
    /// `NAME () …`: nothing is run before it is called.
    Function {
        /// Its name.
        name: String,
        /// What a call runs.
        body: Arc<Node>,
    },
}

/// A simple command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Simple {
    /// Assignments before the program.
    pub assignments: Vec<Assignment>,
    /// The program and its arguments; none of a line that only assigns.
    pub words: Vec<Word>,
}

/// `NAME=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The variable.
    pub name: String,
    /// Its value; of an array the values joined by blanks.
    pub value: Word,
    /// What happens with the value before.
    pub mode: Assign,
}

/// How a value is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assign {
    /// `=`.
    Set,
    /// `+=`.
    Append,
}

/// `2> file` and the like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// What is done.
    pub kind: RedirectKind,
    /// The file, or the text of a here-document.
    pub target: Word,
}

/// Kinds of redirections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedirectKind {
    /// `< file`.
    Read,
    /// `> file`, `>| file`, `&> file`: what was in it is gone.
    Write,
    /// `2> file` and other outputs than the standard one.
    WriteOther,
    /// `>> file`, `&>> file`.
    Append,
    /// `<> file`.
    ReadWrite,
    /// `<< END`, `<<< text`: the target is the input itself.
    Text,
    /// `2>&1`, `<&-`: no file.
    Duplicate,
}

/// One word, as parts that become one text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// In order.
    pub parts: Vec<Part>,
}

/// A part of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Plain text: blanks end it, and `*`, `?`, `[`, `{`, `~` mean something in it.
    Plain(String),
    /// Quoted text: stands for itself.
    Quoted(String),
    /// `$name`, `${name…}`, `$1`, `$@`.
    Variable {
        /// The name; a digit or sign for the special ones.
        name: String,
        /// What `${…}` makes of it.
        change: Change,
        /// Whether blanks in the value end the word.
        quoting: Quoting,
    },
    /// `$(…)`, `` `…` ``: the output of commands.
    Output {
        /// The commands.
        nodes: Vec<Node>,
        /// Whether blanks in the output end the word.
        quoting: Quoting,
    },
    /// `<(…)`, `>(…)`: a pipe to commands.
    Pipe(Vec<Node>),
    /// Arithmetic and what else only a running shell knows; with the words inside of it.
    Unknown(Vec<Word>),
}

/// Whether a part stands in double quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quoting {
    /// It does not.
    Bare,
    /// It does.
    Double,
}

/// What `${name…}` makes of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The value itself.
    None,
    /// `:-`, `-`, `:=`, `=`: the word where the variable is unset or empty.
    Default(Word),
    /// `:?`, `?`: the value, or the shell ends.
    Required,
    /// `:+`, `+`: the word where the variable is set.
    Instead(Word),
    /// `:from` or `:from:length` with plain numbers.
    Slice(usize, Option<usize>),
    /// Anything else; with the words inside of it.
    Other(Vec<Word>),
}

/// What a reader could not tell, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unclear {
    /// Why.
    pub why: Why,
    /// Offset in the text, in bytes; in the text inside where texts are nested.
    pub at: usize,
    /// What it was, as far as it is known; from outside, and not to be shown as it is.
    pub what: String,
}

/// Why something is not clear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// The text is longer than [`MAX_BYTES`]; only the beginning was read.
    TooLong,
    /// It nests deeper than [`MAX_DEPTH`].
    TooDeep,
    /// It says more than is worked through.
    TooMuch,
    /// A quote, bracket, here-document or compound command has no end.
    Unclosed,
    /// No shell reads it so.
    Grammar,
    /// Which program is run is known only when it runs.
    Program,
    /// The program's code is known only when it runs.
    Code,
}

impl Why {
    /// In words.
    pub fn says(self) -> &'static str {
        match self {
            Self::TooLong => "the text is too long to be read whole",
            Self::TooDeep => "it nests too deep",
            Self::TooMuch => "it says more than is worked through",
            Self::Unclosed => "something that was opened has no end",
            Self::Grammar => "no shell reads it so",
            Self::Program => "which program is run is known only when it runs",
            Self::Code => "the code that is run is known only when it runs",
        }
    }
}

/// Reads a text.
pub fn parse(text: &str) -> Script {
    let mut unclear = Vec::new();
    let mut cut = text.len().min(MAX_BYTES);
    while !text.is_char_boundary(cut) {
        cut -= 1;
    }
    if cut < text.len() {
        unclear.push(Unclear { why: Why::TooLong, at: cut, what: String::new() });
    }
    let mut cursor = cursor::Cursor::new(text.get(..cut).unwrap_or_default());
    let nodes = grammar::script(&mut cursor);
    unclear.append(&mut cursor.unclear);
    Script { nodes, unclear }
}

impl Script {
    /// Whether all of it was understood.
    pub fn is_clear(&self) -> bool {
        self.unclear.is_empty()
    }
}

impl Word {
    /// The text of a word without any expansion in it.
    pub fn literal(&self) -> Option<String> {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Plain(plain) | Part::Quoted(plain) => text.push_str(plain),
                _ => return None,
            }
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests;
