//! Application Lifecycle 6002: agents seen, sessions begun and ended.

use serde_json::{Map, Value, json};

use super::{Activity, Class};
use crate::ocsf::draft::Draft;
use crate::ocsf::object::{agent as ai_agent, process};
use crate::show::brief;
use crate::{Agent, Session, Way};

pub(in crate::ocsf) const CLASS: Class = Class { uid: 6002, caption: "Application Lifecycle" };

const START: Activity = Activity(3, "Start");
const STOP: Activity = Activity(4, "Stop");
/// Found, not installed: when that happened is not known.
const SEEN: Activity = Activity(99, "Seen");

/// A session began or ended.
pub(in crate::ocsf) fn session(draft: &mut Draft, session: &Session) -> (Activity, String) {
    draft.agent(ai_agent::of_session(session));
    let mut root = process::named(session.root, draft);
    root.insert("working_directory".into(), json!(&*session.cwd));
    draft.set("actor", actor(session, root));
    draft.set("app", json!({ "uid": session.agent.to_string() }));
    draft.set("status_detail", brief(&session.evidence, 500));
    draft.note("correlation_uid", session.id.to_string());
    if let Some(parent) = session.parent {
        draft.keep("parent_session", parent.to_string());
    }
    if !session.delegation.is_empty() {
        draft.keep("delegation", json!(session.delegation));
    }
    if !session.identities.is_empty() {
        draft.keep("workload_identities", json!(session.identities));
    }
    if session.unseen_before {
        draft.keep("unseen_before", true);
    }
    if session.ended_unix_ns.is_some() {
        draft.keep("started_unix_ns", session.started_unix_ns);
    }
    match session.ended_unix_ns {
        None => (START, format!("session {} began in {}", session.id, brief(&session.cwd, 200))),
        Some(_) => (STOP, format!("session {} ended", session.id)),
    }
}

/// The process, and whoever stands behind it.
fn actor(session: &Session, root: Map<String, Value>) -> Value {
    let mut actor = Map::new();
    actor.insert("process".into(), Value::Object(root));
    let behind = &session.delegation;
    if let Some(account) = &behind.account {
        actor.insert("user".into(), json!({ "name": brief(account, 100) }));
    }
    let mut login = Map::new();
    match (behind.way, &behind.detail) {
        (Way::Unknown, _) => {}
        (Way::Terminal, Some(terminal)) => {
            login.insert("terminal".into(), json!(brief(terminal, 100)));
            login.insert("is_remote".into(), json!(false));
        }
        (way, _) => {
            login.insert("is_remote".into(), json!(way == Way::Ssh));
        }
    }
    if !login.is_empty() {
        actor.insert("session".into(), Value::Object(login));
    }
    Value::Object(actor)
}

/// An agent was seen first, or is known better.
pub(in crate::ocsf) fn agent(draft: &mut Draft, agent: &Agent) -> (Activity, String) {
    draft.agent(ai_agent::of_agent(agent));
    let mut app = json!({ "uid": agent.id.to_string(), "name": &*agent.name });
    if let (Some(version), Some(app)) = (&agent.version, app.as_object_mut()) {
        app.insert("version".into(), json!(&**version));
    }
    draft.set("app", app);
    draft.set("actor", json!({ "user": { "name": &*agent.owner } }));
    draft.keep("product", &*agent.product);
    draft.keep("kind", json!(agent.kind));
    (SEEN, format!("{} of {}", brief(&agent.name, 100), brief(&agent.owner, 100)))
}
