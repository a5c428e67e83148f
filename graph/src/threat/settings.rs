//! How large the threat graph may grow, and how far a question may go.

use event::Text;

/// Bounds of the graph. Hard: after every call the graph is within them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Most nodes.
    pub max_nodes: usize,
    /// Most edges.
    pub max_edges: usize,
    /// Most bytes of names, paths and command lines.
    pub max_text_bytes: usize,
    /// Most nodes that findings keep from eviction; at most a quarter of `max_nodes`.
    pub max_pinned_nodes: usize,
    /// Most edges that findings keep; at most a quarter of `max_edges`.
    pub max_pinned_edges: usize,
    /// Most findings that keep anything.
    pub max_findings: usize,
    /// How many steps back from a finding are kept for it.
    pub skeleton_hops: u32,
    /// Most nodes kept for one finding.
    pub skeleton_nodes: usize,
    /// Whether repeated edges are merged.
    pub reduction: Reduction,
    /// Seed of the path index, so that whoever chooses file names cannot choose collisions.
    pub seed: u64,
}

/// Whether repeated edges are merged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reduction {
    /// Merged where no question could tell the difference.
    #[default]
    Causal,
    /// Every act is an edge of its own: to compare with.
    None,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_nodes: 200_000,
            max_edges: 500_000,
            max_text_bytes: 32 << 20,
            max_pinned_nodes: 50_000,
            max_pinned_edges: 125_000,
            max_findings: 4_096,
            skeleton_hops: 6,
            skeleton_nodes: 256,
            reduction: Reduction::Causal,
            seed: 0,
        }
    }
}

impl Settings {
    /// Names that are not identities (command lines, host names) are kept to this many bytes.
    const MAX_TEXT: usize = 1_024;

    pub(super) fn clip(&self, text: &Text) -> Text {
        if text.len() <= Self::MAX_TEXT {
            return text.clone();
        }
        let end = (0..=Self::MAX_TEXT).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        format!("{}…", text.get(..end).unwrap_or_default()).into()
    }

    /// What cannot work is brought to the nearest that can: pins must leave room for the present.
    pub(super) fn sound(mut self) -> Self {
        self.max_nodes = self.max_nodes.max(64);
        self.max_edges = self.max_edges.max(64);
        self.max_text_bytes = self.max_text_bytes.max(64 << 10);
        self.max_pinned_nodes = self.max_pinned_nodes.min(self.max_nodes / 4);
        self.max_pinned_edges = self.max_pinned_edges.min(self.max_edges / 4);
        self.max_findings = self.max_findings.min(usize::from(u16::MAX));
        self
    }
}

/// How far a question goes before it is cut. Work is counted in edges looked at, not in seconds:
/// this room has no clock, and a million edges are some tens of milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most nodes in the answer.
    pub nodes: usize,
    /// Most edges looked at.
    pub work: usize,
    /// Most steps from the start.
    pub hops: u32,
    /// Acts that ended before this are left out, UTC.
    pub since_unix_ns: u64,
    /// Acts that began after this are left out, UTC.
    pub until_unix_ns: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            nodes: 2_000,
            work: 1_000_000,
            hops: u32::MAX,
            since_unix_ns: 0,
            until_unix_ns: u64::MAX,
        }
    }
}
