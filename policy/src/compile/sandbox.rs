//! What of the files a launched agent gets, by asking the policies about each place that they know, without any
//! circumstances. A box knows paths alone: where a pattern is no path, all of its folder is held like the pattern, or
//! it is told that the box does not hold it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use event::{
    Action, AgentRef, Circumstances, Effect, Enforcer, FileAccess, Grant, Object, Principal, Reach,
    SandboxPlan, SessionId, Staging, Text, Verb,
};

use super::spoken::{Question, Spoken};
use super::terms::Bound;
use super::who::{Kind, Questions};
use super::{Home, Left, lexicon::Lexicon};
use crate::place::{Form, Name, Place};
use crate::{Guide, Profile};

/// A file that nobody has a name for.
const ANY: &str = "a-file";

/// The kind of stores of keys.
const CREDENTIAL: &str = "credential";

/// What is known of a place.
type Known = (FileAccess, Text);

struct Probe<'a> {
    guide: &'a Guide,
    profile: Profile,
    agent: &'a AgentRef,
    home: &'a str,
    /// By what a path is, where no policy asks for the path itself.
    known: HashMap<(BTreeSet<Text>, BTreeSet<Text>), Known>,
    by_kinds: bool,
}

impl Guide {
    /// The plan of a launch, and what of the policies it does not hold.
    pub fn sandbox_plan(
        &self,
        agent: &AgentRef,
        profile: Profile,
        home: &Home,
    ) -> (SandboxPlan, Vec<Left>) {
        let plan = SandboxPlan {
            profile: profile.name().into(),
            workspace: agent.workspace.clone(),
            grants: Vec::new(),
            network: self.reach(profile),
            staging: Staging::Direct,
        };
        if !profile.enforces() {
            let all = Grant { path: "/".into(), access: FileAccess::Change, because: "".into() };
            return (SandboxPlan { grants: vec![all], ..plan }, Vec::new());
        }
        let home = home.path.trim_end_matches('/');
        let mut probe = self.probe(agent, profile, home);
        let mut left = self.not_held(profile, agent);
        let grants = narrow(probe.places(&mut left));
        left.sort();
        left.dedup();
        (SandboxPlan { grants, ..plan }, left)
    }

    /// Whether a launch could read a store of keys that a box can hold: somebody lifted what hides it. Nobody sees from outside
    /// what is read in a box, so whoever could is taken for one who did.
    pub fn leaves_secrets(&self, agent: &AgentRef, profile: Profile, home: &Home) -> bool {
        let home = home.path.trim_end_matches('/');
        let mut probe = self.probe(agent, profile, home);
        let kinds = self.surroundings().kinds.files.iter().filter(|it| &*it.kind == CREDENTIAL);
        let places = kinds.flat_map(|it| &it.places.0).filter_map(|place| {
            let at = |folder: &str| join(if place.home { home } else { "" }, folder);
            match &place.form {
                Form::Below(folder) => Some(at(folder)),
                Form::In { folder, name } => Some(format!("{}/{}", at(folder), written(name))),
                _ => None,
            }
        });
        let places: Vec<String> = places.collect();
        profile.enforces() && places.iter().any(|path| probe.ask(path).0 > FileAccess::Hidden)
    }

    fn probe<'a>(&'a self, agent: &'a AgentRef, profile: Profile, home: &'a str) -> Probe<'a> {
        Probe {
            guide: self,
            profile,
            agent,
            home,
            known: HashMap::new(),
            by_kinds: VERBS.iter().all(|verb| !self.asks_for_paths(profile, *verb)),
        }
    }

    fn reach(&self, profile: Profile) -> Reach {
        let book = self.book(profile);
        let Some(slice) = book.slice(Verb::Connect) else { return Reach::Nothing };
        let stops = |policy: &cedar_policy::Policy| {
            let rule = book.rule(AsRef::<str>::as_ref(policy.id()));
            rule.is_some_and(|rule| !rule.because.effect.goes_on())
        };
        let held = slice.forbids.policies().any(stops);
        match (profile.enforces(), slice.open && !held) {
            (false, _) | (_, true) => Reach::Everything,
            (true, false) if slice.open || slice.permits.num_of_policies() > 0 => Reach::Proxy,
            (true, false) => Reach::Nothing,
        }
    }

    fn asks_for_paths(&self, profile: Profile, verb: Verb) -> bool {
        let words = [".path", ".name", "[\"", "File::", "Program::"];
        let slice = self.book(profile).slice(verb);
        slice.is_some_and(|slice| words.iter().any(|word| slice.asks_for(word)))
    }

    /// Policies about files that ask for more than kinds, and who acts.
    fn not_held(&self, profile: Profile, agent: &AgentRef) -> Vec<Left> {
        let mut spoken: Vec<Spoken> = self.spoken(profile);
        spoken.retain(|it| VERBS.contains(&it.verb));
        let who = Questions::of(spoken.iter().flat_map(Spoken::formulas)).answers(&launched(agent));
        let ask = |spoken: &'_ Spoken| spoken.of_one(Kind::Session, &who);
        let questions: Vec<Question<'_>> =
            spoken.iter().map(|it| it.ask(vec![ask(it)], Vec::new())).collect();
        let lexicon = Lexicon::of(self, &questions);
        let below = questions.iter().filter(|question| question.spoken.bound == Bound::Below);
        let lost = below.map(|question| {
            let look = |kind: &str| lexicon.look(question.spoken.verb, kind);
            (question.spoken, question.terms(&look).lost)
        });
        lost.filter(|(_, lost)| !lost.is_empty())
            .map(|(spoken, lost)| Left::Policy {
                profile,
                verb: spoken.verb,
                policy: spoken.policy.clone(),
                asks: lost.into_iter().collect(),
                by: Enforcer::Hook,
            })
            .collect()
    }
}

/// Who acts in a box.
fn launched(agent: &AgentRef) -> Principal {
    Principal::Session { id: SessionId::default(), agent: agent.clone() }
}

/// What of files is asked for.
const VERBS: [Verb; 4] = [Verb::ReadFile, Verb::WriteFile, Verb::DeleteFile, Verb::Exec];

/// Without places that say what the one around them says.
fn narrow(places: BTreeMap<String, Known>) -> Vec<Grant> {
    let mut grants: Vec<Grant> = Vec::new();
    // In order, so that what is around a place comes before it.
    for (path, (access, because)) in places {
        let around = SandboxPlan { grants: std::mem::take(&mut grants), ..SandboxPlan::default() };
        let says = around.access(&path).0;
        let first = around.grants.is_empty();
        grants = around.grants;
        if first || says != access {
            grants.push(Grant { path: path.into(), access, because });
        }
    }
    grants
}

impl Probe<'_> {
    /// Every path that the plan could name, and what the policies say of it.
    fn places(&mut self, left: &mut Vec<Left>) -> BTreeMap<String, Known> {
        let mut found = BTreeMap::new();
        let guide = self.guide;
        let roots = [self.home.to_owned(), self.agent.workspace.trim_end_matches('/').to_owned()];
        for folder in std::iter::once(String::new()).chain(roots.clone()) {
            self.folder(&mut found, &folder);
        }
        let kinds = &guide.surroundings().kinds;
        for entry in &kinds.files {
            for place in entry.places.0.iter().chain(&entry.but.0) {
                let loose = self.place(&mut found, place, &roots);
                let matters = loose && self.differs(place, &roots);
                if matters {
                    left.push(Left::Place {
                        kind: entry.kind.clone(),
                        place: place.written.as_str().into(),
                        instead: "the box holds it directly in the home and the workspace, if at all",
                    });
                }
            }
        }
        found.remove("");
        let all = self.ask(&format!("/{ANY}"));
        found.insert("/".into(), all);
        found
    }

    /// One place of the table; says whether there is more of it than the plan can name.
    fn place(
        &mut self,
        found: &mut BTreeMap<String, Known>,
        place: &Place,
        roots: &[String],
    ) -> bool {
        let root = if place.home { self.home } else { "" };
        let at = |folder: &str| join(root, folder);
        match &place.form {
            Form::Below(folder) => self.path(found, &at(folder)),
            Form::In { folder, name } => self.held(found, &at(folder), &written(name), name),
            Form::Ending { folder, parts } if !at(folder).is_empty() => {
                let name = Name { prefix: parts.clone(), suffix: String::new() };
                self.held(found, &at(folder), parts, &name);
            }
            Form::Ending { parts, .. } => {
                roots.iter().for_each(|root| self.path(found, &join(root, parts)));
                return true;
            }
            Form::Inside { parts, .. } => {
                roots.iter().for_each(|root| self.folder(found, &join(root, parts)));
                return true;
            }
            Form::InsideIn { parts, .. } => {
                roots.iter().for_each(|root| self.folder(found, &join(root, parts)));
                return true;
            }
            Form::Named { .. } | Form::Other(_) => return true,
        }
        false
    }

    /// A file, or a folder with everything below it.
    fn path(&mut self, found: &mut BTreeMap<String, Known>, path: &str) {
        let known = self.ask(path);
        merge(found, path, known);
    }

    /// A folder by what any file in it is.
    fn folder(&mut self, found: &mut BTreeMap<String, Known>, folder: &str) {
        let known = self.ask(&format!("{folder}/{ANY}"));
        merge(found, folder, known);
    }

    /// A folder in which files of some names are held otherwise: all of it is held as they are, if that is stricter.
    fn held(
        &mut self,
        found: &mut BTreeMap<String, Known>,
        folder: &str,
        example: &str,
        name: &Name,
    ) {
        let (access, because) = self.ask(&format!("{folder}/{example}"));
        let any = self.ask(&format!("{folder}/{ANY}"));
        let known = match access < any.0 {
            true => {
                let because = format!("{because}: all of the folder, for `{}`", shown(name));
                (access, because.into())
            }
            false => any,
        };
        merge(found, folder, known);
    }

    /// Whether what the policies say of a place is other than what they say of a file nearby.
    fn differs(&mut self, place: &Place, roots: &[String]) -> bool {
        let example = match &place.form {
            Form::Ending { parts, .. } => parts.clone(),
            Form::Inside { parts, .. } => format!("{parts}/{ANY}"),
            Form::InsideIn { parts, name, .. } => format!("{parts}/{}", written(name)),
            Form::Named { name, .. } => written(name),
            Form::Other(pattern) => {
                let root = if place.home { self.home } else { "" };
                let example = join(root, &pattern.replace("**", "x").replace('*', "x"));
                let around = join(root, place.form.folder());
                return self.ask(&example).0 != self.ask(&format!("{around}/{ANY}")).0;
            }
            Form::Below(_) | Form::In { .. } => return false,
        };
        roots.iter().any(|root| {
            let [special, usual] =
                [&example, ANY].map(|name| self.ask(&format!("{root}/deep/{name}")).0);
            special < usual
        })
    }

    /// What the policies say of a path, and which one says no.
    fn ask(&mut self, path: &str) -> Known {
        let file = Object::File { path: path.into() };
        let program = Object::Program { path: path.into(), command_line: Text::default() };
        let [file, program] =
            [(Verb::ReadFile, file), (Verb::Exec, program)].map(|(verb, object)| Action {
                principal: launched(self.agent),
                verb,
                object,
                context: Circumstances::default(),
            });
        let key = (self.guide.kinds(&file), self.guide.kinds(&program));
        if let (true, Some(known)) = (self.by_kinds, self.known.get(&key)) {
            return known.clone();
        }
        let known = self.decided(&file, &program);
        self.known.insert(key, known.clone());
        known
    }

    fn decided(&self, file: &Action, program: &Action) -> Known {
        let no = |action: &Action, verb: Verb| {
            let decision = self.guide.decide(self.profile, &Action { verb, ..action.clone() });
            let because = decision.because.into_iter().find(|it| it.effect >= Effect::Ask);
            because.map(|because| because.policy)
        };
        if let Some(policy) = no(file, Verb::ReadFile) {
            return (FileAccess::Hidden, policy);
        }
        if let Some(policy) = no(program, Verb::Exec) {
            return (FileAccess::Read, policy);
        }
        let change = no(file, Verb::WriteFile).or_else(|| no(file, Verb::DeleteFile));
        match change {
            Some(policy) => (FileAccess::Run, policy),
            None => (FileAccess::Change, Text::default()),
        }
    }
}

/// Of what several patterns say of one path the strictest.
fn merge(found: &mut BTreeMap<String, Known>, path: &str, known: Known) {
    match found.get_mut(path) {
        Some(before) if before.0 <= known.0 => {}
        _ => {
            found.insert(path.to_owned(), known);
        }
    }
}

fn join(root: &str, folder: &str) -> String {
    if folder.is_empty() {
        root.to_owned()
    } else if root.is_empty() {
        folder.to_owned()
    } else {
        format!("{root}/{folder}")
    }
}

/// A name that the pattern means.
fn written(name: &Name) -> String {
    format!("{}x{}", name.prefix, name.suffix)
}

fn shown(name: &Name) -> String {
    if name.suffix.is_empty() && name.prefix.contains('.') {
        name.prefix.clone()
    } else {
        format!("{}*{}", name.prefix, name.suffix)
    }
}
