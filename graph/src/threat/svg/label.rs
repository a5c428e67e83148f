//! Words in a picture of the threat graph: names of nodes, and what each line stands for, numbered
//! in the order of time.

use std::fmt::Write;

use event::show::brief;

use super::super::edge::Op;
use super::super::node::NodeKind;
use super::super::subgraph::{EdgeView, NodeView, Subgraph};
use super::line::{Line, Pair};
use super::paint::{Area, colours};
use super::text::{width, xml};
use super::time;

const SIZE: f64 = 10.0;
const HEIGHT: f64 = 15.0;

/// Name and note of a node.
pub(super) fn of(node: &NodeView) -> (String, String) {
    let name = node.name.rsplit('/').next().filter(|name| !name.is_empty());
    match node.kind {
        _ if node.members > 1 => folded(node),
        NodeKind::Process => {
            let name = name.unwrap_or("unknown program").to_owned();
            let pid = node.pid.map(|pid| format!("pid {pid}")).unwrap_or_default();
            let arguments = node.detail.split_once(' ').map_or("", |(_, arguments)| arguments);
            (join(&name, arguments), pid)
        }
        NodeKind::File => {
            let directory = node.name.rsplit_once('/').map_or("", |(directory, _)| directory);
            let version = match node.version {
                0 => String::new(),
                version => format!(" · version {}", version + 1),
            };
            (name.unwrap_or(&node.name).to_owned(), format!("{directory}/{version}"))
        }
        NodeKind::Finding => {
            (node.name.to_string(), node.severity.map(|s| s.name()).unwrap_or_default().to_owned())
        }
        NodeKind::Session => ("session".into(), node.name.to_string()),
        NodeKind::ToolCall => ("tool call".into(), node.name.to_string()),
        NodeKind::Pipe => ("pipe".into(), String::new()),
        NodeKind::System => (node.name.to_string(), "read at start".into()),
        kind => (node.name.to_string(), super::word(kind).into()),
    }
}

fn folded(node: &NodeView) -> (String, String) {
    match node.name.split_once(" under ") {
        Some((count, place)) => (count.to_owned(), place.to_owned()),
        None => (node.name.to_string(), String::new()),
    }
}

fn join(name: &str, arguments: &str) -> String {
    if arguments.is_empty() { name.to_owned() } else { format!("{name} {arguments}") }
}

/// All that is known of a node, as the pointer rests on it.
pub(super) fn whole(node: &NodeView) -> String {
    let mut whole = format!("{}: {}", super::word(node.kind), brief(&node.name, 300));
    if !node.detail.is_empty() {
        let _ = write!(whole, " — {}", brief(&node.detail, 300));
    }
    let _ = write!(whole, " — first seen {}", time::utc(node.first_unix_ns));
    whole
}

/// Draws the words of all lines where they cover neither nodes nor each other, if there is room.
pub(super) fn draw(graph: &Subgraph, lines: &[Line], areas: &[Area], page: f64, svg: &mut String) {
    let begin = graph.edges.iter().map(|edge| edge.first_unix_ns).min().unwrap_or(0);
    let mut taken = areas.to_vec();
    let mut number = 0;
    for line in lines {
        if is_silent(graph, line.pair) {
            continue;
        }
        number += 1;
        let words = words(graph, line.pair, number, begin);
        let area = place(&words, line, &taken, page);
        taken.push(area);
        let fill = if line.pair.alarm { colours(NodeKind::Finding).1 } else { "#59636e" };
        let _ = writeln!(
            svg,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{HEIGHT}\" rx=\"7.5\" fill=\"{fill}\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" font-size=\"{SIZE}\" fill=\"#ffffff\" text-anchor=\"middle\">{}</text>",
            area.x - area.width / 2.0,
            area.y - HEIGHT / 2.0,
            area.width,
            area.x,
            area.y + 3.5,
            xml(&words),
        );
    }
}

/// That an agent contains its session is seen without a word.
fn is_silent(graph: &Subgraph, pair: &Pair) -> bool {
    pair.edges
        .iter()
        .filter_map(|at| graph.edges.get(*at))
        .all(|edge| matches!(edge.op, Op::Contains | Op::Evidence | Op::Raises))
}

fn words(graph: &Subgraph, pair: &Pair, number: usize, begin: u64) -> String {
    let edges: Vec<&EdgeView> = pair.edges.iter().filter_map(|at| graph.edges.get(*at)).collect();
    let mut verbs: Vec<&str> = Vec::new();
    for edge in &edges {
        let implied = matches!(edge.op, Op::Version)
            || edge.op == Op::Receive && edges.len() > 1
            || edge.op == Op::Rename && edges.len() > 1;
        if !implied && !verbs.contains(&edge.op.word()) {
            verbs.push(edge.op.word());
        }
    }
    if verbs.is_empty() {
        verbs.extend(edges.first().map(|edge| edge.op.word()));
    }
    verbs.truncate(2);
    let count = edges.iter().map(|edge| edge.count).max().unwrap_or(1);
    let bytes = edges.iter().filter(|e| e.op != Op::Receive).map(|edge| edge.bytes).sum();
    let first = edges.iter().map(|edge| edge.first_unix_ns).min().unwrap_or(begin);
    let mut words = format!("{number} {}", verbs.join(", "));
    if count > 1 {
        let _ = write!(words, " ×{count}");
    }
    if bytes > 0 {
        let _ = write!(words, " {}", time::amount(bytes));
    }
    let _ = write!(words, " {}", time::later(first.saturating_sub(begin)));
    words
}

fn place(words: &str, line: &Line, taken: &[Area], page: f64) -> Area {
    let size = (width(words, SIZE) + 12.0, HEIGHT);
    let candidates = [0.5, 0.62, 0.38, 0.72, 0.28, 0.8, 0.2].map(|share| {
        let (x, y) = line.at(share);
        let half = size.0 / 2.0 + 2.0;
        Area { x: x.clamp(half, (page - half).max(half)), y, width: size.0, height: size.1 }
    });
    let free = candidates.iter().find(|area| !taken.iter().any(|other| area.overlaps(*other)));
    let [middle, ..] = candidates;
    free.copied().unwrap_or(middle)
}
