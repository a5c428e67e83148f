//! `chaperone why FINDING`: what happened, in order, with its causes, in plain words.

mod because;
mod tags;
#[cfg(test)]
mod tests;

use anyhow::Result;
use clap::Args;
use event::show::plain;
use event::{FileRef, Finding, Text};
use graph::threat::{Settings, Step, ThreatGraph};

use super::{Common, Exit, Stop};
use crate::chain::Chains;
use crate::config::Config;
use crate::conversation::{Conversation, Led};
use crate::hashes::{self, Hashes};
use crate::lines::{clock, process, short, stamp};
use crate::out::{self, Colour, Words};
use crate::record::{self, Damage, Filter};

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
        let Seen { graph, said, damage } = seen_of(&config, &finding)?;
        damage.warn();
        let state = super::state(&config)?;
        let story = Story::of(&graph, &finding).behind(behind(&state, &finding)?);
        let story = story.said(&said, &finding);
        let exe = FileRef::named(finding.process.exe.clone());
        let hash = Hashes::of(&state).at(&exe, finding.time_unix_ns)?;
        if common.json {
            let program = match &hash {
                Some(Ok(sha256)) => serde_json::json!({ "sha256": sha256 }),
                other => serde_json::json!({ "unhashed": other }),
            };
            let led = led_to(&said, &finding);
            let told = serde_json::json!({"finding": finding, "behind": story.behind, "program": program, "said": led, "steps": story.steps});
            return out::json(&told).map(|()| Exit::Done);
        }
        let on = out::coloured();
        let mut lines = head(&finding, &story);
        lines.push(fact("program", hashes::shown(hash.as_ref())));
        lines.extend(rest(&finding, &story));
        lines.iter().try_for_each(|words| out::line(&words.paint(on)))?;
        Ok(Exit::Done)
    }
}

/// How a finding came to be.
pub struct Story {
    /// Acts from the agent's start to the finding.
    steps: Vec<Step>,
    /// The command of the tool call it belongs to.
    tool: Option<Text>,
    /// Who stands behind the session, in words.
    behind: Option<String>,
    /// What was asked for and called, with its time.
    said: Vec<(u64, String)>,
}

/// Who stands behind the session of a finding.
pub fn behind(state: &journal::StateReader, finding: &Finding) -> Result<Option<String>> {
    let Some(actor) = &finding.actor else { return Ok(None) };
    Ok(Chains::read(state)?.whole(actor.session))
}

impl Story {
    /// The story that the graph tells of the finding.
    pub fn of(graph: &ThreatGraph, finding: &Finding) -> Self {
        let root = finding.actor.as_ref().and_then(|actor| actor.tool_root);
        let tool = root.and_then(|root| graph.command(root)).cloned();
        Self { steps: graph.explain(finding.id), tool, behind: None, said: Vec::new() }
    }

    /// The same with what was said in the session before it.
    #[must_use]
    pub fn said(self, said: &Conversation, finding: &Finding) -> Self {
        Self { said: led_to(said, finding).sentences(), ..self }
    }

    /// The same with who stands behind the session.
    #[must_use]
    pub fn behind(self, behind: Option<String>) -> Self {
        Self { behind, ..self }
    }

    /// The finding and its story, line by line.
    pub fn lines(&self, finding: &Finding) -> Vec<Words> {
        let mut lines = head(finding, self);
        lines.extend(rest(finding, self));
        lines
    }
}

/// What led to a finding, as far as it was said.
fn led_to<'a>(said: &'a Conversation, finding: &Finding) -> Led<'a> {
    let call = finding.actor.as_ref().and_then(|actor| actor.tool_call);
    said.led_to(call, finding.time_unix_ns)
}

fn fact(name: &str, value: String) -> Words {
    Words::plain(format!("  {name:<8} {value}"))
}

/// What was found, when, by whom.
fn head(finding: &Finding, story: &Story) -> Vec<Words> {
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
    lines.extend(story.behind.clone().map(|behind| fact("behind", behind)));
    lines.push(fact("by", process(&finding.process)));
    lines
}

/// Why, and how it came to be.
fn rest(finding: &Finding, story: &Story) -> Vec<Words> {
    let rule = &finding.rule;
    let mut lines = Vec::new();
    let because = |(field, value): &(Text, Text)| {
        fact("because", because::because(field, value, story.tool.as_deref()))
    };
    lines.extend(finding.matched.iter().map(because));
    if finding.count > 1 {
        lines.push(fact("times", finding.count.to_string()));
    }
    lines.push(Words::default());
    lines.push(Words::default().with("How it came to be", Colour::Bold));
    let step = |step: &Step| (step.time_unix_ns, step.evidence, plain(&step.words).into_owned());
    let mut steps: Vec<(u64, bool, String)> = story.steps.iter().map(step).collect();
    for (at, words) in &story.said {
        // Words stand before what came of them; the acts keep their order.
        let place = steps.iter().position(|step| step.0 > *at).unwrap_or(steps.len());
        steps.insert(place, (*at, false, words.clone()));
    }
    lines.extend(steps.iter().enumerate().map(|(index, (at, evidence, words))| {
        let mark = if *evidence { "▲" } else { " " };
        Words::plain(format!("{:>3}. ", index + 1))
            .with(clock(*at), Colour::Dim)
            .and(format!(" {mark} {words}"))
    }));
    if story.steps.is_empty() {
        lines.push(Words::plain("  the acts it stands on are not in the record any more"));
    }
    lines.push(Words::default());
    lines.push(fact("rule", format!("{} of the pack {}", plain(&rule.id), plain(&rule.pack))));
    lines.push(fact("known as", tags::tags(&rule.tags)));
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

/// What the record holds of a session.
pub struct Seen {
    /// Its acts.
    pub graph: ThreatGraph,
    /// Its words.
    pub said: Conversation,
    /// What of it could not be read.
    pub damage: Damage,
}

/// The session a finding belongs to, with the finding in its graph.
pub fn seen_of(config: &Config, finding: &Finding) -> Result<Seen> {
    let session = finding.actor.as_ref().map(|actor| actor.session.to_string());
    let filter = match session {
        Some(_) => Filter { session, ..Filter::default() },
        None => Filter { pid: Some(finding.process.id.pid), ..Filter::default() },
    };
    let mut seen = seen_from(config, &filter)?;
    seen.graph.add_finding(finding);
    Ok(seen)
}

/// The acts that pass.
pub fn seen_from(config: &Config, filter: &Filter) -> Result<Seen> {
    let mut graph = ThreatGraph::new(Settings::default());
    let mut said = Conversation::default();
    let damage = record::each(config, filter, MOST_ACTS, |act| {
        said.learn(&act);
        graph.add(&act);
        Ok(())
    })?;
    Ok(Seen { graph, said, damage })
}
