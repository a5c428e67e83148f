//! Programs that held sessions are about to run: their callers wait until it is said here whether they may.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use content::hooks::{self, UNREADABLE};
use engine::Wanted;
use event::{
    Action, Because, Decision, Effect, Guard, Label, Object, Principal, Redact, Run, RunRefusal,
    Runs, SessionId, Severity, Text,
};

use policy::Foresight;

use crate::host;

/// Whose a label is, told by the holder and asked by who answers.
#[derive(Clone, Debug, Default)]
pub struct Sessions(Arc<RwLock<BTreeMap<Label, Principal>>>);

impl Sessions {
    pub fn insert(&self, label: Label, principal: Principal) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(label, principal);
    }

    pub fn remove(&self, label: Label) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).remove(&label);
    }

    /// Whether what a session runs and opens is held.
    pub fn hold(&self, session: SessionId) -> bool {
        let sessions = self.0.read().unwrap_or_else(PoisonError::into_inner);
        sessions.values().any(|principal| principal.session() == Some(session))
    }

    fn of(&self, label: Label) -> Option<Principal> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&label).cloned()
    }
}

/// Answers, by the same guard that hooks ask.
pub struct Answers {
    pub guard: Arc<dyn Guard>,
    pub redact: Arc<dyn Redact>,
    pub sessions: Sessions,
    /// To say what it would do.
    pub foresight: Foresight,
}

impl Runs for Answers {
    fn refuses(&self, run: &Run) -> Option<RunRefusal> {
        // One that nobody knows is held by nobody.
        let principal = self.sessions.of(run.label)?;
        let mut run = run.clone();
        // As the record would have it: nothing that is told or asked about holds a secret.
        self.redact.argv(&mut run.arguments);
        let actions = Wanted::of_run(&principal, &run, host::now_unix_ns());
        let mut last = None;
        for action in actions {
            let decision = self.guard.check(&action);
            if !decision.effect.goes_on() {
                return Some(self.refusal(&action, &decision));
            }
            if decision.would >= Effect::Ask && !decision.lifted.is_empty() {
                // A person said yes to it, whatever else it may be called.
                return None;
            }
            last = Some((action, decision));
        }
        let (action, decision) = last.filter(|_| run.cut)?;
        let enforces = *decision.profile != *policy::Profile::Observe.name();
        enforces.then(|| self.refusal(&action, &unreadable(&decision)))
    }
}

/// Silence may not be bought with length.
fn unreadable(decision: &Decision) -> Decision {
    let because = Because {
        policy: UNREADABLE.into(),
        effect: Effect::Ask,
        severity: Severity::High,
        reason: "what it would do cannot be told: its arguments cannot be read, or are too long"
            .into(),
        ..Because::default()
    };
    let (effect, would) = (Effect::Ask, Effect::Ask);
    Decision { effect, would, because: vec![because], ..decision.clone() }
}

impl Answers {
    fn refusal(&self, action: &Action, decision: &Decision) -> RunRefusal {
        let command_line = match &action.object {
            Object::Program { command_line, .. } => command_line.clone(),
            _ => Text::default(),
        };
        let harms = self.foresight.of(action);
        let worst = harms.iter().rev().max_by_key(|it| it.harm.severity);
        let harm = worst.map(|it| (it.harm.says.as_str(), it.target.as_str()));
        RunRefusal {
            effect: decision.effect,
            policy: decision.because.first().map(|it| it.policy.clone()).unwrap_or_default(),
            reason: hooks::held(action, decision, harm).into(),
            command_line,
        }
    }
}

#[cfg(test)]
mod tests {
    use event::{AgentRef, ProcessId, Verbatim};
    use policy::{Guide, Selection, Surroundings};

    use super::*;

    fn answers(profile: policy::Profile) -> Answers {
        let selection = Selection { otherwise: profile, choices: Vec::new() };
        let guide = Guide::new(&[], selection, Surroundings::default()).expect("it ships");
        let sessions = Sessions::default();
        let agent = AgentRef {
            product: "codex-cli".into(),
            owner: "ada".into(),
            workspace: "/w".into(),
            ..AgentRef::default()
        };
        let id = SessionId::derive(agent.id, "boot", event::testing::pid(7));
        sessions.insert(Label(7), Principal::Session { id, agent });
        let foresight = Foresight::shipped().expect("it ships");
        Answers { guard: Arc::new(guide), redact: Arc::new(Verbatim), sessions, foresight }
    }

    #[test]
    fn a_run_is_refused_for_its_command_line() {
        let guarded = answers(policy::Profile::Guarded);
        let observe = answers(policy::Profile::Observe);
        let check = |answers: &Answers, program: &str, line: &[&str], cut, expect: Option<&str>| {
            let run = Run {
                process: ProcessId::default(),
                label: Label(7),
                by: "/usr/bin/bash".into(),
                program: program.into(),
                script: None,
                arguments: line.iter().map(|it| Text::from(*it)).collect(),
                folder: "/w".into(),
                cut,
            };
            let refusal = answers.refuses(&run);
            assert_eq!(refusal.map(|it| it.policy).as_deref(), expect, "{program} {line:?}");
        };
        let asked = Some("irreversible-act");
        check(&guarded, "/usr/bin/git", &["git", "push", "--force"], false, asked);
        check(&guarded, "/usr/bin/git", &["git", "push"], false, None);
        check(&guarded, "/usr/bin/git", &["ls", "push", "--force"], false, asked);
        check(&guarded, "/usr/bin/dash", &["sh", "-c", "rm -rf ~"], false, asked);
        check(&guarded, "/usr/bin/env", &["env", "git", "push", "-f"], false, asked);
        check(&guarded, "/usr/bin/git", &["git", "log"], true, Some(UNREADABLE));
        check(&observe, "/usr/bin/git", &["git", "push", "--force"], false, None);
        check(&observe, "/usr/bin/git", &["git", "log"], true, None);
    }

    #[test]
    fn who_is_of_no_session_is_not_held() {
        let answers = answers(policy::Profile::Guarded);
        answers.sessions.remove(Label(7));
        let run = Run {
            process: ProcessId::default(),
            label: Label(7),
            by: "".into(),
            program: "/usr/bin/git".into(),
            script: None,
            arguments: ["git", "push", "--force"].map(Text::from).to_vec(),
            folder: "/w".into(),
            cut: false,
        };
        assert_eq!(answers.refuses(&run), None);
    }
}
