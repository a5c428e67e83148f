//! A part of the threat graph as a picture: causes above, effects below, acts numbered in the order
//! of time. Made of plain shapes on a transparent ground, so that it stands in a page, light or dark.

mod label;
mod layers;
mod line;
mod paint;
mod place;
mod text;
pub(super) mod time;

use std::fmt::Write;

use super::node::NodeKind;
use super::subgraph::{Cut, Subgraph};
use layers::layers;
use line::Line;
use paint::{Area, colours, shape, word};
use place::{NODE_HEIGHT, NODE_WIDTH, places};
use text::{Keep, fit, width, xml};

/// Most nodes in a picture that a person can take in.
const MOST: usize = 25;
const MARGIN: f64 = 18.0;
const HEAD: f64 = 52.0;
const LEGEND: f64 = 58.0;
/// Legible on white and on black.
const INK: &str = "#7d8590";

impl Subgraph {
    /// The graph as an SVG picture, folded to what a person can take in.
    pub fn to_svg(&self) -> String {
        let graph = self.folded(MOST);
        let pairs = line::pairs(&graph);
        let ends: Vec<(usize, usize)> = pairs.iter().map(|pair| (pair.from, pair.to)).collect();
        let layers = layers(&graph, &ends);
        let places = places(&layers);
        let legend = legend(&graph);
        let head_width = width(&graph.title, 16.0).max(width(&span(&graph), 11.5)).min(900.0);
        let room = places.width.max(head_width).max(legend.1).max(420.0);
        let left = MARGIN + (room - places.width) / 2.0;
        let size = (room + 2.0 * MARGIN, places.height + HEAD + LEGEND + 2.0 * MARGIN);
        let middle = |item: usize| {
            let (x, y) = places.middle.get(item).copied().unwrap_or_default();
            (x + left, y + MARGIN + HEAD)
        };
        let lines: Vec<Line> = pairs
            .iter()
            .zip(&layers.lines)
            .map(|(pair, items)| Line::new(pair, items, &middle))
            .collect();
        let mut svg = head(&graph, size);
        for line in &lines {
            line.draw(&mut svg);
        }
        let areas: Vec<Area> = (0..graph.nodes.len()).map(|node| area(middle(node))).collect();
        nodes(&graph, &areas, &mut svg);
        label::draw(&graph, &lines, &areas, size.0, &mut svg);
        let below = MARGIN + HEAD + places.height + 30.0;
        let _ = write!(svg, "<g transform=\"translate({MARGIN} {below:.1})\">{}</g>", legend.0);
        svg.push_str("</svg>\n");
        svg
    }
}

fn area((x, y): (f64, f64)) -> Area {
    Area { x, y, width: NODE_WIDTH, height: NODE_HEIGHT }
}

fn head(graph: &Subgraph, size: (f64, f64)) -> String {
    let title = xml(&fit(&graph.title, size.0 - 2.0 * MARGIN, 15.0, Keep::Begin));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0}\" height=\"{1:.0}\" \
         viewBox=\"0 0 {0:.0} {1:.0}\" role=\"img\" aria-label=\"{title}\" \
         font-family=\"Inter, 'Segoe UI', Helvetica, Arial, sans-serif\">\n",
        size.0, size.1
    );
    svg.push_str(line::MARKERS);
    let _ = writeln!(
        svg,
        "<text x=\"{MARGIN}\" y=\"32\" font-size=\"15\" font-weight=\"600\" fill=\"{INK}\">{title}</text>\
         <text x=\"{MARGIN}\" y=\"50\" font-size=\"11\" fill=\"{INK}\">{}</text>",
        xml(&span(graph))
    );
    svg
}

/// When it was, and what is not in the picture.
fn span(graph: &Subgraph) -> String {
    let begin = graph.edges.iter().map(|edge| edge.first_unix_ns).min();
    let end = graph.edges.iter().map(|edge| edge.last_unix_ns).max();
    let mut span = match begin.zip(end) {
        Some((begin, end)) => {
            let lasted = time::later(end.saturating_sub(begin));
            format!("{}, over {}", time::utc(begin), lasted.trim_start_matches('+'))
        }
        None => "no acts".into(),
    };
    if graph.hidden > 0 {
        let _ = write!(span, " · {} more things not drawn", graph.hidden);
    }
    if graph.cut.is_some_and(|cut| cut != Cut::Hops) {
        span.push_str(" · the search was cut");
    }
    if graph.forgotten > 0 {
        let _ = write!(span, " · {} with older causes not kept", graph.forgotten);
    }
    span
}

fn nodes(graph: &Subgraph, areas: &[Area], svg: &mut String) {
    for (node, &area) in graph.nodes.iter().zip(areas) {
        let _ = write!(svg, "<g><title>{}</title>", xml(&label::whole(node)));
        if node.members > 1 {
            let behind = Area { x: area.x + 4.0, y: area.y - 4.0, ..area };
            shape(svg, node.kind, behind, false);
        }
        shape(svg, node.kind, area, node.asked);
        let (name, note) = label::of(node);
        let room = NODE_WIDTH - if node.kind == NodeKind::Process { 16.0 } else { 26.0 };
        let keep = if node.kind == NodeKind::File { Keep::End } else { Keep::Begin };
        let _ = writeln!(
            svg,
            "<g text-anchor=\"middle\" fill=\"#1f2328\"><text x=\"{0:.1}\" y=\"{1:.1}\" font-size=\"12\" \
             font-weight=\"600\">{2}</text><text x=\"{0:.1}\" y=\"{3:.1}\" font-size=\"10\" \
             fill=\"#424a53\">{4}</text></g></g>",
            area.x,
            area.y + if note.is_empty() { 4.0 } else { -2.0 },
            xml(&fit(&name, room, 13.8, keep)),
            area.y + 12.0,
            xml(&fit(&note, room, 10.0, keep)),
        );
    }
}

/// The kinds that are in the picture, and the width of the row.
fn legend(graph: &Subgraph) -> (String, f64) {
    let mut kinds: Vec<NodeKind> = graph.nodes.iter().map(|node| node.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let mut svg = String::new();
    let mut x = 0.0;
    for kind in kinds {
        shape(&mut svg, kind, Area { x: x + 13.0, y: 8.0, width: 26.0, height: 14.0 }, false);
        let word = word(kind);
        let _ = write!(
            svg,
            "<text x=\"{:.1}\" y=\"12\" font-size=\"11\" fill=\"{INK}\">{word}</text>",
            x + 32.0
        );
        x += 32.0 + width(word, 11.0) + 18.0;
    }
    let red = colours(NodeKind::Finding).1;
    let numbers = "numbers are the order of time";
    if !graph.nodes.iter().any(|node| node.kind == NodeKind::Finding) {
        let _ = write!(svg, "<text y=\"38\" font-size=\"11\" fill=\"{INK}\">{numbers}</text>");
        return (svg, x);
    }
    let _ = write!(
        svg,
        "<path d=\"M0 34H26\" stroke=\"{red}\" stroke-width=\"2.4\"/>\
         <text x=\"32\" y=\"38\" font-size=\"11\" fill=\"{INK}\">what the finding stands on; \
         {numbers}</text>"
    );
    (svg, x.max(360.0))
}
