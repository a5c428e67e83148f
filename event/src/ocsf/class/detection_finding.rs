//! Detection Finding 2004: what a rule says of acts, with its evidence.

use serde_json::{Map, Value, json};

use super::{Activity, Class};
use crate::ocsf::draft::{self, Draft};
use crate::ocsf::object::{agent, process};
use crate::show::plain;
use crate::{AssetChange, Finding, Flaw, Judged, Outcome, RuleInfo, Severity, Standing};

pub(in crate::ocsf) const CLASS: Class = Class { uid: 2004, caption: "Detection Finding" };

const CREATE: Activity = Activity(1, "Create");

/// Tactics of ATT&CK by the name Sigma tags them with.
const TACTICS: [(&str, &str, &str); 14] = [
    ("reconnaissance", "TA0043", "Reconnaissance"),
    ("resource-development", "TA0042", "Resource Development"),
    ("initial-access", "TA0001", "Initial Access"),
    ("execution", "TA0002", "Execution"),
    ("persistence", "TA0003", "Persistence"),
    ("privilege-escalation", "TA0004", "Privilege Escalation"),
    ("defense-evasion", "TA0005", "Defense Evasion"),
    ("credential-access", "TA0006", "Credential Access"),
    ("discovery", "TA0007", "Discovery"),
    ("lateral-movement", "TA0008", "Lateral Movement"),
    ("collection", "TA0009", "Collection"),
    ("command-and-control", "TA0011", "Command and Control"),
    ("exfiltration", "TA0010", "Exfiltration"),
    ("impact", "TA0040", "Impact"),
];

pub(in crate::ocsf) fn finding(draft: &mut Draft, finding: &Finding) -> (Activity, String) {
    let process = process::whole(&finding.process, draft);
    let evidence = evidence(draft, finding);
    draft.set("actor", json!({ "process": process }));
    draft.set("evidences", json!([evidence]));
    let info = info(draft, finding);
    draft.set("finding_info", info);
    draft.set("status_id", 1);
    draft.set("status", "New");
    put_control(draft, finding.rule.severity);
    draft.note("uid", finding.id.to_string());
    if finding.count > 1 {
        draft.set("count", finding.count);
    }
    if let Some(actor) = &finding.actor {
        draft.attribution(actor);
    }
    (CREATE, plain(&finding.summary).into_owned())
}

/// Something that agents load is not sound.
pub(in crate::ocsf) fn asset(draft: &mut Draft, change: &AssetChange) -> (Activity, String) {
    let summary = change.summary();
    draft.note("event_code", "asset");
    draft.keep("asset_change", json!(change));
    let file = change.asset.evidence.first().map(|evidence| &*evidence.place);
    let evidence = |flaw: &Flaw| {
        json!({
            "name": plain(&flaw.title),
            "data": { "rule": &*flaw.rule, "place": &*flaw.place, "line": flaw.line, "shows": &*flaw.shows },
        })
    };
    draft.set("evidences", change.flaws.iter().map(evidence).collect::<Vec<_>>());
    let rule = change.flaws.first();
    let rule = RuleInfo {
        id: rule.map(|flaw| flaw.rule.clone()).unwrap_or_default(),
        title: rule.map(|flaw| flaw.title.clone()).unwrap_or_default(),
        severity: change.severity(),
        tags: change.flaws.iter().flat_map(|flaw| flaw.tags.iter().cloned()).collect(),
        pack: "chaperone".into(),
    };
    let (attacks, tags) = tags(&rule);
    let mut info = Map::new();
    info.insert("uid".into(), json!(format!("{}-{}", change.asset.id, change.time_unix_ns)));
    info.insert("title".into(), json!(&*rule.title));
    info.insert("desc".into(), json!(summary));
    info.insert("created_time".into(), json!(change.time_unix_ns / 1_000_000));
    info.insert("analytic".into(), analytic(&rule));
    info.insert("product".into(), draft::product());
    if let Some(file) = file {
        info.insert("data_sources".into(), json!([file]));
    }
    for (key, mut list) in [("attacks", attacks), ("tags", tags)] {
        list.sort_by_key(Value::to_string);
        list.dedup();
        if !list.is_empty() {
            info.insert(key.into(), Value::Array(list));
        }
    }
    draft.set("finding_info", Value::Object(info));
    draft.set("status_id", 1);
    draft.set("status", "New");
    if change.standing == Standing::Held {
        put_held(draft);
    } else {
        put_control(draft, rule.severity);
    }
    (CREATE, summary)
}

/// An action was decided about: what was wanted, by whom, which policies spoke, and what became of it.
pub(in crate::ocsf) fn judged(draft: &mut Draft, judged: &Judged) -> (Activity, Severity, String) {
    let summary = judged.summary();
    let severity = judged.severity();
    draft.note("event_code", "decision");
    draft.keep("judged", json!(judged));
    let because = &judged.decision.because;
    let rule = RuleInfo {
        id: because.first().map(|it| it.policy.clone()).unwrap_or_default(),
        title: because.first().map(|it| it.reason.clone()).unwrap_or_default(),
        severity,
        tags: because.iter().flat_map(|it| it.techniques.iter().cloned()).collect(),
        pack: "policy".into(),
    };
    let (attacks, tags) = tags(&rule);
    let mut info = Map::new();
    info.insert("uid".into(), json!(judged.id()));
    info.insert("title".into(), json!(&*rule.title));
    info.insert("desc".into(), json!(summary));
    info.insert("created_time".into(), json!(judged.time_unix_ns / 1_000_000));
    info.insert("analytic".into(), analytic(&rule));
    info.insert("product".into(), draft::product());
    for (key, list) in [("attacks", attacks), ("tags", tags)] {
        if !list.is_empty() {
            info.insert(key.into(), Value::Array(list));
        }
    }
    draft.set("finding_info", Value::Object(info));
    draft.set("status_id", 1);
    draft.set("status", "New");
    match judged.outcome {
        Outcome::Prevented | Outcome::Waits => put_denied(draft, 2, "Blocked"),
        Outcome::StoppedAfter => put_denied(draft, 13, "Killed"),
        Outcome::WentOn | Outcome::WouldHaveStopped => put_control(draft, severity),
    }
    if judged.count > 1 {
        draft.set("count", judged.count);
    }
    (CREATE, severity, summary)
}

fn put_denied(draft: &mut Draft, disposition_id: u8, disposition: &str) {
    draft.profile("security_control");
    draft.set("action_id", 2);
    draft.set("action", "Denied");
    draft.set("disposition_id", disposition_id);
    draft.set("disposition", disposition);
    draft.set("is_alert", true);
}

/// It was moved aside before anything loaded it.
fn put_held(draft: &mut Draft) {
    put_denied(draft, 3, "Quarantined");
}

/// Chaperone watched: nothing was stopped.
fn put_control(draft: &mut Draft, severity: Severity) {
    let alert = severity >= Severity::Medium;
    let (disposition_id, disposition) = if alert { (19, "Alert") } else { (15, "Detected") };
    draft.profile("security_control");
    draft.set("action_id", 3);
    draft.set("action", "Observed");
    draft.set("disposition_id", disposition_id);
    draft.set("disposition", disposition);
    draft.set("is_alert", alert);
}

fn evidence(draft: &mut Draft, finding: &Finding) -> Value {
    let mut evidence = Map::new();
    let process = process::described(&finding.process, draft);
    evidence.insert("name".into(), json!("the process that completed it"));
    evidence.insert("process".into(), Value::Object(process));
    if !finding.matched.is_empty() {
        let field = |(name, value): &(_, _)| json!({ "name": name, "value": value });
        let matched: Vec<_> = finding.matched.iter().map(field).collect();
        evidence.insert("data".into(), json!({ "matched": matched }));
    }
    if let Some(actor) = &finding.actor {
        let agent = agent::of_actor(actor);
        if draft.version.has_agents() {
            evidence.insert("ai_agent".into(), agent);
        } else {
            draft.keep("ai_agent", agent);
        }
    }
    Value::Object(evidence)
}

fn info(draft: &Draft, finding: &Finding) -> Value {
    let rule = &finding.rule;
    let (attacks, tags) = tags(rule);
    let related = |id| json!({ "uid": draft.host.qualify(id) });
    let mut info = Map::new();
    info.insert("uid".into(), json!(finding.id.to_string()));
    info.insert("title".into(), json!(&*rule.title));
    info.insert("desc".into(), json!(&*finding.summary));
    info.insert("created_time".into(), json!(finding.time_unix_ns / 1_000_000));
    info.insert("analytic".into(), analytic(rule));
    info.insert("product".into(), draft::product());
    info.insert("related_events_count".into(), json!(finding.events.len()));
    if !finding.events.is_empty() {
        let related: Vec<_> = finding.events.iter().map(related).collect();
        info.insert("related_events".into(), json!(related));
    }
    for (key, list) in [("attacks", attacks), ("tags", tags)] {
        if !list.is_empty() {
            info.insert(key.into(), Value::Array(list));
        }
    }
    Value::Object(info)
}

fn analytic(rule: &RuleInfo) -> Value {
    json!({
        "uid": &*rule.id, "name": &*rule.title, "type_id": 1, "type": "Rule",
        "category": &*rule.pack,
    })
}

/// What the tags say in OCSF's words (ATT&CK and ATLAS), and those it has none for.
fn tags(rule: &RuleInfo) -> (Vec<Value>, Vec<Value>) {
    let (mut attacks, mut tags) = (Vec::new(), Vec::new());
    for tag in &rule.tags {
        match attack(tag) {
            Some(attack) => attacks.push(attack),
            None => {
                let (name, value) = tag.split_once('.').unwrap_or(("tag", tag));
                tags.push(json!({ "name": name, "value": value }));
            }
        }
    }
    (attacks, tags)
}

fn attack(tag: &str) -> Option<Value> {
    let tag = tag.to_lowercase();
    let (matrix, id) = tag.split_once('.')?;
    let id = match matrix {
        "attack" => id.replace('_', "-"),
        "atlas" => id.to_owned(),
        _ => return None,
    };
    if let Some((_, uid, name)) = TACTICS.iter().find(|(tag, _, _)| *tag == id) {
        return Some(json!({ "tactic": { "uid": uid, "name": name } }));
    }
    let id = id.to_uppercase();
    let bare = id.strip_prefix("AML.").unwrap_or(&id);
    if numbered(bare, "TA") {
        return Some(json!({ "tactic": { "uid": id } }));
    }
    if !numbered(bare, "T") {
        return None;
    }
    match bare.split_once('.') {
        None => Some(json!({ "technique": { "uid": id } })),
        Some((_, sub)) => {
            let technique = id.strip_suffix(sub)?.strip_suffix('.')?;
            Some(json!({ "technique": { "uid": technique }, "sub_technique": { "uid": id } }))
        }
    }
}

/// `T1059`, `T1059.004`, `TA0002`: the letters, then digits and dots.
fn numbered(id: &str, letters: &str) -> bool {
    id.strip_prefix(letters).is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_digit())
            && rest.chars().all(|c| c.is_ascii_digit() || c == '.')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tag: &str, expect: Option<Value>) {
        assert_eq!(attack(tag), expect, "{tag}");
    }

    #[test]
    fn tags_become_attacks() {
        check("attack.t1552", Some(json!({ "technique": { "uid": "T1552" } })));
        check(
            "attack.t1552.001",
            Some(json!({
                "technique": { "uid": "T1552" }, "sub_technique": { "uid": "T1552.001" },
            })),
        );
        check(
            "attack.credential_access",
            Some(json!({ "tactic": { "uid": "TA0006", "name": "Credential Access" } })),
        );
        check("attack.ta0002", Some(json!({ "tactic": { "uid": "TA0002" } })));
        check("atlas.aml.t0055", Some(json!({ "technique": { "uid": "AML.T0055" } })));
        check(
            "atlas.aml.t0051.000",
            Some(json!({
                "technique": { "uid": "AML.T0051" }, "sub_technique": { "uid": "AML.T0051.000" },
            })),
        );
        check("attack.s0154", None);
        check("attack.tooling", None);
        check("owasp.llm06", None);
        check("untagged", None);
    }
}
