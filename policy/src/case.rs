//! Cases that stand beside policies: an action in few words, and what must come of it. `chaperone policy test` runs
//! them, and the ones that ship are a test of this crate.

use std::collections::BTreeSet;
use std::net::IpAddr;

use content::yaml::{self, YamlError};
use event::{
    Action, AgentId, AgentRef, Circumstances, Decision, Effect, Object, Principal, SessionId, Text,
    Verb,
};
use serde::Deserialize;

use crate::{Guide, Profile, Surroundings};

/// An action and what must come of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it shows, as a sentence.
    pub that: String,
    /// What kind of principal.
    #[serde(default)]
    pub who: Who,
    /// Product, or product and owner (`codex-cli@alice`).
    #[serde(default = "codex")]
    pub agent: String,
    /// Its team.
    #[serde(default)]
    pub team: Text,
    /// The folder it works on.
    #[serde(default = "shop")]
    pub workspace: Text,
    /// What it wants.
    #[serde(rename = "do")]
    pub verb: Verb,
    /// To what.
    #[serde(flatten)]
    pub object: What,
    /// Under which circumstances.
    #[serde(default)]
    pub with: Circumstances,
    /// Hosts that the configuration has to name as destinations of data (`policy.hosts`), beside those that it names.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Under which profile.
    #[serde(default = "guarded")]
    pub profile: Profile,
    /// What must be done.
    pub expect: Effect,
    /// The policies that must say so; not asked where nothing stands.
    #[serde(default)]
    pub because: Option<BTreeSet<Text>>,
}

/// What kind of principal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// An agent outside any session.
    Agent,
    /// A run of an agent.
    #[default]
    Session,
    /// An agent that a run of another one started.
    SubAgent,
    /// A person: the owner of `agent`.
    Human,
    /// A server of models or a training job.
    Workload,
}

/// To what, in one word or line.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A path.
    File(Text),
    /// A command line, the program's path first.
    Program(Text),
    /// `name:port`, `address:port`, `[address]:port`, `name/address:port`.
    Host(String),
    /// `server/name` or `name`.
    Tool(String),
    /// `provider/name`.
    Model(String),
    /// `kind/name`.
    Secret(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    cases: Vec<Case>,
}

fn codex() -> String {
    "codex-cli@alice".into()
}

fn shop() -> Text {
    "/home/alice/code/shop".into()
}

fn guarded() -> Profile {
    Profile::Guarded
}

/// Reads a file of cases.
pub fn parse(text: &str) -> Result<Vec<Case>, YamlError> {
    yaml::parse::<File>(text).map(|file| file.cases)
}

/// Reads circumstances as a case has them behind `with` (`holds: [secret]`).
pub fn circumstances(text: &str) -> Result<Circumstances, YamlError> {
    yaml::parse(text)
}

/// What came of a case that should have come out otherwise.
#[derive(Clone, Debug)]
pub struct Wrong {
    /// What was decided.
    pub decision: Decision,
    /// What was expected and what came, in words.
    pub why: String,
}

impl Case {
    /// A session of an agent wants something, under `guarded`, and it goes on.
    pub fn new(verb: Verb, object: What) -> Self {
        Self {
            that: String::new(),
            who: Who::default(),
            agent: codex(),
            team: Text::default(),
            workspace: shop(),
            verb,
            object,
            with: Circumstances::default(),
            hosts: Vec::new(),
            profile: guarded(),
            expect: Effect::default(),
            because: None,
        }
    }

    /// Asks; the error says what came instead.
    pub fn run(&self, guide: &Guide) -> Result<(), Box<Wrong>> {
        let action = self.action();
        let decision = guide.decide_known(self.profile, &action, &self.kinds(guide, &action));
        let said: BTreeSet<Text> = decision.because.iter().map(|it| it.policy.clone()).collect();
        let came = decision.would;
        let names = |ids: &BTreeSet<Text>| {
            ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ")
        };
        let mut wrong = Vec::new();
        if came != self.expect {
            wrong.push(format!("expected {}, came {}", self.expect.name(), came.name()));
        }
        if let Some(because) = &self.because
            && *because != said
        {
            wrong.push(format!("expected because of {}, came of {}", names(because), names(&said)));
        }
        if !decision.failed.is_empty() {
            let failed: Vec<String> =
                decision.failed.iter().map(|(id, why)| format!("`{id}`: {why}")).collect();
            wrong.push(format!("could not be evaluated: {}", failed.join("; ")));
        }
        if wrong.is_empty() {
            return Ok(());
        }
        Err(Box::new(Wrong { decision, why: wrong.join("; ") }))
    }

    /// What the object is, where the configuration is as the case has it.
    fn kinds(&self, guide: &Guide, action: &Action) -> BTreeSet<Text> {
        let mut kinds = guide.kinds(action);
        if let Object::Host { name, address, .. } = &action.object {
            let declared_hosts = self.hosts.clone();
            let assumed = Surroundings { declared_hosts, ..Surroundings::default() };
            kinds.extend(assumed.of_host(name, *address));
        }
        kinds
    }

    /// The action that it tells of.
    pub fn action(&self) -> Action {
        let (product, owner) = self.agent.split_once('@').unwrap_or((&self.agent, "alice"));
        let agent = AgentRef {
            id: AgentId::derive("case", product, owner),
            product: product.into(),
            owner: owner.into(),
            team: self.team.clone(),
            workspace: self.workspace.clone(),
        };
        let id = SessionId::default();
        let principal = match self.who {
            Who::Agent => Principal::Agent(agent),
            Who::Session => Principal::Session { id, agent },
            Who::SubAgent => Principal::SubAgent { of: id, id, agent },
            Who::Human => Principal::Human { account: owner.into(), groups: BTreeSet::new() },
            Who::Workload => Principal::Workload { product: product.into(), account: owner.into() },
        };
        let object = self.object.object();
        Action { principal, verb: self.verb, object, context: self.with.clone() }
    }
}

impl What {
    fn object(&self) -> Object {
        let two = |text: &str| match text.split_once('/') {
            Some((first, second)) => (Text::from(first), Text::from(second)),
            None => (Text::default(), Text::from(text)),
        };
        match self {
            Self::File(path) => Object::File { path: path.clone() },
            Self::Program(line) => {
                let path = line.split(' ').next().unwrap_or_default().into();
                Object::Program { path, command_line: line.clone() }
            }
            Self::Host(text) => host(text),
            Self::Tool(text) => {
                let (server, name) = two(text);
                Object::Tool { server, name }
            }
            Self::Model(text) => {
                let (provider, name) = two(text);
                Object::Model { provider, name }
            }
            Self::Secret(text) => {
                let (kind, name) = two(text);
                Object::Secret { kind, name }
            }
        }
    }
}

fn host(text: &str) -> Object {
    let (rest, request) = text.split_once(' ').unwrap_or((text, ""));
    let (end, port) = rest.rsplit_once(':').unwrap_or((rest, "443"));
    let (name, address) = end.split_once('/').unwrap_or((end, end));
    let address: Option<IpAddr> = address.trim_matches(['[', ']']).parse().ok();
    let name = if name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok() { "" } else { name };
    Object::Host {
        name: name.into(),
        address,
        port: port.parse().unwrap_or(443),
        request: request.into(),
    }
}
