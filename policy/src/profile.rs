//! How strictly an agent is held, and which agent how strictly.

use event::AgentRef;
use serde::{Deserialize, Serialize};

/// How strictly.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// Nothing is stopped; what `guarded` would have done is recorded.
    #[default]
    Observe,
    /// What holds everywhere is denied or asked, the rest watched.
    Guarded,
    /// Writes in the workspace, connections to what is named.
    Confined,
    /// Looks, and changes nothing.
    Locked,
}

impl Profile {
    /// All of them, from the loosest.
    pub const ALL: [Self; 4] = [Self::Observe, Self::Guarded, Self::Confined, Self::Locked];

    /// The name in configuration and decisions.
    pub fn name(self) -> &'static str {
        match self {
            Self::Observe => "observe",
            Self::Guarded => "guarded",
            Self::Confined => "confined",
            Self::Locked => "locked",
        }
    }

    /// Whether anything is stopped.
    pub fn enforces(self) -> bool {
        self != Self::Observe
    }
}

/// Which agents a profile is for; what is not named means any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Choice {
    /// Product id (`codex-cli`), or product and owner (`codex-cli@alice`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// Team.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Folder, or a pattern of folders (`/srv/prod/**`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workspace: Option<String>,
    /// How strictly.
    pub profile: Profile,
}

impl Choice {
    fn means(&self, agent: &AgentRef) -> bool {
        let product = |wanted: &String| match wanted.split_once('@') {
            Some((product, owner)) => *agent.product == *product && *agent.owner == *owner,
            None => *agent.product == **wanted,
        };
        self.agent.as_ref().is_none_or(product)
            && self.team.as_ref().is_none_or(|team| *agent.team == **team)
            && self.workspace.as_ref().is_none_or(|folder| inside(folder, &agent.workspace))
    }

    /// The more is named, and the narrower, the more specific: a folder before a team before an agent would be
    /// a matter of taste, so what counts first is how many conditions there are, then the longer folder.
    fn weight(&self) -> (usize, usize, bool) {
        let named =
            [&self.agent, &self.team, &self.workspace].iter().filter(|it| it.is_some()).count();
        let owner = self.agent.as_ref().is_some_and(|agent| agent.contains('@'));
        (named, self.workspace.as_ref().map_or(0, String::len), owner)
    }
}

/// Which profile is for whom.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// For agents that no choice names.
    pub otherwise: Profile,
    /// The choices, in the order of the configuration.
    pub choices: Vec<Choice>,
}

impl Selection {
    /// The profile of an agent: the most specific choice; of equal ones the strictest.
    pub fn of(&self, agent: &AgentRef) -> Profile {
        let meant = self.choices.iter().filter(|choice| choice.means(agent));
        let best = meant.max_by_key(|choice| (choice.weight(), choice.profile));
        best.map_or(self.otherwise, |choice| choice.profile)
    }
}

fn inside(folder: &str, workspace: &str) -> bool {
    let folder = folder.trim_end_matches('/');
    workspace == folder
        || workspace.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        || fast_glob::glob_match(folder, workspace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_specific_choice_wins_and_of_equals_the_strictest() {
        let choice = |agent: &str, team: &str, workspace: &str, profile| {
            let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            Choice { agent: some(agent), team: some(team), workspace: some(workspace), profile }
        };
        let selection = Selection {
            otherwise: Profile::Observe,
            choices: vec![
                choice("codex-cli", "", "", Profile::Guarded),
                choice("", "payments", "", Profile::Confined),
                choice("", "", "/srv", Profile::Guarded),
                choice("", "", "/srv/prod/**", Profile::Locked),
                choice("codex-cli@alice", "", "/srv", Profile::Observe),
            ],
        };
        let check = |product: &str, owner: &str, team: &str, workspace: &str, expect| {
            let agent = AgentRef {
                product: product.into(),
                owner: owner.into(),
                team: team.into(),
                workspace: workspace.into(),
                ..AgentRef::default()
            };
            assert_eq!(selection.of(&agent), expect, "{agent:?}");
        };
        check("gemini-cli", "bob", "", "/home/bob", Profile::Observe);
        check("codex-cli", "bob", "", "/home/bob", Profile::Guarded);
        check("codex-cli", "bob", "payments", "/home/bob", Profile::Confined);
        check("gemini-cli", "bob", "", "/srv/x", Profile::Guarded);
        check("gemini-cli", "bob", "", "/srvx", Profile::Observe);
        check("gemini-cli", "bob", "payments", "/srv/prod/x", Profile::Locked);
        check("codex-cli", "alice", "", "/srv/x", Profile::Observe);
        check("codex-cli", "bob", "", "/srv/x", Profile::Guarded);
    }
}
