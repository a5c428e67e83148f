//! What a rule cannot match without: a set of literals of which at least one must be found, chosen
//! to be found as seldom as possible.

use content::matcher::Place;

use crate::engine::program::Node;

/// A literal at a place in a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Needed {
    pub slot: u8,
    pub place: Place,
    pub literal: u32,
}

/// The set, or `None` if the part can match without any literal.
pub fn needed(node: &Node, weight: &impl Fn(&Needed) -> u32) -> Option<Vec<Needed>> {
    match node {
        Node::Found { slot, place, literal } => {
            Some(vec![Needed { slot: *slot, place: *place, literal: *literal }])
        }
        Node::All(parts) => {
            parts.iter().filter_map(|part| needed(part, weight)).max_by_key(|set| rank(set, weight))
        }
        Node::Any(parts) => {
            let sets: Option<Vec<_>> = parts.iter().map(|part| needed(part, weight)).collect();
            Some(sets?.concat())
        }
        Node::Not(_) | Node::Look(_) => None,
    }
}

/// A set is as good as its most common literal; of equals the smaller is better.
fn rank(set: &[Needed], weight: &impl Fn(&Needed) -> u32) -> (u32, std::cmp::Reverse<usize>) {
    (set.iter().map(weight).min().unwrap_or(u32::MAX), std::cmp::Reverse(set.len()))
}

/// How seldom a literal of this length is found at this place, in letters.
pub fn seldom(length: usize, place: Place) -> u32 {
    let letters = u32::try_from(length).unwrap_or(u32::MAX);
    match place {
        Place::ANYWHERE => letters,
        Place::WHOLE => letters.saturating_mul(2).saturating_add(4),
        _ => letters.saturating_add(3),
    }
}
