//! The guard of another process: asks the daemon, and knows what to do without it.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use event::{Action, Because, Decision, Effect, Guard, Severity, Text};

use crate::{Ask, Reply, ask};

/// What holds while nobody answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Absent {
    /// Acts go on, and it is noted.
    #[default]
    Open,
    /// Acts do not happen.
    Closed,
}

impl Absent {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

impl FromStr for Absent {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "open" => Ok(Self::Open),
            "closed" => Ok(Self::Closed),
            other => Err(format!("`{other}` is neither `open` nor `closed`")),
        }
    }
}

/// Asks the daemon about each action.
#[derive(Clone, Debug)]
pub struct RemoteGuard {
    /// Its socket.
    pub socket: PathBuf,
    /// How long an answer may take.
    pub patience: Duration,
    /// What holds without one.
    pub absent: Absent,
}

/// The policy that is named where nobody answered.
const POLICY: &str = "guard-absent";

impl Guard for RemoteGuard {
    fn check(&self, action: &Action) -> Arc<Decision> {
        let asked = Ask::Check(Box::new(action.clone()));
        let why = match ask(&self.socket, &asked, self.patience) {
            Ok(Reply::Decision(decision)) => return Arc::new(decision),
            Ok(Reply::Refused(refusal)) => refusal.message,
            Ok(_) => "the answer is to another question".into(),
            Err(absence) => absence.to_string(),
        };
        Arc::new(self.without(&why))
    }
}

impl RemoteGuard {
    fn without(&self, why: &str) -> Decision {
        let failed = vec![(Text::from(POLICY), Text::from(why))];
        let effect = match self.absent {
            Absent::Open => Effect::Allow,
            Absent::Closed => Effect::Deny,
        };
        let because = Because {
            policy: POLICY.into(),
            effect,
            severity: Severity::High,
            reason: "Chaperone does not answer, and nothing goes on without it".into(),
            ..Because::default()
        };
        let because = if effect == Effect::Allow { Vec::new() } else { vec![because] };
        Decision { effect, would: effect, because, failed, ..Decision::default() }
    }
}
