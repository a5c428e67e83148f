//! The decision: which policies speak about an action, what the strongest asks for, what an approval lifts.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use cedar_policy::{AuthorizationError, Authorizer, Decision as Cedar, PolicySet, Response};
use event::{Action, Because, Decision, Effect, Guard, Object, Principal, Severity, Text};

use crate::book::{Book, Rule, Slice, Source};
use crate::foresee::{Foreseen, Foresight, grave};
use crate::kinds::{Kinds, host_matches};
use crate::profile::{Profile, Selection};
use crate::recent::Recent;
use crate::request::{Asked, ask, essence};
use crate::{Refusal, shipped};

/// What of the host and its configuration the kinds of things depend on.
#[derive(Debug, Default)]
pub struct Surroundings {
    /// The table of kinds.
    pub kinds: Kinds,
    /// Hosts that the configuration names as destinations of data: names, patterns (`*.example.org`).
    pub declared_hosts: Vec<String>,
    /// Hosts where models answer.
    pub model_hosts: Vec<String>,
}

impl Surroundings {
    /// The kinds of the other end of a connection.
    pub fn of_host(&self, name: &str, address: Option<IpAddr>) -> BTreeSet<Text> {
        let mut found = self.kinds.of_host(name, address);
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let address = address.map(|it| it.to_canonical().to_string());
        let among = |hosts: &[String]| {
            hosts.iter().any(|known| {
                host_matches(known, &name) || address.as_ref().is_some_and(|it| known == it)
            })
        };
        if among(&self.declared_hosts) {
            found.insert("declared".into());
        }
        if among(&self.model_hosts) {
            found.insert("model".into());
        }
        found
    }
}

/// Policies in force: decides, remembers what it decided, and says why.
#[derive(Debug)]
pub struct Guide {
    guarded: Book,
    confined: Book,
    locked: Book,
    selection: Selection,
    surroundings: Surroundings,
    foresight: Foresight,
    recent: Recent<(Profile, Action), Decision>,
    /// By what things are, where no policy asks for more.
    alike: Recent<Alike, Decision>,
}

/// A question without the name of its object, and what the object is.
type Alike = (Profile, Action, BTreeSet<Text>);

/// Decisions that are remembered, at least.
const REMEMBERED: usize = 16_384;

/// What is said when a profile permits nothing of the kind.
pub(crate) const UNPERMITTED: &str = "not-permitted";

impl Guide {
    /// What ships, with one's own policies beside it. All that is wrong is told, and nothing is put in force.
    pub fn new(
        own: &[Source<'_>],
        selection: Selection,
        surroundings: Surroundings,
    ) -> Result<Self, Vec<Refusal>> {
        let book = |profile| {
            let shipped = [shipped::invariants(), shipped::of_profile(profile)];
            Book::read(&[&shipped, own].concat())
        };
        Ok(Self {
            guarded: book(Profile::Guarded)?,
            confined: book(Profile::Confined)?,
            locked: book(Profile::Locked)?,
            selection,
            surroundings,
            foresight: Foresight::shipped().map_err(ships_wrong)?,
            recent: Recent::new(REMEMBERED),
            alike: Recent::new(REMEMBERED),
        })
    }

    /// The kinds of a host.
    pub fn of_host(&self, name: &str) -> BTreeSet<Text> {
        self.surroundings.of_host(name, None)
    }

    pub(crate) fn surroundings(&self) -> &Surroundings {
        &self.surroundings
    }

    /// The policies of a profile.
    pub fn book(&self, profile: Profile) -> &Book {
        match profile {
            Profile::Observe | Profile::Guarded => &self.guarded,
            Profile::Confined => &self.confined,
            Profile::Locked => &self.locked,
        }
    }

    /// The profile that is for who wants this.
    pub fn profile(&self, action: &Action) -> Profile {
        self.profile_for(&action.principal)
    }

    /// The profile that somebody is held by.
    pub fn profile_for(&self, principal: &Principal) -> Profile {
        match principal.agent() {
            Some(agent) => self.selection.of(agent),
            // People and workloads are held by the policies that name them, whatever agents are held by.
            None if self.selection.otherwise.enforces() => Profile::Guarded,
            None => Profile::Observe,
        }
    }

    /// Whether any agent is held by a profile that stops something.
    pub fn enforces(&self) -> bool {
        let Selection { otherwise, choices } = &self.selection;
        otherwise.enforces() || choices.iter().any(|choice| choice.profile.enforces())
    }

    /// What the object of an action is.
    pub fn kinds(&self, action: &Action) -> BTreeSet<Text> {
        let workspace = action.principal.agent().map_or("", |agent| &*agent.workspace);
        let kinds = &self.surroundings.kinds;
        match &action.object {
            Object::File { path } => {
                let by = [&*action.context.program, &*action.context.script];
                kinds.of_file(path, workspace, by)
            }
            Object::Program { path, .. } => kinds.of_program(path, workspace),
            Object::Host { name, address, .. } => self.surroundings.of_host(name, *address),
            Object::Tool { .. } | Object::Model { .. } | Object::Secret { .. } => BTreeSet::new(),
        }
    }

    /// What is to be done, without looking into the memory.
    pub fn decide(&self, profile: Profile, action: &Action) -> Decision {
        self.decide_known(profile, action, &self.kinds(action))
    }

    /// The same, where it is known what the object is.
    pub(crate) fn decide_known(
        &self,
        profile: Profile,
        action: &Action,
        kinds: &BTreeSet<Text>,
    ) -> Decision {
        let book = self.book(profile);
        let mut decision = match book.slice(action.verb) {
            Some(slice) => self.weigh(book, slice, action, kinds),
            None => unpermitted(profile),
        };
        decision.profile = profile.name().into();
        decision.would = decision.because.iter().map(|it| it.effect).max().unwrap_or_default();
        decision.effect = if profile.enforces() { decision.would } else { Effect::Allow };
        decision
    }

    /// Whether an equal question was answered a moment ago.
    pub fn remembers(&self, action: &Action) -> bool {
        let profile = self.profile(action);
        let slice = self.book(profile).slice(action.verb);
        slice.is_some_and(|slice| self.recent.get(&(profile, essence(action, slice))).is_some())
    }

    fn check_alike(&self, key: Alike, action: &Action) -> Arc<Decision> {
        if let Some(known) = self.alike.get(&key) {
            return known;
        }
        let decision = Arc::new(self.decide_known(key.0, action, &key.2));
        self.alike.insert(key, Arc::clone(&decision));
        decision
    }

    /// What an action would do that cannot be undone.
    pub fn foresees(&self, action: &Action) -> Vec<Foreseen> {
        self.foresight.of(action)
    }

    /// Programs whose command lines are looked at for that; by name, some more than once.
    pub fn foreseen_programs(&self) -> impl Iterator<Item = &str> {
        self.foresight.programs()
    }

    fn weigh(
        &self,
        book: &Book,
        slice: &Slice,
        action: &Action,
        kinds: &BTreeSet<Text>,
    ) -> Decision {
        let mut action = action.clone();
        if slice.asks_for("irreversible") {
            action.context.irreversible.extend(grave(&self.foresees(&action)));
        }
        let asked = match ask(&action, kinds, slice) {
            Ok(asked) => asked,
            Err(error) => return unsaid(error.to_string()),
        };
        let mut decision = Decision::default();
        // What forbids, whether or not anything permits.
        let forbidding = heard(&slice.forbids, &asked);
        for id in forbidding.diagnostics().reason() {
            decision.because.extend(rule(book, id).map(|rule| rule.because.clone()));
        }
        for (id, why) in failures(&forbidding) {
            // Fail closed: a rule against something counts when nobody can say that it does not hold.
            let because = book.rule(&id).map(|rule| rule.because.clone());
            decision.because.extend(because.filter(|it| it.effect >= Effect::Ask));
            decision.failed.push((id, why));
        }
        self.lift(book, slice, &asked, &mut decision);
        if !slice.open {
            let permitting = heard(&slice.permits, &asked);
            decision.failed.extend(failures(&permitting));
            if permitting.decision() != Cedar::Allow {
                decision.because.extend(unpermitted(Profile::default()).because);
            }
        }
        decision.because.sort_by(|a, b| {
            (b.effect, b.severity, &a.policy).cmp(&(a.effect, a.severity, &b.policy))
        });
        decision
    }

    fn lift(&self, book: &Book, slice: &Slice, asked: &Asked, decision: &mut Decision) {
        if decision.because.is_empty() || slice.lifts.num_of_policies() == 0 {
            return;
        }
        let approving = heard(&slice.lifts, asked);
        for approval in approving.diagnostics().reason().filter_map(|id| rule(book, id)) {
            let Some(lifted) = &approval.lifts else { continue };
            let before = decision.because.len();
            decision.because.retain(|because| because.policy != *lifted);
            if decision.because.len() < before {
                decision.lifted.push((lifted.clone(), approval.because.policy.clone()));
            }
        }
    }
}

impl Guard for Guide {
    fn check(&self, action: &Action) -> Arc<Decision> {
        let profile = self.profile(action);
        let Some(slice) = self.book(profile).slice(action.verb) else {
            return Arc::new(self.decide(profile, action));
        };
        let key = (profile, essence(action, slice));
        if let Some(known) = self.recent.get(&key) {
            return known;
        }
        let decision = match nameless(&key.1, slice) {
            Some(nameless) => self.check_alike((profile, nameless, self.kinds(&key.1)), &key.1),
            None => Arc::new(self.decide(profile, &key.1)),
        };
        self.recent.insert(key, Arc::clone(&decision));
        decision
    }
}

/// The question without the file's name, if no policy of the verb asks for it but through its kinds: thousands of files are
/// one question then.
fn nameless(action: &Action, slice: &Slice) -> Option<Action> {
    let Object::File { .. } = action.object else { return None };
    if slice.asks_which {
        return None;
    }
    let mut nameless = action.clone();
    nameless.object = Object::File { path: Text::default() };
    for (name, circumstance) in
        [("program", &mut nameless.context.program), ("script", &mut nameless.context.script)]
    {
        if !slice.asks_for(name) {
            *circumstance = Text::default();
        }
    }
    Some(nameless)
}

/// The tables are compiled in, and a test reads them.
fn ships_wrong(error: impl std::fmt::Display) -> Vec<Refusal> {
    let hint = "it ships with the program: please report this";
    vec![Refusal::at("rules/irreversible", (0, 0), error.to_string(), hint)]
}

fn heard(policies: &PolicySet, asked: &Asked) -> Response {
    Authorizer::new().is_authorized(&asked.request, policies, &asked.entities)
}

fn rule<'a>(book: &'a Book, id: &cedar_policy::PolicyId) -> Option<&'a Rule> {
    book.rule(AsRef::<str>::as_ref(id))
}

/// Policies that could not be evaluated, and why.
fn failures(response: &Response) -> Vec<(Text, Text)> {
    let errors = response.diagnostics().errors().map(|error| match error {
        AuthorizationError::PolicyEvaluationError(error) => {
            (error.policy_id().to_string().into(), error.inner().to_string().into())
        }
    });
    errors.collect()
}

fn unpermitted(profile: Profile) -> Decision {
    let because = Because {
        policy: UNPERMITTED.into(),
        effect: Effect::Deny,
        severity: Severity::Medium,
        reason: "nothing in the profile permits it".into(),
        ..Because::default()
    };
    Decision { profile: profile.name().into(), because: vec![because], ..Decision::default() }
}

/// Nobody can say what the policies say: denied, and the failure is told.
fn unsaid(why: String) -> Decision {
    let mut decision = unpermitted(Profile::default());
    for because in &mut decision.because {
        because.reason = "the action could not be put before the policies".into();
    }
    decision.failed.push(("all".into(), why.into()));
    decision
}
