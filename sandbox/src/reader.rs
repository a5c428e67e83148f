//! The profile of a process that reads what strangers wrote.

use std::fmt;
use std::path::PathBuf;

use crate::{calls, landlocked, limits, rights};

/// A process that reads files and computes. It cannot start a program, make a process or a socket, or touch another
/// process; and it cannot write a file, unless it is one that unpacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    /// Most memory beyond what it has now, in bytes.
    pub memory_bytes: u64,
    /// Most open descriptors.
    pub descriptors: u64,
    /// Which files.
    pub files: Files,
}

/// The files that a process may touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Files {
    /// All are read.
    All,
    /// Those below a folder are read.
    Below(PathBuf),
    /// All are read, and below a folder others are made.
    Unpacked {
        /// The folder.
        into: PathBuf,
        /// Longest file that is made, in bytes.
        file_bytes: u64,
    },
}

/// A layer of the confinement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Memory, size of files, descriptors, dumps.
    Limits,
    /// Rights of the superuser.
    Rights,
    /// Files are only read, or made where they may be (Landlock).
    Files,
    /// No port is bound or connected to (Landlock).
    Network,
    /// Nothing outside is signalled (Landlock).
    Signals,
    /// System calls (seccomp).
    Calls,
}

/// A layer that could not be had here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// Which.
    pub part: Part,
    /// Why.
    pub why: String,
}

/// Why nothing was given up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Other threads would keep what this one gives up.
    #[error("{0} threads run already")]
    Threads(usize),
}

impl Reader {
    /// Confines this process for ever. Says which layers could not be had.
    pub fn confine(&self) -> Result<Vec<Missing>, Error> {
        // INVARIANT: Landlock and rights hold for the calling thread and those it starts.
        match threads() {
            1 => {}
            more => return Err(Error::Threads(more)),
        }
        let mut missing = Vec::new();
        let mut note = |part, gone: Result<(), String>| {
            missing.extend(gone.err().map(|why| Missing { part, why }));
        };
        note(Part::Limits, limits::set(self));
        note(Part::Rights, rights::drop_all_but_reading());
        let landlocked = landlocked::only(&self.files);
        note(Part::Files, landlocked.files);
        note(Part::Network, landlocked.network);
        note(Part::Signals, landlocked.signals);
        // Last, for the others need calls that it refuses.
        note(Part::Calls, calls::only(&self.files));
        Ok(missing)
    }
}

/// Threads of this process; 1 where procfs does not say.
fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").map_or(1, |tasks| tasks.count().max(1))
}

impl Part {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Limits => "limits of memory and files",
            Self::Rights => "dropping of the superuser's rights",
            Self::Files => "Landlock for files",
            Self::Network => "Landlock for ports",
            Self::Signals => "Landlock for signals",
            Self::Calls => "seccomp",
        }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.part.name(), self.why)
    }
}
