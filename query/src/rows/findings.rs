//! The tables `findings` and `evidence`: what was found, and the acts it stands on. Files keep each
//! record of a finding; SQL shows the latest of an id.

use std::borrow::Cow;

use event::{Actor, Finding};

use super::table::{Layout, table};

/// The table as it lies in files.
pub const LAYOUT: Layout = Layout {
    name: "findings",
    about: "What was found, as it stands last.",
    columns: COLUMNS,
    schema,
    order: &["time"],
    time: Some("time"),
    ids: &[("id", 1_024), ("session", 256)],
};

table! {
    /// Place of the record in the journal.
    position: U64 = required,
    /// Derived id: the same in a replay.
    id: Text = required,
    /// When the act that completed it happened, UTC.
    time: Time = required,
    /// Id of the rule.
    rule: Text = required,
    /// Title of the rule.
    title: Text,
    /// `informational`, `low`, `medium`, `high`, `critical`.
    severity: Text = required,
    /// The severity as a number, 0 to 4, to compare and sort by.
    level: U32 = required,
    /// ATT&CK, ATLAS and OWASP ids, joined by commas.
    tags: Text,
    /// Where the rule comes from.
    pack: Text,
    /// One sentence: actor, verb, object, destination.
    summary: Text,
    /// Fields that matched, as a JSON object.
    matched: Text,
    /// How many times it was found in its window.
    count: U32 = required,
    /// Process that completed it.
    pid: U32 = required,
    /// Start of that process.
    process_start: U64 = required,
    /// Program of that process.
    exe: Text,
    /// Its arguments, joined by a space.
    command_line: Text,
    /// Its working directory.
    cwd: Text,
    /// Its user id.
    uid: U32,
    /// Its account name.
    user: Text,
    /// Product id of the agent; null where it was none.
    agent: Text,
    /// The agent.
    agent_id: Text,
    /// The run.
    session: Text,
    /// The tool call.
    tool_call: Text,
    /// The whole finding, as JSON.
    record: Text,
}

/// The row of a finding.
pub fn row(position: u64, finding: &Finding) -> Row<'_> {
    let rule = &finding.rule;
    let process = &finding.process;
    let actor = finding.actor.as_deref();
    Row {
        position: Some(position),
        id: Some(Cow::Owned(finding.id.to_string())),
        time: Some(super::time(finding.time_unix_ns)),
        rule: Some(Cow::Borrowed(&rule.id)),
        title: Some(Cow::Borrowed(&rule.title)),
        severity: Some(Cow::Borrowed(rule.severity.name())),
        level: Some(rule.severity as u32),
        tags: (!rule.tags.is_empty()).then(|| Cow::Owned(rule.tags.join(","))),
        pack: Some(Cow::Borrowed(&rule.pack)),
        summary: Some(Cow::Borrowed(&finding.summary)),
        matched: matched(finding).map(Cow::Owned),
        count: Some(finding.count),
        pid: Some(process.id.pid),
        process_start: Some(process.id.start_ns),
        exe: Some(Cow::Borrowed(&process.exe)),
        command_line: Some(Cow::Borrowed(&process.command_line)),
        cwd: Some(Cow::Borrowed(&process.cwd)),
        uid: Some(process.user.uid),
        user: process.user.name.as_deref().map(Cow::Borrowed),
        agent: actor.map(|actor| Cow::Borrowed(&*actor.product)),
        agent_id: id(actor, |actor| Some(actor.agent.to_string())),
        session: id(actor, |actor| Some(actor.session.to_string())),
        tool_call: id(actor, |actor| actor.tool_call.map(|call| call.to_string())),
        record: serde_json::to_string(finding).ok().map(Cow::Owned),
    }
}

fn id<'a>(actor: Option<&Actor>, of: impl Fn(&Actor) -> Option<String>) -> Option<Cow<'a, str>> {
    actor.and_then(of).map(Cow::Owned)
}

fn matched(finding: &Finding) -> Option<String> {
    if finding.matched.is_empty() {
        return None;
    }
    let fields: serde_json::Map<_, _> = finding
        .matched
        .iter()
        .map(|(name, value)| (name.to_string(), serde_json::Value::from(&**value)))
        .collect();
    serde_json::to_string(&fields).ok()
}
