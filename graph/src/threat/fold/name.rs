//! Many nodes of the threat graph as one: its times, its count and its name ("37 files under src/").

use event::Text;

use super::super::node::NodeKind;
use super::super::subgraph::NodeView;

pub(super) fn merge_nodes(nodes: &[&NodeView]) -> Option<NodeView> {
    let (first, rest) = nodes.split_first()?;
    let mut merged = (*first).clone();
    if rest.is_empty() {
        return Some(merged);
    }
    for node in rest {
        merged.first_unix_ns = merged.first_unix_ns.min(node.first_unix_ns);
        merged.last_unix_ns = merged.last_unix_ns.max(node.last_unix_ns);
        merged.ended_unix_ns = merged.ended_unix_ns.zip(node.ended_unix_ns).map(|(a, b)| a.max(b));
        merged.version = merged.version.max(node.version);
        merged.severity = merged.severity.max(node.severity);
        merged.asked |= node.asked;
    }
    if rest.iter().all(|node| node.name == first.name) && first.kind == NodeKind::File {
        return Some(merged);
    }
    merged.members = nodes.iter().map(|node| node.members).sum();
    merged.name = common_name(nodes, merged.members).into();
    merged.detail = Text::default();
    merged.pid = None;
    merged.version = 0;
    Some(merged)
}

/// "37 files under /home/alice/project/src/".
fn common_name(nodes: &[&NodeView], members: u32) -> String {
    let Some(first) = nodes.first() else { return String::new() };
    let (thing, place) = match first.kind {
        NodeKind::File => ("files", common_directory(nodes)),
        NodeKind::Process => ("processes", same_name(nodes)),
        NodeKind::Socket => ("peers", None),
        NodeKind::Name => ("names", None),
        NodeKind::Pipe => ("pipes", None),
        NodeKind::Finding => ("findings", None),
        NodeKind::Agent => ("agents", None),
        NodeKind::Session => ("sessions", None),
        NodeKind::ToolCall => ("tool calls", None),
        NodeKind::Terminal | NodeKind::Kernel | NodeKind::System => ("things", None),
    };
    match place {
        Some(place) if first.kind == NodeKind::File => format!("{members} {thing} under {place}"),
        Some(place) => format!("{members} {thing} {place}"),
        None => format!("{members} {thing}"),
    }
}

fn same_name(nodes: &[&NodeView]) -> Option<String> {
    let name = &nodes.first()?.name;
    let same = nodes.iter().all(|node| &node.name == name);
    same.then(|| name.rsplit('/').next().unwrap_or(name).to_owned())
}

fn common_directory(nodes: &[&NodeView]) -> Option<String> {
    let directory = |node: &NodeView| -> String {
        let path = match node.name.split_once(" files under ") {
            Some((_, place)) if node.members > 1 => place.to_owned(),
            _ => node.name.to_string(),
        };
        path.rsplit_once('/').map(|(directory, _)| format!("{directory}/")).unwrap_or_default()
    };
    let common = nodes.iter().map(|node| directory(node)).reduce(|common, other| {
        let same: usize = common
            .split_inclusive('/')
            .zip(other.split_inclusive('/'))
            .take_while(|(a, b)| a == b)
            .map(|(a, _)| a.len())
            .sum();
        common.get(..same).unwrap_or_default().to_owned()
    })?;
    (common.len() > 1).then_some(common)
}
