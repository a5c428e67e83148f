//! Time-respecting search in the threat graph: backward from an effect to its causes, forward from a
//! cause to its effects. Breadth first, so that the way to each node is a shortest one; a node is
//! visited again when a later (backward) or earlier (forward) time makes more of it admissible.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use super::edge::Edge;
use super::subgraph::Cut;
use super::{Limits, ThreatGraph};

/// Which way to search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// To causes.
    Backward,
    /// To effects.
    Forward,
}

/// One visit of a node: when it is reached, by which edge, from which visit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Visit {
    pub node: u32,
    pub at_ns: u64,
    pub hops: u32,
    /// The edge and the visit it was reached by; none at the start.
    pub via: Option<(u32, usize)>,
}

/// What a search found.
#[derive(Debug, Default)]
pub(super) struct Reached {
    pub visits: Vec<Visit>,
    /// The first visit of each node: the one by a shortest way.
    pub first: FxHashMap<u32, usize>,
    pub cut: Option<Cut>,
}

impl Reached {
    /// The edges from `node` to the start of the search.
    pub fn way(&self, node: u32) -> Vec<u32> {
        let mut way = Vec::new();
        let mut visit = self.first.get(&node).and_then(|at| self.visits.get(*at));
        while let Some((edge, before)) = visit.and_then(|v| v.via) {
            way.push(edge);
            visit = self.visits.get(before);
        }
        way
    }
}

impl ThreatGraph {
    pub(super) fn reach(&self, way: Way, start: u32, limits: Limits) -> Reached {
        let at_ns = match way {
            Way::Backward => limits.until_unix_ns,
            Way::Forward => limits.since_unix_ns,
        };
        let mut search =
            Search { limits, way, best: FxHashMap::default(), found: Reached::default() };
        let mut queue = VecDeque::new();
        if self.nodes.get(start).is_some() {
            search.visit(Visit { node: start, at_ns, hops: 0, via: None }, &mut queue);
        }
        let mut work = 0;
        while let Some(at) = queue.pop_front() {
            let Some(&visit) = search.found.visits.get(at) else { continue };
            if search.best.get(&visit.node) != Some(&visit.at_ns) {
                continue;
            }
            if visit.hops >= limits.hops {
                search.found.cut.get_or_insert(Cut::Hops);
                continue;
            }
            for (slot, edge) in self.neighbours(way, visit.node) {
                work += 1;
                if work > limits.work {
                    search.found.cut = Some(Cut::Work);
                    return search.found;
                }
                search.follow(self, at, visit, slot, edge, &mut queue);
            }
        }
        search.found
    }

    /// Edges that enter (backward) or leave (forward) a node, newest first.
    pub(super) fn neighbours(&self, way: Way, node: u32) -> impl Iterator<Item = (u32, &Edge)> {
        let first = self.nodes.get(node).map(|node| match way {
            Way::Backward => node.into,
            Way::Forward => node.out,
        });
        let mut next = first;
        std::iter::from_fn(move || {
            let slot = next?;
            let edge = self.edges.get(slot)?;
            next = Some(match way {
                Way::Backward => edge.next_in,
                Way::Forward => edge.next_out,
            });
            Some((slot, edge))
        })
    }

    /// Until when something can have passed: an open edge lasts until one of its ends is over.
    pub(super) fn last_ns(&self, edge: &Edge) -> u64 {
        if !edge.is_open() {
            return edge.last_ns;
        }
        let end = |slot| self.nodes.get(slot).map_or(u64::MAX, |node| node.end_ns);
        end(edge.source).min(end(edge.target)).max(edge.last_ns)
    }
}

struct Search {
    limits: Limits,
    way: Way,
    best: FxHashMap<u32, u64>,
    found: Reached,
}

impl Search {
    fn follow(
        &mut self,
        graph: &ThreatGraph,
        at: usize,
        visit: Visit,
        slot: u32,
        edge: &Edge,
        queue: &mut VecDeque<usize>,
    ) {
        let last_ns = graph.last_ns(edge);
        if !edge.op.carries()
            || last_ns < self.limits.since_unix_ns
            || edge.first_ns > self.limits.until_unix_ns
        {
            return;
        }
        let (node, at_ns) = match self.way {
            Way::Backward if edge.first_ns <= visit.at_ns => {
                (edge.source, last_ns.min(visit.at_ns))
            }
            Way::Forward if last_ns >= visit.at_ns => (edge.target, edge.first_ns.max(visit.at_ns)),
            _ => return,
        };
        let better = match (self.best.get(&node), self.way) {
            (None, _) => true,
            (Some(&known), Way::Backward) => at_ns > known,
            (Some(&known), Way::Forward) => at_ns < known,
        };
        if better {
            self.visit(Visit { node, at_ns, hops: visit.hops + 1, via: Some((slot, at)) }, queue);
        }
    }

    fn visit(&mut self, visit: Visit, queue: &mut VecDeque<usize>) {
        let at = self.found.visits.len();
        if !self.best.contains_key(&visit.node) {
            if self.best.len() >= self.limits.nodes {
                self.found.cut = Some(Cut::Nodes);
                return;
            }
            self.found.first.insert(visit.node, at);
        }
        self.best.insert(visit.node, visit.at_ns);
        self.found.visits.push(visit);
        queue.push_back(at);
    }
}
