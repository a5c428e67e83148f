//! Workload identity: what the platform calls the process that an agent runs as. Read, not proved: no
//! signature is checked here, and no token is kept.

use serde::{Deserialize, Serialize};

use crate::Text;

/// An identity that a session was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workload {
    /// Whose form it has.
    pub kind: WorkloadKind,
    /// The subject (`spiffe://example.org/agent`, `system:serviceaccount:ns:name`), where it could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Text>,
    /// Who says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<Text>,
    /// For whom it is meant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub audience: Vec<Text>,
    /// Until when it holds, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_unix_s: Option<u64>,
    /// The role or client that it is exchanged for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acts_as: Option<Text>,
    /// What it stands on.
    pub proof: Proof,
    /// The variable or file that it was read by.
    pub source: Text,
    /// Why the subject is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<Text>,
}

/// Whose form an identity has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WorkloadKind {
    /// SPIFFE.
    Spiffe,
    /// Any issuer of OpenID Connect.
    Oidc,
    /// Service account of Kubernetes.
    Kubernetes,
    /// Job of GitHub Actions.
    GithubActions,
    /// Job of GitLab CI.
    GitlabCi,
    /// Role of AWS, by web identity.
    Aws,
    /// Client of Azure, by federation.
    Azure,
    /// External account of Google Cloud.
    Google,
}

impl WorkloadKind {
    /// As the record says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Spiffe => "spiffe",
            Self::Oidc => "oidc",
            Self::Kubernetes => "kubernetes",
            Self::GithubActions => "github-actions",
            Self::GitlabCi => "gitlab-ci",
            Self::Aws => "aws",
            Self::Azure => "azure",
            Self::Google => "google",
        }
    }
}

/// What an identity stands on. None is proved: whoever started the agent could have put it there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// The claims of a token, of which the signature was not checked.
    UnverifiedToken,
    /// A certificate that was not checked against its authority.
    UnverifiedCertificate,
    /// Variables of the environment.
    UnverifiedEnvironment,
}
