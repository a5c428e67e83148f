//! A part of the threat graph as text for Graphviz.

use std::fmt::Write;

use event::show::brief;

use super::node::NodeKind;
use super::subgraph::{NodeView, Subgraph};

/// Longest text of a label, in characters.
const WIDTH: usize = 80;

impl Subgraph {
    /// The graph in the DOT language, from causes on the left to effects on the right.
    pub fn to_dot(&self) -> String {
        let mut dot = String::with_capacity(256 + self.nodes.len() * 128 + self.edges.len() * 64);
        dot.push_str(
            "digraph threat {\n  rankdir=LR;\n  node [fontname=\"sans-serif\", fontsize=10];\n",
        );
        dot.push_str("  edge [fontname=\"sans-serif\", fontsize=9];\n");
        // Writing into a String cannot fail.
        let _ = writeln!(dot, "  label=\"{}\";", escaped(&self.title));
        for (place, node) in self.nodes.iter().enumerate() {
            let _ = writeln!(
                dot,
                "  n{place} [label=\"{}\", shape={}{}];",
                label(node),
                shape(node.kind),
                if node.kind == NodeKind::Finding { ", color=red, penwidth=2" } else { "" },
            );
        }
        for edge in &self.edges {
            let times = if edge.count > 1 { format!(" ×{}", edge.count) } else { String::new() };
            let style = if edge.evidence { ", color=red, penwidth=2" } else { "" };
            let _ = writeln!(
                dot,
                "  n{} -> n{} [label=\"{}{times}\"{style}];",
                edge.from,
                edge.to,
                edge.op.word()
            );
        }
        dot.push_str("}\n");
        dot
    }
}

fn label(node: &NodeView) -> String {
    let name = if node.detail.is_empty() || node.kind != NodeKind::Process {
        &node.name
    } else {
        &node.detail
    };
    let mut label = escaped(name);
    if let Some(pid) = node.pid {
        let _ = write!(label, "\\npid {pid}");
    }
    if node.version > 0 {
        let _ = write!(label, "\\nversion {}", node.version + 1);
    }
    label
}

/// Safe to show, and safe between double quotes of DOT: there `\` begins an escape.
fn escaped(text: &str) -> String {
    brief(text, WIDTH).replace('\\', "\\\\").replace('"', "\\\"")
}

fn shape(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::Agent | NodeKind::Session | NodeKind::ToolCall => "house",
        NodeKind::Process => "box",
        NodeKind::File | NodeKind::System => "note",
        NodeKind::Socket | NodeKind::Name => "ellipse",
        NodeKind::Pipe => "cds",
        NodeKind::Terminal => "component",
        NodeKind::Kernel => "hexagon",
        NodeKind::Finding => "octagon",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_its_quotes() {
        assert_eq!(escaped("a\"b\\c\nd\u{202e}"), "a\\\"b\\\\c\\\\nd\\\\u{202e}");
        assert_eq!(escaped(&"x".repeat(10_000)).chars().count(), WIDTH);
    }
}
