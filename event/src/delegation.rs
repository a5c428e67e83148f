//! Who stands behind a session: the person or the service it all began with, and how they came.

use serde::{Deserialize, Serialize};

use crate::show::brief;
use crate::{SessionId, Text};

/// Longest name that a sentence holds.
const NAME: usize = 80;

/// Whose word a session acts on. A session that another one started has this of the first of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Delegation {
    /// The account: who logged in, where that is known, else whose the process is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<Text>,
    /// How the account is known.
    pub ground: Ground,
    /// How they came.
    pub way: Way,
    /// From where, or what it was: an address, a terminal, a unit, a container, a run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<Text>,
    /// A person whom only the environment names: whoever started the agent could write that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed: Option<Text>,
    /// The first session of the chain; none where this one is the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root: Option<SessionId>,
}

/// How the account behind a session is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// The process belongs to it.
    #[default]
    Owner,
    /// The kernel remembers that it logged in (the audit login id, which only root can change).
    Login,
}

/// How whoever stands behind a session came to this host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Not known.
    #[default]
    Unknown,
    /// At a terminal of this host.
    Terminal,
    /// Over ssh.
    Ssh,
    /// By a timetable: cron, at.
    Schedule,
    /// A unit of systemd started it.
    Unit,
    /// A runner of continuous integration.
    Runner,
    /// In a container; who started that is not known.
    Container,
}

impl Way {
    /// In one word, as exports say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Terminal => "terminal",
            Self::Ssh => "ssh",
            Self::Schedule => "schedule",
            Self::Unit => "unit",
            Self::Runner => "runner",
            Self::Container => "container",
        }
    }
}

impl Delegation {
    /// Nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// "alice, over ssh from 10.0.0.5".
    pub fn words(&self) -> String {
        let detail = self.detail.as_deref().map(|detail| brief(detail, NAME));
        let account = self.account.as_deref().map(|account| brief(account, NAME));
        let who = account.clone().unwrap_or_else(|| "somebody".into());
        let as_account = account.map(|account| format!(", as {account}")).unwrap_or_default();
        let mut words = match (self.way, detail) {
            (Way::Unknown, _) => who,
            (Way::Terminal, Some(terminal)) => format!("{who}, at {terminal}"),
            (Way::Terminal, None) => format!("{who}, at a terminal"),
            (Way::Ssh, Some(from)) => format!("{who}, over ssh from {from}"),
            (Way::Ssh, None) => format!("{who}, over ssh"),
            (Way::Schedule, Some(daemon)) => format!("{who}, by {daemon}"),
            (Way::Schedule, None) => format!("{who}, by a timetable"),
            (Way::Unit, Some(unit)) => format!("{unit}{as_account}"),
            (Way::Unit, None) => format!("a unit{as_account}"),
            (Way::Runner, Some(run)) => format!("{run}{as_account}"),
            (Way::Runner, None) => format!("a runner{as_account}"),
            (Way::Container, Some(id)) => {
                format!("container {}{as_account}", id.chars().take(12).collect::<String>())
            }
            (Way::Container, None) => format!("a container{as_account}"),
        };
        if let Some(claimed) = &self.claimed {
            words.push_str(&format!(" (its environment names {})", brief(claimed, NAME)));
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_and_how_in_words() {
        let check = |account: Option<&str>, way, detail: Option<&str>, expect: &str| {
            let (account, detail) = (account.map(Text::from), detail.map(Text::from));
            let told = Delegation { account, way, detail, ..Delegation::default() };
            assert_eq!(told.words(), expect);
        };
        check(Some("alice"), Way::Ssh, Some("10.0.0.5"), "alice, over ssh from 10.0.0.5");
        check(Some("alice"), Way::Ssh, None, "alice, over ssh");
        check(Some("alice"), Way::Terminal, Some("pts/3"), "alice, at pts/3");
        check(Some("root"), Way::Schedule, Some("cron"), "root, by cron");
        check(Some("svc"), Way::Unit, Some("agent.service"), "agent.service, as svc");
        check(None, Way::Runner, Some("GitHub Actions o/r"), "GitHub Actions o/r");
        check(
            Some("root"),
            Way::Container,
            Some("0123456789abcdef"),
            "container 0123456789ab, as root",
        );
        check(None, Way::Unknown, None, "somebody");
    }

    #[test]
    fn what_the_environment_says_is_called_that_and_made_harmless() {
        let claimed = Some(Text::from("bob\u{1b}[2J"));
        let account = Some(Text::from("root"));
        let words = Delegation { account, claimed, ..Delegation::default() }.words();
        assert!(words.starts_with("root (its environment names bob"), "{words}");
        assert!(!words.contains('\u{1b}'), "{words}");
    }
}
