//! Who may answer: a person, never an agent; for one's own agents, and for all as root or by the group that the
//! configuration names.

use anyhow::Result;
use event::Text;
use event::show::plain;
use journal::Question;

use crate::accounts;
use crate::config::Config;
use crate::verbs::trust::who;
use crate::verbs::{Exit, Stop};

/// The account of the one who asks to answer; an error where it may not.
pub fn person(question: &Question, config: &Config) -> Result<Text> {
    let state = crate::verbs::state(config)?;
    let by = who::person(Some(&state), "what an agent may do")?;
    let group = config.approvals.group.as_deref();
    let reach = if is_root() || group.is_some_and(belongs) { Reach::All } else { Reach::Own };
    if may(&by, reach, question.owner()) {
        return Ok(by);
    }
    let said = format!(
        "{} answers for this agent, not {}\nhint: ask them, or root{}",
        plain(question.owner()),
        plain(&by),
        group.map_or_else(String::new, |group| format!(", or one of the group `{}`", plain(group)))
    );
    Err(Stop::new(Exit::NotAllowed, said).into())
}

fn is_root() -> bool {
    rustix::process::getuid().is_root()
}

/// Whether this process has the group.
fn belongs(group: &str) -> bool {
    let Some(gid) = accounts::gid_of(group) else { return false };
    let groups = rustix::process::getgroups().unwrap_or_default();
    rustix::process::getgid().as_raw() == gid || groups.iter().any(|it| it.as_raw() == gid)
}

/// Whose questions somebody answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// Everybody's.
    All,
    /// Those of one's own agents.
    Own,
}

fn may(by: &str, reach: Reach, owner: &str) -> bool {
    reach == Reach::All || (!owner.is_empty() && by == owner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_answers_for_ones_own_agents() {
        let check = |by: &str, reach: Reach, owner: &str, expect: bool| {
            assert_eq!(may(by, reach, owner), expect, "{by} for {owner}");
        };
        check("alice", Reach::Own, "alice", true);
        check("bob", Reach::Own, "alice", false);
        check("bob", Reach::All, "alice", true);
        check("root", Reach::All, "alice", true);
        check("", Reach::Own, "", false);
    }
}
