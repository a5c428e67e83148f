//! Who is there: agents and their sessions, the busiest first.

use std::collections::{HashMap, HashSet};

use event::show::{brief, plain};
use event::{Actor, Agent, AgentId, Session, SessionId};

use super::meter::Meter;

/// Most of each that are kept; the longest unseen go first.
pub const MOST_AGENTS: usize = 500;
pub const MOST_SESSIONS: usize = 2_000;

/// An agent.
#[derive(Clone, Debug)]
pub struct AgentRow {
    /// Which.
    pub id: AgentId,
    /// Name for people.
    pub name: String,
    /// Version, where it is known.
    pub version: String,
    /// Account that runs it.
    pub owner: String,
    /// Its last sign of life, UTC.
    pub seen_unix_ns: u64,
    /// Its acts.
    pub meter: Meter,
    /// Findings about it that were shown.
    pub findings: u64,
}

/// A run of an agent.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// Which.
    pub id: SessionId,
    /// Whose.
    pub agent: AgentId,
    /// Root process; 0 where only acts of the session were seen.
    pub pid: u32,
    /// When it began, as far as it is known.
    pub started_unix_ns: u64,
    /// When it ended.
    pub ended_unix_ns: Option<u64>,
    /// Its last act, UTC.
    pub seen_unix_ns: u64,
    /// Where it began.
    pub cwd: String,
    /// Acts that were shown or passed over as noise.
    pub acts: u64,
    /// Findings about it.
    pub findings: u64,
}

/// Agents and sessions by id.
#[derive(Debug, Default)]
pub struct Roster {
    agents: HashMap<AgentId, AgentRow>,
    sessions: HashMap<SessionId, SessionRow>,
}

impl Roster {
    /// An agent is known, or known better.
    pub fn agent(&mut self, agent: &Agent) {
        let row = self.agent_row(agent.id, &agent.name);
        row.name = brief(&agent.name, 32);
        row.version = agent.version.as_deref().map(|text| brief(text, 16)).unwrap_or_default();
        row.owner = brief(&agent.owner, 32);
        self.trim();
    }

    /// A session began or ended.
    pub fn session(&mut self, session: &Session) {
        let seen = session.ended_unix_ns.unwrap_or(session.started_unix_ns);
        let row = self.session_row(session.id, session.agent, seen);
        row.pid = session.root.pid;
        row.started_unix_ns = session.started_unix_ns;
        row.ended_unix_ns = session.ended_unix_ns;
        row.cwd = brief(&session.cwd, 200);
        let agent = self.agent_row(session.agent, "?");
        agent.seen_unix_ns = agent.seen_unix_ns.max(seen);
        self.trim();
    }

    /// `count` acts of `actor`.
    pub fn act(&mut self, actor: &Actor, time_unix_ns: u64, count: u32) {
        let agent = self.agent_row(actor.agent, &actor.product);
        agent.seen_unix_ns = agent.seen_unix_ns.max(time_unix_ns);
        agent.meter.add(time_unix_ns, count);
        let session = self.session_row(actor.session, actor.agent, time_unix_ns);
        session.seen_unix_ns = session.seen_unix_ns.max(time_unix_ns);
        session.acts += u64::from(count);
        if session.cwd.is_empty() {
            session.cwd = brief(&actor.workspace, 200);
        }
        self.trim();
    }

    /// A finding about `actor`.
    pub fn finding(&mut self, actor: &Actor, time_unix_ns: u64) {
        self.agent_row(actor.agent, &actor.product).findings += 1;
        self.session_row(actor.session, actor.agent, time_unix_ns).findings += 1;
        self.trim();
    }

    /// The time goes on.
    pub fn advance(&mut self, second: u64) {
        self.agents.values_mut().for_each(|agent| agent.meter.advance(second));
    }

    /// Agents: those that run first, then by their last sign of life.
    pub fn agents(&self) -> Vec<&AgentRow> {
        let mut rows: Vec<&AgentRow> = self.agents.values().collect();
        let sessions = self.sessions.values().filter(|row| row.ended_unix_ns.is_none());
        let running: HashSet<AgentId> = sessions.map(|row| row.agent).collect();
        // By minutes: rows of busy agents must not change places all the time.
        let key = |row: &AgentRow| {
            let minute = row.seen_unix_ns / 60_000_000_000;
            (!running.contains(&row.id), u64::MAX - minute, row.name.clone(), row.id)
        };
        rows.sort_by_cached_key(|row| key(row));
        rows
    }

    /// Sessions of one agent, or of all: those that run first, then the latest.
    pub fn sessions(&self, of: Option<AgentId>) -> Vec<&SessionRow> {
        let mut rows: Vec<&SessionRow> =
            self.sessions.values().filter(|row| of.is_none_or(|id| row.agent == id)).collect();
        rows.sort_by_key(|row| {
            (row.ended_unix_ns.is_some(), u64::MAX - row.started_unix_ns, row.id)
        });
        rows
    }

    /// The latest session of an agent that has not ended.
    pub fn running(&self, agent: AgentId) -> Option<&SessionRow> {
        let of = self.sessions.values().filter(|row| row.agent == agent);
        of.filter(|row| row.ended_unix_ns.is_none()).max_by_key(|row| row.started_unix_ns)
    }

    /// One session.
    pub fn find_session(&self, id: SessionId) -> Option<&SessionRow> {
        self.sessions.get(&id)
    }

    /// One agent.
    pub fn find_agent(&self, id: AgentId) -> Option<&AgentRow> {
        self.agents.get(&id)
    }

    fn agent_row(&mut self, id: AgentId, name: &str) -> &mut AgentRow {
        self.agents.entry(id).or_insert_with(|| AgentRow {
            id,
            name: brief(name, 32),
            version: String::new(),
            owner: plain("?").into_owned(),
            seen_unix_ns: 0,
            meter: Meter::default(),
            findings: 0,
        })
    }

    fn session_row(&mut self, id: SessionId, agent: AgentId, time: u64) -> &mut SessionRow {
        self.sessions.entry(id).or_insert_with(|| SessionRow {
            id,
            agent,
            pid: 0,
            started_unix_ns: time,
            ended_unix_ns: None,
            seen_unix_ns: time,
            cwd: String::new(),
            acts: 0,
            findings: 0,
        })
    }

    /// Where there are too many: ended ones go before running ones, long unseen ones before others.
    fn trim(&mut self) {
        if let Some(bound) = bound(self.sessions.values(), MOST_SESSIONS, life_of_session) {
            self.sessions.retain(|_, row| life_of_session(row) >= bound);
        }
        if let Some(bound) = bound(self.agents.values(), MOST_AGENTS, |row| row.seen_unix_ns) {
            self.agents.retain(|_, row| row.seen_unix_ns >= bound);
        }
    }
}

fn life_of_session(row: &SessionRow) -> (bool, u64) {
    (row.ended_unix_ns.is_none(), row.seen_unix_ns)
}

/// From which life on rows stay, where there are an eighth more than `most` of them.
fn bound<'a, T: 'a, L: Ord + Copy>(
    rows: impl ExactSizeIterator<Item = &'a T>,
    most: usize,
    life: impl Fn(&T) -> L,
) -> Option<L> {
    if rows.len() <= most + most / 8 {
        return None;
    }
    let mut lives: Vec<L> = rows.map(life).collect();
    let first = lives.len() - most;
    Some(*lives.select_nth_unstable(first).1)
}
