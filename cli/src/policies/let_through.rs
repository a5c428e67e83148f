//! What people let through a moment ago: an answer is given to one act, and the act may be several. The shell that was
//! allowed runs the program that it was allowed for, and the record sees both.

use event::{Action, Decision, Object, SessionId, Text, Verb};
use policy::Foreseen;

/// How long an answer covers what belongs to its act.
const WINDOW_NS: u64 = 60 * 1_000_000_000;
/// Most that is remembered; the oldest goes first.
const MOST: usize = 256;

#[derive(Debug, Default)]
pub struct LetThrough(Vec<One>);

#[derive(Debug)]
struct One {
    until_unix_ns: u64,
    session: SessionId,
    verb: Verb,
    object: Object,
    policies: Vec<Text>,
    /// What it would do, to what.
    harms: Vec<(String, String)>,
    by: Text,
}

impl LetThrough {
    /// A person let it through; `by` says who.
    pub fn add(
        &mut self,
        action: &Action,
        decision: &Decision,
        foreseen: &[Foreseen],
        by: &Text,
        now_unix_ns: u64,
    ) {
        let Some(session) = action.principal.session() else { return };
        if self.0.len() >= MOST {
            self.0.remove(0);
        }
        self.0.push(One {
            until_unix_ns: now_unix_ns.saturating_add(WINDOW_NS),
            session,
            verb: action.verb,
            object: action.object.clone(),
            policies: decision.because.iter().map(|it| it.policy.clone()).collect(),
            harms: harms(foreseen),
            by: by.clone(),
        });
    }

    /// Whether nothing counts any more; what does not is forgotten.
    pub fn is_empty(&mut self, now_unix_ns: u64) -> bool {
        self.0.retain(|one| one.until_unix_ns > now_unix_ns);
        self.0.is_empty()
    }

    /// Who let it through: the same thing, or one that does nothing beyond what was shown.
    pub fn covers(
        &self,
        action: &Action,
        decision: &Decision,
        foreseen: &[Foreseen],
    ) -> Option<&Text> {
        let session = action.principal.session()?;
        let harms = harms(foreseen);
        let covers = |one: &&One| {
            let same = one.verb == action.verb && one.object == action.object;
            let part = !harms.is_empty() && harms.iter().all(|harm| one.harms.contains(harm));
            one.session == session
                && decision.because.iter().all(|it| one.policies.contains(&it.policy))
                && (same || part)
        };
        self.0.iter().rev().find(covers).map(|one| &one.by)
    }
}

fn harms(foreseen: &[Foreseen]) -> Vec<(String, String)> {
    foreseen.iter().map(|it| (it.harm.id.clone(), it.target.clone())).collect()
}

#[cfg(test)]
mod tests {
    use event::{AgentId, AgentRef, Because, Principal};
    use policy::Foresight;

    use super::*;

    fn run(session: u32, line: &str) -> Action {
        let agent = AgentRef { owner: "ada".into(), workspace: "/w".into(), ..AgentRef::default() };
        let object = Object::Program { path: "".into(), command_line: line.into() };
        let pid = event::testing::pid(session);
        let id = SessionId::derive(AgentId::derive("host", "x", "ada"), "boot", pid);
        let principal = Principal::Session { id, agent };
        Action { principal, verb: Verb::Exec, object, context: Default::default() }
    }

    #[test]
    fn an_answer_covers_what_its_act_consists_of_for_a_minute() {
        let tables = Foresight::shipped().expect("tables");
        let because = |policy: &str| Because { policy: policy.into(), ..Because::default() };
        let decision =
            |policy: &str| Decision { because: vec![because(policy)], ..Decision::default() };
        let mut let_through = LetThrough::default();
        assert!(let_through.is_empty(1));
        let allowed = run(1, "bash -lc 'cd x && git push --force origin main'");
        let foreseen = tables.of(&allowed);
        let_through.add(&allowed, &decision("asks"), &foreseen, &"ada".into(), 1);
        let check = |action: Action, policy: &str, expect: bool| {
            let foreseen = tables.of(&action);
            let found = let_through.covers(&action, &decision(policy), &foreseen);
            assert_eq!(found.is_some(), expect, "{action:?} {policy}");
        };
        check(run(1, "git push --force origin main"), "asks", true);
        check(run(1, "sh -c 'git push --force origin main'"), "asks", true);
        check(run(2, "git push --force origin main"), "asks", false);
        check(run(1, "git push --force origin main"), "other", false);
        check(run(1, "git push --force origin other"), "asks", false);
        check(run(1, "git push --force origin main; rm -rf /"), "asks", false);
        check(run(1, "ls"), "asks", false);
        assert!(!let_through.is_empty(WINDOW_NS));
        assert!(let_through.is_empty(WINDOW_NS + 1));
    }
}
