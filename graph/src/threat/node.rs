//! What the threat graph is made of: things that act and things that are acted upon.

use std::net::SocketAddr;

use event::{
    AgentId, Endpoint, FindingId, ProcessId, Protocol, SessionId, Severity, Text, ToolCallId,
};
use serde::{Deserialize, Serialize};

use super::arena::NONE;

/// A node of one [`ThreatGraph`](super::ThreatGraph). Stale once the node is evicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId {
    pub(super) slot: u32,
    pub(super) generation: u32,
}

impl NodeId {
    pub(super) const NONE: Self = Self { slot: NONE, generation: 0 };
}

/// What kind of thing a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    /// An agent.
    Agent,
    /// A run of an agent.
    Session,
    /// A declared action within a run.
    ToolCall,
    /// A process.
    Process,
    /// One version of a file: what it held between two writes that others could tell apart.
    File,
    /// A peer as one process sees it: another host, a local service, a Unix socket.
    Socket,
    /// A DNS name one process asked for.
    Name,
    /// A pipe or socket pair.
    Pipe,
    /// What a person types at a terminal.
    Terminal,
    /// Something inside the kernel: a module, a BPF program.
    Kernel,
    /// Libraries, locale and time zone tables, kernel statistics: read by every program at its
    /// start and written by none that we saw; one node for all of them.
    System,
    /// A finding.
    Finding,
}

#[derive(Debug)]
pub(super) struct Node {
    pub kind: NodeKind,
    pub name: Text,
    pub first_ns: u64,
    pub last_ns: u64,
    /// Exit of a process, supersession of a file version; `u64::MAX` while it is current.
    pub end_ns: u64,
    /// First of the edges that leave and enter, newest first.
    pub out: u32,
    pub into: u32,
    /// Counts what came in and may have changed what later leaves: the version stamp of `reduce`.
    pub fresh: u32,
    /// The source of the newest run of such entries, and the stamp before that run.
    pub run_source: u32,
    pub run_start: u32,
    /// Edges that stay open and may bring something in at any time, without an event.
    pub open_in: u32,
    /// What holds this node in memory: a process its parent, a group the group around it.
    pub up: NodeId,
    /// Needed nodes whose `up` or owner is this one.
    pub holds: u32,
    /// Findings that need this node.
    pub pins: u32,
    pub flags: Flags,
    pub body: Body,
}

/// One-bit facts of a node.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Flags {
    /// Used since the clock hand last passed.
    pub touched: bool,
    /// A neighbour on the side of causes was evicted.
    pub lost_causes: bool,
    /// A neighbour on the side of effects was evicted.
    pub lost_effects: bool,
    /// A live process, or a group with one.
    pub needed: bool,
}

#[derive(Debug)]
pub(super) enum Body {
    Process(ProcessBody),
    File(FileBody),
    Socket(Box<SocketBody>),
    Name(ProcessId),
    Pipe(u64),
    Agent(AgentId),
    Session(SessionId),
    ToolCall(ToolCallId),
    Finding(Box<FindingBody>),
    Plain,
}

#[derive(Debug)]
pub(super) struct ProcessBody {
    pub id: ProcessId,
    pub command: Text,
    /// The tool call or session the process belongs to.
    pub owner: NodeId,
}

#[derive(Debug)]
pub(super) struct FileBody {
    pub inode: (u64, u64),
    pub version: u32,
    /// Who wrote this version.
    pub writer: Party,
    /// Who read this version.
    pub reader: Party,
    /// Has a second name, so that a removed name is not the end of it.
    pub linked: bool,
    pub removed: bool,
}

/// Nobody, one process, or several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Party {
    #[default]
    Nobody,
    One(NodeId),
    Several,
}

impl Party {
    pub fn join(&mut self, process: NodeId) {
        *self = match *self {
            Self::Nobody => Self::One(process),
            Self::One(known) if known == process => *self,
            _ => Self::Several,
        };
    }
    pub fn has_other_than(self, process: NodeId) -> bool {
        match self {
            Self::Nobody => false,
            Self::One(known) => known != process,
            Self::Several => true,
        }
    }
}

#[derive(Debug)]
pub(super) struct SocketBody {
    pub key: SocketKey,
    /// Connections that are open.
    pub open: u32,
    /// A DNS answer or client hello told the name.
    pub named: bool,
}

#[derive(Debug)]
pub(super) struct FindingBody {
    pub id: FindingId,
    pub severity: Severity,
    /// The edges it stands on, with their generations.
    pub evidence: Vec<(u32, u32)>,
}

/// What makes two uses of a socket the same node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum SocketKey {
    /// A peer elsewhere, as one process sees it: two processes that talk to one host do not
    /// thereby talk to each other.
    Peer(ProcessId, Protocol, Endpoint),
    /// Both ends are on this host: the lower address first, the same for both ends.
    Pair(SocketAddr, SocketAddr),
    /// A Unix socket by name, or a local address that is listened on.
    Local(Endpoint),
}
