//! Edges of the threat graph: from cause to effect, with when, how often and how much.

use event::EventId;
use serde::{Deserialize, Serialize};

/// What an edge says of its two ends. The direction is that of information, not of grammar:
/// "process reads file" goes from the file to the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// Group contains group or process.
    Contains,
    /// Process started process.
    Clone,
    /// File became the program of process.
    Exec,
    /// File was read by process.
    Read,
    /// Process wrote file, or opened it for that.
    Write,
    /// Process made file.
    Create,
    /// Process renamed file; old name became new name.
    Rename,
    /// Process gave file a second name.
    Link,
    /// Process made a symbolic link.
    Symlink,
    /// Process removed file.
    Unlink,
    /// Process cut file.
    Truncate,
    /// Process changed mode or owner of file.
    Chmod,
    /// File version became the next file version.
    Version,
    /// Process opened a connection to socket.
    Connect,
    /// Process took a connection from socket.
    Accept,
    /// Process sent to socket.
    Send,
    /// Socket answered, or may have, for as long as it was open.
    Receive,
    /// Process took or listens on a local address.
    Listen,
    /// Process asked for name.
    Query,
    /// Name was answered.
    Answer,
    /// Process wrote into pipe.
    PipeWrite,
    /// Process read from pipe.
    PipeRead,
    /// Process signalled process.
    Signal,
    /// Process took hold of process (and sees into it: there is an edge each way).
    Ptrace,
    /// Process mounted on file.
    Mount,
    /// Process changed its own rights.
    Privilege,
    /// Process loaded code into the kernel; file was loaded.
    Load,
    /// Process tried and was refused: tells about the process, carries nothing.
    Attempt,
    /// Process completed what finding is about.
    Raises,
    /// Node is evidence of finding.
    Evidence,
}

impl Op {
    /// Something can pass along the edge: causes are searched through it.
    pub fn carries(self) -> bool {
        self != Self::Attempt
    }

    /// The act in one word, as it is drawn.
    pub fn word(self) -> &'static str {
        match self {
            Self::Contains => "contains",
            Self::Clone => "starts",
            Self::Exec => "runs",
            Self::Read => "read by",
            Self::Write => "writes",
            Self::Create => "creates",
            Self::Rename => "renames",
            Self::Link => "links",
            Self::Symlink => "symlinks",
            Self::Unlink => "removes",
            Self::Truncate => "truncates",
            Self::Chmod => "changes mode",
            Self::Version => "becomes",
            Self::Connect => "connects",
            Self::Accept => "accepts",
            Self::Send => "sends",
            Self::Receive => "answers",
            Self::Listen => "listens",
            Self::Query => "asks for",
            Self::Answer => "resolves",
            Self::PipeWrite => "writes",
            Self::PipeRead => "read by",
            Self::Signal => "signals",
            Self::Ptrace => "traces",
            Self::Mount => "mounts",
            Self::Privilege => "gains rights",
            Self::Load => "loads",
            Self::Attempt => "is refused",
            Self::Raises => "raises",
            Self::Evidence => "evidence",
        }
    }
}

#[derive(Debug)]
pub(super) struct Edge {
    pub first_ns: u64,
    pub last_ns: u64,
    pub bytes: u64,
    /// The first event it stands for.
    pub event: EventId,
    pub source: u32,
    pub target: u32,
    pub count: u32,
    /// The source's `fresh` when this edge was last used.
    pub stamp: u32,
    /// Neighbours in the lists of the source and of the target.
    pub next_out: u32,
    pub prev_out: u32,
    pub next_in: u32,
    pub prev_in: u32,
    /// Findings that need this edge.
    pub pins: u16,
    pub op: Op,
    pub flags: EdgeFlags,
}

/// One-bit facts of an edge.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct EdgeFlags(u8);

impl EdgeFlags {
    /// Lasts until closed or until one end is over: something can pass at any time.
    pub const OPEN: Self = Self(1);
    /// A finding stands on it.
    pub const EVIDENCE: Self = Self(2);
    /// Used since the clock hand last passed.
    pub const TOUCHED: Self = Self(4);
    /// Counted in its target's `open_in`.
    pub const FEEDS: Self = Self(8);

    pub fn has(self, flag: Self) -> bool {
        self.0 & flag.0 != 0
    }
    pub fn set(&mut self, flag: Self) {
        self.0 |= flag.0;
    }
    pub fn clear(&mut self, flag: Self) {
        self.0 &= !flag.0;
    }
}

impl Edge {
    pub fn is_open(&self) -> bool {
        self.flags.has(EdgeFlags::OPEN)
    }
}
