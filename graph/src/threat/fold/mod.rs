//! Makes an answer of the threat graph small enough to look at: versions of a file become one,
//! things that stand alike become one with a count, the rest beyond the limit is left out and
//! counted. What a finding stands on and the way to it are never folded.

mod alike;
mod backbone;
mod name;

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};

use alike::{Alike, Near, merged_by, near};
use backbone::Backbone;
use name::merge_nodes;

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
            Alike::Shape,
            Alike::Neighbours,
            Alike::NeighboursOnly,
        ] {
            graph = match alike {
                // Leaves that stand alike say nothing one by one, however few there are.
                Alike::Neighbours => merged_by(&graph, alike),
                // A layer of a picture holds few nodes side by side.
                Alike::Shape if graph.nodes.len() * 2 > most => merged_by(&graph, alike),
                _ if graph.nodes.len() > most => merged_by(&graph, alike),
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
        let near = near(self);
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

    /// The `most` nodes nearest to the backbone; the rest is counted.
    fn nearest(&self, most: usize) -> Subgraph {
        if self.nodes.len() <= most {
            return self.clone();
        }
        let near = near(self);
        let Backbone { mut order, nodes: mut seen } = Backbone::of(self);
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

fn merge_edge(same: &mut EdgeView, edge: &EdgeView) {
    same.count = same.count.saturating_add(edge.count);
    same.bytes = same.bytes.saturating_add(edge.bytes);
    same.first_unix_ns = same.first_unix_ns.min(edge.first_unix_ns);
    same.last_unix_ns = same.last_unix_ns.max(edge.last_unix_ns);
    same.evidence |= edge.evidence;
    same.open |= edge.open;
}
