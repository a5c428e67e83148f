//! Layered layout of a picture of the threat graph, first half: which layer each node is in (longest
//! path from the causes) and in which order the nodes of a layer stand (fewest crossings, by
//! barycentres).

use super::super::subgraph::Subgraph;

/// How often the order of the layers is improved, down and up.
const SWEEPS: usize = 12;

/// A node, or a bend of a line that crosses a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item {
    Node(usize),
    Bend,
}

/// Lines between items of neighbouring layers, and the layers themselves.
#[derive(Debug, Default)]
pub(super) struct Layers {
    pub items: Vec<Item>,
    /// Items of each layer, from left to right.
    pub rows: Vec<Vec<usize>>,
    /// Items above and below each item.
    pub above: Vec<Vec<usize>>,
    pub below: Vec<Vec<usize>>,
    /// For each pair of nodes, the items its line goes through, from the upper one to the lower one.
    pub lines: Vec<Vec<usize>>,
}

/// Layers for `pairs` of nodes of `graph`; a pair that would close a cycle is drawn upward.
pub(super) fn layers(graph: &Subgraph, pairs: &[(usize, usize)]) -> Layers {
    let ranks = ranks(graph, pairs);
    let mut layers = Layers::default();
    let deepest = ranks.iter().copied().max().unwrap_or(0);
    layers.rows = vec![Vec::new(); deepest + 1];
    for (node, rank) in ranks.iter().enumerate() {
        layers.item(Item::Node(node), *rank);
    }
    for &(from, to) in pairs {
        layers.line(from, to, &ranks);
    }
    for sweep in 0..SWEEPS {
        layers.sweep(sweep % 2 == 0);
    }
    layers
}

/// Longest path from the causes. Pairs come in order of time, so that what closes a cycle is what
/// came later: the answer to a connection, the second read of a file.
fn ranks(graph: &Subgraph, pairs: &[(usize, usize)]) -> Vec<usize> {
    let count = graph.nodes.len();
    let mut down: Vec<Vec<usize>> = vec![Vec::new(); count];
    for &(from, to) in pairs {
        if from != to
            && !leads_to(&down, to, from)
            && let Some(targets) = down.get_mut(from)
        {
            targets.push(to);
        }
    }
    let mut ranks = vec![0_usize; count];
    for _ in 0..count {
        let mut settled = true;
        for (from, targets) in down.iter().enumerate() {
            let next = ranks.get(from).map_or(0, |rank| rank + 1);
            for to in targets {
                if let Some(rank) = ranks.get_mut(*to).filter(|rank| **rank < next) {
                    *rank = next;
                    settled = false;
                }
            }
        }
        if settled {
            break;
        }
    }
    pull_down(&down, &mut ranks);
    ranks
}

/// A cause with nothing above it stands right above its first effect, not at the top of the page.
fn pull_down(down: &[Vec<usize>], ranks: &mut [usize]) {
    let mut has_causes = vec![false; ranks.len()];
    for &to in down.iter().flatten() {
        if let Some(has) = has_causes.get_mut(to) {
            *has = true;
        }
    }
    for (node, targets) in down.iter().enumerate() {
        let nearest = targets.iter().filter_map(|to| ranks.get(*to)).min().copied();
        if let (Some(false), Some(nearest)) = (has_causes.get(node), nearest)
            && let Some(rank) = ranks.get_mut(node)
        {
            *rank = nearest.saturating_sub(1);
        }
    }
}

fn leads_to(down: &[Vec<usize>], from: usize, to: usize) -> bool {
    let mut seen = vec![false; down.len()];
    let mut waiting = vec![from];
    while let Some(node) = waiting.pop() {
        if node == to {
            return true;
        }
        if let Some(seen) = seen.get_mut(node)
            && !std::mem::replace(seen, true)
        {
            waiting.extend(down.get(node).into_iter().flatten());
        }
    }
    false
}

impl Layers {
    fn item(&mut self, item: Item, rank: usize) -> usize {
        let at = self.items.len();
        self.items.push(item);
        self.above.push(Vec::new());
        self.below.push(Vec::new());
        if let Some(row) = self.rows.get_mut(rank) {
            row.push(at);
        }
        at
    }

    fn line(&mut self, from: usize, to: usize, ranks: &[usize]) {
        let (Some(&a), Some(&b)) = (ranks.get(from), ranks.get(to)) else { return };
        let (upper, lower, top, bottom) = if a <= b { (from, to, a, b) } else { (to, from, b, a) };
        let mut line = vec![upper];
        for rank in top + 1..bottom {
            let bend = self.item(Item::Bend, rank);
            line.push(bend);
        }
        line.push(lower);
        for pair in line.windows(2) {
            if let &[up, down] = pair
                && a != b
            {
                if let Some(below) = self.below.get_mut(up) {
                    below.push(down);
                }
                if let Some(above) = self.above.get_mut(down) {
                    above.push(up);
                }
            }
        }
        self.lines.push(line);
    }

    /// Orders each layer by the mean place of the neighbours in the layer before.
    fn sweep(&mut self, down: bool) {
        let count = self.rows.len();
        let order: Vec<usize> =
            if down { (0..count).collect() } else { (0..count).rev().collect() };
        for row in order {
            let mut places = vec![0.0_f64; self.items.len()];
            for row in &self.rows {
                let width = row.len().max(1) as f64;
                for (place, item) in row.iter().enumerate() {
                    if let Some(at) = places.get_mut(*item) {
                        *at = (place as f64 + 0.5) / width;
                    }
                }
            }
            let near = if down { &self.above } else { &self.below };
            let centre = |item: usize| -> f64 {
                let near = near.get(item).map_or(&[][..], Vec::as_slice);
                let own = places.get(item).copied().unwrap_or(0.0);
                if near.is_empty() {
                    return own;
                }
                let sum: f64 = near.iter().filter_map(|other| places.get(*other)).sum();
                sum / near.len() as f64
            };
            if let Some(row) = self.rows.get_mut(row) {
                row.sort_by(|a, b| centre(*a).total_cmp(&centre(*b)));
            }
        }
    }
}
