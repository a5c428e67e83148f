//! What a command line would do, worked out before it runs: programs with their arguments, files,
//! hosts. It follows what a reader of the text could follow (constants, `cd`, pipes of known text,
//! functions, loops over given words, scripts written and run in one line) and looks through what
//! wraps a command: `sudo`, `env`, `xargs`, `find -exec`, `sh -c`, `ssh`, `docker exec`, one-liners of
//! interpreters. What only a running shell could know is [`UNKNOWN`], never left out.

mod code;
mod expand;
mod files;
mod hands;
mod hosts;
mod invoke;
mod known;
mod options;
mod output;
mod path;
mod shells;
mod walk;
mod wrapper;

use crate::shell::{Script, Unclear};

pub use known::known;
pub use options::{Grammar, Line, Style};
pub use path::{Area, area, resolve};

/// Stands in a text for what is known only when the command runs. No argument can hold it.
pub const UNKNOWN: char = '\0';

/// Where a command line runs. All paths are absolute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'p> {
    /// The working directory.
    pub cwd: &'p str,
    /// The folder the agent works on.
    pub workspace: &'p str,
    /// The user's home.
    pub home: &'p str,
}

/// What a command line implies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Acts {
    /// Programs, in the order they would run.
    pub runs: Vec<Run>,
    /// Files read, written and removed.
    pub files: Vec<FileAct>,
    /// Hosts that are spoken to.
    pub hosts: Vec<Contact>,
    /// HTTP requests that are written out in the line: `curl -X DELETE …`.
    pub requests: Vec<Request>,
    /// What could not be told.
    pub unclear: Vec<Unclear>,
}

/// A program that is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its name without folders.
    pub program: String,
    /// What stands behind it.
    pub args: Vec<String>,
    /// What wraps it, from the outside: `sudo`, `xargs`.
    pub via: Vec<String>,
    /// On which machine.
    pub at: Where,
    /// What comes through its standard input, if that is bound to anything.
    pub stdin: Option<String>,
    /// Its working directory.
    pub cwd: String,
}

/// On which machine something happens.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Where {
    /// On this one.
    Here,
    /// On another one, or in a container that is there already, by its name.
    Remote(String),
    /// In a container made for it.
    NewContainer,
}

/// One file, or what a pattern names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileAct {
    /// What is done.
    pub verb: FileVerb,
    /// Absolute where it can be told; with `*`, `?`, `[` where they name many.
    pub path: String,
    /// The program that does it; empty for the shell's own redirections.
    pub by: String,
    /// On which machine.
    pub at: Where,
}

/// What is done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileVerb {
    /// Read.
    Read,
    /// Written anew: what was in it is gone.
    Write,
    /// Made longer, or touched.
    Append,
    /// Emptied by a redirection of nothing.
    Empty,
    /// Removed.
    Delete,
    /// Removed with all that is below.
    DeleteTree,
    /// Moved to another name.
    Move,
}

/// A host that is spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Its name or address, as written.
    pub host: String,
    /// The program.
    pub by: String,
    /// From which machine.
    pub at: Where,
}

/// An HTTP request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `GET`, `DELETE` …; in upper case.
    pub method: String,
    /// The address as written.
    pub url: String,
    /// The program.
    pub by: String,
}

/// What `script` would do at `place`.
pub fn acts(script: &Script, place: &Place<'_>) -> Acts {
    walk::Walk::new(place).whole(script)
}

#[cfg(test)]
mod tests;
