//! What a look at the whole log proves, and what it does not.

use event::{AuditHead, Text};
use serde::Serialize;

use super::{Fault, KeySpan, PublicKey};

/// What the log must agree with, beside itself.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// How far it went when the state was told last.
    pub remembered: Option<AuditHead>,
    /// Heads that left the host.
    pub anchors: Vec<AuditHead>,
    /// The key that the first entry which is there must be signed by.
    pub key: Option<PublicKey>,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Verdict {
    /// Entries that are there, up to the fault.
    pub entries: u64,
    /// Sequence of the first one that is there.
    pub first: u64,
    /// And of the last.
    pub last: u64,
    /// Segments that were read.
    pub segments: u64,
    /// Signed heads among them.
    pub heads: u64,
    /// Heads known from elsewhere, anchors and the state's, that agree with the log.
    pub anchors: u64,
    /// The keys that signed, the oldest first.
    pub keys: Vec<KeySpan>,
    /// Up to where everything is as it was written.
    pub proved: Option<Proved>,
    /// The first thing that is wrong.
    pub fault: Option<(Place, Fault)>,
    /// What is no fault and worth knowing.
    pub notes: Vec<Note>,
}

/// Up to where everything is as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proved {
    /// The last entry that a signature covers.
    pub sequence: u64,
    /// When that was signed, UTC.
    pub time_unix_ns: u64,
    /// The chain's hash there.
    pub hash: Text,
    /// The key that signed.
    pub key: Text,
}

/// Where something is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Number of the segment; 0 where none is there.
    pub segment: u64,
    /// The line in it, from 1.
    pub line: u64,
    /// The byte where the line begins.
    pub offset: u64,
    /// The first entry that cannot be relied on.
    pub sequence: u64,
}

/// What is no fault and worth knowing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Note {
    /// Entries at the end that no signature covers: somebody was killed while writing, or the end was cut.
    Unsigned {
        /// How many.
        count: u64,
    },
    /// The log ends in the middle of a line.
    Torn {
        /// Bytes of it.
        bytes: u64,
    },
    /// The clock went back.
    ClockBack {
        /// The first entry that is older than the one before.
        sequence: u64,
        /// How often it did.
        times: u64,
    },
    /// Segments were removed, and the log says so.
    Removed {
        /// Entries before this one are not there any more.
        before: u64,
    },
    /// The log itself says that entries were lost or it was shorter than known.
    Told {
        /// The entry that says it.
        sequence: u64,
        /// What it is (`lost`, `shortened`, `resumed`, `broken`).
        what: Text,
    },
    /// Entries that only a later version understands; they are proved all the same.
    Unread {
        /// How many.
        count: u64,
    },
    /// Anchors of entries that are not there any more.
    AnchorsBefore {
        /// How many.
        count: u64,
    },
    /// Anchors that are not signed as they say.
    AnchorsUnsigned {
        /// How many.
        count: u64,
    },
}

impl Note {
    /// Whether something may be missing.
    pub fn is_grave(&self) -> bool {
        match self {
            Self::Unsigned { .. } | Self::Torn { .. } | Self::AnchorsUnsigned { .. } => true,
            Self::Told { what, .. } => **what != *"resumed",
            Self::ClockBack { .. }
            | Self::Removed { .. }
            | Self::Unread { .. }
            | Self::AnchorsBefore { .. } => false,
        }
    }
}
