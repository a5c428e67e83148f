//! From occurrences to edges: one occurrence either becomes a new edge of the threat graph or is
//! merged into the last equal one, where no question could tell the difference.
//!
//! The rule. Let `e: u → v` span `[first, last]` and let it occur again at `t`. Searching causes
//! through the merged edge takes the way `e` at its latest admissible time; the answer differs from
//! the unmerged one only if something new entered `u` between `last` and `t`. So every node has a
//! stamp that counts what entered it and may be new, an edge keeps the stamp of its source, and
//! equal stamps merge. Three refinements:
//! - what entered `u` only from `v` itself is nothing new to `v`;
//! - an occurrence that begins within the span already there adds no moment and always merges;
//! - a source that something may enter without an event (an open pipe, a file whose writer lives)
//!   never counts as unchanged.
//!
//! A merge whose source did change passes the news on: it moves the stamp of `v`.

use event::EventId;

use super::arena::NONE;
use super::edge::{Edge, EdgeFlags, Op};
use super::index::mix;
use super::node::{Body, Node, Party};
use super::{Reduction, ThreatGraph};

/// One occurrence of an edge.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flow {
    pub source: u32,
    pub target: u32,
    pub op: Op,
    /// Begin and end; equal unless the act is known to have lasted.
    pub from_ns: u64,
    pub at_ns: u64,
    pub count: u32,
    pub bytes: u64,
    pub event: EventId,
    pub lasts: Lasts,
}

/// Whether something can still pass after the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lasts {
    /// Over with the event.
    Over,
    /// Until closed, and what comes in may come from elsewhere.
    Open,
    /// Until closed, but only the target itself ever feeds the source.
    Echo,
}

/// Where the last edge of each (source, target, op) and the edges of the last events are.
/// Both forget by overwriting: a forgotten edge is not merged into, which costs room, not truth.
#[derive(Debug)]
pub(super) struct Recent {
    edges: Vec<u32>,
    events: Vec<(EventId, u32, u32)>,
}

const EDGES: usize = 1 << 16;
const EVENTS: usize = 1 << 17;

impl Default for Recent {
    fn default() -> Self {
        Self { edges: vec![NONE; EDGES], events: vec![(EventId(u64::MAX), NONE, 0); EVENTS] }
    }
}

impl Recent {
    fn place(source: u32, target: u32, op: Op) -> usize {
        (mix(&((u64::from(source) << 32 | u64::from(target)), op as u8)) >> 24) as usize % EDGES
    }
    pub fn bytes(&self) -> usize {
        EDGES * size_of::<u32>() + EVENTS * size_of::<(EventId, u32, u32)>()
    }
}

impl ThreatGraph {
    /// Takes in one occurrence and returns its edge.
    pub(super) fn flow(&mut self, flow: Flow) -> Option<u32> {
        self.touch(flow.source, flow.at_ns);
        self.touch(flow.target, flow.at_ns);
        let slot = match self.merge(&flow) {
            Some(slot) => slot,
            None => self.connect(&flow)?,
        };
        if !matches!(flow.op, Op::Contains | Op::Raises | Op::Evidence) {
            self.remember(flow.event, slot);
        }
        Some(slot)
    }

    /// The last edge of this source, target and op.
    pub(super) fn last_edge(&self, source: u32, target: u32, op: Op) -> Option<u32> {
        let slot = *self.recent.edges.get(Recent::place(source, target, op))?;
        let edge = self.edges.get(slot)?;
        (edge.source == source && edge.target == target && edge.op == op).then_some(slot)
    }

    /// The edge an event made, if it was among the last ones.
    pub(super) fn edge_of_event(&self, event: EventId) -> Option<u32> {
        let &(known, slot, generation) = self.recent.events.get(event.0 as usize % EVENTS)?;
        (known == event && self.edges.generation(slot) == generation).then_some(slot)
    }

    fn touch(&mut self, slot: u32, at_ns: u64) {
        if let Some(node) = self.nodes.get_mut(slot) {
            node.flags.touched = true;
            node.last_ns = node.last_ns.max(at_ns);
        }
    }

    fn merge(&mut self, flow: &Flow) -> Option<u32> {
        let slot = self.last_edge(flow.source, flow.target, flow.op)?;
        let known = self.edges.get(slot)?;
        let source = self.nodes.get(flow.source)?;
        let covered =
            flow.from_ns >= known.first_ns && (known.is_open() || flow.from_ns <= known.last_ns);
        let unchanged = self.is_unchanged(source, known);
        if self.settings.reduction == Reduction::None && !known.is_open()
            || !(covered || unchanged)
            || flow.from_ns < known.first_ns
        {
            return None;
        }
        let stamp = source.fresh;
        let edge = self.edges.get_mut(slot)?;
        edge.stamp = stamp;
        edge.last_ns = edge.last_ns.max(flow.at_ns);
        edge.count = edge.count.saturating_add(flow.count);
        edge.bytes = edge.bytes.saturating_add(flow.bytes);
        edge.flags.set(EdgeFlags::TOUCHED);
        if flow.lasts != Lasts::Over && !edge.is_open() {
            edge.flags.set(EdgeFlags::OPEN);
            self.opened(slot, flow);
        }
        if !unchanged {
            self.freshen(flow.source, flow.target);
        }
        self.stats.merged += 1;
        Some(slot)
    }

    /// Nothing that the target does not know entered the source since the edge was last used.
    fn is_unchanged(&self, source: &Node, edge: &Edge) -> bool {
        if edge.source == edge.target {
            return true;
        }
        let only_echo = source.run_source == edge.target && edge.stamp >= source.run_start;
        if let Body::File(file) = &source.body {
            let quiet = match file.writer {
                Party::Nobody => true,
                Party::One(writer) => {
                    writer.slot == edge.target && self.is_current(writer)
                        || self.ended_before(writer, edge.last_ns)
                }
                Party::Several => false,
            };
            return quiet && (edge.stamp == source.fresh || only_echo);
        }
        source.open_in == 0 && (edge.stamp == source.fresh || only_echo)
    }

    fn ended_before(&self, node: super::NodeId, at_ns: u64) -> bool {
        self.is_current(node) && self.nodes.get(node.slot).is_some_and(|n| n.end_ns <= at_ns)
    }

    fn connect(&mut self, flow: &Flow) -> Option<u32> {
        let stamp = self.nodes.get(flow.source)?.fresh;
        let (next_out, next_in) =
            (self.nodes.get(flow.source)?.out, self.nodes.get(flow.target)?.into);
        let mut flags = EdgeFlags::default();
        if flow.lasts != Lasts::Over {
            flags.set(EdgeFlags::OPEN);
        }
        let slot = self.edges.insert(Edge {
            first_ns: flow.from_ns,
            last_ns: flow.at_ns,
            bytes: flow.bytes,
            event: flow.event,
            source: flow.source,
            target: flow.target,
            count: flow.count.max(1),
            stamp,
            next_out,
            prev_out: NONE,
            next_in,
            prev_in: NONE,
            pins: 0,
            op: flow.op,
            flags,
        });
        self.link(slot, flow, next_out, next_in);
        self.opened(slot, flow);
        self.freshen(flow.source, flow.target);
        if let Some(place) =
            self.recent.edges.get_mut(Recent::place(flow.source, flow.target, flow.op))
        {
            *place = slot;
        }
        Some(slot)
    }

    fn link(&mut self, slot: u32, flow: &Flow, next_out: u32, next_in: u32) {
        if let Some(next) = self.edges.get_mut(next_out) {
            next.prev_out = slot;
        }
        if let Some(next) = self.edges.get_mut(next_in) {
            next.prev_in = slot;
        }
        if let Some(source) = self.nodes.get_mut(flow.source) {
            source.out = slot;
        }
        if let Some(target) = self.nodes.get_mut(flow.target) {
            target.into = slot;
        }
    }

    fn opened(&mut self, slot: u32, flow: &Flow) {
        if flow.lasts == Lasts::Open
            && let Some(edge) = self.edges.get_mut(slot)
            && let Some(target) = self.nodes.get_mut(flow.target)
            && !edge.flags.has(EdgeFlags::FEEDS)
        {
            edge.flags.set(EdgeFlags::FEEDS);
            target.open_in = target.open_in.saturating_add(1);
        }
    }

    /// The edge is over: nothing passes any more without an event.
    pub(super) fn close(&mut self, slot: u32, at_ns: u64) {
        let Some(edge) = self.edges.get_mut(slot) else { return };
        if !edge.is_open() {
            return;
        }
        edge.flags.clear(EdgeFlags::OPEN);
        edge.last_ns = edge.last_ns.max(at_ns);
        self.unfeed(slot);
    }

    pub(super) fn unfeed(&mut self, slot: u32) {
        let Some(edge) = self.edges.get_mut(slot) else { return };
        if edge.flags.has(EdgeFlags::FEEDS) {
            edge.flags.clear(EdgeFlags::FEEDS);
            if let Some(target) = self.nodes.get_mut(edge.target) {
                target.open_in = target.open_in.saturating_sub(1);
            }
        }
    }

    fn freshen(&mut self, source: u32, target: u32) {
        if source == target {
            return;
        }
        if let Some(node) = self.nodes.get_mut(target) {
            if node.run_source != source {
                node.run_source = source;
                node.run_start = node.fresh;
            }
            node.fresh = node.fresh.wrapping_add(1);
        }
    }

    fn remember(&mut self, event: EventId, slot: u32) {
        let generation = self.edges.generation(slot);
        if let Some(place) = self.recent.events.get_mut(event.0 as usize % EVENTS) {
            *place = (event, slot, generation);
        }
    }
}
