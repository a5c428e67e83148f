//! Policies in the form that the kernel decides by: what forbids becomes clauses over classes, kinds become places.
//!
//! ```text
//! Book ── formula, who acts ──▶ parties ──▶ terms ──▶ clauses ┐
//! Kinds ── draw ──▶ places, ends ─────────────────────────────┴──▶ KernelRules, and what is left to others
//! ```
//!
//! What the kernel cannot know stays with who asks the guard: of what forbids such a part is left out, of what permits
//! it counts as permitted. So the kernel stops nothing that the policies would let go; a property test says so. Who acts
//! is known for each session: those of whom policies ask the same share a book (`parties`).

mod asked;
mod draw;
mod ends;
mod enforcers;
mod formula;
mod lexicon;
mod parties;
mod sandbox;
mod spoken;
mod terms;
mod who;

use std::collections::{BTreeMap, BTreeSet};

use event::{Clause, Enforcer, KernelRules, OwnTool, Principal, RuleBook, Text, Verb, VerbRules};

use self::lexicon::Lexicon;
use self::parties::Parties;
use self::spoken::Question;
use self::terms::Bound;
use crate::{Guide, Profile};

pub use self::parties::HeldBy;

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

/// What the kernel decides by, of whom, and what it does not decide.
#[derive(Debug, Default)]
pub struct Compiled {
    /// The rules; first the general book of each profile that enforces.
    pub rules: KernelRules,
    parties: Parties,
    places: Vec<Left>,
    /// By book.
    policies: Vec<Vec<Left>>,
}

impl Compiled {
    /// By which book somebody is held under a profile.
    pub fn held_by(&self, profile: Profile, principal: &Principal) -> HeldBy {
        self.parties.held_by(profile, principal)
    }

    /// How many share the strictest book of a profile, for they are held otherwise than all for whom there are books.
    pub fn crowded(&self) -> usize {
        self.parties.crowded()
    }

    /// What is left to others, of those who are held by a book.
    pub fn left(&self, book: u16) -> impl Iterator<Item = &Left> {
        let policies = self.policies.get(usize::from(book)).into_iter().flatten();
        self.places.iter().chain(policies)
    }
}

impl Guide {
    /// The rules that the kernel decides by, with a book for each way in which `principals` are held, and what it does
    /// not decide. Patterns without a beginning (`**/.git/hooks/*`) hold directly in the homes and in the workspaces.
    pub fn kernel_rules(
        &self,
        homes: &[Home],
        workspaces: &[Text],
        principals: &[Principal],
    ) -> Compiled {
        let with_profile = principals.iter().map(|it| (self.profile_for(it), it));
        self.compiled(homes, workspaces, with_profile)
    }

    fn compiled<'a>(
        &self,
        homes: &[Home],
        workspaces: &[Text],
        principals: impl Iterator<Item = (Profile, &'a Principal)>,
    ) -> Compiled {
        let parties = Parties::of(self, principals);
        let questions = parties.questions();
        let mut lexicon = Lexicon::of(self, &questions);
        let mut left = Vec::new();
        let places = lexicon.draw(self, homes, workspaces, &mut left);
        let books = parties.books().map(|profile| {
            let verbs = VERBS.map(|verb| (verb, self.closed(profile, verb)));
            RuleBook { profile: profile.name().into(), verbs: BTreeMap::from(verbs) }
        });
        let mut rules = KernelRules {
            classes: lexicon.names(),
            places,
            tools: lexicon.tools(self),
            ends: self.ends(&lexicon),
            books: books.collect(),
            ..KernelRules::default()
        };
        let mut policies = vec![Vec::new(); rules.books.len()];
        for question in &questions {
            lower(question, &lexicon, &mut rules, &mut policies);
        }
        for left in policies.iter_mut().chain([&mut left]) {
            left.sort();
            left.dedup();
        }
        rules.asked = self.asked(policies.iter().flatten(), homes);
        Compiled { rules, places: left, policies, parties }
    }

    /// A verb that nothing was said about yet: open, or nothing permitted.
    fn closed(&self, profile: Profile, verb: Verb) -> VerbRules {
        let open = self.book(profile).slice(verb).is_some_and(|slice| slice.open);
        VerbRules { forbids: Vec::new(), permits: (!open).then(Vec::new) }
    }
}

fn lower(
    question: &Question<'_>,
    lexicon: &Lexicon,
    rules: &mut KernelRules,
    left: &mut [Vec<Left>],
) {
    let spoken = question.spoken;
    let look = |kind: &str| lexicon.look(spoken.verb, kind);
    let terms = question.terms(&look);
    if !terms.lost.is_empty() {
        let said = Left::Policy {
            profile: spoken.profile,
            verb: spoken.verb,
            policy: spoken.policy.clone(),
            asks: terms.lost.iter().cloned().collect(),
            by: beside_the_kernel(spoken.verb, &terms.lost),
        };
        for book in &question.books {
            left.get_mut(*book).into_iter().for_each(|left| left.push(said.clone()));
        }
    }
    if terms.any.is_empty() {
        return;
    }
    let Some(number) = number(&mut rules.policies, &spoken.policy) else { return };
    let clauses =
        terms.any.iter().map(|term| Clause { effect: spoken.effect, policy: number, ..*term });
    let clauses: Vec<Clause> = clauses.collect();
    for book in &question.books {
        let book = rules.books.get_mut(*book);
        let Some(verb) = book.and_then(|book| book.verbs.get_mut(&spoken.verb)) else { continue };
        add(&clauses, spoken.bound, verb);
    }
}

fn add(clauses: &[Clause], bound: Bound, verb: &mut VerbRules) {
    match (bound, &mut verb.permits) {
        (Bound::Below, _) => verb.forbids.extend(clauses),
        (Bound::Above, Some(permits)) => permits.extend(clauses),
        (Bound::Above, None) => {}
    }
    // What permits everything needs no list.
    let always = |it: &Clause| (it.all, it.none, it.holds) == Default::default();
    if verb.permits.as_ref().is_some_and(|permits| permits.iter().any(always)) {
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
