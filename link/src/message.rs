//! What is asked and what is answered. A request that this side does not know is refused by name, so that an old
//! daemon and a new client, or the reverse, tell each other what is missing.

use event::{Action, Decision, ModelCall, Offering, Stand, Text, ToolCall, ToolRules, Utterance};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The version of the protocol that this program speaks.
pub const VERSION: u32 = 3;

/// A question with its envelope. Fields that a later version adds are passed over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request<A = Ask> {
    /// What who asks speaks.
    pub version: u32,
    /// After so long nobody listens to the answer; 0: as long as the server takes.
    #[serde(default)]
    pub deadline_ms: u32,
    /// What is asked.
    pub ask: A,
}

/// What can be asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// What is to be done about an action, before its effect.
    Check(Box<Action>),
    /// An agent's hook was called.
    Hook(Box<HookCall>),
    /// What becomes of what is found in results of tools.
    ToolRules,
    /// A server of tools offers something.
    Offered(Box<Offering>),
    /// Tools were called.
    Called(Vec<ToolCall>),
    /// This went by between an agent and a server of tools.
    Said(Vec<Utterance>),
    /// What the asker launched has called a model.
    Asked(Box<Launched>),
    /// How the daemon is.
    Status,
    /// Something that only an operator may ask for.
    Operate(Operation),
}

/// A call of a model by what somebody launched, as it went out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Launched {
    /// The call.
    pub call: ModelCall,
    /// The same for a request that is made again.
    pub turn: u64,
    /// What it said for the first time.
    pub said: Vec<Utterance>,
    /// What was answered.
    pub answered: Vec<Utterance>,
}

impl Launched {
    /// Bytes of texts that a question has room for, whatever letters they are of.
    const MOST: usize = 96 << 10;

    /// The last words as far as there is room: what is too much was said before.
    #[must_use]
    pub fn within_bounds(mut self) -> Self {
        let mut left = Self::MOST;
        for words in [&mut self.answered, &mut self.said] {
            let fits = |it: &&Utterance| {
                let fits = it.text.len() <= left;
                left = left.saturating_sub(it.text.len());
                fits
            };
            let kept = words.iter().rev().take_while(fits).count();
            words.drain(..words.len() - kept);
        }
        self
    }
}

/// What operators ask for. A new one needs its name here, and who may ask for it in [`Operation::of_host`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// End an agent's or session's processes, network and keys; `*` is all.
    Stop {
        /// Agent, session, or `*`.
        of: Text,
    },
    /// Let nothing of a session run until it is released.
    Freeze {
        /// Agent, session, or `*`.
        of: Text,
    },
    /// Let it go on.
    Release {
        /// Agent, session, or `*`.
        of: Text,
    },
    /// Let it reach nothing, until it is released.
    Cut {
        /// Agent, session, or `*`.
        of: Text,
    },
    /// Stop nothing any more.
    Disarm,
    /// Questions that wait for a person.
    Approvals(Approvals),
    /// Read the policies anew.
    Reload,
}

/// Of questions that wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approvals {
    /// Which they are.
    List,
    /// What a person says to one.
    Answer {
        /// Which.
        ticket: Text,
        /// `once`, `session`, `days:N`, `no`.
        answer: Text,
    },
}

impl Operation {
    /// Whether it is about the whole host: then only root and the daemon's own account may ask for it. Of the others
    /// the daemon looks whose agents are meant.
    pub fn of_host(&self) -> bool {
        match self {
            Self::Disarm | Self::Reload => true,
            Self::Stop { of } | Self::Freeze { of } | Self::Release { of } | Self::Cut { of } => {
                &**of == "*"
            }
            Self::Approvals(_) => false,
        }
    }
}

/// An agent called its hook.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HookCall {
    /// Product id (`claude-code`).
    pub product: Text,
    /// The event as the product names it.
    pub event: Text,
    /// What the product said, as it said it.
    pub input: String,
    /// Long texts in `input` were cut, each to [`HookCall::CUT`] bytes.
    pub cut: bool,
    /// The hook's working directory.
    pub cwd: Text,
    /// The process that called the hook, as the hook sees it.
    pub pid: u32,
}

impl HookCall {
    /// What is left of a text that was too long, in bytes.
    pub const CUT: usize = 16 << 10;
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// To [`Ask::Check`].
    Decision(Decision),
    /// To [`Ask::Hook`].
    Verdict(Verdict),
    /// To [`Ask::ToolRules`].
    ToolRules(ToolRules),
    /// To [`Ask::Offered`]: how each offer stands, in their order.
    Stands(Vec<Stand>),
    /// To [`Ask::Called`], [`Ask::Said`] and [`Ask::Asked`]: it is kept.
    Kept,
    /// To [`Ask::Status`] and [`Ask::Operate`].
    Told(Value),
    /// It was not answered.
    Refused(Refusal),
}

/// What the agent is to do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Which.
    pub ruling: Ruling,
    /// Why, for the agent: what it wanted, which policy speaks, what it can do. Empty where it goes on.
    #[serde(default)]
    pub reason: String,
}

/// Which way. Ordered: the stronger one wins.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// It goes on.
    #[default]
    Allow,
    /// The product asks its person.
    Ask,
    /// It does not happen.
    Deny,
}

/// Why a question was not answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// By cause.
    pub why: Why,
    /// In words, with a hint where there is one.
    pub message: String,
}

impl Refusal {
    /// With its words.
    pub fn new(why: Why, message: impl Into<String>) -> Self {
        Self { why, message: message.into() }
    }
}

/// Causes of refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It is no request.
    Malformed,
    /// A request that this version does not know.
    Unknown,
    /// Not from this account, or not from below an agent.
    NotAllowed,
    /// What is asked for is not there.
    NotFound,
    /// Too many ask at once, or it took longer than the deadline.
    Busy,
    /// It failed.
    Failed,
}

impl Ask {
    /// Every name that can be asked for.
    pub const NAMES: [&str; 9] =
        ["check", "hook", "tool_rules", "offered", "called", "said", "asked", "status", "operate"];
}

/// A request out of the content of a frame.
pub(crate) fn parse(content: &[u8]) -> Result<Request, Refusal> {
    let malformed = |error| Refusal::new(Why::Malformed, format!("no request: {error}"));
    let Request { version, deadline_ms, ask } =
        serde_json::from_slice::<Request<Value>>(content).map_err(malformed)?;
    let name = match &ask {
        Value::String(name) => name.clone(),
        Value::Object(map) => map.keys().next().cloned().unwrap_or_default(),
        _ => String::new(),
    };
    match serde_json::from_value(ask) {
        Ok(ask) => Ok(Request { version, deadline_ms, ask }),
        Err(_) if !Ask::NAMES.contains(&name.as_str()) => Err(Refusal::new(
            Why::Unknown,
            format!(
                "`{}` cannot be asked for here\nhint: this daemon speaks version {VERSION}, the request {version}: the older of both programs has to be renewed",
                event::show::brief(&name, 40)
            ),
        )),
        Err(error) => {
            let words = event::show::brief(&error.to_string(), 200);
            let unknown = words.starts_with("unknown variant");
            Err(Refusal::new(if unknown { Why::Unknown } else { Why::Malformed }, words))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(content: &str, expect: Result<Ask, Why>) {
        let read = parse(content.as_bytes()).map(|it| it.ask).map_err(|it| it.why);
        assert_eq!(read, expect, "{content}");
    }

    #[test]
    fn what_is_known_is_read_and_what_is_not_is_refused_by_name() {
        check(r#"{"version":1,"ask":"status"}"#, Ok(Ask::Status));
        check(r#"{"version":9,"later":true,"ask":"status"}"#, Ok(Ask::Status));
        let stop = Operation::Stop { of: "*".into() };
        check(r#"{"version":1,"ask":{"operate":{"stop":{"of":"*"}}}}"#, Ok(Ask::Operate(stop)));
        check(r#"{"version":1,"ask":{"dance":{}}}"#, Err(Why::Unknown));
        check(r#"{"version":1,"ask":{"operate":"dance"}}"#, Err(Why::Unknown));
        check(r#"{"version":1,"ask":{"check":{}}}"#, Err(Why::Malformed));
        check(r#"{"version":1}"#, Err(Why::Malformed));
        check("[", Err(Why::Malformed));
        check("", Err(Why::Malformed));
    }

    #[test]
    fn a_hook_call_of_an_older_client_lacks_what_came_later() {
        let text = r#"{"version":1,"ask":{"hook":{"product":"codex-cli","input":"{}"}}}"#;
        let expect =
            HookCall { product: "codex-cli".into(), input: "{}".into(), ..HookCall::default() };
        check(text, Ok(Ask::Hook(Box::new(expect))));
    }

    #[test]
    fn of_many_words_the_last_go() {
        let words =
            |bytes: usize| Utterance { text: "x".repeat(bytes).into(), ..Utterance::default() };
        let lengths = |all: &[Utterance]| all.iter().map(|it| it.text.len()).collect::<Vec<_>>();
        let said = vec![words(60 << 10), words(50 << 10), words(30 << 10)];
        let told = Launched { said, answered: vec![words(7)], ..Launched::default() };
        let told = told.within_bounds();
        assert_eq!((lengths(&told.said), lengths(&told.answered)), (vec![51_200, 30_720], vec![7]));
    }

    #[test]
    fn the_host_is_not_for_everybody() {
        assert!(Operation::Stop { of: "*".into() }.of_host() && Operation::Disarm.of_host());
        assert!(!Operation::Stop { of: "codex-cli".into() }.of_host());
    }
}
