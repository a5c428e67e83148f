//! The sessions that run now, their labels in the kernel, and the agents behind them.

use std::sync::Arc;

use event::{
    Actor, Agent, AgentId, AgentKind, Basis, Label, Process, ProcessId, Session, SessionId, Text,
    ToolCallId, User,
};
use rustc_hash::FxHashMap;

use crate::signature::ProductId;

use super::Labelled;
use super::origin::Origin;

/// Names one run of this attributor's life; never reused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct RunKey(u64);

impl RunKey {
    pub const NONE: Self = Self(0);
}

/// Most sessions held at once; the one that began first is closed for a new one.
const MAX_RUNS: usize = 4_096;
/// Most agents within agents that are looked through.
const MAX_NESTED: usize = 16;
/// Most program paths remembered as a session's own.
const MAX_PROGRAMS: usize = 8;

/// One session that is not over.
#[derive(Debug)]
pub(super) struct Run {
    pub record: Session,
    /// None for an undeclared agent.
    pub product: Option<ProductId>,
    pub kind: AgentKind,
    /// Actor of the agent's own processes.
    pub own: Arc<Actor>,
    /// The account that it runs as.
    pub owner: Text,
    /// Kernel labels of the tree; the first is used for adoption.
    pub labels: Vec<Label>,
    /// Native programs of the agent itself.
    pub programs: Vec<Text>,
    /// A package runner is fetching the product: all that it starts is still its own.
    pub launching: bool,
    /// An undeclared agent that asks its model through a transport: those are its own.
    pub by_transport: bool,
    /// Processes of the tree that live.
    pub live: u32,
}

impl Run {
    /// The actor of the tool call whose subtree starts at `root`.
    pub fn tool_call(&self, root: ProcessId, basis: Basis) -> Arc<Actor> {
        Arc::new(Actor {
            tool_call: Some(ToolCallId::derive(self.record.id, root)),
            tool_root: Some(root),
            basis,
            ..(*self.own).clone()
        })
    }

    pub fn learn_program(&mut self, exe: &Text) {
        if self.programs.len() < MAX_PROGRAMS && !self.programs.contains(exe) {
            self.programs.push(exe.clone());
        }
    }
}

/// What is known of an agent when a session of it begins.
#[derive(Debug)]
pub(super) struct Identity {
    pub product: Option<ProductId>,
    /// Product id for actors (`codex-cli`, `undeclared`).
    pub id: Text,
    /// What the agent's id is derived from besides host and owner: the product id, or the program.
    pub key: Text,
    pub name: Text,
    pub kind: AgentKind,
    pub version: Option<Text>,
}

/// All runs.
#[derive(Debug, Default)]
pub(super) struct Runs {
    runs: FxHashMap<RunKey, Run>,
    by_label: FxHashMap<Label, RunKey>,
    /// Version last told of each agent.
    agents: FxHashMap<AgentId, Option<Text>>,
    last_key: u64,
    last_label: u64,
}

/// Labels given by user space have this bit, so that they never meet the kernel's.
const USER_SPACE_LABEL: u64 = 1 << 63;

impl Runs {
    pub fn len(&self) -> usize {
        self.runs.len()
    }
    pub fn get(&self, key: RunKey) -> Option<&Run> {
        self.runs.get(&key)
    }
    pub fn get_mut(&mut self, key: RunKey) -> Option<&mut Run> {
        self.runs.get_mut(&key)
    }
    pub fn with_label(&self, label: Label) -> Option<RunKey> {
        self.by_label.get(&label).copied()
    }

    /// A label that the kernel does not give.
    pub fn new_label(&mut self) -> Label {
        self.last_label += 1;
        Label(USER_SPACE_LABEL | self.last_label)
    }

    pub fn add_label(&mut self, key: RunKey, label: Label) {
        if let Some(run) = self.runs.get_mut(&key) {
            run.labels.push(label);
            self.by_label.insert(label, key);
        }
    }

    /// Begins a run. The agent is returned when it is new or known better.
    pub fn begin(
        &mut self,
        host: &Host<'_>,
        identity: Identity,
        began: Began<'_>,
    ) -> (RunKey, Option<Agent>) {
        let owner = owner_of(&began.process.user);
        let agent = AgentId::derive(host.name, &identity.key, &owner);
        let Origin { parent, delegation, identities, again } = began.origin;
        let id = SessionId::derive(agent, host.boot_id, began.process.id).after(again);
        let own = Actor {
            agent,
            product: identity.id.clone(),
            kind: identity.kind,
            session: id,
            workspace: began.process.cwd.clone(),
            tool_call: None,
            tool_root: None,
            basis: began.basis,
        };
        let record = Session {
            id,
            agent,
            root: began.process.id,
            started_unix_ns: began.time_unix_ns,
            ended_unix_ns: None,
            cwd: began.process.cwd.clone(),
            parent,
            evidence: began.evidence,
            unseen_before: !matches!(began.basis, Basis::Lineage),
            delegation,
            identities,
        };
        self.last_key += 1;
        let key = RunKey(self.last_key);
        let run = Run {
            record,
            product: identity.product,
            kind: identity.kind,
            own: Arc::new(own),
            owner: owner.clone(),
            labels: Vec::new(),
            programs: Vec::new(),
            launching: began.launching,
            by_transport: false,
            live: 0,
        };
        self.runs.insert(key, run);
        (key, self.meet(agent, identity, owner))
    }

    /// True if the session was started, over however many others, by `ancestor`.
    pub fn began_below(&self, session: SessionId, ancestor: SessionId) -> bool {
        let parent = |session: SessionId| {
            self.runs.values().find(|run| run.record.id == session)?.record.parent
        };
        std::iter::successors(parent(session), |above| parent(*above))
            .take(MAX_NESTED)
            .any(|above| above == ancestor)
    }

    /// Whose label it is.
    pub fn labelled(&self, key: RunKey, label: Label) -> Option<Labelled> {
        let run = self.get(key)?;
        let (actor, owner) = (run.own.clone(), run.owner.clone());
        Some(Labelled { label, actor, owner, parent: run.record.parent })
    }

    /// The oldest run, if there are too many.
    pub fn surplus(&self) -> Option<RunKey> {
        if self.runs.len() <= MAX_RUNS { None } else { self.runs.keys().min().copied() }
    }

    fn meet(&mut self, id: AgentId, identity: Identity, owner: Text) -> Option<Agent> {
        let known = self.agents.get(&id);
        let better = identity.version.is_some() && known.is_some_and(|v| *v != identity.version);
        if known.is_some() && !better {
            return None;
        }
        if self.agents.len() >= MAX_RUNS {
            self.agents.clear();
        }
        self.agents.insert(id, identity.version.clone());
        Some(Agent {
            id,
            product: identity.id,
            name: identity.name,
            version: identity.version,
            owner,
            kind: identity.kind,
        })
    }

    /// Ends a run and forgets its labels.
    pub fn end(&mut self, key: RunKey, time_unix_ns: u64) -> Option<Session> {
        let mut run = self.runs.remove(&key)?;
        for label in &run.labels {
            self.by_label.remove(label);
        }
        run.record.ended_unix_ns = Some(time_unix_ns);
        Some(run.record)
    }

    /// A live run of the product by the same account, the youngest first.
    pub fn of_product(
        &self,
        host: &Host<'_>,
        product: ProductId,
        id: &str,
        user: &User,
    ) -> Option<RunKey> {
        let agent = AgentId::derive(host.name, id, &owner_of(user));
        let same = |run: &Run| run.product == Some(product) && run.record.agent == agent;
        self.runs.iter().filter(|(_, run)| same(run)).map(|(key, _)| *key).max()
    }
}

/// The host, for derived ids.
pub(super) struct Host<'a> {
    pub name: &'a str,
    pub boot_id: &'a str,
}

/// How and where a run began.
pub(super) struct Began<'a> {
    pub process: &'a Process,
    pub time_unix_ns: u64,
    pub origin: Origin,
    pub evidence: Text,
    pub basis: Basis,
    pub launching: bool,
}

fn owner_of(user: &User) -> Text {
    user.name.clone().unwrap_or_else(|| user.uid.to_string().into())
}
