//! Which process belongs to which session, learnt from the record as it is made.

use std::collections::{BTreeMap, HashMap, VecDeque};

use event::{
    Act, Agent, AgentId, AgentRef, Principal, ProcessId, Record, Session, SessionId, Text,
};

use crate::ancestry::{TICK_NS, above};
use crate::verbs::up::calls::Speaker;

/// Processes that are remembered; the oldest is forgotten first, and found by its ancestors as long as it has them.
const MEMBERS: usize = 65_536;
/// Sessions and agents that are remembered.
const SESSIONS: usize = 4_096;

/// Pid, and when it began as procfs tells.
type Key = (u32, u64);

/// What is known of sessions and their processes.
#[derive(Debug, Default)]
pub struct Tree {
    agents: HashMap<AgentId, Agent>,
    sessions: HashMap<SessionId, Session>,
    roots: HashMap<Key, SessionId>,
    /// Processes that were seen in a session: those of which no ancestor is left, too.
    members: HashMap<Key, (SessionId, ProcessId)>,
    order: VecDeque<Key>,
}

fn key(process: ProcessId) -> Key {
    (process.pid, process.start_ns / TICK_NS)
}

impl Tree {
    /// Takes in what the engine tells.
    pub fn learn(&mut self, records: &[Record]) {
        for record in records {
            match record {
                Record::Agent(agent) if self.agents.len() < SESSIONS => {
                    self.agents.insert(agent.id, agent.clone());
                }
                Record::Session(session) => self.session(session),
                Record::Act(act) => {
                    let Some(actor) = &act.actor else { continue };
                    match &act.event.act {
                        Act::ProcessClone(forked) => self.member(forked.child, actor.session),
                        Act::ProcessExec(_) => self.member(act.event.process, actor.session),
                        Act::ProcessExit(_) => drop(self.members.remove(&key(act.event.process))),
                        _ => {}
                    }
                }
                _ => {}
            }
        }
    }

    fn session(&mut self, session: &Session) {
        if session.ended_unix_ns.is_some() {
            self.sessions.remove(&session.id);
            self.roots.remove(&key(session.root));
        } else if self.sessions.len() < SESSIONS {
            self.roots.insert(key(session.root), session.id);
            self.sessions.insert(session.id, session.clone());
        }
    }

    fn member(&mut self, process: ProcessId, session: SessionId) {
        let key = key(process);
        if self.members.insert(key, (session, process)).is_none() {
            self.order.push_back(key);
        }
        while self.order.len() > MEMBERS {
            if let Some(oldest) = self.order.pop_front() {
                self.members.remove(&oldest);
            }
        }
    }

    /// The session that a process belongs to: its own, or that of the nearest above it.
    pub fn who(&self, pid: u32, teams: &BTreeMap<String, Text>) -> Option<Principal> {
        self.first(above(pid), teams)
    }

    /// The same of one whose beginning is known: nothing is read where it was seen in a session.
    pub fn whose(&self, process: ProcessId, teams: &BTreeMap<String, Text>) -> Option<Principal> {
        let own = key(process);
        self.first([own].into_iter().chain(above(process.pid).skip_while(|it| *it == own)), teams)
    }

    /// That of the first that is in one.
    fn first(
        &self,
        mut processes: impl Iterator<Item = Key>,
        teams: &BTreeMap<String, Text>,
    ) -> Option<Principal> {
        let member = |key: &Key| self.members.get(key).map(|(session, _)| session);
        let found = |key: Key| self.roots.get(&key).or_else(|| member(&key));
        let session = processes.find_map(|key| self.sessions.get(found(key)?))?;
        let agent = self.agents.get(&session.agent)?;
        Some(principal(session, agent, teams))
    }

    /// A process as the record names it, if it was seen in a session.
    pub fn exact(&self, process: ProcessId) -> Option<ProcessId> {
        let key = key(process);
        let root = self.roots.get(&key).and_then(|session| self.root(*session));
        root.or_else(|| self.members.get(&key).map(|(_, process)| *process))
    }

    /// The session that began below a process, the first one.
    pub fn below(&self, pid: u32) -> Option<Speaker> {
        let own = above(pid).next()?;
        let is_below = |session: &&Session| {
            let root = session.root;
            above(root.pid).next() == Some(key(root)) && above(root.pid).skip(1).any(|it| it == own)
        };
        let below = self.sessions.values().filter(is_below);
        let session = below.min_by_key(|session| session.started_unix_ns)?;
        let product = self.agents.get(&session.agent)?.product.clone();
        Some(Speaker { session: session.id, process: session.root, product })
    }

    /// The process that a session began with.
    pub fn root(&self, session: SessionId) -> Option<ProcessId> {
        self.sessions.get(&session).map(|session| session.root)
    }
}

fn principal(session: &Session, agent: &Agent, teams: &BTreeMap<String, Text>) -> Principal {
    let agent = AgentRef {
        id: agent.id,
        product: agent.product.clone(),
        owner: agent.owner.clone(),
        team: team(&agent.product, &agent.owner, teams),
        workspace: session.cwd.clone(),
    };
    match session.parent {
        Some(of) => Principal::SubAgent { of, id: session.id, agent },
        None => Principal::Session { id: session.id, agent },
    }
}

/// That of the one agent, before that of its product.
pub fn team(product: &str, owner: &str, teams: &BTreeMap<String, Text>) -> Text {
    let one = teams.get(&format!("{product}@{owner}"));
    one.or_else(|| teams.get(product)).cloned().unwrap_or_default()
}

/// A process as far as procfs tells when it began.
pub fn process(pid: u32) -> Option<ProcessId> {
    let (pid, began) = above(pid).next()?;
    Some(ProcessId { pid, start_ns: began * TICK_NS })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(root: ProcessId, parent: Option<SessionId>) -> Session {
        let agent = AgentId::derive("host", "codex-cli", "ida");
        Session {
            id: SessionId::derive(agent, "boot", root),
            agent,
            root,
            started_unix_ns: 1,
            ended_unix_ns: None,
            cwd: "/home/ida/shop".into(),
            parent,
            evidence: "".into(),
            unseen_before: false,
            delegation: Default::default(),
            identities: Vec::new(),
        }
    }

    fn agent() -> Agent {
        Agent {
            id: AgentId::derive("host", "codex-cli", "ida"),
            product: "codex-cli".into(),
            name: "Codex".into(),
            version: None,
            owner: "ida".into(),
            kind: Default::default(),
        }
    }

    fn own() -> ProcessId {
        process(std::process::id()).expect("our own")
    }

    #[test]
    fn a_process_belongs_to_the_session_above_it_until_that_ends() {
        let teams = BTreeMap::from([("codex-cli@ida".to_owned(), Text::from("payments"))]);
        let mut tree = Tree::default();
        assert_eq!(tree.who(std::process::id(), &teams), None);
        let running = session(own(), None);
        tree.learn(&[Record::Agent(agent()), Record::Session(running.clone())]);
        let found = tree.who(std::process::id(), &teams).expect("a session");
        assert_eq!(found.session(), Some(running.id));
        assert_eq!(tree.whose(own(), &teams), Some(found.clone()));
        let known = found.agent().map(|it| (&*it.team, &*it.workspace));
        assert_eq!(known, Some(("payments", "/home/ida/shop")));
        assert_eq!(tree.root(running.id), Some(own()));
        assert_eq!(tree.exact(own()), Some(own()));
        let parent = std::os::unix::process::parent_id();
        assert_eq!(tree.below(parent).map(|it| it.process), Some(own()));
        assert!(tree.below(std::process::id()).is_none(), "nobody is below itself");
        // The same pid that began at another time is another process.
        let other = ProcessId { start_ns: own().start_ns + TICK_NS, ..own() };
        let mut others = Tree::default();
        others.learn(&[Record::Agent(agent()), Record::Session(session(other, None))]);
        assert_eq!(others.who(std::process::id(), &teams), None);
        assert_eq!(others.whose(own(), &teams), None);
        let ended = Session { ended_unix_ns: Some(2), ..running };
        tree.learn(&[Record::Session(ended)]);
        assert_eq!(tree.who(std::process::id(), &teams), None);
    }

    #[test]
    fn who_was_seen_in_a_session_is_known_without_its_ancestors() {
        let running = session(ProcessId { pid: u32::MAX, start_ns: 7 }, None);
        let mut act = event::testing::unattributed(1, event::testing::exec(1, 1, 7, "/bin/x", "x"));
        act.event.process = own();
        act.actor = Some(std::sync::Arc::new(event::Actor {
            agent: running.agent,
            product: "codex-cli".into(),
            kind: Default::default(),
            session: running.id,
            workspace: "".into(),
            tool_call: None,
            tool_root: None,
            basis: event::Basis::Lineage,
        }));
        let mut tree = Tree::default();
        let known = [Record::Agent(agent()), Record::Session(running.clone())];
        tree.learn(&[known.as_slice(), &[Record::Act(Box::new(act))]].concat());
        let found = tree.who(std::process::id(), &BTreeMap::new());
        assert_eq!(found.and_then(|it| it.session()), Some(running.id));
    }

    #[test]
    fn who_was_started_by_a_session_is_a_sub_agent() {
        let above = session(ProcessId { pid: u32::MAX, start_ns: 7 }, None);
        let mut tree = Tree::default();
        tree.learn(&[Record::Agent(agent()), Record::Session(session(own(), Some(above.id)))]);
        let found = tree.who(std::process::id(), &BTreeMap::new());
        assert!(matches!(found, Some(Principal::SubAgent { of, .. }) if of == above.id));
    }
}
