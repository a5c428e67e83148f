//! OpenTelemetry's words for agents: attribute names of the GenAI and MCP conventions, and what an
//! act says in them. Stands beside the OCSF export; whoever sends spans or reads them asks here.
//!
//! Every name is at Development level in open-telemetry/semantic-conventions-genai and may change:
//! they are written nowhere else.

mod counted;
mod span;
mod spans;
mod tree;

pub use span::{Span, pairs};
pub use spans::{Content, Spans};

use crate::{Actor, Agent, Session};

/// Attribute names, as the conventions have them.
pub mod name {
    /// What is done: `invoke_agent`, `execute_tool`, `chat`, …
    pub const OPERATION: &str = "gen_ai.operation.name";
    /// Who serves the model (`anthropic`, `openai`); replaces `gen_ai.system`.
    pub const PROVIDER: &str = "gen_ai.provider.name";
    /// Stable id of the agent.
    pub const AGENT_ID: &str = "gen_ai.agent.id";
    /// Name of the agent.
    pub const AGENT_NAME: &str = "gen_ai.agent.name";
    /// What the agent is for.
    pub const AGENT_DESCRIPTION: &str = "gen_ai.agent.description";
    /// Version of the agent.
    pub const AGENT_VERSION: &str = "gen_ai.agent.version";
    /// The session or thread.
    pub const CONVERSATION_ID: &str = "gen_ai.conversation.id";
    /// The model asked for.
    pub const REQUEST_MODEL: &str = "gen_ai.request.model";
    /// The model that answered.
    pub const RESPONSE_MODEL: &str = "gen_ai.response.model";
    /// Id of the answer.
    pub const RESPONSE_ID: &str = "gen_ai.response.id";
    /// What the model was told: content.
    pub const INPUT_MESSAGES: &str = "gen_ai.input.messages";
    /// What the model said: content.
    pub const OUTPUT_MESSAGES: &str = "gen_ai.output.messages";
    /// Name of the tool.
    pub const TOOL_NAME: &str = "gen_ai.tool.name";
    /// What the tool is given: content.
    pub const TOOL_ARGUMENTS: &str = "gen_ai.tool.call.arguments";
    /// What came of it: content.
    pub const TOOL_RESULT: &str = "gen_ai.tool.call.result";
    /// Id of one call of it.
    pub const TOOL_CALL_ID: &str = "gen_ai.tool.call.id";
    /// What the tool says it does.
    pub const TOOL_DESCRIPTION: &str = "gen_ai.tool.description";
    /// Tokens of the prompt.
    pub const INPUT_TOKENS: &str = "gen_ai.usage.input_tokens";
    /// Tokens of the answer.
    pub const OUTPUT_TOKENS: &str = "gen_ai.usage.output_tokens";
    /// Instructions of the system: content, secret, off unless asked for.
    pub const SYSTEM_INSTRUCTIONS: &str = "gen_ai.system_instructions";
    /// Whether tokens were read or written.
    pub const TOKEN_TYPE: &str = "gen_ai.token.type";
    /// A metric: tokens of a call.
    pub const TOKEN_USAGE: &str = "gen_ai.client.token.usage";
    /// A metric: how long a call took.
    pub const OPERATION_DURATION: &str = "gen_ai.client.operation.duration";
    /// Status of the answer.
    pub const HTTP_STATUS: &str = "http.response.status_code";
    /// Why it failed.
    pub const ERROR_TYPE: &str = "error.type";
    /// The command line: content.
    pub const COMMAND_LINE: &str = "process.command_line";
    /// The program.
    pub const EXECUTABLE: &str = "process.executable.path";
    /// The process.
    pub const PID: &str = "process.pid";
    /// The other end of a connection.
    pub const SERVER: &str = "server.address";
    /// Who told it: `gateway`, `run`, `plaintext`, `mcp` and `kernel` saw it, `transcript`, `hook` and `telemetry` claim it. This and the next
    /// are ours: no convention has effects that were seen.
    pub const TELLER: &str = "chaperone.told_by";
    /// The call of a tool as processes show it.
    pub const TOOL_CALL: &str = "chaperone.tool_call.id";
    /// What the model answered: content.
    pub const ANSWER: &str = "chaperone.answer";
    /// Programs that ran.
    pub const PROGRAMS: &str = "chaperone.programs";
    /// Openings of files for reading.
    pub const FILES_READ: &str = "chaperone.files.read";
    /// Files made, and writes to files.
    pub const FILES_CHANGED: &str = "chaperone.files.changed";
    /// Names removed.
    pub const FILES_REMOVED: &str = "chaperone.files.removed";
    /// Connections and packets.
    pub const CONNECTIONS: &str = "chaperone.connections";
    /// Acts that were stopped.
    pub const STOPPED: &str = "chaperone.stopped";
    /// Method of a Model Context Protocol message (`tools/call`).
    pub const MCP_METHOD: &str = "mcp.method.name";
    /// Version of the protocol.
    pub const MCP_VERSION: &str = "mcp.protocol.version";
    /// The resource read or subscribed to.
    pub const MCP_RESOURCE: &str = "mcp.resource.uri";
    /// Session of the protocol; must not be set from version 2026-07-28 on.
    pub const MCP_SESSION: &str = "mcp.session.id";
    /// Id of the request.
    pub const JSONRPC_REQUEST: &str = "jsonrpc.request.id";
}

/// An attribute: its name and its value.
pub type Attribute = (&'static str, String);

/// Whose act it was: `execute_tool` inside a tool call, else `invoke_agent`.
pub fn of_actor(actor: &Actor) -> Vec<Attribute> {
    let operation = if actor.tool_call.is_some() { "execute_tool" } else { "invoke_agent" };
    let mut attributes = vec![
        (name::OPERATION, operation.to_owned()),
        (name::AGENT_ID, actor.agent.to_string()),
        (name::AGENT_NAME, actor.product.to_string()),
        (name::CONVERSATION_ID, actor.session.to_string()),
    ];
    attributes.extend(actor.tool_call.map(|call| (name::TOOL_CALL_ID, call.to_string())));
    attributes
}

/// A run of an agent, which is one `invoke_agent`.
pub fn of_session(session: &Session, agent: &Agent) -> Vec<Attribute> {
    let mut attributes = vec![
        (name::OPERATION, "invoke_agent".to_owned()),
        (name::AGENT_ID, session.agent.to_string()),
        (name::AGENT_NAME, agent.name.to_string()),
        (name::CONVERSATION_ID, session.id.to_string()),
    ];
    attributes.extend(agent.version.as_ref().map(|v| (name::AGENT_VERSION, v.to_string())));
    attributes
}
