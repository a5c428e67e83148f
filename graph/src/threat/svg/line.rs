//! Lines of a picture of the threat graph: all edges between two nodes are one line.

use std::fmt::Write;

use super::super::node::NodeKind;
use super::super::subgraph::Subgraph;
use super::place::{NODE_HEIGHT, NODE_WIDTH};
use super::{INK, colours};

/// Arrow heads, grey and red.
pub(super) const MARKERS: &str = "<defs>\
<marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto-start-reverse\"><path d=\"M0 0.5L8 4L0 7.5Z\" fill=\"#7d8590\"/></marker>\
<marker id=\"alarm\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"5.5\" markerHeight=\"5.5\" orient=\"auto-start-reverse\"><path d=\"M0 0.5L8 4L0 7.5Z\" fill=\"#d1242f\"/></marker>\
</defs>\n";

/// Two nodes with edges between them; `from` is the cause of the first edge.
#[derive(Debug)]
pub(super) struct Pair {
    pub from: usize,
    pub to: usize,
    /// Places of the edges, in order of time.
    pub edges: Vec<usize>,
    /// There are edges both ways.
    pub mutual: bool,
    pub alarm: bool,
}

/// Pairs in order of time.
pub(super) fn pairs(graph: &Subgraph) -> Vec<Pair> {
    let mut pairs: Vec<Pair> = Vec::new();
    let mut order: Vec<usize> = (0..graph.edges.len()).collect();
    order.sort_by_key(|at| graph.edges.get(*at).map(|edge| edge.first_unix_ns));
    for at in order {
        let Some(edge) = graph.edges.get(at) else { continue };
        let known = pairs.iter_mut().find(|pair| {
            (pair.from, pair.to) == (edge.from, edge.to)
                || (pair.to, pair.from) == (edge.from, edge.to)
        });
        let raised = graph.nodes.get(edge.to).is_some_and(|node| node.kind == NodeKind::Finding);
        match known {
            Some(pair) => {
                pair.mutual |= pair.from != edge.from;
                pair.alarm |= edge.evidence || raised;
                pair.edges.push(at);
            }
            None => pairs.push(Pair {
                from: edge.from,
                to: edge.to,
                edges: vec![at],
                mutual: false,
                alarm: edge.evidence || raised,
            }),
        }
    }
    pairs
}

/// A pair with its way across the page.
#[derive(Debug)]
pub(super) struct Line<'a> {
    pub pair: &'a Pair,
    /// From the cause to the effect: begin, bends, end.
    pub points: Vec<(f64, f64)>,
}

impl<'a> Line<'a> {
    pub fn new(pair: &'a Pair, items: &[usize], middle: &impl Fn(usize) -> (f64, f64)) -> Self {
        let mut items = items.to_vec();
        if items.first() != Some(&pair.from) {
            items.reverse();
        }
        let mut points: Vec<(f64, f64)> = items.iter().map(|item| middle(*item)).collect();
        let (from, to) = (middle(pair.from), middle(pair.to));
        let next = points.get(1).copied().unwrap_or(to);
        let last = points.len().checked_sub(2).and_then(|at| points.get(at).copied());
        if let Some(begin) = points.first_mut() {
            *begin = edge_of(from, next);
        }
        if let Some(end) = points.last_mut() {
            *end = edge_of(to, last.unwrap_or(from));
        }
        Self { pair, points }
    }

    pub fn draw(&self, svg: &mut String) {
        let Some((first, rest)) = self.points.split_first() else { return };
        let mut path = format!("M{:.1} {:.1}", first.0, first.1);
        let mut before = *first;
        for &(x, y) in rest {
            if (y - before.1).abs() < 1.0 {
                let _ = write!(path, "L{x:.1} {y:.1}");
            } else {
                let half = (y + before.1) / 2.0;
                let _ = write!(path, "C{:.1} {half:.1} {x:.1} {half:.1} {x:.1} {y:.1}", before.0);
            }
            before = (x, y);
        }
        let (colour, weight, arrow) = if self.pair.alarm {
            (colours(NodeKind::Finding).1, 2.2, "alarm")
        } else {
            (INK, 1.2, "arrow")
        };
        let back = if self.pair.mutual {
            format!(" marker-start=\"url(#{arrow})\"")
        } else {
            String::new()
        };
        let _ = writeln!(
            svg,
            "<path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{weight}\" \
             marker-end=\"url(#{arrow})\"{back}/>"
        );
    }

    /// The point at `share` of the way in height.
    pub fn at(&self, share: f64) -> (f64, f64) {
        let steps = self.points.len().saturating_sub(1).max(1) as f64;
        let place = share * steps;
        let segment = (place.floor() as usize).min(self.points.len().saturating_sub(2));
        let (Some(&a), Some(&b)) = (self.points.get(segment), self.points.get(segment + 1)) else {
            return self.points.first().copied().unwrap_or_default();
        };
        let t = place - segment as f64;
        // The same cubic as drawn: control points at half the height.
        let smooth = 3.0 * t * t - 2.0 * t * t * t;
        let fall = 1.5 * t * (1.0 - t) + t * t * t;
        (a.0 + (b.0 - a.0) * smooth, a.1 + (b.1 - a.1) * fall)
    }
}

/// Where a line from `middle` toward `other` leaves the node.
fn edge_of(middle: (f64, f64), other: (f64, f64)) -> (f64, f64) {
    let (down, right) = (other.1 - middle.1, other.0 - middle.0);
    if down.abs() < 1.0 {
        return (middle.0 + right.signum() * NODE_WIDTH / 2.0, middle.1);
    }
    // Lines to the side leave a little to the side.
    let shift = (right / 12.0).clamp(-NODE_WIDTH / 3.0, NODE_WIDTH / 3.0);
    (middle.0 + shift, middle.1 + down.signum() * NODE_HEIGHT / 2.0)
}
