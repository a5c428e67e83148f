//! Policies as questions of one verb: of each profile what could stop something, and what permits where not everything is.

use cedar_policy::Policy;
use event::{Effect, Text, Verb};

use super::VERBS;
use super::formula::{self, Asker, Formula};
use super::terms::{Bound, Seen, Terms, terms};
use super::who::{Answers, Kind};
use crate::book::{Book, Slice};
use crate::{Guide, Profile};

/// A policy as one verb's question to it.
#[derive(Clone, Debug)]
pub struct Spoken {
    pub profile: Profile,
    pub verb: Verb,
    pub policy: Text,
    pub effect: Effect,
    pub bound: Bound,
    /// Of each kind of principal, by [`Kind::ALL`].
    formulas: [Formula; 3],
}

impl Spoken {
    /// As it is asked in some books.
    pub fn ask(&self, formulas: Vec<Formula>, books: Vec<usize>) -> Question<'_> {
        Question { spoken: self, formulas, books }
    }

    /// Of one of whom this is known.
    pub fn of_one(&self, kind: Kind, who: &Answers) -> Formula {
        let [session, started, workload] = &self.formulas;
        match kind {
            Kind::Session => session.settled(who),
            Kind::SubAgent => started.settled(who),
            Kind::Workload => workload.settled(who),
        }
    }

    /// Of a session, and of one that another session started, whoever they are; one where they are the same.
    pub fn of_any(&self) -> Vec<Formula> {
        let [session, started, _] = &self.formulas;
        let mut both = vec![session.clone()];
        both.extend((session != started).then(|| started.clone()));
        both
    }

    /// All that it asks, of whatever principal.
    pub fn formulas(&self) -> impl Iterator<Item = &Formula> {
        self.formulas.iter()
    }
}

/// What is asked by a policy, of those who are held by some books.
pub struct Question<'a> {
    pub spoken: &'a Spoken,
    /// Whichever of these it is: the kernel does not tell them apart.
    formulas: Vec<Formula>,
    /// By their numbers.
    pub books: Vec<usize>,
}

impl Question<'_> {
    /// What it comes to.
    pub fn terms(&self, look: &impl Fn(&str) -> Option<Seen>) -> Terms {
        let bound = self.spoken.bound;
        let mut each: Vec<Terms> =
            self.formulas.iter().map(|formula| terms(formula, bound, look)).collect();
        each.dedup();
        if let [one] = each.as_slice() {
            return one.clone();
        }
        let all = self.formulas.iter().cloned();
        let mut both = match bound {
            Bound::Below => terms(&Formula::all(all), bound, look),
            Bound::Above => terms(&Formula::any(all), bound, look),
        };
        both.lost.insert("whether another session started it".into());
        both
    }

    /// Whether it is the same question.
    pub fn asks(&self, formulas: &[Formula]) -> bool {
        self.formulas == formulas
    }
}

impl Guide {
    /// Every policy that could stop something, or permit it where not everything is.
    pub(super) fn spoken(&self, profile: Profile) -> Vec<Spoken> {
        let book = self.book(profile);
        let slices = VERBS.into_iter().filter_map(|verb| Some((verb, book.slice(verb)?)));
        let mut spoken = Vec::new();
        for (verb, slice) in slices {
            let mut add = |policy: &Policy, bound| {
                let id = AsRef::<str>::as_ref(policy.id());
                let Some(rule) = book.rule(id) else { return };
                let effect = rule.because.effect;
                if bound == Bound::Below && effect.goes_on() {
                    return;
                }
                let formulas = Kind::ALL.map(|kind| {
                    let asker = Asker { principal: kind.name(), verb };
                    asked(book, slice, policy, bound, asker).settled(&Answers::default())
                });
                spoken.push(Spoken { profile, verb, policy: id.into(), effect, bound, formulas });
            };
            slice.forbids.policies().for_each(|policy| add(policy, Bound::Below));
            if !slice.open {
                slice.permits.policies().for_each(|policy| add(policy, Bound::Above));
            }
        }
        spoken
    }
}

/// What a policy asks for, without what approvals lift.
fn asked(book: &Book, slice: &Slice, policy: &Policy, bound: Bound, asker: Asker) -> Formula {
    let lifts = |lift: &&Policy| {
        let rule = book.rule(AsRef::<str>::as_ref(lift.id()));
        let lifted = rule.and_then(|rule| rule.lifts.as_deref());
        bound == Bound::Below && lifted == Some(AsRef::<str>::as_ref(policy.id()))
    };
    let mut all = vec![formula::of(policy, asker)];
    let lifting = slice.lifts.policies().filter(lifts);
    all.extend(lifting.map(|lift| Formula::Not(Box::new(formula::of(lift, asker)))));
    Formula::All(all)
}
