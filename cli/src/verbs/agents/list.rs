//! All agents, a line each.

use anyhow::Result;
use event::show::{brief, plain};
use event::{AgentId, Delegation, Freedom, What};
use journal::StateReader;
use serde_json::{Value, json};

use super::remarks::{due, remarks};
use super::{All, Known};
use crate::lines::{short, stamp};
use crate::out;
use crate::verbs::Common;

/// Most of those who stood behind its sessions that are told.
const MOST_BEHIND: usize = 100;

pub fn show(all: &All, common: &Common) -> Result<()> {
    if common.json {
        return all.agents.iter().try_for_each(|agent| out::json(&value(agent, all)?));
    }
    let rows: Vec<Vec<String>> =
        all.agents.iter().map(|agent| row(agent, all)).collect::<Result<_>>()?;
    if rows.is_empty() {
        crate::say!("no agent is here, and none was seen yet");
        return Ok(());
    }
    let head = [
        "id",
        "agent",
        "version",
        "owner",
        "kind",
        "known by",
        "asks",
        "sessions",
        "program sha256",
        "last seen",
    ];
    out::table(&head, &rows)?;
    if all.state.is_none() {
        crate::say!("nothing is recorded yet: `sudo chaperone up` sees what agents do");
    }
    Ok(())
}

fn row(agent: &Known, all: &All) -> Result<Vec<String>> {
    let state = all.state.as_ref();
    let running = agent.running();
    let last = if running > 0 {
        format!("{running} now")
    } else {
        agent.last_unix_ns().map_or("-".into(), stamp)
    };
    let remarks = remarks(agent, &all.settings);
    let remarks =
        if remarks.is_empty() { String::new() } else { format!(" ({})", remarks.join(", ")) };
    Ok(vec![
        short(agent.id),
        brief(&agent.name, 40),
        agent.version().map_or("-".into(), |version| plain(version).into_owned()),
        match &agent.care.owner {
            Some(owner) if *owner != agent.owner => {
                format!("{} (runs as {})", brief(owner, 30), plain(&agent.owner))
            }
            _ => plain(&agent.owner).into_owned(),
        },
        format!("{:?}", agent.kind).to_lowercase(),
        match (&agent.declared, &agent.seen) {
            (Some(_), Some(_)) => "disk, acts",
            (Some(_), None) => "disk",
            (None, _) => "acts",
        }
        .into(),
        asks(agent).into(),
        agent.sessions.len().to_string(),
        state.map_or(Ok("-".into()), |state| newest(state, agent.id))?,
        format!("{last}{remarks}"),
    ])
}

/// Whether two sessions have the same behind them, whatever their chains.
fn same(a: &Delegation, b: &Delegation) -> bool {
    a.words() == b.words()
}

/// Whether it asks before it acts, as far as its settings say.
fn asks(agent: &Known) -> &'static str {
    let Some(What::Agent(installed)) = agent.declared.as_ref().map(|asset| &asset.what) else {
        return "?";
    };
    match installed.autonomy.iter().map(|autonomy| autonomy.freedom).max() {
        Some(Freedom::All) => "never",
        Some(Freedom::Some) => "some",
        None => "yes",
    }
}

/// What the record and the disk say of an agent.
pub fn value(agent: &Known, all: &All) -> Result<Value> {
    let mut told = match &agent.seen {
        Some(seen) => serde_json::to_value(seen)?,
        None => json!({
            "id": agent.id, "product": agent.product, "name": agent.name, "owner": agent.owner,
            "kind": agent.kind, "version": agent.version(),
        }),
    };
    if let Some(told) = told.as_object_mut() {
        if let Some(state) = &all.state {
            told.insert("programs".into(), programs(state, agent.id)?);
        }
        told.insert("sessions".into(), agent.sessions.len().into());
        told.insert("running".into(), agent.running().into());
        told.insert("last_unix_ns".into(), agent.last_unix_ns().into());
        told.insert("remarks".into(), json!(remarks(agent, &all.settings)));
        told.insert("stewardship".into(), json!(agent.care));
        told.insert("review_due_unix_ns".into(), json!(due(&agent.care, &all.settings)));
        let called = agent.sessions.iter().find(|session| !session.identities.is_empty());
        told.insert("identities".into(), json!(called.map(|session| &session.identities)));
        let mut behind: Vec<&Delegation> = Vec::new();
        for one in agent.sessions.iter().map(|session| &session.delegation) {
            if !behind.iter().any(|known| same(known, one)) {
                behind.push(one);
            }
        }
        behind.truncate(MOST_BEHIND);
        told.insert("behind".into(), json!(behind));
        told.insert("declared".into(), json!(agent.declared));
    }
    Ok(told)
}

/// The program that the agent itself ran last, by the beginning of its hash.
fn newest(state: &StateReader, agent: AgentId) -> Result<String> {
    let programs = state.programs_of(agent)?;
    Ok(match programs.first().map(|program| &program.hash) {
        Some(Ok(sha256)) => brief(sha256, 12),
        Some(Err(why)) => why.name().replace('_', " "),
        None => "-".into(),
    })
}

/// The agent's own programs, the latest first, each with its hash or why there is none.
fn programs(state: &StateReader, agent: AgentId) -> Result<Value> {
    let told = state.programs_of(agent)?.into_iter().map(|program| {
        let path = &*program.file.path;
        match program.hash {
            Ok(sha256) => json!({ "path": path, "sha256": sha256 }),
            Err(why) => json!({ "path": path, "unhashed": why.name() }),
        }
    });
    Ok(told.collect())
}
