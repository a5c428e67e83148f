//! A formula as alternatives, each a set of what must and what must not be so; where something is not known, from
//! below (it holds at most where the formula does) or from above.

use std::collections::BTreeSet;

use event::{Classes, Clause, HoldsSecret, Text};

use super::formula::{BY_NAME, Formula, NAMED};

/// Which side of the truth to stay on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Holds only where the formula surely does: for what forbids.
    Below,
    /// Holds wherever the formula may: for what permits.
    Above,
}

/// What a kind is to the kernel.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// All of these.
    pub all: Classes,
    /// None of these.
    pub none: Classes,
    /// Everything that the kernel takes for it is of the kind.
    pub surely: bool,
    /// The kernel takes everything of the kind for it.
    pub wholly: bool,
}

/// What a formula comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Terms {
    /// One of these; none: never.
    pub any: Vec<Clause>,
    /// What was asked for and is not known: the terms are a bound. Empty: they are exact.
    pub lost: BTreeSet<Text>,
}

/// More alternatives than this are not looked at.
const MOST: usize = 64;

/// The terms of a formula. `look` says what a kind is; none: nothing is ever of this kind.
pub fn terms(formula: &Formula, bound: Bound, look: &impl Fn(&str) -> Option<Seen>) -> Terms {
    let mut terms = Lowering { bound, look }.lower(formula, true);
    tidy(&mut terms.any);
    terms
}

struct Lowering<'a, F> {
    bound: Bound,
    look: &'a F,
}

impl<F: Fn(&str) -> Option<Seen>> Lowering<'_, F> {
    /// Of the formula, or of its opposite.
    fn lower(&self, formula: &Formula, holds: bool) -> Terms {
        match formula {
            Formula::Known(known) => constant(*known == holds),
            Formula::Unknown(what) => self.unknown(what.clone()),
            Formula::Who(_) => self.unknown(BY_NAME.into()),
            Formula::Kind(kind) => self.kind(kind, holds),
            Formula::Secret => {
                let holds = if holds { HoldsSecret::Yes } else { HoldsSecret::No };
                one(Clause { holds, ..Clause::default() })
            }
            Formula::Not(inner) => self.lower(inner, !holds),
            Formula::All(parts) if holds => self.all(parts, holds),
            Formula::Any(parts) if !holds => self.all(parts, holds),
            Formula::All(parts) | Formula::Any(parts) => self.any(parts, holds),
        }
    }

    fn unknown(&self, what: Text) -> Terms {
        let terms = constant(self.bound == Bound::Above);
        Terms { lost: BTreeSet::from([what]), ..terms }
    }

    fn kind(&self, kind: &str, holds: bool) -> Terms {
        let Some(Seen { all, none, surely, wholly }) = (self.look)(kind) else {
            return constant(!holds);
        };
        // From below, what is taken for it must be it, and what is not taken for it must not be; from above the reverse.
        let good = if (self.bound == Bound::Below) == holds { surely } else { wholly };
        if !good && kind.starts_with(NAMED) {
            // More single things than there are classes: what is done to this one is not lifted, and not forbidden.
            let lost = BTreeSet::from([Text::from("one of many things, by name")]);
            return Terms { lost, ..constant(!holds) };
        }
        if !good {
            return self.unknown(format!("every place of `{kind}`").into());
        }
        if holds {
            return one(Clause { all, none, ..Clause::default() });
        }
        let bits = |classes: Classes| (0..u64::BITS).map(move |bit| classes.0 & (1 << bit));
        let mut any = Vec::new();
        for bit in bits(all).filter(|bit| *bit != 0) {
            any.push(Clause { none: Classes(bit), ..Clause::default() });
        }
        for bit in bits(none).filter(|bit| *bit != 0) {
            any.push(Clause { all: Classes(bit), ..Clause::default() });
        }
        Terms { any, ..Terms::default() }
    }

    fn any(&self, parts: &[Formula], holds: bool) -> Terms {
        let mut sum = Terms::default();
        for part in parts {
            let part = self.lower(part, holds);
            if part.lost.is_empty() && part.any.contains(&Clause::default()) {
                return constant(true);
            }
            sum.any.extend(part.any);
            sum.lost.extend(part.lost);
            self.bounded(&mut sum);
        }
        sum
    }

    fn all(&self, parts: &[Formula], holds: bool) -> Terms {
        let mut product = constant(true);
        for part in parts {
            let part = self.lower(part, holds);
            if part.lost.is_empty() && part.any.is_empty() {
                return constant(false);
            }
            let both = |one: &Clause| part.any.iter().filter_map(|two| and(one, two)).collect();
            product.any = product.any.iter().flat_map(|one| -> Vec<Clause> { both(one) }).collect();
            product.lost.extend(part.lost);
            self.bounded(&mut product);
        }
        product
    }

    fn bounded(&self, terms: &mut Terms) {
        tidy(&mut terms.any);
        if terms.any.len() > MOST {
            terms.lost.insert("too many alternatives".into());
            match self.bound {
                Bound::Below => terms.any.truncate(MOST),
                Bound::Above => terms.any = vec![Clause::default()],
            }
        }
    }
}

fn constant(holds: bool) -> Terms {
    Terms { any: if holds { vec![Clause::default()] } else { Vec::new() }, ..Terms::default() }
}

fn one(clause: Clause) -> Terms {
    Terms { any: vec![clause], ..Terms::default() }
}

/// Both at once; none where they exclude each other.
fn and(one: &Clause, two: &Clause) -> Option<Clause> {
    let (all, none) = (one.all.and(two.all), one.none.and(two.none));
    let holds = match (one.holds, two.holds) {
        (HoldsSecret::Either, other) | (other, HoldsSecret::Either) => other,
        (one, two) if one == two => one,
        _ => return None,
    };
    (!all.has_any(none)).then(|| Clause { all, none, holds, ..Clause::default() })
}

/// Without terms that another one covers.
fn tidy(terms: &mut Vec<Clause>) {
    let mut kept: Vec<Clause> = Vec::new();
    terms.sort_by_key(|term| {
        let parts = term.all.0.count_ones() + term.none.0.count_ones();
        (parts, term.holds != HoldsSecret::Either, term.all, term.none)
    });
    for term in terms.drain(..) {
        let covers = |wider: &Clause| {
            term.all.has_all(wider.all)
                && term.none.has_all(wider.none)
                && (wider.holds == term.holds || wider.holds == HoldsSecret::Either)
        };
        if !kept.iter().any(covers) {
            kept.push(term);
        }
    }
    *terms = kept;
}
