//! The least that an agent needs beyond a profile, from what it really did: permits for review, with a case for each.
//!
//! Files become folders where three of them stand side by side, never a home or what is above one, never a folder with
//! a store of keys in it. Hosts go by name. What a policy forbids is never proposed: it is listed for a person.

mod cover;
mod write;

pub use write::Programs;

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use event::{Action, Effect, Object, Text, Verb};

use crate::decide::UNPERMITTED;
use crate::{Guide, Profile};

/// Different things of one kind that are remembered; more are counted.
const MOST: usize = 20_000;

/// What an agent needed that a profile does not permit.
#[derive(Debug)]
pub struct Lesson<'a> {
    guide: &'a Guide,
    profile: Profile,
    product: Text,
    /// Things by what was wanted of them, and how often.
    files: BTreeMap<Needs, BTreeMap<Text, u64>>,
    hosts: BTreeMap<(Verb, Name), u64>,
    programs: BTreeMap<Text, u64>,
    /// By policy, verb and thing: not for a machine to permit.
    aside: BTreeMap<(Text, Verb, String), u64>,
    /// Actions that were looked at, and those that the profile would have let go as it is.
    pub looked_at: u64,
    /// Those.
    pub permitted: u64,
    /// Things that were too many to remember.
    pub forgotten: u64,
}

/// What is wanted of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Needs {
    Write,
    Delete,
    Read,
}

/// How a host is named in a policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Name {
    Name(Text),
    Address(IpAddr),
}

/// What is proposed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposal {
    /// Policies, with what each is for.
    pub policies: String,
    /// Cases that must come out so.
    pub cases: String,
    /// How many policies there are.
    pub permits: usize,
    /// What is left to a person: policy, what was done, how often.
    pub aside: Vec<(Text, String, u64)>,
}

impl<'a> Lesson<'a> {
    /// About the agents of one product, held by a profile.
    pub fn new(guide: &'a Guide, profile: Profile, product: &str) -> Self {
        Self {
            guide,
            profile,
            product: product.into(),
            files: BTreeMap::new(),
            hosts: BTreeMap::new(),
            programs: BTreeMap::new(),
            aside: BTreeMap::new(),
            looked_at: 0,
            permitted: 0,
            forgotten: 0,
        }
    }

    /// Takes in what the agent did, so many times.
    pub fn take(&mut self, action: &Action, times: u64) {
        let ours = action.principal.agent().is_some_and(|agent| agent.product == self.product);
        if !ours {
            return;
        }
        self.looked_at += times;
        if let (Verb::Exec, Object::Program { path, .. }) = (action.verb, &action.object) {
            count(&mut self.programs, path.clone(), times, &mut self.forgotten);
        }
        let decision = self.guide.decide(self.profile, action);
        let mut stopping = decision.because.iter().filter(|it| it.effect >= Effect::Ask).peekable();
        if stopping.peek().is_none() {
            self.permitted += times;
            return;
        }
        let (unpermitted, forbidden): (Vec<_>, Vec<_>) =
            stopping.partition(|because| *because.policy == *UNPERMITTED);
        for because in &forbidden {
            let key = (because.policy.clone(), action.verb, action.object.named());
            count(&mut self.aside, key, times, &mut self.forgotten);
        }
        if forbidden.is_empty() && !unpermitted.is_empty() {
            self.need(action, times);
        }
    }

    fn need(&mut self, action: &Action, times: u64) {
        let named = match (&action.object, action.verb) {
            (Object::File { path }, Verb::WriteFile) => Some((Needs::Write, path)),
            (Object::File { path }, Verb::DeleteFile) => Some((Needs::Delete, path)),
            (Object::File { path }, Verb::ReadFile) => Some((Needs::Read, path)),
            _ => None,
        };
        match (named, &action.object) {
            (Some((needs, path)), _) if path.starts_with('/') => {
                let files = self.files.entry(needs).or_default();
                count(files, path.clone(), times, &mut self.forgotten);
            }
            (None, Object::Host { name, address, .. }) => {
                let name = match (name.is_empty(), address) {
                    (true, Some(address)) => Name::Address(address.to_canonical()),
                    _ => Name::Name(name.clone()),
                };
                count(&mut self.hosts, (action.verb, name), times, &mut self.forgotten);
            }
            _ => {
                let key = (UNPERMITTED.into(), action.verb, action.object.named());
                count(&mut self.aside, key, times, &mut self.forgotten);
            }
        }
    }

    /// The programs that it ran.
    pub fn programs(&self) -> BTreeSet<&Text> {
        self.programs.keys().collect()
    }
}

fn count<K: Ord>(known: &mut BTreeMap<K, u64>, key: K, times: u64, forgotten: &mut u64) {
    let room = known.len() < MOST;
    match known.get_mut(&key) {
        Some(count) => *count += times,
        None if room => {
            known.insert(key, times);
        }
        None => *forgotten += 1,
    }
}
