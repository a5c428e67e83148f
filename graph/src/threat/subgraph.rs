//! The answer to a question about the threat graph: a value that stands for itself, as JSON, DOT
//! or SVG. Names in it are as they were; they are neutralised where they are drawn.

use event::{EventId, Severity, Text};
use serde::{Deserialize, Serialize};

use super::edge::Op;
use super::node::NodeKind;

/// A part of the threat graph.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Subgraph {
    /// What was asked, for people.
    pub title: String,
    /// Things; edges refer to them by place.
    pub nodes: Vec<NodeView>,
    /// Acts, in order of their first time.
    pub edges: Vec<EdgeView>,
    /// Why the answer is not all of it; none if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut: Option<Cut>,
    /// How many of the nodes had neighbours that are not kept any more.
    #[serde(default)]
    pub forgotten: usize,
    /// How many things were left out to keep the picture small.
    #[serde(default, skip_serializing_if = "is_no_thing")]
    pub hidden: usize,
}

/// Why an answer is not complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    /// More nodes than asked for.
    Nodes,
    /// More edges to look at than asked for.
    Work,
    /// More steps than asked for.
    Hops,
}

/// A thing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodeView {
    /// What kind of thing.
    pub kind: NodeKind,
    /// Path, program, peer, product or title, as it was.
    pub name: Text,
    /// Command line of a process, id of a group or finding.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub detail: Text,
    /// Process id `pid@start_ns`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pid: Option<u32>,
    /// Version of a file, from 0.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub version: u32,
    /// How bad a finding is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// First act seen, UTC.
    pub first_unix_ns: u64,
    /// Last act seen, UTC.
    pub last_unix_ns: u64,
    /// Exit of a process or end of a file version, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_unix_ns: Option<u64>,
    /// The question was about this node.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asked: bool,
    /// How many things it stands for, where things were folded; else 1.
    #[serde(default = "one")]
    pub members: u32,
}

/// An act, or equal acts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EdgeView {
    /// Place of the cause in `nodes`.
    pub from: usize,
    /// Place of the effect in `nodes`.
    pub to: usize,
    /// What was done.
    pub op: Op,
    /// First time, UTC.
    pub first_unix_ns: u64,
    /// Last time, UTC.
    pub last_unix_ns: u64,
    /// How many acts.
    pub count: u32,
    /// Bytes, where they are known.
    #[serde(default, skip_serializing_if = "is_none_u64")]
    pub bytes: u64,
    /// The first event it stands for.
    pub event: EventId,
    /// A finding stands on it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub evidence: bool,
    /// It still lasted when the question was asked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open: bool,
}

fn is_empty(text: &Text) -> bool {
    text.is_empty()
}
fn is_no_thing(number: &usize) -> bool {
    *number == 0
}
fn is_zero(number: &u32) -> bool {
    *number == 0
}
fn is_none_u64(number: &u64) -> bool {
    *number == 0
}
fn one() -> u32 {
    1
}
