//! `chaperone why FINDING`: what happened, in order, with its causes, in plain words.

use anyhow::Result;
use clap::Args;
use event::Finding;
use event::show::plain;
use graph::threat::{Settings, ThreatGraph};
use journal::StateReader;

use super::{Common, Exit, Stop};
use crate::config::Config;
use crate::lines::{clock, process, short, stamp};
use crate::out::{self, Colour, coloured, paint};
use crate::record::{self, Filter};

/// Most acts of one session that are looked at.
pub const MOST_ACTS: usize = 2_000_000;

/// Example: chaperone why 3f2a91c4
#[derive(Debug, Args)]
pub struct Why {
    /// Id of a finding, or its beginning.
    finding: String,
}

impl Why {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let config = common.config()?;
        let finding = find(&config, &self.finding)?;
        let graph = graph_of(&config, &finding)?;
        let steps = graph.explain(finding.id);
        if common.json {
            let steps: Vec<serde_json::Value> =
                steps.iter().map(|step| serde_json::json!(step)).collect();
            return out::json(&serde_json::json!({"finding": finding, "steps": steps}))
                .map(|()| Exit::Done);
        }
        let on = coloured();
        out::line(&paint(&plain(&finding.summary), Colour::Bold, on))?;
        out::line("")?;
        out::line(&format!(
            "  level    {}  ({})",
            finding.rule.severity.name(),
            plain(&finding.rule.title)
        ))?;
        out::line(&format!("  when     {}", stamp(finding.time_unix_ns)))?;
        if let Some(actor) = &finding.actor {
            out::line(&format!(
                "  who      {} in session {}",
                plain(&actor.product),
                short(actor.session)
            ))?;
        }
        out::line(&format!("  by       {}", process(&finding.process)))?;
        for (field, value) in &finding.matched {
            out::line(&format!(
                "  because  {} is {}",
                plain(field),
                event::show::brief(value, 120)
            ))?;
        }
        if finding.count > 1 {
            out::line(&format!("  times    {}", finding.count))?;
        }
        out::line("")?;
        out::line(&paint("How it came to be", Colour::Bold, on))?;
        for (index, step) in steps.iter().enumerate() {
            let mark = if step.evidence { "▲" } else { " " };
            let time = paint(&clock(step.time_unix_ns), Colour::Dim, on);
            out::line(&format!("{:>3}. {time} {mark} {}", index + 1, plain(&step.words)))?;
        }
        if steps.is_empty() {
            out::line("  the acts it stands on are not in the record any more")?;
        }
        out::line("")?;
        out::line(&format!(
            "  rule     {} ({})",
            plain(&finding.rule.id),
            plain(&finding.rule.pack)
        ))?;
        out::line(&format!("  tags     {}", finding.rule.tags.join(" ")))?;
        Ok(Exit::Done)
    }
}

/// The one finding whose id begins so.
pub fn find(config: &Config, prefix: &str) -> Result<Finding> {
    let found = StateReader::open(&config.data_dir())?.finding(prefix)?;
    match <[Finding; 1]>::try_from(found) {
        Ok([finding]) => Ok(finding),
        Err(found) if found.is_empty() => Err(Stop::new(
            Exit::NotFound,
            format!("no finding begins with `{prefix}`\nhint: `chaperone findings` lists them"),
        )
        .into()),
        Err(found) => Err(Stop::new(
            Exit::NotFound,
            format!("{} findings begin with `{prefix}`\nhint: give more of the id", found.len()),
        )
        .into()),
    }
}

/// The graph of the session a finding belongs to, with the finding in it.
pub fn graph_of(config: &Config, finding: &Finding) -> Result<ThreatGraph> {
    let session = finding.actor.as_ref().map(|actor| actor.session.to_string());
    let filter = match session {
        Some(_) => Filter { session, ..Filter::default() },
        None => Filter { pid: Some(finding.process.id.pid), ..Filter::default() },
    };
    let mut graph = graph_from(config, &filter)?;
    graph.add_finding(finding);
    Ok(graph)
}

/// A graph of the acts that pass.
pub fn graph_from(config: &Config, filter: &Filter) -> Result<ThreatGraph> {
    let mut graph = ThreatGraph::new(Settings::default());
    for act in record::acts(config, filter, MOST_ACTS)? {
        graph.add(&act);
    }
    Ok(graph)
}
