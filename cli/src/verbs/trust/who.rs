//! Who decides: a person, never an agent for itself.

use std::time::Duration;

use anyhow::Result;
use event::Text;
use event::show::plain;
use journal::{SessionFilter, StateReader};

use crate::verbs::{Exit, Stop};

/// Nanoseconds of the unit in which procfs tells when a process began.
const TICK_NS: u64 = 10_000_000;
/// After so long a session stands in the lists.
const SETTLED: Duration = Duration::from_millis(1_500);
/// Longest line of ancestors that is followed.
const MOST: usize = 256;

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
    Ok(account())
}

/// An error if a session that is recorded stands above this process.
fn refuse_agents(state: &StateReader, what: &str) -> Result<()> {
    let running = SessionFilter { running: true, ..SessionFilter::default() };
    let sessions = state.sessions(&running)?;
    for (pid, began) in above() {
        let root = sessions
            .iter()
            .find(|session| session.root.pid == pid && session.root.start_ns / TICK_NS == began);
        if let Some(session) = root {
            let name = state.agents()?.into_iter().find(|agent| agent.id == session.agent);
            let name = name.map_or_else(|| "an agent".into(), |agent| agent.name);
            let said = format!(
                "{} asks for this: no agent decides {what}\nhint: ask for it in a terminal of your own",
                plain(&name)
            );
            return Err(Stop::new(Exit::NotAllowed, said).into());
        }
    }
    Ok(())
}

/// This process and those above it, each with when it began in ticks since boot.
fn above() -> impl Iterator<Item = (u32, u64)> {
    let own = std::process::id();
    let look = |pid: u32| stat(pid).map(|(parent, began)| (pid, parent, began));
    let up = move |(_, parent, _): &(u32, u32, u64)| (*parent > 1).then(|| look(*parent)).flatten();
    std::iter::successors(look(own), up).take(MOST).map(|(pid, _, began)| (pid, began))
}

/// How long the youngest process above this one runs: a session that began just now is not in the lists yet.
fn youngest_above() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let now = u64::try_from(now.tv_sec).unwrap_or(0) * 100 + now.tv_nsec as u64 / TICK_NS;
    let began = above().skip(1).map(|(_, began)| began).max().unwrap_or(0);
    Duration::from_millis(now.saturating_sub(began) * 10)
}

/// Parent, and when it began in ticks since boot.
fn stat(pid: u32) -> Option<(u32, u64)> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // Behind the name, which may hold anything.
    let mut fields = text.rsplit_once(") ")?.1.split(' ');
    let parent = fields.nth(1)?.parse().ok()?;
    let began = fields.nth(17)?.parse().ok()?;
    Some((parent, began))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_a_parent_and_a_beginning() {
        let (parent, began) = stat(std::process::id()).expect("our own");
        assert_eq!(parent, rustix::process::getppid().map_or(0, |pid| pid.as_raw_pid() as u32));
        assert!(began > 0);
        assert!(stat(u32::MAX).is_none());
    }
}
