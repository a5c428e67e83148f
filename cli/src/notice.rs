//! A question as people are told of it where they are: short, and nothing in it acts on a screen.

pub mod desktop;
pub mod terminal;

use event::show::brief;
use event::{Judged, Principal};
use journal::Consequence;
use serde::{Deserialize, Serialize};

/// What is told of a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The question.
    pub id: String,
    /// Who asks.
    pub who: String,
    /// What for, as a few words.
    pub wanted: String,
    /// Why that is not for an agent alone to decide.
    pub because: String,
    /// What could not be undone; empty where all could.
    pub harm: String,
    /// How it is answered.
    pub answer: String,
    /// Questions of which nobody was told, since there were too many at once.
    pub untold: u32,
}

impl Notice {
    /// Of a new question.
    pub fn of(id: &str, judged: &Judged, blast: &[Consequence]) -> Self {
        let because = judged.decision.because.iter().max_by_key(|it| it.effect);
        let because =
            because.map_or("", |it| if it.reason.is_empty() { &it.policy } else { &it.reason });
        let harm: Vec<String> = blast.iter().take(2).map(|it| brief(&it.sentence, 120)).collect();
        let wanted = judged.action.wanted();
        Self {
            id: id.to_owned(),
            who: who(&judged.action.principal),
            wanted: brief(wanted.trim_start_matches("wanted to "), 160),
            because: brief(because, 160),
            harm: harm.join("; "),
            answer: format!("chaperone approvals answer {id} allow|deny"),
            untold: 0,
        }
    }

    /// The first line.
    pub fn title(&self) -> String {
        format!("{} asks: {}", self.who, self.wanted)
    }

    /// The lines below.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if !self.because.is_empty() {
            lines.push(format!("because {}", self.because));
        }
        if !self.harm.is_empty() {
            lines.push(format!("cannot be undone: {}", self.harm));
        }
        lines.push(format!("answer: {}", self.answer));
        if self.untold > 0 {
            lines.push(format!("{} more wait: chaperone approvals list", self.untold));
        }
        lines
    }
}

/// Who asks, for people.
fn who(principal: &Principal) -> String {
    match principal {
        Principal::Human { account, .. } => brief(account, 40),
        Principal::Workload { product, .. } => brief(product, 40),
        other => other.agent().map_or_else(String::new, |agent| brief(&agent.product, 40)),
    }
}

#[cfg(test)]
pub mod tests {
    use event::{
        Action, AgentRef, Because, Circumstances, Decision, Effect, Object, Outcome, Verb,
    };

    use super::*;

    /// A question of an agent that writes what it likes into names.
    pub fn judged(file: &str) -> Judged {
        let agent = AgentRef {
            product: "codex-cli\u{1b}[2J".into(),
            owner: "alice".into(),
            ..AgentRef::default()
        };
        let because = Because {
            policy: "credential-stores".into(),
            effect: Effect::Ask,
            reason: "a store of <b>keys</b>".into(),
            ..Because::default()
        };
        Judged {
            time_unix_ns: 1,
            action: Action {
                principal: Principal::Agent(agent),
                verb: Verb::ReadFile,
                object: Object::File { path: file.into() },
                context: Circumstances::default(),
            },
            decision: Decision {
                because: vec![because],
                would: Effect::Ask,
                ..Decision::default()
            },
            by: event::Enforcer::Hook,
            outcome: Outcome::Waits,
            process: None,
            event: None,
            count: 1,
            sources: Vec::new(),
        }
    }

    #[test]
    fn a_notice_is_short_and_acts_on_nothing() {
        let harm = Consequence {
            id: "x".into(),
            sentence: "it is gone\u{202e}".into(),
            target: "".into(),
            undo: "".into(),
        };
        let notice = Notice::of("lusab-dofin", &judged(&"/x\n".repeat(500)), &[harm]);
        let all = format!("{}\n{}", notice.title(), notice.lines().join("\n"));
        assert!(all.len() < 900, "{}", all.len());
        assert_eq!(all.lines().count(), 4, "{all}");
        let harmless = |c: char| c == '\n' || !c.is_control() && c != '\u{202e}';
        assert!(all.chars().all(harmless), "{all}");
        assert!(
            all.contains("codex-cli") && all.contains("answer lusab-dofin allow|deny"),
            "{all}"
        );
    }
}
