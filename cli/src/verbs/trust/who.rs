//! Who decides: a person, never an agent for itself.

use std::time::Duration;

use anyhow::Result;
use event::Text;
use event::show::plain;
use journal::{SessionFilter, StateReader};

use super::recorded;
use crate::ancestry::{TICK_NS, above};
use crate::verbs::{Exit, Stop};

/// After so long a session stands in the lists.
const SETTLED: Duration = Duration::from_millis(1_500);

/// The account of the person who asks to decide `what`; an error where an agent does. Where nothing was
/// ever recorded, no agent is known to run.
pub fn person(state: Option<&StateReader>, what: &str) -> Result<Text> {
    let Some(state) = state else { return Ok(account()) };
    refuse_agents(state, what)?;
    let wait = SETTLED.saturating_sub(youngest_above());
    if !wait.is_zero() {
        std::thread::sleep(wait);
        refuse_agents(state, what)?;
    }
    let own = std::process::id();
    if let Some((_, began)) = above(own).next()
        && let Some(product) = recorded::agent_of(state.data_dir(), own, began, age(began))?
    {
        return Err(refusal(&product, what));
    }
    Ok(account())
}

/// The same, of what is known now: for what only takes something from agents, and may not wait for those who began a
/// moment ago. The daemon asks who it is, too.
pub fn person_at_once(state: Option<&StateReader>, what: &str) -> Result<Text> {
    state.map_or(Ok(()), |state| refuse_agents(state, what))?;
    Ok(account())
}

fn refusal(name: &str, what: &str) -> anyhow::Error {
    let said = format!(
        "{} asks for this: no agent decides {what}\nhint: ask for it in a terminal of your own",
        plain(name)
    );
    Stop::new(Exit::NotAllowed, said).into()
}

/// An error if a session that is recorded stands above this process.
fn refuse_agents(state: &StateReader, what: &str) -> Result<()> {
    let running = SessionFilter { running: true, ..SessionFilter::default() };
    let sessions = state.sessions(&running)?;
    for (pid, began) in above(std::process::id()) {
        let root = sessions
            .iter()
            .find(|session| session.root.pid == pid && session.root.start_ns / TICK_NS == began);
        if let Some(session) = root {
            let name = state.agents()?.into_iter().find(|agent| agent.id == session.agent);
            let name = name.map_or_else(|| "an agent".into(), |agent| agent.name);
            return Err(refusal(&name, what));
        }
    }
    Ok(())
}

/// How long the youngest process above this one runs: a session that began just now is not in the lists yet.
fn youngest_above() -> Duration {
    age(above(std::process::id()).skip(1).map(|(_, began)| began).max().unwrap_or(0))
}

/// How long ago it was so many ticks after boot.
fn age(began: u64) -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let now = u64::try_from(now.tv_sec).unwrap_or(0) * 100 + now.tv_nsec as u64 / TICK_NS;
    Duration::from_millis(now.saturating_sub(began) * 10)
}

/// Whoever became root is the one meant.
fn account() -> Text {
    let uid = rustix::process::getuid().as_raw();
    let own = || crate::accounts::name_of(uid).unwrap_or_else(|| uid.to_string().into());
    match std::env::var("SUDO_USER") {
        Ok(user) if uid == 0 && !user.is_empty() => user.into(),
        _ => own(),
    }
}
