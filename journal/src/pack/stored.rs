//! The stored form of each entry: short names, numbers for what repeats.

use event::{Actor, Caveats, EventId, Finding, FindingId, Label, ProcessId, RuleInfo, Text, User};
use serde::{Deserialize, Serialize};

/// What times and event ids of the frame's acts are counted from.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Base {
    #[serde(rename = "t", default)]
    pub time_unix_ns: u64,
    #[serde(rename = "i", default)]
    pub id: u64,
}

/// A process; its number is its place among the frame's processes.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredProcess<T = Text, U = User> {
    #[serde(rename = "i")]
    pub id: (u64, u32),
    #[serde(rename = "e")]
    pub exe: T,
    #[serde(rename = "l")]
    pub command_line: T,
    #[serde(rename = "c")]
    pub cwd: T,
    #[serde(rename = "u")]
    pub user: U,
    /// Number of the parent.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<u32>,
}

/// An act of process number `process`.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredAct<A> {
    #[serde(rename = "t", default)]
    pub time: i64,
    #[serde(rename = "i", default)]
    pub id: i64,
    #[serde(rename = "p")]
    pub process: u32,
    /// The acting process, where it is not the one of `process` (it should be).
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    pub acting: Option<(u64, u32)>,
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<u32>,
    #[serde(rename = "l", default, skip_serializing_if = "no_label")]
    pub label: Label,
    #[serde(rename = "n", default = "one", skip_serializing_if = "is_one")]
    pub count: u32,
    #[serde(rename = "v", default, skip_serializing_if = "Caveats::is_empty")]
    pub caveats: Caveats,
    #[serde(rename = "x")]
    pub act: A,
}

/// A finding about process number `process`.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredFinding {
    pub id: FindingId,
    pub time_unix_ns: u64,
    pub rule: std::sync::Arc<RuleInfo>,
    pub summary: Text,
    #[serde(default)]
    pub matched: Vec<(Text, Text)>,
    pub events: Vec<EventId>,
    pub process: u32,
    #[serde(default)]
    pub actor: Option<u32>,
    #[serde(default = "one")]
    pub count: u32,
}

impl StoredFinding {
    pub(super) fn new(finding: &Finding, process: u32, actor: Option<u32>) -> Self {
        let Finding { id, time_unix_ns, rule, summary, matched, events, count, .. } = finding;
        Self {
            id: *id,
            time_unix_ns: *time_unix_ns,
            rule: rule.clone(),
            summary: summary.clone(),
            matched: matched.clone(),
            events: events.clone(),
            process,
            actor,
            count: *count,
        }
    }
}

pub(super) type StoredActor = Actor;

pub(super) fn id_parts(id: ProcessId) -> (u64, u32) {
    (id.start_ns, id.pid)
}
pub(super) fn id_of((start_ns, pid): (u64, u32)) -> ProcessId {
    ProcessId { start_ns, pid }
}

fn one() -> u32 {
    1
}
fn is_one(count: &u32) -> bool {
    *count == 1
}
fn no_label(label: &Label) -> bool {
    !label.is_some()
}
