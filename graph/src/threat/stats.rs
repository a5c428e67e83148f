//! Sizes of the threat graph and what it let go, counted by cause.

use serde::{Deserialize, Serialize};

/// Sizes of the threat graph and what it let go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// Acts taken in.
    pub events: u64,
    /// Nodes now.
    pub nodes: usize,
    /// Edges now.
    pub edges: usize,
    /// Memory now, in bytes: slots, indices and text (text shared with other rooms counts here too).
    pub bytes: usize,
    /// Text now, in bytes.
    pub text_bytes: usize,
    /// Nodes that a live process or an open session needs.
    pub needed_nodes: usize,
    /// Nodes that findings keep.
    pub pinned_nodes: usize,
    /// Edges that findings keep.
    pub pinned_edges: usize,
    /// Acts merged into an edge that was there.
    pub merged: u64,
    /// Reads folded into the one node for system files.
    pub folded: u64,
    /// Nodes evicted.
    pub evicted_nodes: u64,
    /// Of these, nodes of live processes and open sessions: the bounds are too small for this host.
    pub evicted_needed: u64,
    /// Edges evicted for themselves, without a node.
    pub evicted_edges: u64,
    /// Findings whose causes are not kept any more, because newer findings needed the room.
    pub released_findings: u64,
    /// Acts that the sources reported as lost.
    pub lost_events: u64,
}
