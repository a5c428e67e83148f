//! Policies in the form that the kernel decides by: what forbids becomes clauses over classes, kinds become places.
//!
//! ```text
//! Book ── formula ──▶ terms ──▶ clauses ┐
//! Kinds ── draw ──▶ places, ends ───────┴──▶ KernelRules, and what is left to others
//! ```
//!
//! What the kernel cannot know stays with who asks the guard: of what forbids such a part is left out, of what permits
//! it counts as permitted. So the kernel stops nothing that the policies would let go; a property test says so.

mod asked;
mod draw;
mod ends;
mod enforcers;
mod formula;
mod lexicon;
mod sandbox;
mod terms;

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::Policy;
use event::{Clause, Effect, Enforcer, KernelRules, OwnTool, RuleBook, Text, Verb, VerbRules};

use self::formula::{Asker, Formula};
use self::lexicon::Lexicon;
use self::terms::{Bound, Seen, Terms, terms};
use crate::book::{Book, Slice};
use crate::{Guide, Profile};

/// An account's home: where `~` of the table of kinds leads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Home {
    /// The folder; absolute, without links.
    pub path: Text,
    /// Whose it is.
    pub account: Text,
}

/// What the kernel, or a box, does not decide though a policy speaks about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Left {
    /// A policy, or a part of one.
    Policy {
        /// In this profile.
        profile: Profile,
        /// About this verb.
        verb: Verb,
        /// Its id.
        policy: Text,
        /// What it asks for that is not known there.
        asks: Vec<Text>,
        /// Who decides it.
        by: Enforcer,
    },
    /// Places of a kind that are not known there, or more places than the kind has.
    Place {
        /// The kind.
        kind: Text,
        /// Its place as the table has it; a home, where that is left out as a whole.
        place: Text,
        /// What is done instead.
        instead: &'static str,
    },
}

/// What the kernel holds.
pub(crate) const VERBS: [Verb; 7] = [
    Verb::Exec,
    Verb::ReadFile,
    Verb::WriteFile,
    Verb::DeleteFile,
    Verb::Connect,
    Verb::Listen,
    Verb::LoadCode,
];

/// A policy as one verb's question to it.
struct Spoken {
    profile: Profile,
    verb: Verb,
    policy: Text,
    effect: Effect,
    bound: Bound,
    /// Of a session, and of one that another session started.
    formulas: [Formula; 2],
}

impl Spoken {
    /// What it comes to, whichever of the two acts: the kernel does not tell them apart.
    fn terms(&self, look: &impl Fn(&str) -> Option<Seen>) -> Terms {
        let [session, started] = &self.formulas;
        let one = terms(session, self.bound, look);
        if session == started {
            return one;
        }
        let other = terms(started, self.bound, look);
        if one == other {
            return one;
        }
        let both = self.formulas.to_vec();
        let mut both = match self.bound {
            Bound::Below => terms(&Formula::All(both), self.bound, look),
            Bound::Above => terms(&Formula::Any(both), self.bound, look),
        };
        both.lost.insert("whether another session started it".into());
        both
    }
}

impl Guide {
    /// The rules that the kernel decides by, and what it does not decide. Patterns without a beginning (`**/.git/hooks/*`)
    /// hold directly in the homes and in the workspaces.
    pub fn kernel_rules(&self, homes: &[Home], workspaces: &[Text]) -> (KernelRules, Vec<Left>) {
        let profiles = Profile::ALL.into_iter().filter(|profile| profile.enforces());
        let spoken: Vec<Spoken> = profiles.flat_map(|profile| self.spoken(profile)).collect();
        let mut lexicon = Lexicon::of(self, &spoken);
        let mut left = Vec::new();
        let places = lexicon.draw(self, homes, workspaces, &mut left);
        let mut rules = KernelRules {
            classes: lexicon.names(),
            places,
            tools: lexicon.tools(self),
            ends: self.ends(&lexicon),
            ..KernelRules::default()
        };
        for profile in Profile::ALL.into_iter().filter(|profile| profile.enforces()) {
            let verbs = VERBS.map(|verb| (verb, self.closed(profile, verb)));
            rules
                .books
                .push(RuleBook { profile: profile.name().into(), verbs: BTreeMap::from(verbs) });
        }
        for spoken in &spoken {
            lower(spoken, &lexicon, &mut rules, &mut left);
        }
        left.sort();
        left.dedup();
        rules.asked = self.asked(&left, homes);
        (rules, left)
    }

    /// A verb that nothing was said about yet: open, or nothing permitted.
    fn closed(&self, profile: Profile, verb: Verb) -> VerbRules {
        let open = self.book(profile).slice(verb).is_some_and(|slice| slice.open);
        VerbRules { forbids: Vec::new(), permits: (!open).then(Vec::new) }
    }

    /// Every policy that could stop something, or permit it where not everything is.
    fn spoken(&self, profile: Profile) -> Vec<Spoken> {
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
                let formulas = ["Session", "SubAgent"]
                    .map(|principal| asked(book, slice, policy, bound, Asker { principal, verb }));
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

fn lower(spoken: &Spoken, lexicon: &Lexicon, rules: &mut KernelRules, left: &mut Vec<Left>) {
    let look = |kind: &str| lexicon.look(spoken.verb, kind);
    let terms = spoken.terms(&look);
    if !terms.lost.is_empty() {
        left.push(Left::Policy {
            profile: spoken.profile,
            verb: spoken.verb,
            policy: spoken.policy.clone(),
            asks: terms.lost.iter().cloned().collect(),
            by: beside_the_kernel(spoken.verb, &terms.lost),
        });
    }
    if terms.any.is_empty() {
        return;
    }
    let Some(number) = number(&mut rules.policies, &spoken.policy) else { return };
    let book = rules.books.iter_mut().find(|book| *book.profile == *spoken.profile.name());
    let Some(verb) = book.and_then(|book| book.verbs.get_mut(&spoken.verb)) else { return };
    let clauses =
        terms.any.iter().map(|term| Clause { effect: spoken.effect, policy: number, ..*term });
    match (spoken.bound, &mut verb.permits) {
        (Bound::Below, _) => verb.forbids.extend(clauses),
        (Bound::Above, Some(permits)) => permits.extend(clauses),
        (Bound::Above, None) => {}
    }
    // What permits everything needs no list.
    let open = |permits: &Vec<Clause>| {
        let always = |it: &Clause| (it.all, it.none, it.holds) == Default::default();
        permits.iter().any(always)
    };
    if verb.permits.as_ref().is_some_and(open) {
        verb.permits = None;
    }
}

/// The place of a policy in the list.
fn number(policies: &mut Vec<Text>, policy: &Text) -> Option<u16> {
    let known = policies.iter().position(|known| known == policy).unwrap_or_else(|| {
        policies.push(policy.clone());
        policies.len() - 1
    });
    u16::try_from(known).ok()
}

/// Who decides about a verb what the kernel does not.
fn beside_the_kernel(verb: Verb, asks: &BTreeSet<Text>) -> Enforcer {
    match verb {
        Verb::ReadFile => Enforcer::Files,
        Verb::Exec => asked::by(asks),
        Verb::Connect | Verb::HttpRequest | Verb::UseSecret | Verb::CallModel => Enforcer::Proxy,
        Verb::WriteFile
        | Verb::DeleteFile
        | Verb::CallTool
        | Verb::LaunchAgent
        | Verb::ChangeAgentConfig => Enforcer::Hook,
        Verb::Listen | Verb::LoadCode => Enforcer::Record,
    }
}

impl Lexicon {
    /// The programs that are some place's own.
    fn tools(&self, guide: &Guide) -> Vec<OwnTool> {
        let mut tools: BTreeMap<Text, u64> = BTreeMap::new();
        for (entry, group) in self.groups(guide) {
            for name in &entry.by {
                *tools.entry(name.clone()).or_default() |= group;
            }
        }
        tools.into_iter().map(|(name, groups)| OwnTool { name, groups }).collect()
    }
}
