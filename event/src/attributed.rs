//! Whose act it was: an [`Event`] with the process that acted, its ancestors, and the agent,
//! session and tool call they belong to. Only the `graph` room makes one.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{AgentId, AgentKind, Event, EventId, ProcessId, SessionId, Text, ToolCallId, User};

/// A process as far as it is known: what rules, findings and people need of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Process {
    /// Which process.
    pub id: ProcessId,
    /// Program path.
    pub exe: Text,
    /// Arguments joined by a space.
    pub command_line: Text,
    /// Working directory at exec.
    pub cwd: Text,
    /// Account.
    pub user: User,
    /// The process that started it, also where it was reparented later.
    #[serde(skip)]
    pub parent: Option<Arc<Process>>,
}

impl Process {
    /// This process, its parent, its parent's parent, and so on.
    pub fn lineage(self: &Arc<Self>) -> impl Iterator<Item = &Arc<Process>> {
        std::iter::successors(Some(self), |process| process.parent.as_ref())
    }
    /// Last part of the program path.
    pub fn name(&self) -> &str {
        self.exe.rsplit('/').next().unwrap_or(&self.exe)
    }
}

/// The agent, session and tool call an act belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The agent.
    pub agent: AgentId,
    /// Product id of the agent (`codex-cli`).
    pub product: Text,
    /// What kind of program the agent is.
    #[serde(default)]
    pub kind: AgentKind,
    /// The run.
    pub session: SessionId,
    /// Directory in which the run began: what the agent was asked to work on.
    #[serde(default)]
    pub workspace: Text,
    /// The action within the run; none for acts of the agent's own processes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_call: Option<ToolCallId>,
    /// Root process of the tool call's subtree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool_root: Option<ProcessId>,
    /// How sure the attribution is and why.
    pub basis: Basis,
}

/// Why an act belongs to a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The process is in the tree of the session's root, by fork.
    Lineage,
    /// Found running and adopted with its tree.
    Adopted,
    /// Work handed to a daemon (tmux, sshd, systemd, at, a container engine) at the session's request.
    HandedOver,
    /// Recognised by what it does.
    Behaviour,
    /// A signature was seen but not yet confirmed.
    Provisional,
}

/// An event with its place in the record and its actor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attributed {
    /// Place in this host's record.
    pub id: EventId,
    /// What happened.
    pub event: Event,
    /// The acting process, after the act.
    pub process: Arc<Process>,
    /// Agent, session, tool call; none for people and system work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Arc<Actor>>,
}
