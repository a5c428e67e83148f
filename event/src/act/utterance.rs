//! Words: what a person, a model and tools said to each other, as the agent's own transcript has it, or its hooks hear.

use serde::{Deserialize, Serialize};

use crate::Text;

/// One entry of the transcript that an agent writes of its conversation, what it told its hook, or what was heard of it on
/// its way to the model; where several say the same, it is one. What the agent says is a claim: which session it belongs to is the kernel's word, for the transcript is a
/// file that a process of the session writes, and so is who started the hook.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Utterance {
    /// Whose words.
    pub speech: Speech,
    /// The prompt, the answer, what a tool is given (the command line, where it runs one; else JSON), or the
    /// beginning of its result; without secrets, and cut.
    pub text: Text,
    /// Bytes of the text before it was cut.
    #[serde(skip_serializing_if = "zero")]
    pub bytes: u64,
    /// When, as the agent wrote it, UTC; 0: it did not.
    #[serde(skip_serializing_if = "zero")]
    pub said_unix_ns: u64,
    /// Name of the tool, of a call.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub tool: Text,
    /// The call as the agent names it: a result has the name of its call.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub call: Text,
    /// A result says that the tool failed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub failed: bool,
    /// The model that answered.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub model: Text,
    /// Tokens of the model's request.
    #[serde(skip_serializing_if = "zero")]
    pub input_tokens: u64,
    /// Tokens of the model's answer.
    #[serde(skip_serializing_if = "zero")]
    pub output_tokens: u64,
    /// The conversation as the agent names it.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub conversation: Text,
    /// The transcript; empty: others told it alone.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub transcript: Text,
    /// A hook was told.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hook: bool,
    /// The agent's telemetry says it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub telemetry: bool,
    /// A proxy in front of the model heard it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub gateway: bool,
    /// It was heard where the process itself encrypts it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub plaintext: bool,
    /// It went by between the agent and a server of tools.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub tools: bool,
    /// What the whole text of a result names, where the text was cut.
    #[serde(skip_serializing_if = "Named::is_empty")]
    pub named: Named,
}

/// What a text names that one could go to or run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Named {
    /// Names and addresses of hosts, in lower case.
    pub hosts: Vec<Text>,
    /// Lines that are written as commands.
    pub commands: Vec<Text>,
}

impl Named {
    /// Nothing at all.
    pub fn is_empty(&self) -> bool {
        self.hosts.is_empty() && self.commands.is_empty()
    }
}

/// Who told what was said: one call may be told by several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Teller {
    /// The transcript that the agent writes.
    Transcript,
    /// The agent's hook, before the call.
    Hook,
    /// What the agent, or the framework it is made of, sends of itself.
    Telemetry,
    /// The proxy in front of the model, by its base URL or at the way out of a box.
    Gateway,
    /// Who listens where the process encrypts.
    Plaintext,
    /// Who stands between the agent and a server of tools.
    Tools,
}

impl Teller {
    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Transcript => "transcript",
            Self::Hook => "hook",
            Self::Telemetry => "telemetry",
            Self::Gateway => "gateway",
            Self::Plaintext => "plaintext",
            Self::Tools => "mcp",
        }
    }

    /// Whether the agent itself has to tell: others hear it, as far as they can.
    pub fn is_agent(self) -> bool {
        matches!(self, Self::Transcript | Self::Hook)
    }
}

/// Some of those who tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tellers(u8);

impl Tellers {
    /// Nobody else is there.
    pub const ALL: [Teller; 6] = [
        Teller::Transcript,
        Teller::Hook,
        Teller::Telemetry,
        Teller::Gateway,
        Teller::Plaintext,
        Teller::Tools,
    ];

    /// Whether it is one of them.
    pub fn has(self, teller: Teller) -> bool {
        self.0 & (1 << teller as u8) != 0
    }

    /// Whether somebody is in both.
    pub fn share(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// All of both.
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Each of them.
    pub fn each(self) -> impl Iterator<Item = Teller> {
        Self::ALL.into_iter().filter(move |teller| self.has(*teller))
    }
}

impl FromIterator<Teller> for Tellers {
    fn from_iter<I: IntoIterator<Item = Teller>>(tellers: I) -> Self {
        tellers.into_iter().fold(Self::default(), |all, one| Self(all.0 | 1 << one as u8))
    }
}

/// Whose words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speech {
    /// What a person asked for.
    #[default]
    Prompt,
    /// What the model said; empty where it only called tools.
    Answer,
    /// The model wants a tool to be called.
    ToolCall,
    /// What came of a call.
    ToolResult,
}

impl Speech {
    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Prompt => "prompt",
            Self::Answer => "answer",
            Self::ToolCall => "call",
            Self::ToolResult => "result",
        }
    }
}

impl Utterance {
    /// Who told it.
    pub fn tellers(&self) -> Tellers {
        let others = [
            (self.hook, Teller::Hook),
            (self.telemetry, Teller::Telemetry),
            (self.gateway, Teller::Gateway),
            (self.plaintext, Teller::Plaintext),
            (self.tools, Teller::Tools),
        ];
        let written = !self.transcript.is_empty() || others.iter().all(|(is, _)| !is);
        let told = std::iter::once((written, Teller::Transcript)).chain(others);
        told.filter_map(|(is, teller)| is.then_some(teller)).collect()
    }

    /// The same, told by `teller`; of a transcript, which is a file, it stays as it is.
    #[must_use]
    pub fn told_by(mut self, teller: Teller) -> Self {
        match teller {
            Teller::Transcript => {}
            Teller::Hook => self.hook = true,
            Teller::Telemetry => self.telemetry = true,
            Teller::Gateway => self.gateway = true,
            Teller::Plaintext => self.plaintext = true,
            Teller::Tools => self.tools = true,
        }
        self
    }

    /// In one line, for people; the text is a stranger's.
    pub fn said(&self) -> String {
        let text = &self.text;
        match self.speech {
            Speech::Prompt => text.to_string(),
            Speech::Answer if text.is_empty() => {
                format!(
                    "{} ({} tokens in, {} out)",
                    self.model, self.input_tokens, self.output_tokens
                )
            }
            Speech::Answer => text.to_string(),
            Speech::ToolCall if !self.tellers().has(Teller::Transcript) => {
                let by: Vec<&str> = self.tellers().each().map(Teller::name).collect();
                format!("{}: {text} (told by {})", self.tool, by.join(", "))
            }
            Speech::ToolCall => format!("{}: {text}", self.tool),
            Speech::ToolResult if self.failed => format!("failed: {text}"),
            Speech::ToolResult => format!("{} bytes: {text}", self.bytes),
        }
    }
}

fn zero(number: &u64) -> bool {
    *number == 0
}
