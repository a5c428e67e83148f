//! What is to be done about an action, and because of which policies.

use serde::{Deserialize, Serialize};

use crate::{Severity, Text};

/// What is done. Ordered: the stronger one wins.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Nothing: it goes on.
    #[default]
    Allow,
    /// It goes on, and is told.
    Notify,
    /// It goes on without what is secret in it.
    Redact,
    /// It goes on where it can be undone.
    Stage,
    /// It waits for a person.
    Ask,
    /// It does not happen.
    Deny,
    /// It does not happen, and who wanted it ends.
    Kill,
}

impl Effect {
    /// The effect as policies write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Notify => "notify",
            Self::Redact => "redact",
            Self::Stage => "stage",
            Self::Ask => "ask",
            Self::Deny => "deny",
            Self::Kill => "kill",
        }
    }
    /// Whether the act goes on without anybody being asked.
    pub fn goes_on(self) -> bool {
        self < Self::Ask
    }
}

/// What is to be done about an action.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What is done.
    pub effect: Effect,
    /// What would be done if the profile enforced (`observe` does not).
    pub would: Effect,
    /// The profile that decided.
    pub profile: Text,
    /// The policies that determined it, the strongest first.
    pub because: Vec<Because>,
    /// Policies that would have determined it, had not an approval lifted them: policy, approval.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lifted: Vec<(Text, Text)>,
    /// Policies that could not be evaluated: policy, why. Those that forbid count as if they had matched.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<(Text, Text)>,
}

/// A policy that determined a decision, with what it says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Because {
    /// Its id.
    pub policy: Text,
    /// What it asks for.
    pub effect: Effect,
    /// How bad it would be.
    pub severity: Severity,
    /// One sentence for people, and for the agent that is told why.
    pub reason: Text,
    /// ATT&CK and ATLAS ids.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub techniques: Vec<Text>,
    /// Controls it is evidence for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub controls: Vec<Text>,
    /// Threats it mitigates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mitigates: Vec<Text>,
}
