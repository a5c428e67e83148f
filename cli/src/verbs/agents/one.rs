//! One agent: what it may do, what it did, and every difference.

use std::collections::BTreeMap;

use anyhow::Result;
use event::show::{brief, plain};
use graph::attribute::ModelEndpoints;
use inventory::used::{Difference, Of, Side, Used, differences};

use super::care::said;
use super::near::{Near, used};
use super::remarks::{remarks, steward};
use super::{All, Known, list};
use crate::chain::{self, Chains};
use crate::config::Config;
use crate::lines::{short, stamp};
use crate::out::{self, Colour};
use crate::verbs::Common;

/// Lines of each kind of difference that people get; programs get all.
const SHOWN: usize = 12;

pub fn show(all: &All, agent: &Known, config: &Config, common: &Common) -> Result<()> {
    let used =
        if all.state.is_some() { used(config, &agent.product, agent.id)? } else { Used::default() };
    let found = compare(all, agent, config, &used);
    if common.json {
        let mut told = list::value(agent, all)?;
        if let Some(told) = told.as_object_mut() {
            told.insert("used".into(), serde_json::to_value(&used)?);
            told.insert("differences".into(), serde_json::to_value(&found)?);
        }
        return out::json(&told);
    }
    head(all, agent)?;
    if used.sessions.is_empty() {
        crate::say!(
            "nothing that it did is recorded yet: what it may do cannot be held against that"
        );
        return Ok(());
    }
    did(&used)?;
    for (side, title, shade) in [
        (Side::Forbidden, "did although it is forbidden", Colour::Red),
        (Side::OnlyUsed, "used, and nothing says that it may", Colour::Yellow),
        (Side::OnlyDeclared, "may, and never did", Colour::Dim),
    ] {
        group(&found, side, title, shade)?;
    }
    if found.is_empty() {
        out::line("it did what it may do, and may do nothing that it did not")?;
    }
    Ok(())
}

fn compare(all: &All, agent: &Known, config: &Config, used: &Used) -> Vec<Difference> {
    let Some(asset) = &agent.declared else { return Vec::new() };
    let mut endpoints = ModelEndpoints::shipped();
    for gateway in &config.agents.gateways {
        endpoints.add(gateway);
    }
    let near = Near::of(&all.looked, asset);
    differences(&near.declared(asset), used, &|host| endpoints.is_model_host(host))
}

fn head(all: &All, agent: &Known) -> Result<()> {
    let version = agent.version().unwrap_or("");
    let owner = if agent.owner.is_empty() { "this host" } else { &*agent.owner };
    let name = format!("{} {}", plain(&agent.name), plain(version));
    let name = out::paint(name.trim_end(), Colour::Bold, out::coloured());
    out::line(&format!("{name}  of {}  {}", plain(owner), short(agent.id)))?;
    let remarks = remarks(agent, &all.settings);
    if !remarks.is_empty() {
        out::line(&format!("  {}", remarks.join(", ")))?;
    }
    for evidence in agent.declared.iter().flat_map(|asset| &asset.evidence).take(SHOWN) {
        out::line(&format!("  on disk    {}", plain(&evidence.place)))?;
    }
    if let Some(session) = agent.sessions.first() {
        let first = agent.sessions.last().unwrap_or(session);
        out::line(&format!(
            "  in action  {} sessions, {} to {}  ({})",
            agent.sessions.len(),
            stamp(first.started_unix_ns),
            session.ended_unix_ns.map_or_else(|| "now".into(), stamp),
            plain(&session.evidence)
        ))?;
    }
    behind(all, agent)?;
    for step in agent.care.history.iter().rev().take(SHOWN) {
        out::line(&format!("  said       {}  {}", stamp(step.time_unix_ns), said(step)))?;
    }
    Ok(())
}

/// Who stood behind its sessions, how often, and what it is called.
fn behind(all: &All, agent: &Known) -> Result<()> {
    if let Some(steward) = steward(&agent.care, &all.settings) {
        out::line(&format!("  owner      {steward}"))?;
    }
    let Some(state) = &all.state else { return Ok(()) };
    let chains = Chains::read(state)?;
    let mut starters: Vec<(String, usize)> = Vec::new();
    for session in &agent.sessions {
        let starter = chains.starter_by_name(session);
        match starters.iter_mut().find(|(known, _)| *known == starter) {
            Some((_, times)) => *times += 1,
            None => starters.push((starter, 1)),
        }
    }
    for (starter, times) in starters.iter().take(SHOWN) {
        let times = if *times > 1 { format!("  {times} times") } else { String::new() };
        out::line(&format!("  behind it  {starter}{times}"))?;
    }
    if starters.len() > SHOWN {
        out::line(&format!(
            "             and {} others; `chaperone sessions` lists all",
            starters.len() - SHOWN
        ))?;
    }
    let called = agent.sessions.iter().find(|session| !session.identities.is_empty());
    for identity in called.iter().flat_map(|session| &session.identities) {
        out::line(&format!("  identity   {}", chain::identity(identity)))?;
    }
    Ok(())
}

/// What it did, in numbers.
fn did(used: &Used) -> Result<()> {
    let files = |of: fn(&inventory::used::FileUse) -> u64| {
        used.files.values().filter(|file| of(file) > 0).count()
    };
    out::line(&format!(
        "  used       {} files read, {} changed, {} removed; {} hosts; {} programs",
        files(|file| file.read),
        files(|file| file.written),
        files(|file| file.removed),
        used.hosts.len(),
        used.programs.len()
    ))?;
    if used.uncounted > 0 {
        out::line(&format!("  {} uses are not in these numbers: too many", used.uncounted))?;
    }
    Ok(())
}

fn group(found: &[Difference], side: Side, title: &str, shade: Colour) -> Result<()> {
    let mut kinds: BTreeMap<Of, Vec<&Difference>> = BTreeMap::new();
    for one in found.iter().filter(|one| one.side == side) {
        kinds.entry(one.of).or_default().push(one);
    }
    if kinds.is_empty() {
        return Ok(());
    }
    out::line("")?;
    out::line(&out::paint(title, shade, out::coloured()))?;
    for (of, all) in kinds {
        for one in all.iter().take(SHOWN) {
            let times =
                if one.times > 0 { format!("  {} times", one.times) } else { String::new() };
            let at = one.at.as_ref().map(|at| format!("  {}:{}", plain(&at.place), at.line));
            let (what, at) = (brief(&one.what, 100), at.unwrap_or_default());
            out::line(&format!("  {:<12}{what}{times}{at}", word(of)))?;
        }
        if all.len() > SHOWN {
            out::line(&format!(
                "  {:<12}and {} more; --json lists all",
                word(of),
                all.len() - SHOWN
            ))?;
        }
    }
    Ok(())
}

fn word(of: Of) -> &'static str {
    match of {
        Of::Secret => "secret",
        Of::Host => "host",
        Of::ToolServer => "tool server",
        Of::Command => "command",
        Of::Right => "right",
        Of::Folder => "folder",
        Of::File => "file",
    }
}
