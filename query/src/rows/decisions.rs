//! The table `decisions`: what policy said about what agents wanted, and what became of it.

use std::borrow::Cow;

use event::Judged;

use super::table::{Layout, table};

/// The table as it lies in files.
pub const LAYOUT: Layout = Layout {
    name: "decisions",
    about: "What policy said about what agents wanted, and what became of it.",
    columns: COLUMNS,
    schema,
    order: &["time"],
    time: Some("time"),
    ids: &[("session", 256)],
};

table! {
    /// Place of the record in the journal.
    position: U64 = required,
    /// When, UTC.
    time: Time = required,
    /// `exec`, `read_file`, `connect`, ...
    verb: Text = required,
    /// What it was to: path, command line, host and port, tool.
    object: Text = required,
    /// What was done: `allow`, `notify`, `redact`, `stage`, `ask`, `deny`, `kill`.
    effect: Text = required,
    /// What a profile that enforces would have done.
    would: Text = required,
    /// `went_on`, `would_have_stopped`, `waits`, `prevented`, `stopped_after`.
    outcome: Text = required,
    /// Who held the act: `record` (nobody), `hook`, `kernel`, `files`, `sandbox`, `proxy`.
    held_by: Text = required,
    /// The profile that decided.
    profile: Text = required,
    /// The policies that spoke, the strongest first, joined by commas.
    policies: Text,
    /// What the first of them says.
    reason: Text,
    /// `informational`, `low`, `medium`, `high`, `critical`.
    severity: Text = required,
    /// Product id of the agent; null where it was none.
    agent: Text,
    /// Account of the agent.
    owner: Text,
    /// The run.
    session: Text,
    /// The process; null where it is not known.
    pid: U32,
    /// The event that shows the act; null where it was stopped.
    event: U64,
    /// How many equal ones this stands for.
    count: U32 = required,
    /// One sentence.
    summary: Text,
    /// The whole decision, as JSON.
    record: Text,
}

/// The row of a decision.
pub fn row(position: u64, judged: &Judged) -> Row<'_> {
    let decision = &judged.decision;
    let agent = judged.action.principal.agent();
    let policies: Vec<&str> = decision.because.iter().map(|it| &*it.policy).collect();
    Row {
        position: Some(position),
        time: Some(super::time(judged.time_unix_ns)),
        verb: Some(Cow::Borrowed(judged.action.verb.name())),
        object: Some(Cow::Owned(judged.action.object.named())),
        effect: Some(Cow::Borrowed(decision.effect.name())),
        would: Some(Cow::Borrowed(decision.would.name())),
        outcome: Some(Cow::Borrowed(judged.outcome.name())),
        held_by: Some(Cow::Borrowed(judged.by.name())),
        profile: Some(Cow::Borrowed(&decision.profile)),
        policies: (!policies.is_empty()).then(|| Cow::Owned(policies.join(","))),
        reason: decision.because.first().map(|it| Cow::Borrowed(&*it.reason)),
        severity: Some(Cow::Borrowed(judged.severity().name())),
        agent: agent.map(|it| Cow::Borrowed(&*it.product)),
        owner: agent.map(|it| Cow::Borrowed(&*it.owner)),
        session: judged.action.principal.session().map(|it| Cow::Owned(it.to_string())),
        pid: judged.process.map(|it| it.pid),
        event: judged.event.map(|it| it.0),
        count: Some(judged.count),
        summary: Some(Cow::Owned(judged.summary())),
        record: serde_json::to_string(judged).ok().map(Cow::Owned),
    }
}
