//! The threat graph: what led to what on one host, in memory and bounded. Attributed acts and
//! findings go in on the data path; questions are asked of it beside the path.
//!
//! Nodes are things (processes, file versions, sockets, pipes, agents, findings), edges are acts,
//! directed from cause to effect. An edge spans the time of the acts it stands for, and counts as a
//! cause only if it began before the effect.
//!
//! ```
//! use event::{Access, testing::{exec, open, unattributed}};
//! use graph::threat::{Limits, Settings, ThreatGraph};
//!
//! let mut graph = ThreatGraph::new(Settings::default());
//! graph.add(&unattributed(1, exec(1, 1, 7, "/usr/bin/cat", "cat /etc/passwd")));
//! graph.add(&unattributed(2, open(2, 7, "/etc/passwd", Access::Read)));
//! let cat = graph.process(event::testing::pid(7)).ok_or("unknown process")?;
//! let causes = graph.backward(cat, Limits::default());
//! assert!(causes.nodes.iter().any(|node| &*node.name == "/etc/passwd"));
//! # Ok::<(), &str>(())
//! ```
//!
//! What an edge can miss: a file is taken as read when it is opened, so what another process
//! writes into it later reaches the reader only when it opens the file again.

mod arena;
mod ask;
mod audit;
mod dot;
mod edge;
mod evict;
mod explain;
mod flow;
mod fold;
mod index;
mod life;
mod lower;
mod node;
mod pin;
mod reach;
mod settings;
mod stats;
mod subgraph;
mod svg;

pub use edge::Op;
pub use explain::{MOST_STEPS, Step};
pub use node::{NodeId, NodeKind};
pub use settings::{Limits, Reduction, Settings};
pub use stats::Stats;
pub use subgraph::{Cut, EdgeView, NodeView, Subgraph};

use arena::Arena;
use edge::Edge;
use event::{Attributed, Finding};
use flow::Recent;
use index::Index;
use node::Node;
use pin::Pins;

/// What led to what on one host.
#[derive(Debug)]
pub struct ThreatGraph {
    settings: Settings,
    nodes: Arena<Node>,
    edges: Arena<Edge>,
    index: Index,
    recent: Recent,
    pins: Pins,
    stats: Stats,
}

impl ThreatGraph {
    /// An empty graph.
    pub fn new(settings: Settings) -> Self {
        let settings = settings.sound();
        Self {
            index: Index::new(settings.seed),
            settings,
            nodes: Arena::default(),
            edges: Arena::default(),
            recent: Recent::default(),
            pins: Pins::default(),
            stats: Stats::default(),
        }
    }

    /// Takes in one act. Acts come in order of time; one that comes late is kept, and can at most
    /// make an edge span more than it should.
    pub fn add(&mut self, act: &Attributed) {
        self.stats.events += 1;
        self.lower(act);
        self.keep_within_bounds();
    }

    /// Takes in a finding and pins what led to it. Expects the acts it stands on before it.
    pub fn add_finding(&mut self, finding: &Finding) {
        self.raise(finding);
        self.keep_within_bounds();
    }

    /// Sizes and what was let go.
    pub fn stats(&self) -> Stats {
        Stats {
            nodes: self.nodes.len(),
            edges: self.edges.len(),
            bytes: self.nodes.bytes()
                + self.edges.bytes()
                + self.index.bytes()
                + self.recent.bytes()
                + self.pins.bytes()
                + self.stats.text_bytes,
            ..self.stats
        }
    }
}
