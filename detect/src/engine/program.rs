//! One rule made for one kind of event: an expression whose literal tests are look-ups of what the
//! scan found.

use content::matcher::Place;

use crate::field::read::Input;
use crate::look;
use crate::rule::Test;

/// A rule for one kind.
#[derive(Debug)]
pub struct Program {
    /// Place of the rule in the set.
    pub rule: usize,
    /// It also looks at acts of nobody.
    pub host: bool,
    /// When it matches.
    pub node: Node,
}

/// A part of a program. Parts of `All` and `Any` stand in the order of their cost.
#[derive(Debug)]
pub enum Node {
    /// All of them; true if there are none.
    All(Box<[Node]>),
    /// One of them; false if there are none.
    Any(Box<[Node]>),
    /// Not this.
    Not(Box<Node>),
    /// A literal was found in a slot at a place.
    Found { slot: u8, place: Place, literal: u32 },
    /// The field is looked at.
    Look(Box<Test>),
}

impl Node {
    /// The part holds, given what was found.
    pub fn holds(&self, found: &[Vec<u8>], input: Input<'_>) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(found, input)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(found, input)),
            Self::Not(inner) => !inner.holds(found, input),
            Self::Found { slot, place, literal } => found
                .get(usize::from(*slot))
                .and_then(|found| found.get(*literal as usize))
                .is_some_and(|places| place.meets(Place(*places))),
            Self::Look(test) => look::holds(test, input),
        }
    }

    /// What it costs to evaluate, roughly.
    pub fn cost(&self) -> u32 {
        match self {
            Self::Found { .. } => 1,
            Self::Not(inner) => inner.cost(),
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::cost).sum(),
            Self::Look(test) => match test.check {
                crate::rule::Check::Pattern(_) => 2_000,
                crate::rule::Check::Glob(_) => 500,
                _ => 100,
            },
        }
    }
}
