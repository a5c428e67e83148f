//! Makes an answer of the threat graph small enough to look at: versions of a file become one,
//! things that stand alike become one with a count, the rest beyond the limit is left out and
//! counted. What a finding stands on and the way to it are never folded.

use std::collections::VecDeque;

use event::Text;
use rustc_hash::{FxHashMap, FxHashSet};

use super::edge::Op;
use super::node::NodeKind;
use super::subgraph::{EdgeView, NodeView, Subgraph};

impl Subgraph {
    /// The same answer in at most `most` nodes.
    pub fn folded(&self, most: usize) -> Subgraph {
        let mut graph = self.one_node_per_file().without_the_obvious();
        for alike in [
            Alike::Neighbours,
            Alike::Program,
            Alike::Neighbours,
            Alike::Parent,
            Alike::Neighbours,
            Alike::NeighboursOnly,
        ] {
            graph = match alike {
                // Leaves that stand alike say nothing one by one, however few there are.
                Alike::Neighbours => graph.merged_by(alike),
                _ if graph.nodes.len() > most => graph.merged_by(alike),
                _ => graph,
            };
        }
        graph.nearest(most)
    }

    /// Folds by `class`: nodes of one class become one node, `None` stays alone.
    fn merged<K: std::hash::Hash + Eq>(&self, class: impl Fn(usize) -> Option<K>) -> Subgraph {
        let mut classes: FxHashMap<K, usize> = FxHashMap::default();
        let mut members: Vec<Vec<usize>> = Vec::new();
        let mut places = Vec::with_capacity(self.nodes.len());
        for node in 0..self.nodes.len() {
            let fresh = members.len();
            let place = class(node).map_or(fresh, |key| *classes.entry(key).or_insert(fresh));
            match members.get_mut(place) {
                Some(members) => members.push(node),
                None => members.push(vec![node]),
            }
            places.push(Some(place));
        }
        let nodes = members
            .iter()
            .filter_map(|members| {
                let nodes: Vec<&NodeView> =
                    members.iter().filter_map(|node| self.nodes.get(*node)).collect();
                merge_nodes(&nodes)
            })
            .collect();
        Subgraph { nodes, edges: self.moved_edges(&places), ..self.without_content() }
    }

    /// The edges after each node has moved to a new place; those of one pair and op become one.
    fn moved_edges(&self, places: &[Option<usize>]) -> Vec<EdgeView> {
        let place = |node: usize| places.get(node).copied().flatten();
        let mut known: FxHashMap<(usize, usize, Op), usize> = FxHashMap::default();
        let mut edges: Vec<EdgeView> = Vec::new();
        for edge in &self.edges {
            let (Some(from), Some(to)) = (place(edge.from), place(edge.to)) else { continue };
            if from == to {
                continue;
            }
            let at = *known.entry((from, to, edge.op)).or_insert(edges.len());
            match edges.get_mut(at) {
                Some(same) => merge_edge(same, edge),
                None => edges.push(EdgeView { from, to, ..edge.clone() }),
            }
        }
        edges
    }

    fn without_content(&self) -> Subgraph {
        Subgraph {
            title: self.title.clone(),
            nodes: Vec::new(),
            edges: Vec::new(),
            cut: self.cut,
            forgotten: self.forgotten,
            hidden: self.hidden,
        }
    }

    fn one_node_per_file(&self) -> Subgraph {
        self.merged(|node| {
            let node = self.nodes.get(node)?;
            (node.kind == NodeKind::File).then(|| node.name.clone())
        })
    }

    /// Takes out what the other nodes say already: programs that only run (their processes are named
    /// after them), system files, ancestors of which nothing is known, and DNS names that a socket of
    /// the same process is labelled with.
    fn without_the_obvious(&self) -> Subgraph {
        let near = self.near();
        let is_obvious = |place: usize| {
            let (Some(node), Some(edges)) = (self.nodes.get(place), near.get(place)) else {
                return false;
            };
            let only = |op: Op| !edges.is_empty() && edges.iter().all(|n| n.out && n.op == op);
            !node.asked
                && match node.kind {
                    NodeKind::File => only(Op::Exec),
                    NodeKind::System => true,
                    NodeKind::Process => node.name.is_empty() && only(Op::Clone),
                    NodeKind::Name => self.is_resolved(&near, place),
                    _ => false,
                }
        };
        let evidence = self.edges.iter().filter(|e| e.evidence).flat_map(|e| [e.from, e.to]);
        let evidence: FxHashSet<usize> = evidence.collect();
        self.only(|place| evidence.contains(&place) || !is_obvious(place), 0)
    }

    /// A socket of the same process is labelled with this DNS name.
    fn is_resolved(&self, near: &[Vec<Near>], name: usize) -> bool {
        let neighbours = |node: usize| near.get(node).into_iter().flatten().map(|n| n.node);
        let Some(name_view) = self.nodes.get(name) else { return false };
        neighbours(name).flat_map(neighbours).filter_map(|other| self.nodes.get(other)).any(
            |other| {
                other.kind == NodeKind::Socket
                    && other.name.rsplit_once(':').is_some_and(|(host, _)| *host == *name_view.name)
            },
        )
    }

    fn merged_by(&self, alike: Alike) -> Subgraph {
        let needed = self.backbone();
        let near = self.near();
        self.merged(|node| {
            let view = self.nodes.get(node).filter(|_| !needed.contains(&node))?;
            let near = near.get(node)?;
            match alike {
                Alike::Neighbours if near.is_empty() => None,
                Alike::Neighbours => Some((view.kind, Text::default(), near.clone())),
                Alike::NeighboursOnly => {
                    let mut near: Vec<Near> =
                        near.iter().map(|n| Near { op: Op::Contains, out: true, ..*n }).collect();
                    near.dedup();
                    Some((view.kind, Text::default(), near))
                }
                Alike::Program | Alike::Parent if view.kind == NodeKind::Process => {
                    let parents = near.iter().filter(|n| n.op == Op::Clone && !n.out).copied();
                    let name =
                        if alike == Alike::Program { view.name.clone() } else { Text::default() };
                    Some((view.kind, name, parents.collect()))
                }
                Alike::Program | Alike::Parent => None,
            }
        })
    }

    /// The nodes of each node's edges, sorted.
    fn near(&self) -> Vec<Vec<Near>> {
        let mut near = vec![Vec::new(); self.nodes.len()];
        for edge in &self.edges {
            for (node, other, out) in [(edge.from, edge.to, true), (edge.to, edge.from, false)] {
                if let Some(near) = near.get_mut(node) {
                    near.push(Near { node: other, op: edge.op, out });
                }
            }
        }
        for near in &mut near {
            near.sort_unstable();
            near.dedup();
        }
        near
    }

    /// What is asked about, findings and what they stand on, and the processes and groups these
    /// come from.
    fn backbone(&self) -> FxHashSet<usize> {
        let mut needed: FxHashSet<usize> = self
            .nodes
            .iter()
            .enumerate()
            .filter(|(_, node)| node.asked || node.kind == NodeKind::Finding)
            .map(|(place, _)| place)
            .collect();
        for edge in self.edges.iter().filter(|edge| edge.evidence) {
            needed.extend([edge.from, edge.to]);
        }
        let mut waiting: Vec<usize> = needed.iter().copied().collect();
        while let Some(node) = waiting.pop() {
            for edge in self.edges.iter().filter(|edge| edge.to == node) {
                let descent = matches!(
                    edge.op,
                    Op::Clone | Op::Contains | Op::PipeRead | Op::PipeWrite | Op::Raises
                );
                if descent && needed.insert(edge.from) {
                    waiting.push(edge.from);
                }
            }
        }
        needed
    }

    /// The `most` nodes nearest to the backbone; the rest is counted.
    fn nearest(&self, most: usize) -> Subgraph {
        if self.nodes.len() <= most {
            return self.clone();
        }
        let near = self.near();
        let mut order: Vec<usize> = self.backbone().into_iter().collect();
        order.sort_unstable_by_key(|node| self.rank(*node));
        let mut seen: FxHashSet<usize> = order.iter().copied().collect();
        let mut queue: VecDeque<usize> = order.iter().copied().collect();
        while let Some(node) = queue.pop_front() {
            for other in near.get(node).into_iter().flatten() {
                if seen.insert(other.node) {
                    order.push(other.node);
                    queue.push_back(other.node);
                }
            }
        }
        order.extend((0..self.nodes.len()).filter(|node| !seen.contains(node)));
        let kept: FxHashSet<usize> = order.into_iter().take(most).collect();
        let hidden: u32 = self
            .nodes
            .iter()
            .enumerate()
            .filter(|(place, _)| !kept.contains(place))
            .map(|(_, node)| node.members)
            .sum();
        self.only(|node| kept.contains(&node), hidden as usize)
    }

    fn rank(&self, node: usize) -> (bool, usize) {
        (!self.nodes.get(node).is_some_and(|n| n.asked || n.kind == NodeKind::Finding), node)
    }

    fn only(&self, keep: impl Fn(usize) -> bool, hidden: usize) -> Subgraph {
        let mut places = vec![None; self.nodes.len()];
        let mut nodes = Vec::new();
        for (place, node) in self.nodes.iter().enumerate() {
            if keep(place) {
                if let Some(moved) = places.get_mut(place) {
                    *moved = Some(nodes.len());
                }
                nodes.push(node.clone());
            }
        }
        Subgraph {
            nodes,
            edges: self.moved_edges(&places),
            hidden: self.hidden + hidden,
            ..self.without_content()
        }
    }
}

/// When two nodes are alike enough to be drawn as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Alike {
    /// Same kind, same edges.
    Neighbours,
    /// Processes of one program with one parent.
    Program,
    /// Processes with one parent.
    Parent,
    /// Same kind, same neighbours, whatever the edges.
    NeighboursOnly,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Near {
    node: usize,
    op: Op,
    out: bool,
}

fn merge_edge(same: &mut EdgeView, edge: &EdgeView) {
    same.count = same.count.saturating_add(edge.count);
    same.bytes = same.bytes.saturating_add(edge.bytes);
    same.first_unix_ns = same.first_unix_ns.min(edge.first_unix_ns);
    same.last_unix_ns = same.last_unix_ns.max(edge.last_unix_ns);
    same.evidence |= edge.evidence;
    same.open |= edge.open;
}

fn merge_nodes(nodes: &[&NodeView]) -> Option<NodeView> {
    let (first, rest) = nodes.split_first()?;
    let mut merged = (*first).clone();
    if rest.is_empty() {
        return Some(merged);
    }
    for node in rest {
        merged.first_unix_ns = merged.first_unix_ns.min(node.first_unix_ns);
        merged.last_unix_ns = merged.last_unix_ns.max(node.last_unix_ns);
        merged.ended_unix_ns = merged.ended_unix_ns.zip(node.ended_unix_ns).map(|(a, b)| a.max(b));
        merged.version = merged.version.max(node.version);
        merged.severity = merged.severity.max(node.severity);
        merged.asked |= node.asked;
    }
    if rest.iter().all(|node| node.name == first.name) && first.kind == NodeKind::File {
        return Some(merged);
    }
    merged.members = nodes.iter().map(|node| node.members).sum();
    merged.name = common_name(nodes, merged.members).into();
    merged.detail = Text::default();
    merged.pid = None;
    merged.version = 0;
    Some(merged)
}

/// "37 files under /home/alice/project/src/".
fn common_name(nodes: &[&NodeView], members: u32) -> String {
    let Some(first) = nodes.first() else { return String::new() };
    let (thing, place) = match first.kind {
        NodeKind::File => ("files", common_directory(nodes)),
        NodeKind::Process => ("processes", same_name(nodes)),
        NodeKind::Socket => ("peers", None),
        NodeKind::Name => ("names", None),
        NodeKind::Pipe => ("pipes", None),
        NodeKind::Finding => ("findings", None),
        NodeKind::Agent => ("agents", None),
        NodeKind::Session => ("sessions", None),
        NodeKind::ToolCall => ("tool calls", None),
        NodeKind::Terminal | NodeKind::Kernel | NodeKind::System => ("things", None),
    };
    match place {
        Some(place) if first.kind == NodeKind::File => format!("{members} {thing} under {place}"),
        Some(place) => format!("{members} {thing} {place}"),
        None => format!("{members} {thing}"),
    }
}

fn same_name(nodes: &[&NodeView]) -> Option<String> {
    let name = &nodes.first()?.name;
    let same = nodes.iter().all(|node| &node.name == name);
    same.then(|| name.rsplit('/').next().unwrap_or(name).to_owned())
}

fn common_directory(nodes: &[&NodeView]) -> Option<String> {
    let directory = |node: &NodeView| -> String {
        let path = match node.name.split_once(" files under ") {
            Some((_, place)) if node.members > 1 => place.to_owned(),
            _ => node.name.to_string(),
        };
        path.rsplit_once('/').map(|(directory, _)| format!("{directory}/")).unwrap_or_default()
    };
    let common = nodes.iter().map(|node| directory(node)).reduce(|common, other| {
        let same: usize = common
            .split_inclusive('/')
            .zip(other.split_inclusive('/'))
            .take_while(|(a, b)| a == b)
            .map(|(a, _)| a.len())
            .sum();
        common.get(..same).unwrap_or_default().to_owned()
    })?;
    (common.len() > 1).then_some(common)
}
