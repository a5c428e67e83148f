//! An agent that somebody retired, and that is used all the same, is a finding.

use std::sync::Arc;

use event::show::brief;
use event::{EventId, Finding, FindingId, RuleInfo, Severity};
use graph::attribute::Retired;

const RULE: &str = "retired-agent";

/// What `seen` means, for people. One per session, also where the session is found again after a restart.
pub fn finding(seen: &Retired) -> Finding {
    let summary = format!(
        "{} is retired and was started: {}; behind it {}",
        brief(&seen.name, 60),
        brief(&seen.process.command_line, 80),
        seen.delegation.words()
    );
    Finding {
        id: FindingId::derive(RULE, &seen.actor.session.to_string(), EventId::default()),
        time_unix_ns: seen.time_unix_ns,
        rule: Arc::new(RuleInfo {
            id: RULE.into(),
            title: "Retired agent is used".into(),
            severity: Severity::Medium,
            tags: ["owasp.asi10"].map(Into::into).into(),
            pack: "chaperone".into(),
        }),
        summary: summary.into(),
        matched: Vec::new(),
        events: vec![seen.event],
        process: Arc::clone(&seen.process),
        actor: Some(Arc::clone(&seen.actor)),
        count: 1,
    }
}

#[cfg(test)]
mod tests {
    use event::testing::pid;
    use event::{Actor, AgentId, AgentKind, Basis, Delegation, Process, SessionId, Way};

    use super::*;

    fn actor() -> Actor {
        let agent = AgentId::derive("h", "codex-cli", "alice");
        Actor {
            agent,
            product: "codex-cli".into(),
            kind: AgentKind::Agent,
            session: SessionId::derive(agent, "b", pid(100)),
            workspace: "/".into(),
            tool_call: None,
            tool_root: None,
            basis: Basis::Lineage,
        }
    }

    #[test]
    fn it_says_who_and_is_one_per_session() {
        let seen = |event: u64| Retired {
            time_unix_ns: 7,
            name: "Codex CLI".into(),
            actor: Arc::new(actor()),
            process: Arc::new(Process {
                id: pid(100),
                command_line: "codex exec hi".into(),
                ..Process::default()
            }),
            event: EventId(event),
            delegation: Delegation {
                account: Some("alice".into()),
                way: Way::Ssh,
                ..Delegation::default()
            },
        };
        let found = finding(&seen(3));
        assert_eq!(
            &*found.summary,
            "Codex CLI is retired and was started: codex exec hi; behind it alice, over ssh"
        );
        assert_eq!(found.id, finding(&seen(4)).id);
    }
}
