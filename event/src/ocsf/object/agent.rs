//! The `ai_agent` object: which agent acted, and in which run.

use serde_json::{Map, Value, json};

use crate::{Actor, Agent, AgentKind, Session};

/// The agent of an act: stable id, and the session as its instance.
pub(in crate::ocsf) fn of_actor(actor: &Actor) -> Value {
    let mut agent = Map::new();
    agent.insert("uid".into(), json!(actor.agent.to_string()));
    agent.insert("instance_uid".into(), json!(actor.session.to_string()));
    agent.insert("name".into(), json!(&*actor.product));
    put_type(&mut agent, &actor.product, actor.kind);
    Value::Object(agent)
}

/// The agent as the inventory knows it.
pub(in crate::ocsf) fn of_agent(known: &Agent) -> Value {
    let mut agent = Map::new();
    agent.insert("uid".into(), json!(known.id.to_string()));
    agent.insert("name".into(), json!(&*known.name));
    if let Some(version) = &known.version {
        agent.insert("version".into(), json!(&**version));
    }
    put_type(&mut agent, &known.product, known.kind);
    Value::Object(agent)
}

/// The agent of a session: only its ids are known there.
pub(in crate::ocsf) fn of_session(session: &Session) -> Value {
    json!({ "uid": session.agent.to_string(), "instance_uid": session.id.to_string() })
}

/// Framework of an agent. OCSF names three frameworks; an agent of a vendor's own making is Native.
fn put_type(agent: &mut Map<String, Value>, product: &str, kind: AgentKind) {
    let (type_id, caption) = match kind {
        AgentKind::Agent => framework(product),
        AgentKind::Editor => (99, "Editor"),
        AgentKind::ToolServer => (99, "Tool Server"),
        AgentKind::Workload => (99, "Workload"),
        AgentKind::Undeclared => (0, "Unknown"),
    };
    agent.insert("type_id".into(), json!(type_id));
    agent.insert("type".into(), json!(caption));
}

fn framework(product: &str) -> (u8, &str) {
    match product {
        "langchain" | "langgraph" => (2, "LangChain"),
        "autogen" => (3, "AutoGen"),
        "crewai" => (4, "CrewAI"),
        "pydantic-ai" | "smolagents" => (99, product),
        _ => (1, "Native"),
    }
}
