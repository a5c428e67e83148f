//! What was found: a rule or detector's statement about acts, with its evidence.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Actor, EventId, FindingId, Process, Text};

/// A statement about one or more acts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Derived id: the same in a replay.
    pub id: FindingId,
    /// When the act that completed it happened, UTC.
    pub time_unix_ns: u64,
    /// The rule.
    pub rule: Arc<RuleInfo>,
    /// One sentence: actor, verb, object, destination.
    pub summary: Text,
    /// Fields that matched, as name and value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matched: Vec<(Text, Text)>,
    /// The events it stands on, oldest first; at most [`Finding::MAX_EVENTS`].
    pub events: Vec<EventId>,
    /// The process that completed it.
    pub process: Arc<Process>,
    /// Whose act it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Arc<Actor>>,
    /// How many times it was found in its window (same rule, same actor); at least 1.
    #[serde(default = "one")]
    pub count: u32,
}

fn one() -> u32 {
    1
}

impl Finding {
    /// Most events one finding names; more are counted.
    pub const MAX_EVENTS: usize = 64;
}

/// What a finding says of its rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleInfo {
    /// Stable id (the rule's UUID or name).
    pub id: Text,
    /// Title for people.
    pub title: Text,
    /// How bad it is.
    pub severity: Severity,
    /// ATT&CK, ATLAS, OWASP ids (`attack.t1552.001`, `atlas.aml.t0055`, `owasp.llm06`, `owasp.asi02`).
    #[serde(default)]
    pub tags: Vec<Text>,
    /// Where the rule comes from (`chaperone`, `sigma`, a user's directory).
    pub pack: Text,
}

/// How bad it is; Sigma's levels.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth a line in a log.
    #[default]
    Informational,
    /// Unusual.
    Low,
    /// Should be looked at.
    Medium,
    /// Should be looked at now.
    High,
    /// Someone should be woken.
    Critical,
}

impl Severity {
    /// The level as it is written in rules and shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::Informational => "informational",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}
