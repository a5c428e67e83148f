//! Who stands behind a session, told from the first of its chain: a person, the agents between, the agent.

use event::show::{brief, plain};
use event::{Agent, AgentId, Proof, Session, SessionId, Text, Workload};
use journal::{SessionFilter, StateReader};

use crate::lines::{short, stamp};

/// Most sessions above one that are told. No chain can loop; whoever wrote the record by hand could make one.
const MOST: usize = 16;

/// The sessions and agents that chains are made of.
pub struct Chains {
    sessions: Vec<Session>,
    agents: Vec<Agent>,
}

impl Chains {
    /// Those of the record.
    pub fn read(state: &StateReader) -> Result<Self, journal::Error> {
        let sessions = state.sessions(&SessionFilter::default())?;
        Ok(Self { sessions, agents: state.agents()? })
    }

    /// All sessions, the latest first.
    pub fn sessions(&self) -> &[Session] {
        &self.sessions
    }

    /// "alice, over ssh from 10.0.0.5 → Claude Code 3f2a91c4": who started the session.
    pub fn starter(&self, session: &Session) -> String {
        self.told(session, |one| format!("{} {}", self.name(one.agent), short(one.id)))
    }

    /// The same without the ids of the sessions between.
    pub fn starter_by_name(&self, session: &Session) -> String {
        self.told(session, |one| self.name(one.agent))
    }

    fn told(&self, session: &Session, told: impl Fn(&Session) -> String) -> String {
        let (above, whole) = self.above(session);
        let mut parts = vec![session.delegation.words()];
        if !whole {
            parts.push("…".into());
        }
        parts.extend(above.iter().rev().map(|one| told(one)));
        parts.join(" → ")
    }

    /// The same with the session's own agent at the end; nothing for a session that is not known.
    pub fn whole(&self, id: SessionId) -> Option<String> {
        let session = self.sessions.iter().find(|one| one.id == id)?;
        let starter = self.starter_by_name(session);
        Some(format!("{starter} → this {} session", self.name(session.agent)))
    }

    pub fn name(&self, agent: AgentId) -> String {
        let known = self.agents.iter().find(|one| one.id == agent);
        known.map_or_else(|| "?".into(), |agent| brief(&agent.name, 60))
    }

    /// The sessions above, the nearest first, and whether the first of the chain is among them.
    fn above(&self, session: &Session) -> (Vec<&Session>, bool) {
        let mut above: Vec<&Session> = Vec::new();
        let mut next = session.parent;
        while let Some(id) = next.filter(|_| above.len() < MOST) {
            let met = id == session.id || above.iter().any(|one| one.id == id);
            let Some(one) = self.sessions.iter().find(|one| one.id == id && !met) else {
                return (above, false);
            };
            next = one.parent;
            above.push(one);
        }
        (above, next.is_none())
    }
}

/// "kubernetes system:serviceaccount:ns:agent of https://issuer, until …, for …; not verified".
pub fn identity(it: &Workload) -> String {
    let mut text = it.kind.name().to_owned();
    match (&it.id, &it.unread) {
        (Some(id), _) => text.push_str(&format!(" {}", brief(id, 120))),
        (None, Some(why)) => text.push_str(&format!(" (subject not known: {})", brief(why, 80))),
        (None, None) => text.push_str(" (subject not known)"),
    }
    if let Some(issuer) = &it.issuer {
        text.push_str(&format!(" of {}", brief(issuer, 80)));
    }
    if !it.audience.is_empty() {
        let audience: Vec<&str> = it.audience.iter().map(|one: &Text| &**one).collect();
        text.push_str(&format!(", for {}", brief(&audience.join(" "), 80)));
    }
    if let Some(role) = &it.acts_as {
        text.push_str(&format!(", as {}", brief(role, 100)));
    }
    if let Some(expires) = it.expires_unix_s {
        text.push_str(&format!(", until {}", stamp(expires.saturating_mul(1_000_000_000))));
    }
    let ground = match it.proof {
        Proof::UnverifiedToken => "a token, its signature not checked",
        Proof::UnverifiedCertificate => "a certificate, not checked",
        Proof::UnverifiedEnvironment => "its environment",
    };
    text.push_str(&format!("  (by {}: {ground})", plain(&it.source)));
    text
}

#[cfg(test)]
mod tests {
    use event::{AgentKind, Delegation, ProcessId, Way};

    use super::*;

    fn agent(name: &str) -> Agent {
        Agent {
            id: AgentId::derive("h", name, "alice"),
            product: name.into(),
            name: name.into(),
            version: None,
            owner: "alice".into(),
            kind: AgentKind::Agent,
        }
    }

    fn id(number: u32) -> SessionId {
        SessionId::derive(AgentId::default(), "b", ProcessId { start_ns: 1, pid: number })
    }

    fn session(number: u32, name: &str, parent: Option<u32>) -> Session {
        Session {
            id: id(number),
            agent: agent(name).id,
            root: ProcessId { start_ns: 1, pid: number },
            started_unix_ns: 1,
            ended_unix_ns: None,
            cwd: "/".into(),
            parent: parent.map(id),
            evidence: "".into(),
            unseen_before: false,
            delegation: Delegation {
                account: Some("alice".into()),
                way: Way::Ssh,
                detail: Some("10.0.0.5".into()),
                ..Delegation::default()
            },
            identities: Vec::new(),
        }
    }

    #[test]
    fn a_chain_is_told_from_its_first() {
        let sessions = vec![
            session(3, "Gemini CLI", Some(2)),
            session(2, "Codex CLI", Some(1)),
            session(1, "Claude Code", None),
            session(4, "Codex CLI", Some(9)),
            session(5, "Codex CLI", Some(6)),
            session(6, "Claude Code", Some(5)),
        ];
        let agents = ["Claude Code", "Codex CLI", "Gemini CLI"].map(agent).to_vec();
        let chains = Chains { sessions, agents };
        let check = |number: u32, expect: Option<&str>| {
            assert_eq!(chains.whole(id(number)).as_deref(), expect, "{number}");
        };
        let from = "alice, over ssh from 10.0.0.5 →";
        check(1, Some(&format!("{from} this Claude Code session")));
        check(2, Some(&format!("{from} Claude Code → this Codex CLI session")));
        check(3, Some(&format!("{from} Claude Code → Codex CLI → this Gemini CLI session")));
        // One above is not in the record any more; a loop that somebody wrote.
        check(4, Some(&format!("{from} … → this Codex CLI session")));
        check(5, Some(&format!("{from} … → Claude Code → this Codex CLI session")));
        check(7, None);
    }
}
