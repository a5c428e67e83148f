//! A mark: what something holds, whose words it may follow, and where both came from.

use std::collections::BTreeSet;

use event::{Holds, Origin, Text};

use super::Passes;

/// Sources that a mark names; more are not told apart.
const SOURCES: usize = 4;

/// How long words from outside are taken to have a say, after they came in last. Secrets stay.
const DECAY_NS: u64 = 30 * 60 * 1_000_000_000;

/// What something holds, and whose words it may follow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// What it holds.
    pub holds: BTreeSet<Holds>,
    /// Whose words, and when they came in last.
    pub origins: Vec<(Origin, u64)>,
    /// Where what is grave came from, the first ones.
    pub sources: Vec<Text>,
}

impl Mark {
    /// Something read: what it holds, and whose words it is.
    pub fn of(holds: Option<Holds>, origin: Option<Origin>, source: &Text, now: u64) -> Self {
        let grave = holds >= Some(Holds::Personal) || origin == Some(Origin::Untrusted);
        Self {
            holds: holds.into_iter().collect(),
            origins: origin.map(|it| (it, now)).into_iter().collect(),
            sources: if grave { vec![source.clone()] } else { Vec::new() },
        }
    }

    /// Nothing at all.
    pub fn is_empty(&self) -> bool {
        self.holds.is_empty() && self.origins.is_empty()
    }

    /// Takes over what another one carries; says whether that was anything new.
    pub fn join(&mut self, other: &Self) -> bool {
        let mut new = false;
        for held in &other.holds {
            new |= self.holds.insert(*held);
        }
        for (origin, at) in &other.origins {
            match self.origins.iter_mut().find(|(known, _)| known == origin) {
                Some((_, known)) if *known >= *at => {}
                Some((_, known)) => {
                    // Not so new that everybody had to be told again for every byte.
                    new |= at.saturating_sub(*known) > DECAY_NS / 4;
                    *known = *at;
                }
                None => {
                    self.origins.push((*origin, *at));
                    new = true;
                }
            }
        }
        for source in &other.sources {
            if self.sources.len() < SOURCES && !self.sources.contains(source) {
                self.sources.push(source.clone());
            }
        }
        new
    }

    /// What goes from a process into a file, a pipe or another process: a key that its own tool read for itself does not.
    pub fn spread(&self, passes: Passes) -> Self {
        let mut spread = self.clone();
        if passes == Passes::Secrets {
            spread.holds.retain(|held| *held == Holds::Secret);
            spread.origins.clear();
        }
        if spread.holds.remove(&Holds::OwnSecret) && !spread.holds.contains(&Holds::Secret) {
            // The only grave thing it carries may have been the key.
            spread.sources.clear();
        }
        spread
    }

    /// Whose words still have a say.
    pub fn influenced_by(&self, now: u64) -> BTreeSet<Origin> {
        let fresh = |at: u64| now.saturating_sub(at) <= DECAY_NS;
        self.origins.iter().filter(|(_, at)| fresh(*at)).map(|(origin, _)| *origin).collect()
    }
}
