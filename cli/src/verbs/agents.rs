//! `chaperone agents`: who was seen.

use anyhow::Result;
use clap::Args;
use event::AgentId;
use event::show::{brief, plain};
use journal::{SessionFilter, StateReader};

use super::{Common, Exit};
use crate::lines::{short, stamp};
use crate::out;

#[derive(Debug, Args)]
pub struct Agents {}

impl Agents {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let state = super::state(&common.config()?)?;
        let agents = state.agents()?;
        if common.json {
            for agent in &agents {
                let mut told = serde_json::to_value(agent)?;
                if let Some(told) = told.as_object_mut() {
                    told.insert("programs".into(), programs(&state, agent.id)?);
                }
                out::json(&told)?;
            }
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
                brief(&agent.name, 40),
                plain(agent.version.as_deref().unwrap_or("-")).into_owned(),
                plain(&agent.owner).into_owned(),
                format!("{:?}", agent.kind).to_lowercase(),
                sessions.len().to_string(),
                newest(&state, agent.id)?,
                if running > 0 { format!("{running} now") } else { last.map_or("-".into(), stamp) },
            ]);
        }
        if rows.is_empty() {
            crate::say!("no agent was seen yet\nhint: `chaperone up` must run while agents work");
        } else {
            out::table(
                &[
                    "id",
                    "agent",
                    "version",
                    "owner",
                    "kind",
                    "sessions",
                    "program sha256",
                    "last seen",
                ],
                &rows,
            )?;
        }
        Ok(Exit::Done)
    }
}

/// The program that the agent itself ran last, by the beginning of its hash.
fn newest(state: &StateReader, agent: AgentId) -> Result<String> {
    let programs = state.programs_of(agent)?;
    Ok(match programs.first().map(|program| &program.hash) {
        Some(Ok(sha256)) => event::show::brief(sha256, 12),
        Some(Err(why)) => why.name().replace('_', " "),
        None => "not yet".into(),
    })
}

/// The agent's own programs, the latest first, each with its hash or why there is none.
fn programs(state: &StateReader, agent: AgentId) -> Result<serde_json::Value> {
    let told = state.programs_of(agent)?.into_iter().map(|program| {
        let path = &*program.file.path;
        match program.hash {
            Ok(sha256) => serde_json::json!({ "path": path, "sha256": sha256 }),
            Err(why) => serde_json::json!({ "path": path, "unhashed": why.name() }),
        }
    });
    Ok(told.collect())
}
