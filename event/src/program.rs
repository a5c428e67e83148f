//! Program files that agents ran, known by their content: hashed once, off the hot path, after the start.

use serde::{Deserialize, Serialize};

use crate::{AgentId, FileRef, Text};

/// A program file of which the content was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// When the start that asked for it happened, UTC.
    pub time_unix_ns: u64,
    /// The file as that start named it.
    pub file: FileRef,
    /// Bytes; 0 where the file was not found.
    #[serde(default)]
    pub size: u64,
    /// Last change of its content, UTC; 0 where it is not known.
    #[serde(default)]
    pub modified_unix_ns: u64,
    /// sha256 in hexadecimal, or why there is none.
    pub hash: Result<Text, Unhashed>,
    /// The agent whose own program it is; none for what agents run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
}

/// Why there is no hash of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unhashed {
    /// It was not looked at yet.
    NotYet,
    /// The file behind the name is another one by now, or was changed while it was read.
    Changed,
    /// Process and file were gone before anybody looked.
    Gone,
    /// Larger than is read.
    TooLarge,
    /// It could not be read.
    Unreadable,
    /// Too many were waiting.
    Shed,
}

impl Unhashed {
    /// In words, as it is shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotYet => "not_yet",
            Self::Changed => "changed",
            Self::Gone => "gone",
            Self::TooLarge => "too_large",
            Self::Unreadable => "unreadable",
            Self::Shed => "shed",
        }
    }
}
