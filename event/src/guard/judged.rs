//! A decision as the record keeps it: what was wanted, what was decided, who carried it out.

use serde::{Deserialize, Serialize};

use uuid::Uuid;

use crate::show::brief;
use crate::{
    Action, Decision, Effect, EventId, Object, Principal, ProcessId, Severity, Text, Verb,
};

/// An action that was decided about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// When, UTC.
    pub time_unix_ns: u64,
    /// What was wanted.
    pub action: Action,
    /// What was decided.
    pub decision: Decision,
    /// Who held the act when it was decided.
    pub by: Enforcer,
    /// What became of the act.
    pub outcome: Outcome,
    /// The process that acts, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<ProcessId>,
    /// The event that shows the act, where one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<EventId>,
    /// How many equal ones this stands for.
    pub count: u32,
    /// Where what the process holds, or follows, came from: files, hosts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Text>,
}

impl Judged {
    /// How bad the act would be, by the policies that speak.
    pub fn severity(&self) -> Severity {
        self.decision.because.iter().map(|it| it.severity).max().unwrap_or_default()
    }

    /// The same for the same act: derived from who, what, when.
    pub fn id(&self) -> String {
        let of = serde_json::json!([self.action, self.process, self.time_unix_ns]);
        Uuid::new_v5(&Uuid::NAMESPACE_OID, of.to_string().as_bytes()).to_string()
    }

    /// One sentence for people: who wanted what, what became of it, why. Safe to show.
    pub fn summary(&self) -> String {
        let who = match &self.action.principal {
            Principal::Human { account, .. } => brief(account, 40),
            Principal::Workload { product, .. } => brief(product, 40),
            other => other.agent().map_or_else(|| "an agent".into(), |it| brief(&it.product, 40)),
        };
        let outcome = match self.outcome {
            Outcome::WentOn if !self.decision.effect.goes_on() => {
                "it went on, for nothing here could stop it"
            }
            Outcome::WentOn => "it went on",
            Outcome::WouldHaveStopped => match self.decision.would {
                Effect::Ask => "it would have been asked about",
                _ => "it would have been stopped",
            },
            Outcome::Waits => "it waits for an answer",
            Outcome::Prevented => "it was stopped",
            Outcome::StoppedAfter if matches!(self.action.object, Object::File { .. }) => {
                "it was seen, and what was there is put back"
            }
            Outcome::StoppedAfter => "it was seen, and who did it was stopped",
        };
        let why = self.decision.because.first().map_or_else(
            || "the network of its session is cut".to_owned(),
            |it| format!("{} ({})", brief(&it.reason, 160), brief(&it.policy, 60)),
        );
        format!("{who} {}; {outcome}: {why}", self.action.wanted())
    }
}

impl Action {
    /// What is wanted, in a few words for people. Safe to show.
    pub fn wanted(&self) -> String {
        let verb = match self.verb {
            Verb::Exec => "to run",
            Verb::ReadFile => "to read",
            Verb::WriteFile => "to write",
            Verb::DeleteFile => "to remove",
            Verb::Connect => "to connect to",
            Verb::Listen => "to listen on",
            Verb::HttpRequest => "to ask",
            Verb::CallTool => "to call the tool",
            Verb::CallModel => "to ask the model",
            Verb::UseSecret => "to use the secret",
            Verb::LaunchAgent => "to start the agent",
            Verb::ChangeAgentConfig => "to change the agent's settings",
            Verb::LoadCode => "to load code from",
        };
        format!("wanted {verb} {}", self.object.named())
    }
}

impl Object {
    /// What it is called, shortened. Safe to show.
    pub fn named(&self) -> String {
        match self {
            Self::File { path } => brief(path, 160),
            Self::Program { path, command_line } if command_line.is_empty() => brief(path, 160),
            Self::Program { command_line, .. } => format!("`{}`", brief(command_line, 160)),
            Self::Host { name, address, port, request } => {
                let host = match (name.is_empty(), address) {
                    (false, _) | (_, None) => brief(name, 100),
                    (true, Some(address)) => address.to_string(),
                };
                match request.is_empty() {
                    true => format!("{host}:{port}"),
                    false => format!("{host}:{port} {}", brief(request, 100)),
                }
            }
            Self::Tool { server, name } if server.is_empty() => brief(name, 80),
            Self::Tool { server, name } => format!("{}/{}", brief(server, 60), brief(name, 80)),
            Self::Model { provider, name } => {
                format!("{}/{}", brief(provider, 60), brief(name, 80))
            }
            Self::Secret { name, .. } => brief(name, 80),
        }
    }
}

/// Who can stop an act.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Enforcer {
    /// Nobody: it was seen when it had happened.
    #[default]
    Record,
    /// The agent itself, which asked before a tool call.
    Hook,
    /// The kernel, in the act.
    Kernel,
    /// The responder that opens of guarded files wait for.
    Files,
    /// The box that the agent runs in.
    Sandbox,
    /// The proxy that its traffic goes through.
    Proxy,
}

impl Enforcer {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Hook => "hook",
            Self::Kernel => "kernel",
            Self::Files => "files",
            Self::Sandbox => "sandbox",
            Self::Proxy => "proxy",
        }
    }
}

/// What became of an act.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It went on.
    #[default]
    WentOn,
    /// It went on; under a profile that enforces it would not have.
    WouldHaveStopped,
    /// It waits for a person.
    Waits,
    /// It did not happen.
    Prevented,
    /// It had happened; what it would have led to was ended.
    StoppedAfter,
}

impl Outcome {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::WentOn => "went_on",
            Self::WouldHaveStopped => "would_have_stopped",
            Self::Waits => "waits",
            Self::Prevented => "prevented",
            Self::StoppedAfter => "stopped_after",
        }
    }
}

/// An act that was stopped by who decides without asking: told by the sensor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {
    /// What was wanted.
    pub verb: Verb,
    /// To what.
    pub object: Object,
    /// What was done about it.
    pub effect: Effect,
    /// Because of which policy; empty: nothing permits it, or the network of the session is cut.
    pub policy: Text,
    /// Who stopped it.
    pub by: Enforcer,
    /// Before its effect, or after.
    pub outcome: Outcome,
    /// In which folder, where that was asked; empty: not known.
    #[serde(default = "nowhere", skip_serializing_if = "str::is_empty")]
    pub folder: Text,
}

fn nowhere() -> Text {
    "".into()
}
