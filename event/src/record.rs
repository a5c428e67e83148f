//! What goes to the sinks: one lane of records, in the order the engine made them.

use serde::{Deserialize, Serialize};

use crate::{Agent, AssetChange, Attributed, AuditHead, Finding, Judged, Loss, Program, Session};

/// One entry of the record, and the unit of every sink.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Record {
    /// An act.
    Act(Box<Attributed>),
    /// An agent was seen first, or is known better.
    Agent(Agent),
    /// A session began or ended.
    Session(Session),
    /// Something was found.
    Finding(Box<Finding>),
    /// Events were lost.
    Loss(Loss),
    /// The content of a program file that an agent ran is known, or why it is not.
    Program(Box<Program>),
    /// An action was decided about, and did not just go on.
    Decision(Box<Judged>),
    /// How far the audit log goes, signed: leaves the host, so that nobody shortens the log unseen.
    Audit(Box<AuditHead>),
    /// Something of the inventory came, changed or went.
    Asset(Box<AssetChange>),
}

impl Record {
    /// When it happened, UTC.
    pub fn time_unix_ns(&self) -> Option<u64> {
        match self {
            Self::Act(act) => Some(act.event.time_unix_ns),
            Self::Session(session) => {
                Some(session.ended_unix_ns.unwrap_or(session.started_unix_ns))
            }
            Self::Finding(finding) => Some(finding.time_unix_ns),
            Self::Loss(loss) => Some(loss.until_unix_ns),
            Self::Program(program) => Some(program.time_unix_ns),
            Self::Decision(judged) => Some(judged.time_unix_ns),
            Self::Asset(change) => Some(change.time_unix_ns),
            Self::Audit(head) => Some(head.time_unix_ns),
            Self::Agent(_) => None,
        }
    }
}
