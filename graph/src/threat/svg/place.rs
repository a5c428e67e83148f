//! Layered layout of a picture of the threat graph, second half: where each item stands. Each wants
//! to stand in the middle of its neighbours; a layer gives every item the nearest place that keeps
//! order and distance.

use super::layers::{Item, Layers};

pub(super) const NODE_WIDTH: f64 = 196.0;
pub(super) const NODE_HEIGHT: f64 = 42.0;
const NODE_GAP: f64 = 22.0;
const BEND_GAP: f64 = 30.0;
pub(super) const LAYER_GAP: f64 = 62.0;
const ROUNDS: usize = 24;

/// Middles of all items, and the size of the whole.
#[derive(Debug, Default)]
pub(super) struct Places {
    pub middle: Vec<(f64, f64)>,
    pub width: f64,
    pub height: f64,
}

pub(super) fn places(layers: &Layers) -> Places {
    let mut x = first_places(layers);
    for round in 0..ROUNDS {
        let down = round % 2 == 0;
        let count = layers.rows.len();
        for step in 0..count {
            let row = if down { step } else { count - 1 - step };
            settle(layers, row, round, &mut x);
        }
    }
    let left = (0..x.len()).map(|item| at(&x, item) - half(layers, item)).fold(f64::MAX, f64::min);
    let right = (0..x.len()).map(|item| at(&x, item) + half(layers, item)).fold(f64::MIN, f64::max);
    let mut places = Places {
        middle: x.iter().map(|x| (x - left, 0.0)).collect(),
        width: if x.is_empty() { 0.0 } else { right - left },
        height: layers.rows.len() as f64 * (NODE_HEIGHT + LAYER_GAP) - LAYER_GAP,
    };
    for (rank, row) in layers.rows.iter().enumerate() {
        for item in row {
            if let Some(middle) = places.middle.get_mut(*item) {
                middle.1 = rank as f64 * (NODE_HEIGHT + LAYER_GAP) + NODE_HEIGHT / 2.0;
            }
        }
    }
    places
}

fn first_places(layers: &Layers) -> Vec<f64> {
    let mut x = vec![0.0; layers.items.len()];
    for row in &layers.rows {
        let mut next = 0.0;
        let mut before = None;
        for item in row {
            if let Some(before) = before {
                next += distance(layers, before, *item);
            }
            before = Some(*item);
            if let Some(x) = x.get_mut(*item) {
                *x = next;
            }
        }
    }
    x
}

/// Gives the items of a row the places nearest to what they want (pool adjacent violators: items
/// that would come too close move as one block, to the mean of what they want).
fn settle(layers: &Layers, row: usize, round: usize, x: &mut [f64]) {
    let Some(row) = layers.rows.get(row) else { return };
    // Offsets turn "at least this far apart" into "not before".
    let mut offset = 0.0;
    let mut before = None;
    let mut blocks: Vec<Block> = Vec::new();
    for item in row {
        if let Some(before) = before {
            offset += distance(layers, before, *item);
        }
        before = Some(*item);
        let (wish, weight) = wish(layers, *item, round, x);
        let mut block =
            Block { sum: (wish - offset) * weight, weight, items: vec![(*item, offset)] };
        while let Some(last) = blocks.pop_if(|last| last.mean() > block.mean()) {
            block = last.joined(block);
        }
        blocks.push(block);
    }
    for block in blocks {
        let mean = block.mean();
        for (item, offset) in block.items {
            if let Some(x) = x.get_mut(item) {
                *x = mean + offset;
            }
        }
    }
}

struct Block {
    sum: f64,
    weight: f64,
    items: Vec<(usize, f64)>,
}

impl Block {
    fn mean(&self) -> f64 {
        self.sum / self.weight
    }
    fn joined(mut self, other: Self) -> Self {
        self.sum += other.sum;
        self.weight += other.weight;
        self.items.extend(other.items);
        self
    }
}

/// Where an item wants to stand, and how much. Lines that cross layers want to be straight most.
fn wish(layers: &Layers, item: usize, round: usize, x: &[f64]) -> (f64, f64) {
    let near = |lists: &[Vec<usize>]| lists.get(item).cloned().unwrap_or_default();
    // Downward, upward, then both at once to balance.
    let near = match round {
        _ if round >= ROUNDS / 2 => [near(&layers.above), near(&layers.below)].concat(),
        _ if round.is_multiple_of(2) => near(&layers.above),
        _ => near(&layers.below),
    };
    if near.is_empty() {
        return (at(x, item), 0.1);
    }
    let weight = if layers.items.get(item) == Some(&Item::Bend) { 4.0 } else { 1.0 };
    (near.iter().map(|other| at(x, *other)).sum::<f64>() / near.len() as f64, weight)
}

fn at(x: &[f64], item: usize) -> f64 {
    x.get(item).copied().unwrap_or(0.0)
}

fn half(layers: &Layers, item: usize) -> f64 {
    match layers.items.get(item) {
        Some(Item::Node(_)) => NODE_WIDTH / 2.0,
        _ => 0.0,
    }
}

fn distance(layers: &Layers, left: usize, right: usize) -> f64 {
    let both_nodes = half(layers, left) > 0.0 && half(layers, right) > 0.0;
    half(layers, left) + half(layers, right) + if both_nodes { NODE_GAP } else { BEND_GAP }
}
