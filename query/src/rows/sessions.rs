//! The table `sessions`: runs of agents. Files keep each record; SQL shows the latest of an id.

use std::borrow::Cow;

use event::Session;

use super::table::{Layout, table};

/// The table as it lies in files.
pub const LAYOUT: Layout = Layout {
    name: "sessions",
    about: "Runs of agents, as they are known last.",
    columns: COLUMNS,
    schema,
    order: &["position"],
    time: Some("started"),
    ids: &[],
};

table! {
    /// Place of the record in the journal.
    position: U64 = required,
    /// Stable id.
    id: Text = required,
    /// The agent that runs.
    agent_id: Text = required,
    /// First act seen, UTC.
    started: Time = required,
    /// Exit of the last process, UTC; null while it runs.
    ended: Time,
    /// Root process of the run.
    root_pid: U32,
    /// Start of the root process.
    root_start: U64,
    /// Directory in which the run began.
    cwd: Text,
    /// The session that started this one.
    parent: Text,
    /// How the session was recognised.
    evidence: Text,
    /// Acts before the recognition were not recorded.
    unseen_before: Flag,
}

/// The row of a session.
pub fn row(position: u64, session: &Session) -> Row<'_> {
    Row {
        position: Some(position),
        id: Some(Cow::Owned(session.id.to_string())),
        agent_id: Some(Cow::Owned(session.agent.to_string())),
        started: Some(super::time(session.started_unix_ns)),
        ended: session.ended_unix_ns.map(super::time),
        root_pid: Some(session.root.pid),
        root_start: Some(session.root.start_ns),
        cwd: Some(Cow::Borrowed(&session.cwd)),
        parent: session.parent.map(|parent| Cow::Owned(parent.to_string())),
        evidence: Some(Cow::Borrowed(&session.evidence)),
        unseen_before: Some(session.unseen_before),
    }
}
