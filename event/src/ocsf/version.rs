//! Which OCSF the export speaks: a setting, because receivers update later than producers.

use std::fmt;
use std::str::FromStr;

/// Version of the schema an export conforms to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Version {
    /// 1.9.0, with `ai_agent` on every activity.
    #[default]
    V1_9,
    /// 1.7.0, for receivers that are not further: what is newer moves to `unmapped.chaperone`.
    V1_7,
}

impl Version {
    /// As it stands in `metadata.version`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1_9 => "1.9.0",
            Self::V1_7 => "1.7.0",
        }
    }

    /// The schema knows AI agents (profile `ai_operation`, object `ai_agent`).
    pub(super) fn has_agents(self) -> bool {
        self == Self::V1_9
    }

    /// Network classes know `initiator_id` (1.9) and `app_protocol_name` (1.8).
    pub(super) fn has_initiator(self) -> bool {
        self == Self::V1_9
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Version {
    type Err = ParseVersionError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "1.9" | "1.9.0" => Ok(Self::V1_9),
            "1.7" | "1.7.0" => Ok(Self::V1_7),
            other => Err(ParseVersionError(other.to_owned())),
        }
    }
}

/// Not a version that can be exported.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not an OCSF version that can be exported\nhint: write 1.9.0 or 1.7.0")]
pub struct ParseVersionError(String);
