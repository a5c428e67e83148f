//! An act in OpenTelemetry's words.

use event::otel::{of_actor, of_session};

use crate::acts;

#[test]
fn a_tool_call_is_named() {
    let actor = acts::actor();
    let expect = [
        ("gen_ai.operation.name", "execute_tool".to_owned()),
        ("gen_ai.agent.id", actor.agent.to_string()),
        ("gen_ai.agent.name", "codex-cli".to_owned()),
        ("gen_ai.conversation.id", actor.session.to_string()),
        ("gen_ai.tool.call.id", actor.tool_call.map(|call| call.to_string()).unwrap_or_default()),
    ];
    assert_eq!(of_actor(&actor), expect);
    let own = event::Actor { tool_call: None, ..(*actor).clone() };
    assert_eq!(of_actor(&own)[0], ("gen_ai.operation.name", "invoke_agent".to_owned()));
}

#[test]
fn a_session_is_an_invocation() {
    let attributes = of_session(&acts::session(), &acts::agent());
    assert_eq!(attributes[0], ("gen_ai.operation.name", "invoke_agent".to_owned()));
    assert_eq!(attributes[2], ("gen_ai.agent.name", "Codex CLI".to_owned()));
    assert_eq!(attributes[4], ("gen_ai.agent.version", "0.42.0".to_owned()));
}
