//! How nodes of the threat graph begin, are needed, and end. A node is needed while it is a live
//! process, or holds a needed one: parents hold children, groups their members.

use event::Text;

use super::ThreatGraph;
use super::arena::NONE;
use super::node::{Body, Flags, Node, NodeId, NodeKind};

impl ThreatGraph {
    pub(super) fn insert(&mut self, kind: NodeKind, name: Text, body: Body, at_ns: u64) -> u32 {
        self.stats.text_bytes += text_bytes(&name, &body);
        self.nodes.insert(Node {
            kind,
            name,
            first_ns: at_ns,
            last_ns: at_ns,
            end_ns: u64::MAX,
            out: NONE,
            into: NONE,
            fresh: 0,
            run_source: NONE,
            run_start: 0,
            open_in: 0,
            up: NodeId::NONE,
            holds: 0,
            pins: 0,
            flags: Flags { touched: true, ..Flags::default() },
            body,
        })
    }

    pub(super) fn id(&self, slot: u32) -> NodeId {
        NodeId { slot, generation: self.nodes.generation(slot) }
    }

    /// The node is still the one the id was given for.
    pub(super) fn is_current(&self, id: NodeId) -> bool {
        self.nodes.get(id.slot).is_some() && self.nodes.generation(id.slot) == id.generation
    }

    pub(super) fn up(&self, slot: u32) -> NodeId {
        self.nodes.get(slot).map_or(NodeId::NONE, |node| node.up)
    }

    /// The group a process belongs to.
    pub(super) fn owner(&self, slot: u32) -> NodeId {
        match self.nodes.get(slot).map(|node| &node.body) {
            Some(Body::Process(process)) => process.owner,
            _ => NodeId::NONE,
        }
    }

    /// Makes `child` a child of `parent`, which is needed as long as the child is.
    pub(super) fn hold(&mut self, child: u32, parent: u32) {
        let parent = self.id(parent);
        let Some(node) = self.nodes.get_mut(child) else { return };
        let old = std::mem::replace(&mut node.up, parent);
        if node.flags.needed {
            self.keep(parent);
            self.release(old);
        }
    }

    /// Makes `group` the owner of a process.
    pub(super) fn own(&mut self, process: u32, group: NodeId) {
        let Some(node) = self.nodes.get_mut(process) else { return };
        let Body::Process(body) = &mut node.body else { return };
        let old = std::mem::replace(&mut body.owner, group);
        if node.flags.needed {
            self.keep(group);
            self.release(old);
        }
    }

    /// A process lives; so what holds it is needed. Goes up in a loop: trees can be deep.
    pub(super) fn need(&mut self, slot: u32) {
        if self.nodes.get(slot).is_none_or(|node| node.flags.needed) {
            return;
        }
        let mut waiting = vec![slot];
        while let Some(slot) = waiting.pop() {
            let Some(node) = self.nodes.get_mut(slot) else { continue };
            if std::mem::replace(&mut node.flags.needed, true) {
                continue;
            }
            self.stats.needed_nodes += 1;
            for above in [self.up(slot), self.owner(slot)] {
                if self.is_current(above)
                    && let Some(node) = self.nodes.get_mut(above.slot)
                {
                    node.holds = node.holds.saturating_add(1);
                    waiting.push(above.slot);
                }
            }
        }
    }

    /// A process exited, a file version was superseded.
    pub(super) fn end(&mut self, slot: u32, at_ns: u64) {
        let Some(node) = self.nodes.get_mut(slot) else { return };
        if node.end_ns == u64::MAX {
            node.end_ns = at_ns;
            self.unneed(slot);
        }
    }

    fn keep(&mut self, id: NodeId) {
        if !self.is_current(id) {
            return;
        }
        if let Some(node) = self.nodes.get_mut(id.slot) {
            node.holds = node.holds.saturating_add(1);
        }
        self.need(id.slot);
    }

    fn release(&mut self, id: NodeId) {
        if !self.is_current(id) {
            return;
        }
        if let Some(node) = self.nodes.get_mut(id.slot) {
            node.holds = node.holds.saturating_sub(1);
        }
        self.unneed(id.slot);
    }

    /// Lets go of the node, unless something else needs it, and then of what it held.
    pub(super) fn unneed(&mut self, slot: u32) {
        if !self.nodes.get(slot).is_some_and(|node| node.flags.needed) {
            return;
        }
        let mut waiting = vec![slot];
        while let Some(slot) = waiting.pop() {
            let Some(node) = self.nodes.get_mut(slot) else { continue };
            let lives = matches!(node.body, Body::Process(_)) && node.end_ns == u64::MAX;
            if !node.flags.needed || lives || node.holds > 0 {
                continue;
            }
            node.flags.needed = false;
            self.stats.needed_nodes = self.stats.needed_nodes.saturating_sub(1);
            for above in [self.up(slot), self.owner(slot)] {
                if self.is_current(above)
                    && let Some(node) = self.nodes.get_mut(above.slot)
                {
                    node.holds = node.holds.saturating_sub(1);
                    waiting.push(above.slot);
                }
            }
        }
    }
}

/// Bytes of the texts of a node.
pub(super) fn text_bytes(name: &Text, body: &Body) -> usize {
    name.len()
        + match body {
            Body::Process(process) => process.command.len(),
            _ => 0,
        }
}
