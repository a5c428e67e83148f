//! `chaperone sessions`: the runs of agents.

use anyhow::Result;
use clap::Args;
use event::show::plain;
use journal::SessionFilter;

use super::{Common, Exit};
use crate::lines::{short, stamp};
use crate::out;

#[derive(Debug, Args)]
pub struct Sessions {
    /// Only those that run now.
    #[arg(long)]
    running: bool,
}

impl Sessions {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let state = super::state(&common.config()?)?;
        let agents = state.agents()?;
        let mut sessions = state.sessions(&SessionFilter::default())?;
        sessions.retain(|session| !self.running || session.ended_unix_ns.is_none());
        if common.json {
            sessions.iter().try_for_each(out::json)?;
            return Ok(Exit::Done);
        }
        let name = |id| agents.iter().find(|agent| agent.id == id).map_or("?", |agent| &agent.name);
        let rows: Vec<Vec<String>> = sessions
            .iter()
            .map(|session| {
                let end = session.ended_unix_ns.unwrap_or_else(crate::host::now_unix_ns);
                let seconds = end.saturating_sub(session.started_unix_ns) / 1_000_000_000;
                vec![
                    short(session.id),
                    plain(name(session.agent)).into_owned(),
                    stamp(session.started_unix_ns),
                    if session.ended_unix_ns.is_some() {
                        format!("{seconds} s")
                    } else {
                        format!("{seconds} s, runs")
                    },
                    session.root.pid.to_string(),
                    plain(&session.cwd).into_owned(),
                ]
            })
            .collect();
        if rows.is_empty() {
            crate::say!("no session was seen yet");
        } else {
            out::table(&["id", "agent", "began (UTC)", "lasted", "pid", "directory"], &rows)?;
        }
        Ok(Exit::Done)
    }
}
