//! `chaperone why FINDING`: what happened, in order, with its causes, in plain words.

use anyhow::Result;
use clap::Args;
use event::show::{brief, plain};
use event::{FileRef, Finding};
use graph::threat::{Settings, Step, ThreatGraph};

use super::{Common, Exit, Stop};
use crate::config::Config;
use crate::hashes::{self, Hashes};
use crate::lines::{clock, process, short, stamp};
use crate::out::{self, Colour, Words};
use crate::record::{self, Filter};

/// Most acts of one session that are looked at.
pub const MOST_ACTS: usize = 2_000_000;

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
        let state = super::state(&config)?;
        let exe = FileRef::named(finding.process.exe.clone());
        let hash = Hashes::of(&state).at(&exe, finding.time_unix_ns)?;
        if common.json {
            let steps: Vec<serde_json::Value> =
                steps.iter().map(|step| serde_json::json!(step)).collect();
            let program = match &hash {
                Some(Ok(sha256)) => serde_json::json!({ "sha256": sha256 }),
                other => serde_json::json!({ "unhashed": other }),
            };
            let told = serde_json::json!({"finding": finding, "program": program, "steps": steps});
            return out::json(&told).map(|()| Exit::Done);
        }
        let on = out::coloured();
        let mut lines = head(&finding);
        lines.push(fact("program", hashes::shown(hash.as_ref())));
        lines.extend(rest(&finding, &steps));
        lines.iter().try_for_each(|words| out::line(&words.paint(on)))?;
        Ok(Exit::Done)
    }
}

/// The finding and how it came to be, line by line.
pub fn story(finding: &Finding, steps: &[Step]) -> Vec<Words> {
    let mut lines = head(finding);
    lines.extend(rest(finding, steps));
    lines
}

fn fact(name: &str, value: String) -> Words {
    Words::plain(format!("  {name:<8} {value}"))
}

/// What was found, when, by whom.
fn head(finding: &Finding) -> Vec<Words> {
    let rule = &finding.rule;
    let mut lines = vec![
        Words::default().with(plain(&finding.summary), Colour::Bold),
        Words::default(),
        fact("level", format!("{}  ({})", rule.severity.name(), plain(&rule.title))),
        fact("when", stamp(finding.time_unix_ns)),
    ];
    if let Some(actor) = &finding.actor {
        let who = format!("{} in session {}", plain(&actor.product), short(actor.session));
        lines.push(fact("who", who));
    }
    lines.push(fact("by", process(&finding.process)));
    lines
}

/// Why, and how it came to be.
fn rest(finding: &Finding, steps: &[Step]) -> Vec<Words> {
    let rule = &finding.rule;
    let mut lines = Vec::new();
    let because = |(field, value): &(event::Text, event::Text)| {
        fact("because", format!("{} is {}", plain(field), brief(value, 120)))
    };
    lines.extend(finding.matched.iter().map(because));
    if finding.count > 1 {
        lines.push(fact("times", finding.count.to_string()));
    }
    lines.push(Words::default());
    lines.push(Words::default().with("How it came to be", Colour::Bold));
    lines.extend(steps.iter().enumerate().map(|(index, step)| {
        let mark = if step.evidence { "▲" } else { " " };
        Words::plain(format!("{:>3}. ", index + 1))
            .with(clock(step.time_unix_ns), Colour::Dim)
            .and(format!(" {mark} {}", plain(&step.words)))
    }));
    if steps.is_empty() {
        lines.push(Words::plain("  the acts it stands on are not in the record any more"));
    }
    lines.push(Words::default());
    lines.push(fact("rule", format!("{} ({})", plain(&rule.id), plain(&rule.pack))));
    lines.push(fact("tags", plain(&rule.tags.join(" ")).into_owned()));
    lines
}

/// The one finding whose id begins so.
pub fn find(config: &Config, prefix: &str) -> Result<Finding> {
    let found = super::state(config)?.finding(prefix)?;
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
