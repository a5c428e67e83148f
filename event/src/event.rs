//! An [`Event`] is one act of one process, as a source saw it: the first type on the data path.

use serde::{Deserialize, Serialize};

use crate::{Act, Label, ProcessId};

/// One act of one process, or one loss, as a source saw it. Immutable from here on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// When, UTC.
    pub time_unix_ns: u64,
    /// Who acted.
    pub process: ProcessId,
    /// Kernel session label of the acting task at the time of the act.
    #[serde(default)]
    pub label: Label,
    /// How many equal acts this event stands for (floods are folded in the kernel); at least 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u32,
    /// What the reader has to know about how this was seen.
    #[serde(default, skip_serializing_if = "Caveats::is_empty")]
    pub caveats: Caveats,
    /// What was done.
    pub act: Act,
}

fn one() -> u32 {
    1
}

fn is_one(count: &u32) -> bool {
    *count == 1
}

impl Event {
    /// An act seen once, without caveats.
    pub fn new(time_unix_ns: u64, process: ProcessId, act: Act) -> Self {
        Self {
            time_unix_ns,
            process,
            label: Label::NONE,
            count: 1,
            caveats: Caveats::default(),
            act,
        }
    }
}

/// What the reader has to know about how an event was seen: a set of flags, on the wire a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Caveats(pub u16);

impl Caveats {
    /// A name was read from user memory, which the process could change meanwhile.
    pub const USER_MEMORY: Self = Self(1);
    /// Text was longer than the sensor keeps.
    pub const TRUNCATED: Self = Self(2);
    /// Found by looking (at start, by polling), not by being told; the time is when we looked.
    pub const POLLED: Self = Self(4);
    /// The act was asked for and refused by the kernel; see the act's `error`.
    pub const FAILED: Self = Self(8);
    /// Came in through io_uring: told when it was asked for, how it ended is not seen.
    pub const IO_URING: Self = Self(16);
    /// Came in through the 32-bit system call table.
    pub const COMPAT: Self = Self(32);
    /// Part of the text was a secret and has been replaced (`‹kind:keyed hash›`).
    pub const REDACTED: Self = Self(64);
    /// A write that is over: the descriptor through which the file was written has been closed.
    pub const CLOSED: Self = Self(128);
    /// Counted for later runs of a program that an agent's tree has run before: they read the same file of
    /// the system in the same state. The process is the last of them.
    pub const RUNS: Self = Self(256);

    /// No flag is set.
    pub fn is_empty(&self) -> bool {
        self.0 == 0
    }
    /// Every flag of `other` is set.
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
    /// Sets the flags of `other`.
    pub fn insert(&mut self, other: Self) {
        self.0 |= other.0;
    }
    /// Names of the flags that are set, for people and exports.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        [
            (Self::USER_MEMORY, "user_memory"),
            (Self::TRUNCATED, "truncated"),
            (Self::POLLED, "polled"),
            (Self::FAILED, "failed"),
            (Self::IO_URING, "io_uring"),
            (Self::COMPAT, "compat"),
            (Self::REDACTED, "redacted"),
            (Self::CLOSED, "closed"),
            (Self::RUNS, "runs"),
        ]
        .into_iter()
        .filter_map(move |(flag, name)| self.contains(flag).then_some(name))
    }
}
