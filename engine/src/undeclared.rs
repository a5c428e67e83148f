//! An agent that no signature names is itself a finding.

use std::sync::Arc;

use event::show::brief;
use event::{Actor, AgentKind, Basis, Finding, FindingId, RuleInfo, Severity};
use graph::attribute::Undeclared;

const RULE: &str = "undeclared-agent";

/// What `hint` means, for people.
pub fn finding(hint: &Undeclared) -> Finding {
    let first = hint.events.first().copied().unwrap_or_default();
    let acts: Vec<String> = hint.acts.iter().map(|act| brief(act, 80)).collect();
    let summary = format!(
        "{} of {} talks to the model endpoint {} and acts on its own: {}",
        brief(&hint.process.command_line, 80),
        hint.process.user.name.as_deref().unwrap_or("?"),
        brief(&hint.endpoint, 60),
        acts.join(", ")
    );
    Finding {
        id: FindingId::derive(RULE, &hint.session.to_string(), first),
        time_unix_ns: hint.time_unix_ns,
        rule: Arc::new(RuleInfo {
            id: RULE.into(),
            title: "Undeclared agent".into(),
            severity: Severity::Medium,
            tags: ["owasp.asi10", "owasp.llm06"].map(Into::into).into(),
            pack: "chaperone".into(),
        }),
        summary: summary.into(),
        matched: vec![("DestinationHostname".into(), hint.endpoint.clone())],
        events: hint.events.iter().take(Finding::MAX_EVENTS).copied().collect(),
        process: Arc::clone(&hint.process),
        actor: Some(Arc::new(actor(hint))),
        count: 1,
    }
}

fn actor(hint: &Undeclared) -> Actor {
    Actor {
        agent: hint.agent,
        product: "undeclared".into(),
        kind: AgentKind::Undeclared,
        session: hint.session,
        workspace: hint.process.cwd.clone(),
        tool_call: None,
        tool_root: None,
        basis: Basis::Behaviour,
    }
}
