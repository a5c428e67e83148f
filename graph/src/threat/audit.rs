//! The threat graph's own books, gone over: whether lists, indices and counts agree. For tests; it
//! looks at everything.

use super::ThreatGraph;
use super::arena::NONE;
use super::life::text_bytes;
use super::node::Body;
use super::reach::Way;

impl ThreatGraph {
    /// The first thing in the books that does not add up.
    #[doc(hidden)]
    pub fn audit(&self) -> Result<(), String> {
        self.audit_edges()?;
        self.audit_counts()?;
        self.audit_index()
    }

    fn audit_edges(&self) -> Result<(), String> {
        let mut listed = 0;
        for (slot, node) in self.nodes.iter() {
            let mut open_in = 0;
            for (edge, view) in self.neighbours(Way::Backward, slot) {
                listed += 1;
                open_in += u32::from(view.flags.has(super::edge::EdgeFlags::FEEDS));
                if view.target != slot || self.nodes.get(view.source).is_none() {
                    return Err(format!("edge {edge} is listed at a node that is not its target"));
                }
            }
            let out = self.neighbours(Way::Forward, slot).find(|(_, edge)| edge.source != slot);
            if let Some((edge, _)) = out {
                return Err(format!("edge {edge} is listed at a node that is not its source"));
            }
            if open_in != node.open_in {
                return Err(format!("node {slot} counts {} open edges of {open_in}", node.open_in));
            }
            for first in [node.out, node.into] {
                if first != NONE && self.edges.get(first).is_none() {
                    return Err(format!("node {slot} lists an edge that is gone"));
                }
            }
        }
        same("edges in lists", listed, self.edges.len())
    }

    fn audit_counts(&self) -> Result<(), String> {
        let nodes = || self.nodes.iter().map(|(_, node)| node);
        let text = nodes().map(|node| text_bytes(&node.name, &node.body)).sum();
        same("text bytes", self.stats.text_bytes, text)?;
        let needed = nodes().filter(|node| node.flags.needed).count();
        same("needed nodes", self.stats.needed_nodes, needed)?;
        let pinned = nodes().filter(|node| node.pins > 0).count();
        same("pinned nodes", self.stats.pinned_nodes, pinned)?;
        let pinned = self.edges.iter().filter(|(_, edge)| edge.pins > 0).count();
        same("pinned edges", self.stats.pinned_edges, pinned)?;
        for (slot, node) in self.nodes.iter() {
            let lives = matches!(node.body, Body::Process(_)) && node.end_ns == u64::MAX;
            if node.flags.needed != (lives || node.holds > 0) {
                return Err(format!("node {slot} is wrongly marked as needed or not"));
            }
        }
        Ok(())
    }

    fn audit_index(&self) -> Result<(), String> {
        let index = &self.index;
        let slots = index
            .processes
            .values()
            .chain(index.pids.values())
            .chain(index.paths.values())
            .chain(index.inodes.values())
            .chain(index.sockets.values())
            .chain(index.pipes.values())
            .chain(index.names.values())
            .chain(index.terminals.values())
            .chain(index.groups.values())
            .chain(index.findings.values())
            .chain(index.system.iter());
        match slots.copied().find(|slot| self.nodes.get(*slot).is_none()) {
            Some(slot) => Err(format!("an index points to slot {slot}, where nothing is")),
            None => Ok(()),
        }
    }
}

fn same(what: &str, counted: usize, found: usize) -> Result<(), String> {
    if counted == found { Ok(()) } else { Err(format!("{counted} {what} counted, {found} found")) }
}
