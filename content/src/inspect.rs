//! What is found in text that goes into a model, comes out of one, or is said to a tool: the words for it that all
//! detectors share. Detectors say where something stands; what becomes of it is a policy's word.

pub mod classes;
mod detectors;
mod personal;
mod secrets;
mod signs;
mod stream;
mod view;

use std::borrow::Cow;
use std::ops::Range;

pub use stream::{Inspector, InspectorError, LONGEST, Passing};

/// Where in a conversation a text stands: who could have written it, and whether a model takes it for an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Position {
    /// What whoever runs the agent says to the model.
    System,
    /// What a person asks.
    User,
    /// What the model said.
    Answer,
    /// What the model wants a tool to be given.
    ToolCall,
    /// What a tool gave back.
    ToolResult,
    /// A document that was looked up.
    Document,
    /// What an agent wrote down for later.
    Memory,
    /// What a tool says that it is: name, description, schema.
    ToolDescription,
}

impl Position {
    /// Every one.
    pub const ALL: [Self; 8] = [
        Self::System,
        Self::User,
        Self::Answer,
        Self::ToolCall,
        Self::ToolResult,
        Self::Document,
        Self::Memory,
        Self::ToolDescription,
    ];

    /// In a word, as policies and the record name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::User => "user",
            Self::Answer => "answer",
            Self::ToolCall => "tool_call",
            Self::ToolResult => "tool_result",
            Self::Document => "document",
            Self::Memory => "memory",
            Self::ToolDescription => "tool_description",
        }
    }

    /// Whether it is data: whoever wrote it has no say in what the agent does.
    pub fn is_data(self) -> bool {
        match self {
            Self::ToolResult | Self::Document | Self::Memory | Self::ToolDescription => true,
            Self::System | Self::User | Self::Answer | Self::ToolCall => false,
        }
    }
}

/// What kind of thing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Family {
    /// A key, token, password.
    Secret,
    /// Of a person: address, number, name.
    Personal,
    /// A class that whoever runs Chaperone has defined.
    Class,
    /// An instruction where data should be, or one that undoes others.
    Injection,
    /// What people do not see and models read.
    Hidden,
    /// A way of data out: a link or picture that carries some.
    Exfiltration,
    /// An address that is not what it looks like, or known to be bad.
    Url,
    /// Code that does harm where it is run.
    Code,
    /// What was planted to be found if it ever comes out.
    Canary,
    /// More, or deeper, than anybody means.
    Excess,
    /// What a classifier that somebody brought is sure of.
    Classifier,
}

impl Family {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Secret,
        Self::Personal,
        Self::Class,
        Self::Injection,
        Self::Hidden,
        Self::Exfiltration,
        Self::Url,
        Self::Code,
        Self::Canary,
        Self::Excess,
        Self::Classifier,
    ];

    /// In a word, as policies and the record name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Personal => "personal",
            Self::Class => "class",
            Self::Injection => "injection",
            Self::Hidden => "hidden",
            Self::Exfiltration => "exfiltration",
            Self::Url => "url",
            Self::Code => "code",
            Self::Canary => "canary",
            Self::Excess => "excess",
            Self::Classifier => "classifier",
        }
    }
}

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// What kind of thing.
    pub family: Family,
    /// Which one (`github_token`, `iban`, `unicode_tags`), as rules and policies name it.
    pub kind: Cow<'static, str>,
    /// Where it stands, in bytes of the text.
    pub span: Range<usize>,
    /// How sure this is, of 100.
    pub sure: u8,
}
