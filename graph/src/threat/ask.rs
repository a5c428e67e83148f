//! Questions to the threat graph. Each has limits and says when it was cut; none changes the graph.

use event::{FindingId, ProcessId, SessionId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::edge::{Edge, EdgeFlags, Op};
use super::index::Group;
use super::node::{Body, Node, NodeId, NodeKind};
use super::reach::{Reached, Way};
use super::subgraph::{EdgeView, NodeView, Subgraph};
use super::{Limits, ThreatGraph};

/// How far up the line of parents a question about a process goes.
const MOST_ANCESTORS: usize = 64;

impl ThreatGraph {
    /// Every node.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> {
        self.nodes.iter().map(|(slot, _)| self.id(slot))
    }

    /// The node of a process.
    pub fn process(&self, process: ProcessId) -> Option<NodeId> {
        self.index.processes.get(&process).map(|slot| self.id(*slot))
    }

    /// The command line of a process, where it is known and kept.
    pub fn command(&self, process: ProcessId) -> Option<&event::Text> {
        match &self.nodes.get(self.process(process)?.slot)?.body {
            Body::Process(process) if !process.command.is_empty() => Some(&process.command),
            _ => None,
        }
    }

    /// The newest process with this pid.
    pub fn pid(&self, pid: u32) -> Option<NodeId> {
        self.index.pids.get(&pid).map(|slot| self.id(*slot))
    }

    /// The current version of the file of this name.
    pub fn file_named(&self, path: &str) -> Option<NodeId> {
        self.index.paths.get(path).map(|slot| self.id(*slot))
    }

    /// The node of a finding.
    pub fn finding(&self, finding: FindingId) -> Option<NodeId> {
        self.index.findings.get(&finding).map(|slot| self.id(*slot))
    }

    /// The node of a session.
    pub fn session(&self, session: SessionId) -> Option<NodeId> {
        self.index.groups.get(&Group::Session(session)).map(|slot| self.id(*slot))
    }

    /// Everything that can have led to `node`, by ways in which each act began before the next
    /// was over.
    pub fn backward(&self, node: NodeId, limits: Limits) -> Subgraph {
        self.search("What led to", Way::Backward, node, limits)
    }

    /// Everything that `node` can have had an effect on.
    pub fn forward(&self, node: NodeId, limits: Limits) -> Subgraph {
        self.search("What came of", Way::Forward, node, limits)
    }

    /// A shortest way by which `cause` can have led to `effect`; empty if there is none.
    pub fn path(&self, cause: NodeId, effect: NodeId, limits: Limits) -> Subgraph {
        let title = format!("From {} to {}", self.label(cause), self.label(effect));
        if !self.is_current(cause) || !self.is_current(effect) {
            return Subgraph { title, ..Subgraph::default() };
        }
        let reached = self.reach(Way::Backward, effect.slot, limits);
        let mut picked = Picked::default();
        for edge in reached.way(cause.slot) {
            picked.edge(self, edge);
        }
        self.view(title, &picked, &[cause.slot, effect.slot], &reached)
    }

    /// One process: where it comes from, what it touched, what it started.
    pub fn of_process(&self, process: NodeId, limits: Limits) -> Subgraph {
        let title = format!("Process {}", self.label(process));
        if !self.is_current(process) {
            return Subgraph { title, ..Subgraph::default() };
        }
        let mut picked = Picked::default();
        picked.node(process.slot);
        let mut up = process;
        for _ in 0..MOST_ANCESTORS {
            if self.is_current(up) {
                self.descent_of(up.slot, &mut picked);
                up = self.up(up.slot);
            }
        }
        self.acts_of(process.slot, limits, &mut picked);
        self.view(title, &picked, &[process.slot], &Reached::default())
    }

    /// One session: its processes and all they touched.
    pub fn of_session(&self, session: SessionId, limits: Limits) -> Subgraph {
        let Some(node) = self.session(session) else {
            return Subgraph { title: format!("session {session}"), ..Subgraph::default() };
        };
        let mut members = self.members(node);
        let mut picked = Picked { cut: members.len() > limits.nodes / 2, ..Picked::default() };
        picked.node(node.slot);
        members.truncate(limits.nodes / 2);
        let roots = self.neighbours(Way::Forward, node.slot).filter(|(_, edge)| {
            self.nodes.get(edge.target).is_some_and(|node| node.kind == NodeKind::Process)
        });
        for (root, _) in roots {
            picked.edge(self, root);
        }
        // First who was there and who started whom, then what each did.
        for slot in &members {
            self.descent_of(*slot, &mut picked);
        }
        for slot in &members {
            self.acts_of(*slot, limits, &mut picked);
        }
        let title = format!("Session {}", self.label(node));
        self.view(title, &picked, &[node.slot], &Reached::default())
    }

    /// One finding: what it stands on and what led to it.
    pub fn of_finding(&self, finding: FindingId, limits: Limits) -> Subgraph {
        match self.finding(finding) {
            Some(node) => self.search("What led to", Way::Backward, node, limits),
            None => Subgraph { title: format!("finding {finding}"), ..Subgraph::default() },
        }
    }

    fn search(&self, question: &str, way: Way, node: NodeId, limits: Limits) -> Subgraph {
        let title = format!("{question}: {}", self.label(node));
        if !self.is_current(node) {
            return Subgraph { title, ..Subgraph::default() };
        }
        let reached = self.reach(way, node.slot, limits);
        let mut picked = Picked::default();
        for visit in &reached.visits {
            picked.node(visit.node);
        }
        self.admissible(way, &reached, limits, &mut picked);
        self.view(title, &picked, &[node.slot], &reached)
    }

    /// All edges between the nodes found that some way to the start can take.
    fn admissible(&self, way: Way, reached: &Reached, limits: Limits, picked: &mut Picked) {
        let mut best: FxHashMap<u32, u64> = FxHashMap::default();
        for visit in &reached.visits {
            best.insert(visit.node, visit.at_ns);
        }
        let mut work = 0;
        for (&node, &at_ns) in &best {
            for (slot, edge) in self.neighbours(way, node) {
                work += 1;
                if work > limits.work {
                    return;
                }
                let (other, in_time) = match way {
                    Way::Backward => (edge.source, edge.first_ns <= at_ns),
                    Way::Forward => (edge.target, self.last_ns(edge) >= at_ns),
                };
                let asked_for = edge.first_ns <= limits.until_unix_ns
                    && self.last_ns(edge) >= limits.since_unix_ns;
                if in_time && asked_for && edge.op.carries() && best.contains_key(&other) {
                    picked.edges.insert(slot);
                }
            }
        }
    }

    /// What started or contains a node.
    fn descent_of(&self, slot: u32, picked: &mut Picked) {
        picked.node(slot);
        for (edge, view) in self.neighbours(Way::Backward, slot) {
            if matches!(view.op, Op::Clone | Op::Contains) {
                picked.edge(self, edge);
            }
        }
    }

    /// The acts of one process, and the things on their other side.
    fn acts_of(&self, process: u32, limits: Limits, picked: &mut Picked) {
        picked.node(process);
        for way in [Way::Backward, Way::Forward] {
            for (slot, edge) in self.neighbours(way, process) {
                if picked.nodes.len() >= limits.nodes {
                    picked.cut = true;
                    return;
                }
                if edge.first_ns <= limits.until_unix_ns && edge.last_ns >= limits.since_unix_ns {
                    picked.edge(self, slot);
                }
            }
        }
    }

    /// Processes and tool calls of a session, newest first.
    fn members(&self, session: NodeId) -> Vec<u32> {
        let mut members: Vec<(u64, u32)> = self
            .nodes
            .iter()
            .filter(|(_, member)| self.session_of(member) == Some(session))
            .map(|(slot, member)| (member.first_ns, slot))
            .collect();
        members.sort_unstable_by(|a, b| b.cmp(a));
        members.into_iter().map(|(_, slot)| slot).collect()
    }

    fn session_of(&self, node: &Node) -> Option<NodeId> {
        let group = match &node.body {
            Body::Process(process) => process.owner,
            Body::ToolCall(_) => return Some(node.up),
            _ => return None,
        };
        match self.nodes.get(group.slot).filter(|_| self.is_current(group)) {
            Some(Node { body: Body::ToolCall(_), up, .. }) => Some(*up),
            Some(_) => Some(group),
            None => None,
        }
    }

    fn label(&self, node: NodeId) -> String {
        match self.nodes.get(node.slot).filter(|_| self.is_current(node)) {
            Some(node) => event::show::brief(&node.name, 60),
            None => "something that is not kept any more".into(),
        }
    }

    fn view(&self, title: String, picked: &Picked, asked: &[u32], reached: &Reached) -> Subgraph {
        let mut slots: Vec<u32> = picked.nodes.iter().chain(asked).copied().collect();
        slots.sort_unstable();
        slots.dedup();
        slots.sort_by_key(|slot| self.nodes.get(*slot).map_or(0, |node| node.first_ns));
        let places: FxHashMap<u32, usize> =
            slots.iter().enumerate().map(|(a, b)| (*b, a)).collect();
        let nodes: Vec<&Node> = slots.iter().filter_map(|slot| self.nodes.get(*slot)).collect();
        // Asked about findings, only their evidence is marked, not that of others.
        let own: FxHashSet<u32> =
            asked.iter().flat_map(|slot| self.evidence_of(*slot)).map(|(edge, _)| edge).collect();
        let mut edges: Vec<EdgeView> = picked
            .edges
            .iter()
            .filter_map(|slot| {
                let view = self.edge_view(self.edges.get(*slot)?, &places)?;
                let evidence = view.evidence && (own.is_empty() || own.contains(slot));
                Some(EdgeView { evidence, ..view })
            })
            .collect();
        edges.sort_by_key(|edge| (edge.first_unix_ns, edge.event));
        let cut = reached.cut.or(picked.cut.then_some(super::Cut::Nodes));
        Subgraph {
            title,
            forgotten: nodes.iter().filter(|n| n.flags.lost_causes).count(),
            nodes: slots
                .iter()
                .filter_map(|slot| Some(node_view(self.nodes.get(*slot)?, asked.contains(slot))))
                .collect(),
            edges,
            cut,
            hidden: 0,
        }
    }

    fn edge_view(&self, edge: &Edge, places: &FxHashMap<u32, usize>) -> Option<EdgeView> {
        Some(EdgeView {
            from: *places.get(&edge.source)?,
            to: *places.get(&edge.target)?,
            op: edge.op,
            first_unix_ns: edge.first_ns,
            last_unix_ns: edge.last_ns,
            count: edge.count,
            bytes: edge.bytes,
            event: edge.event,
            evidence: edge.flags.has(EdgeFlags::EVIDENCE),
            open: edge.is_open() && self.last_ns(edge) == u64::MAX,
        })
    }
}

/// Nodes and edges of an answer.
#[derive(Default)]
struct Picked {
    nodes: FxHashSet<u32>,
    edges: FxHashSet<u32>,
    cut: bool,
}

impl Picked {
    fn node(&mut self, slot: u32) {
        self.nodes.insert(slot);
    }
    fn edge(&mut self, graph: &ThreatGraph, slot: u32) {
        if let Some(edge) = graph.edges.get(slot) {
            self.nodes.extend([edge.source, edge.target]);
            self.edges.insert(slot);
        }
    }
}

fn node_view(node: &Node, asked: bool) -> NodeView {
    let (detail, pid) = match &node.body {
        Body::Process(process) => (process.command.clone(), Some(process.id.pid)),
        Body::Agent(id) => (id.to_string().into(), None),
        Body::Session(id) => (id.to_string().into(), None),
        Body::ToolCall(id) => (id.to_string().into(), None),
        Body::Finding(body) => (body.id.to_string().into(), None),
        _ => Default::default(),
    };
    let (version, severity) = match &node.body {
        Body::File(file) => (file.version, None),
        Body::Finding(body) => (0, Some(body.severity)),
        _ => (0, None),
    };
    NodeView {
        kind: node.kind,
        name: node.name.clone(),
        detail,
        pid,
        version,
        severity,
        first_unix_ns: node.first_ns,
        last_unix_ns: node.last_ns,
        ended_unix_ns: (node.end_ns != u64::MAX).then_some(node.end_ns),
        asked,
        members: 1,
    }
}
