//! Which nodes of a picture of the threat graph are alike enough to be drawn as one.

use event::Text;

use super::super::edge::Op;
use super::super::node::NodeKind;
use super::super::subgraph::Subgraph;
use super::backbone::Backbone;

/// When two nodes are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alike {
    /// Same kind, same edges to the same nodes.
    Neighbours,
    /// Processes of one program with one parent.
    Program,
    /// Processes with one parent.
    Parent,
    /// Same kind, same edges to nodes that matter and to others of the same kinds.
    Shape,
    /// Same kind, same neighbours, whatever the edges.
    NeighboursOnly,
}

/// The other end of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Near {
    pub node: usize,
    pub op: Op,
    pub out: bool,
}

/// The nodes of each node's edges, sorted.
pub(super) fn near(graph: &Subgraph) -> Vec<Vec<Near>> {
    let mut near = vec![Vec::new(); graph.nodes.len()];
    for edge in &graph.edges {
        for (node, other, out) in [(edge.from, edge.to, true), (edge.to, edge.from, false)] {
            if let Some(near) = near.get_mut(node) {
                near.push(Near { node: other, op: edge.op, out });
            }
        }
    }
    for near in &mut near {
        near.sort_unstable();
        near.dedup();
    }
    near
}

pub(super) fn merged_by(graph: &Subgraph, alike: Alike) -> Subgraph {
    let backbone = Backbone::of(graph);
    let near = near(graph);
    // Beyond the number of nodes: a kind instead of a node.
    let kind_of = |node: usize| match graph.nodes.get(node) {
        Some(view) if !backbone.nodes.contains(&node) => graph.nodes.len() + view.kind as usize,
        _ => node,
    };
    graph.merged(|node| {
        let view = graph.nodes.get(node).filter(|_| !backbone.nodes.contains(&node))?;
        let near = near.get(node)?;
        let is_process = view.kind == NodeKind::Process;
        let parents = || near.iter().filter(|n| n.op == Op::Clone && !n.out).copied().collect();
        let changed = |change: &dyn Fn(&Near) -> Near| {
            let mut near: Vec<Near> = near.iter().map(change).collect();
            near.sort_unstable();
            near.dedup();
            near
        };
        let (name, near) = match alike {
            Alike::Neighbours if near.is_empty() => return None,
            Alike::Neighbours => (Text::default(), near.clone()),
            Alike::Program if is_process => (view.name.clone(), parents()),
            Alike::Parent if is_process => (Text::default(), parents()),
            Alike::Program | Alike::Parent => return None,
            Alike::Shape => (Text::default(), changed(&|n| Near { node: kind_of(n.node), ..*n })),
            Alike::NeighboursOnly => {
                (Text::default(), changed(&|n| Near { op: Op::Contains, out: true, ..*n }))
            }
        };
        Some((view.kind, name, near))
    })
}
