//! What is never folded in a picture of the threat graph: what was asked about, what a finding
//! stands on, the shortest way from there to the finding, and who started whom.

use std::collections::VecDeque;

use rustc_hash::FxHashSet;

use super::super::edge::Op;
use super::super::node::NodeKind;
use super::super::subgraph::Subgraph;

/// A session has one root; more are shown only so far.
const MOST_ROOTS: usize = 3;

/// Nodes in the order in which they are needed.
#[derive(Debug, Default)]
pub(super) struct Backbone {
    pub order: Vec<usize>,
    pub nodes: FxHashSet<usize>,
}

impl Backbone {
    pub fn of(graph: &Subgraph) -> Self {
        let mut backbone = Self::default();
        let of_interest =
            |(_, node): &(usize, &_)| is_asked(node) || matches!(node.kind, NodeKind::Finding);
        for (place, _) in graph.nodes.iter().enumerate().filter(of_interest) {
            backbone.need(place);
        }
        for edge in graph.edges.iter().filter(|edge| edge.evidence) {
            backbone.need(edge.from);
            backbone.need(edge.to);
        }
        backbone.ways(graph);
        backbone.roots(graph);
        backbone.descent(graph);
        backbone
    }

    fn need(&mut self, node: usize) {
        if self.nodes.insert(node) {
            self.order.push(node);
        }
    }

    /// Shortest ways from what is needed to the findings.
    fn ways(&mut self, graph: &Subgraph) {
        let mut into: Vec<Vec<usize>> = vec![Vec::new(); graph.nodes.len()];
        for edge in &graph.edges {
            if let Some(into) = into.get_mut(edge.to) {
                into.push(edge.from);
            }
        }
        let mut next: Vec<Option<usize>> = vec![None; graph.nodes.len()];
        let is_finding =
            |place: &usize| graph.nodes.get(*place).is_some_and(|n| n.kind == NodeKind::Finding);
        let mut queue: VecDeque<usize> = (0..graph.nodes.len()).filter(is_finding).collect();
        while let Some(node) = queue.pop_front() {
            for &from in into.get(node).into_iter().flatten() {
                if let Some(place @ None) = next.get_mut(from)
                    && !is_finding(&from)
                {
                    *place = Some(node);
                    queue.push_back(from);
                }
            }
        }
        for node in self.order.clone() {
            let mut at = node;
            while let Some(after) = next.get(at).copied().flatten() {
                self.need(after);
                at = after;
            }
        }
    }

    fn roots(&mut self, graph: &Subgraph) {
        let roots = graph.edges.iter().filter(|edge| {
            let kind = |node: usize| graph.nodes.get(node).map(|node| node.kind);
            edge.op == Op::Contains
                && graph.nodes.get(edge.from).is_some_and(is_asked)
                && kind(edge.to) == Some(NodeKind::Process)
        });
        for edge in roots.take(MOST_ROOTS) {
            self.need(edge.to);
        }
    }

    /// Who started or contains what is needed, nearest first.
    fn descent(&mut self, graph: &Subgraph) {
        let mut next = 0;
        while let Some(&node) = self.order.get(next) {
            next += 1;
            let above = graph.edges.iter().filter(|edge| {
                edge.to == node && matches!(edge.op, Op::Clone | Op::Contains | Op::Raises)
            });
            for edge in above {
                self.need(edge.from);
            }
        }
    }
}

fn is_asked(node: &super::super::subgraph::NodeView) -> bool {
    node.asked
}
