//! Keeps the threat graph within its bounds. A clock hand goes round the nodes in the order they
//! came; one that was used since the last round is passed once more. What live processes, open
//! sessions and findings need is passed always, unless live processes alone fill half of the graph.

use super::ThreatGraph;
use super::arena::NONE;
use super::edge::EdgeFlags;
use super::index::{Group, forget};
use super::life::text_bytes;
use super::node::{Body, Node};

impl ThreatGraph {
    pub(super) fn keep_within_bounds(&mut self) {
        while self.pins.is_over(&self.settings, &self.stats) {
            self.release_oldest_finding();
        }
        while self.nodes.len() > self.settings.max_nodes
            || self.stats.text_bytes > self.settings.max_text_bytes
        {
            if !self.evict_node() {
                break;
            }
        }
        while self.edges.len() > self.settings.max_edges {
            if !self.evict_edge() {
                break;
            }
        }
    }

    fn evict_node(&mut self) -> bool {
        // Two rounds clear every mark, so a third finds whatever may go.
        for _ in 0..self.nodes.len() * 3 {
            let Some(slot) = self.nodes.advance() else { return false };
            let spare_needed = self.stats.needed_nodes <= self.settings.max_nodes / 2;
            let Some(node) = self.nodes.get_mut(slot) else { return false };
            if std::mem::take(&mut node.flags.touched)
                || node.pins > 0
                || (node.flags.needed && spare_needed)
            {
                continue;
            }
            self.stats.evicted_needed += u64::from(node.flags.needed);
            self.stats.evicted_nodes += 1;
            self.remove_node(slot);
            return true;
        }
        false
    }

    fn evict_edge(&mut self) -> bool {
        for _ in 0..self.edges.len() * 2 {
            let Some(slot) = self.edges.advance() else { return false };
            let Some(edge) = self.edges.get_mut(slot) else { return false };
            let touched = edge.flags.has(EdgeFlags::TOUCHED);
            edge.flags.clear(EdgeFlags::TOUCHED);
            if touched || edge.pins > 0 {
                continue;
            }
            self.stats.evicted_edges += 1;
            self.remove_edge(slot);
            return true;
        }
        false
    }

    fn remove_node(&mut self, slot: u32) {
        while let Some(edge) = self.nodes.get(slot).map(|n| n.out).filter(|e| *e != NONE) {
            self.remove_edge(edge);
        }
        while let Some(edge) = self.nodes.get(slot).map(|n| n.into).filter(|e| *e != NONE) {
            self.remove_edge(edge);
        }
        if let Some(node) = self.nodes.get_mut(slot) {
            node.end_ns = node.end_ns.min(node.last_ns);
            node.holds = 0;
        }
        self.unneed(slot);
        if let Some(node) = self.nodes.remove(slot) {
            self.stats.text_bytes -= text_bytes(&node.name, &node.body);
            self.unlist(slot, &node);
        }
    }

    fn remove_edge(&mut self, slot: u32) {
        self.unfeed(slot);
        let Some(edge) = self.edges.remove(slot) else { return };
        if let Some(next) = self.edges.get_mut(edge.next_out) {
            next.prev_out = edge.prev_out;
        }
        if let Some(next) = self.edges.get_mut(edge.next_in) {
            next.prev_in = edge.prev_in;
        }
        if let Some(previous) = self.edges.get_mut(edge.prev_out) {
            previous.next_out = edge.next_out;
        }
        if let Some(previous) = self.edges.get_mut(edge.prev_in) {
            previous.next_in = edge.next_in;
        }
        if let Some(source) = self.nodes.get_mut(edge.source) {
            source.flags.lost_effects = true;
            if source.out == slot {
                source.out = edge.next_out;
            }
        }
        if let Some(target) = self.nodes.get_mut(edge.target) {
            target.flags.lost_causes = true;
            if target.into == slot {
                target.into = edge.next_in;
            }
        }
    }

    /// Takes the node out of the indices, where its names may already belong to a newer one.
    fn unlist(&mut self, slot: u32, node: &Node) {
        let index = &mut self.index;
        match &node.body {
            Body::Process(process) => {
                forget(&mut index.processes, &process.id, slot);
                forget(&mut index.pids, &process.id.pid, slot);
            }
            Body::File(file) => {
                forget(&mut index.paths, &node.name, slot);
                forget(&mut index.inodes, &file.inode, slot);
            }
            Body::Socket(socket) => forget(&mut index.sockets, &socket.key, slot),
            Body::Name(process) => {
                forget(&mut index.names, &(*process, node.name.clone()), slot);
            }
            Body::Pipe(pipe) => forget(&mut index.pipes, pipe, slot),
            Body::Agent(id) => forget(&mut index.groups, &Group::Agent(*id), slot),
            Body::Session(id) => forget(&mut index.groups, &Group::Session(*id), slot),
            Body::ToolCall(id) => forget(&mut index.groups, &Group::ToolCall(*id), slot),
            Body::Finding(finding) => forget(&mut index.findings, &finding.id, slot),
            Body::Plain if index.system == Some(slot) => index.system = None,
            Body::Plain => forget(&mut index.terminals, &node.name, slot),
        }
    }
}
