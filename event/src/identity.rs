//! Who: processes, agents, sessions, tool calls, and the ids that stay the same across restarts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Delegation, Text, Workload};

/// A process: its start and its pid. Unique on one host within one boot, also when pids are reused.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub struct ProcessId {
    /// Start of the process in nanoseconds since boot, as the kernel keeps it (`start_boottime`).
    pub start_ns: u64,
    /// Pid in the initial pid namespace (the thread group id).
    pub pid: u32,
}

impl fmt::Display for ProcessId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.pid, self.start_ns)
    }
}

impl FromStr for ProcessId {
    type Err = ParseProcessIdError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ParseProcessIdError(text.to_owned());
        let (pid, start_ns) = text.split_once('@').ok_or_else(error)?;
        Ok(Self {
            pid: pid.parse().map_err(|_| error())?,
            start_ns: start_ns.parse().map_err(|_| error())?,
        })
    }
}

/// The text is not `pid@start_ns`.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{0}` is not a process id\nhint: write it as pid@start_ns, as `chaperone events --json` prints it"
)]
pub struct ParseProcessIdError(String);

/// Place of an event in this host's record: given by the engine, gapless and never reused.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct EventId(pub u64);

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

uuid_id!(
    /// An agent: product and owner on this host ("Claude Code of alice on host h"). Derived from
    /// those names (UUIDv5), so that the same agent has the same id in every run and on every node.
    AgentId
);
uuid_id!(
    /// One run of an agent. Derived (UUIDv5) from the agent and the root process of the run.
    SessionId
);
uuid_id!(
    /// One declared action of an agent and the process subtree that carries it out. Derived
    /// (UUIDv5) from the session and the subtree's root until a protocol gives a name of its own.
    ToolCallId
);
uuid_id!(
    /// A finding. Derived (UUIDv5) from rule, actor and first event, so that a replay finds the same.
    FindingId
);
uuid_id!(
    /// A thing of the inventory. Derived (UUIDv5) from host, kind, owner, place and name, so that it stays the
    /// same while its content changes.
    AssetId
);

/// Chaperone's own namespace for derived ids (a UUIDv5 of the name `chaperone`).
const NAMESPACE: Uuid = Uuid::from_u128(0x5d4e_33c1_66a7_5f0f_9c7c_2f1a_7d6e_8b10);

/// Joins parts with a byte that no name contains, so that `("a","bc")` and `("ab","c")` differ.
fn derive(kind: &str, parts: &[&str]) -> Uuid {
    let mut name = kind.to_owned();
    for part in parts {
        name.push('\u{1f}');
        name.push_str(part);
    }
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}

impl AgentId {
    /// The id of `product` as run by `owner` on `host`.
    pub fn derive(host: &str, product: &str, owner: &str) -> Self {
        Self(derive("agent", &[host, product, owner]))
    }
}

impl SessionId {
    /// The id of the run of `agent` whose root process is `root` in boot `boot_id`.
    pub fn derive(agent: AgentId, boot_id: &str, root: ProcessId) -> Self {
        Self(derive("session", &[&agent.to_string(), boot_id, &root.to_string()]))
    }

    /// The id of a later run with the same root process, of which `before` began already: a program may
    /// start another in its place and come back, and no session is above itself.
    #[must_use]
    pub fn after(self, before: u32) -> Self {
        if before == 0 {
            self
        } else {
            Self(derive("session", &[&self.to_string(), &before.to_string()]))
        }
    }
}

impl ToolCallId {
    /// The id of the subtree of `session` that starts at `root`.
    pub fn derive(session: SessionId, root: ProcessId) -> Self {
        Self(derive("tool_call", &[&session.to_string(), &root.to_string()]))
    }
}

impl FindingId {
    /// The id of what `rule` found about `key` (an actor), first seen in `event`.
    pub fn derive(rule: &str, key: &str, event: EventId) -> Self {
        Self(derive("finding", &[rule, key, &event.to_string()]))
    }
}

impl AssetId {
    /// The id of the `kind` of thing called `name` that `owner` has at `place` on `host`.
    pub fn derive(host: &str, kind: &str, owner: &str, place: &str, name: &str) -> Self {
        Self(derive("asset", &[host, kind, owner, place, name]))
    }
}

/// The kernel's session label: every task of an agent's tree carries it, inherited at fork.
/// `0` is no label.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Label(pub u64);

impl Label {
    /// Not in the tree of any agent, as far as the kernel was told.
    pub const NONE: Self = Self(0);
    /// True unless the label is [`Label::NONE`].
    pub fn is_some(self) -> bool {
        self != Self::NONE
    }
}

/// An agent as the inventory and the record know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// Stable id.
    pub id: AgentId,
    /// Product id as in `rules/agents` (`claude-code`), or `undeclared`.
    pub product: Text,
    /// Product name for people (`Claude Code`).
    pub name: Text,
    /// Version where the package or the arguments told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Text>,
    /// Account that runs it.
    pub owner: Text,
    /// What kind of program it is.
    pub kind: AgentKind,
}

/// What kind of identity a signature names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentKind {
    /// Acts on its own with tools: a coding agent, a browser agent, a framework's loop.
    #[default]
    Agent,
    /// An editor that hosts agents beside people.
    Editor,
    /// A server of tools (MCP).
    ToolServer,
    /// Serves or trains a model; does not act by itself.
    Workload,
    /// Behaves like an agent but no signature names it.
    Undeclared,
}

/// One run of an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Stable id.
    pub id: SessionId,
    /// The agent that runs.
    pub agent: AgentId,
    /// Root process of the run.
    pub root: ProcessId,
    /// First act seen.
    pub started_unix_ns: u64,
    /// Exit of the last process, when it is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_unix_ns: Option<u64>,
    /// Directory in which the run began.
    pub cwd: Text,
    /// The session that started this one: an agent run by an agent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<SessionId>,
    /// How the session was recognised, in words and facts ("executable /usr/bin/codex").
    pub evidence: Text,
    /// True when acts before the recognition were not recorded.
    #[serde(default)]
    pub unseen_before: bool,
    /// Who stands behind it.
    #[serde(default, skip_serializing_if = "Delegation::is_empty")]
    pub delegation: Delegation,
    /// What the platform calls it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identities: Vec<Workload>,
}
