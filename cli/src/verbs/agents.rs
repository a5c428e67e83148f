//! `chaperone agents`: who was seen.

use anyhow::Result;
use clap::Args;
use event::show::plain;
use journal::{SessionFilter, StateReader};

use super::{Common, Exit};
use crate::lines::{short, stamp};
use crate::out;

#[derive(Debug, Args)]
pub struct Agents {}

impl Agents {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let state = StateReader::open(&common.config()?.data_dir())?;
        let agents = state.agents()?;
        if common.json {
            agents.iter().try_for_each(out::json)?;
            return Ok(Exit::Done);
        }
        let mut rows = Vec::new();
        for agent in &agents {
            let filter = SessionFilter { agent: Some(agent.id), ..SessionFilter::default() };
            let sessions = state.sessions(&filter)?;
            let running = sessions.iter().filter(|session| session.ended_unix_ns.is_none()).count();
            let last = sessions.iter().map(|s| s.ended_unix_ns.unwrap_or(s.started_unix_ns)).max();
            rows.push(vec![
                short(agent.id),
                plain(&agent.name).into_owned(),
                plain(agent.version.as_deref().unwrap_or("-")).into_owned(),
                plain(&agent.owner).into_owned(),
                format!("{:?}", agent.kind).to_lowercase(),
                sessions.len().to_string(),
                if running > 0 { format!("{running} now") } else { last.map_or("-".into(), stamp) },
            ]);
        }
        if rows.is_empty() {
            eprintln!("no agent was seen yet\nhint: `chaperone up` must run while agents work");
        } else {
            out::table(
                &["id", "agent", "version", "owner", "kind", "sessions", "last seen"],
                &rows,
            )?;
        }
        Ok(Exit::Done)
    }
}
