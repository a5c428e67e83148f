//! The table `agents`: who was seen here. Files keep each record; SQL shows the latest of an id.

use std::borrow::Cow;

use event::Agent;

use super::table::{Layout, table};
use super::words::Word;

/// The table as it lies in files.
pub const LAYOUT: Layout = Layout {
    name: "agents",
    about: "Agents seen on this host, as they are known last.",
    columns: COLUMNS,
    schema,
    order: &["position"],
    time: None,
    ids: &[],
};

table! {
    /// Place of the record in the journal.
    position: U64 = required,
    /// Stable id.
    id: Text = required,
    /// Product id (`claude-code`), or `undeclared`.
    product: Text = required,
    /// Product name for people.
    name: Text,
    /// Version, where it is known.
    version: Text,
    /// Account that runs it.
    owner: Text,
    /// `agent`, `editor`, `tool_server`, `workload`, `undeclared`.
    kind: Text,
}

/// The row of an agent.
pub fn row(position: u64, agent: &Agent) -> Row<'_> {
    Row {
        position: Some(position),
        id: Some(Cow::Owned(agent.id.to_string())),
        product: Some(Cow::Borrowed(&agent.product)),
        name: Some(Cow::Borrowed(&agent.name)),
        version: agent.version.as_deref().map(Cow::Borrowed),
        owner: Some(Cow::Borrowed(&agent.owner)),
        kind: agent.kind.word().map(Cow::Borrowed),
    }
}
