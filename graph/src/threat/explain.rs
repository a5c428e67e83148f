//! A finding of the threat graph told in order: the acts from the agent's start to the finding, in
//! plain words, few enough to be read. Every step names the event it stands on.

use std::collections::BTreeMap;

use event::show::brief;
use event::{EventId, FindingId, ProcessId};
use serde::{Deserialize, Serialize};

use super::edge::{Edge, Op};
use super::node::{Body, Node, NodeKind};
use super::reach::Way;
use super::svg::time::amount;
use super::{Limits, ThreatGraph};

/// Most steps of an explanation.
pub const MOST_STEPS: usize = 8;

/// Longest name in a step, in characters.
const WIDTH: usize = 90;

/// One act on the way to a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// When, UTC.
    pub time_unix_ns: u64,
    /// The event it stands on, the first of several equal ones.
    pub event: EventId,
    /// Who acted, where it was a process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<ProcessId>,
    /// What was done, as a sentence without a full stop. Names in it are safe to show.
    pub words: String,
    /// The finding stands on this act.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub evidence: bool,
}

/// How much an explanation needs a step; the least needed goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Need {
    /// The agent's start, and the last act.
    Frame,
    Evidence,
    /// Carries something from one to the other.
    Carries,
    /// Who started whom, nearest to the finding first.
    Started(usize),
}

impl ThreatGraph {
    /// The way from the agent's start to the finding in at most [`MOST_STEPS`] acts, oldest first.
    /// Empty if the finding is not known or not kept any more.
    pub fn explain(&self, finding: FindingId) -> Vec<Step> {
        let Some(finding) = self.finding(finding) else { return Vec::new() };
        let limits = Limits { nodes: 10_000, work: 200_000, ..Limits::default() };
        let reached = self.reach(Way::Backward, finding.slot, limits);
        let mut needs: BTreeMap<u32, Need> = BTreeMap::new();
        let mut need = |slot: u32, how: Need| {
            let known = needs.entry(slot).or_insert(how);
            *known = how.min(*known);
        };
        for (slot, edge) in self.evidence_of(finding.slot) {
            need(slot, Need::Evidence);
            for end in [edge.source, edge.target] {
                self.descent(end, &mut need);
            }
            for way in reached.way(edge.target) {
                need(way, Need::Carries);
            }
        }
        for (_, edge) in self.neighbours(Way::Backward, finding.slot) {
            if edge.op == Op::Raises {
                self.descent(edge.source, &mut need);
            }
        }
        self.told(finding.slot, needs)
    }

    /// Edges the finding stands on.
    pub(super) fn evidence_of(&self, finding: u32) -> Vec<(u32, &Edge)> {
        let Some(Node { body: Body::Finding(body), .. }) = self.nodes.get(finding) else {
            return Vec::new();
        };
        body.evidence
            .iter()
            .filter(|(slot, generation)| self.edges.generation(*slot) == *generation)
            .filter_map(|(slot, _)| Some((*slot, self.edges.get(*slot)?)))
            .collect()
    }

    /// The starts of a process and its ancestors, up to the root of its session.
    fn descent(&self, node: u32, need: &mut impl FnMut(u32, Need)) {
        let mut node = node;
        for distance in 0..64 {
            let Some(view) = self.nodes.get(node).filter(|n| n.kind == NodeKind::Process) else {
                return;
            };
            let into = || self.neighbours(Way::Backward, node);
            let session = into().find(|(_, edge)| {
                edge.op == Op::Contains
                    && self.nodes.get(edge.source).is_some_and(|n| n.kind == NodeKind::Session)
            });
            if let Some((slot, _)) = session {
                need(slot, Need::Frame);
                return;
            }
            // The root of a tool call is what the agent asked for: told before its helpers.
            let is_asked_for = into().any(|(_, edge)| edge.op == Op::Contains);
            if let Some((slot, _)) = into().filter(|(_, edge)| edge.op == Op::Clone).last() {
                need(slot, Need::Started(if is_asked_for { 0 } else { distance + 1 }));
            }
            if !self.is_current(view.up) {
                return;
            }
            node = view.up.slot;
        }
    }

    fn told(&self, finding: u32, needs: BTreeMap<u32, Need>) -> Vec<Step> {
        let mut chosen: Vec<(Need, Step)> = needs
            .into_iter()
            .filter_map(|(slot, need)| {
                Some((need, self.step(self.edges.get(slot)?, need == Need::Evidence)?))
            })
            .collect();
        chosen.sort_by(|(a, x), (b, y)| a.cmp(b).then(y.time_unix_ns.cmp(&x.time_unix_ns)));
        chosen.dedup_by(|(_, a), (_, b)| a.words == b.words);
        chosen.truncate(MOST_STEPS - 1);
        let mut steps: Vec<Step> = chosen.into_iter().map(|(_, step)| step).collect();
        steps.sort_by_key(|step| (step.time_unix_ns, step.event));
        steps.extend(self.last_step(finding));
        steps
    }

    fn last_step(&self, finding: u32) -> Option<Step> {
        let node = self.nodes.get(finding)?;
        let (_, raised) =
            self.neighbours(Way::Backward, finding).find(|(_, edge)| edge.op == Op::Raises)?;
        let Body::Finding(body) = &node.body else { return None };
        Some(Step {
            time_unix_ns: raised.first_ns,
            event: raised.event,
            process: self.process_of(raised.source),
            words: format!("{} finding: {}", body.severity.name(), brief(&node.name, WIDTH)),
            evidence: true,
        })
    }

    fn step(&self, edge: &Edge, evidence: bool) -> Option<Step> {
        let (source, target) = (self.nodes.get(edge.source)?, self.nodes.get(edge.target)?);
        let (a, b) = (named(source), named(target));
        let words = match edge.op {
            Op::Contains if source.kind == NodeKind::Session => {
                format!("{} began a session in {a}: {}", self.product(edge.source), started(target))
            }
            Op::Clone => format!("{a} started {}", started(target)),
            Op::Exec => format!("{b} ran {a}"),
            Op::Read => format!("{b} read {a}"),
            Op::Write => with_bytes(format!("{a} wrote {b}"), edge.bytes),
            Op::Create => format!("{a} created {b}"),
            Op::Rename if source.kind == NodeKind::File => format!("{a} became {b}"),
            Op::Rename => format!("{a} renamed a file to {b}"),
            Op::Link => format!("{a} gave a second name: {b}"),
            Op::Symlink => format!("{a} made the symbolic link {b}"),
            Op::Unlink => format!("{a} removed {b}"),
            Op::Truncate => format!("{a} cut {b}"),
            Op::Chmod => format!("{a} changed mode or owner of {b}"),
            Op::Connect => with_bytes(format!("{a} connected to {b}"), edge.bytes),
            Op::Accept => format!("{a} took a connection: {b}"),
            Op::Send => with_bytes(format!("{a} sent to {b}"), edge.bytes),
            Op::Receive => with_bytes(format!("{b} received from {a}"), edge.bytes),
            Op::Listen => format!("{a} listened on {b}"),
            Op::Query => format!("{a} asked for the address of {b}"),
            Op::Answer => format!("{b} was told the address of {a}"),
            Op::PipeWrite if evidence => {
                format!("{a} wrote into a pipe")
            }
            // Told with the read.
            Op::PipeWrite => return None,
            Op::PipeRead => format!("{b} read {}", self.piped(edge.source)),
            Op::Signal => format!("{a} signalled {b}"),
            Op::Ptrace => format!("{a} took hold of {b}"),
            Op::Mount => format!("{a} mounted on {b}"),
            Op::Privilege => format!("{a} changed its rights"),
            Op::Load => format!("{a} loaded {b}"),
            Op::Attempt => format!("{a} was refused {b}"),
            Op::Contains | Op::Version | Op::Raises | Op::Evidence => return None,
        };
        let process = self.process_of(edge.source).or_else(|| self.process_of(edge.target));
        Some(Step { time_unix_ns: edge.first_ns, event: edge.event, process, words, evidence })
    }

    /// Who wrote into a pipe: what is read from it is theirs.
    fn piped(&self, pipe: u32) -> String {
        let writers: Vec<String> = self
            .neighbours(Way::Backward, pipe)
            .filter_map(|(_, edge)| self.nodes.get(edge.source).map(named))
            .take(3)
            .collect();
        match writers.is_empty() {
            true => "from a pipe".into(),
            false => format!("what {} wrote into a pipe", writers.join(" and ")),
        }
    }

    fn product(&self, session: u32) -> String {
        let agent = self.nodes.get(self.up(session).slot);
        agent.map_or_else(|| "an agent".into(), |agent| brief(&agent.name, WIDTH))
    }

    fn process_of(&self, slot: u32) -> Option<ProcessId> {
        match &self.nodes.get(slot)?.body {
            Body::Process(process) => Some(process.id),
            _ => None,
        }
    }
}

fn named(node: &Node) -> String {
    match &node.body {
        Body::Process(process) => format!("{} (pid {})", program(node), process.id.pid),
        Body::Pipe(_) => "a pipe".into(),
        _ => brief(&node.name, WIDTH),
    }
}

fn program(node: &Node) -> String {
    match node.name.rsplit('/').next().filter(|name| !name.is_empty()) {
        Some(name) => brief(name, 40),
        None => "a program".into(),
    }
}

/// A process by its whole command.
fn started(node: &Node) -> String {
    match &node.body {
        Body::Process(process) if !process.command.is_empty() => {
            format!("`{}` (pid {})", brief(&process.command, WIDTH), process.id.pid)
        }
        _ => named(node),
    }
}

fn with_bytes(words: String, bytes: u64) -> String {
    if bytes == 0 { words } else { format!("{words}, {}", amount(bytes)) }
}
