//! `chaperone policy simulate`: the record once more, and what would have been stopped of it.

use std::collections::BTreeMap;

use anyhow::Result;
use clap::Args;
use engine::Wanted;
use event::show::{brief, plain};
use event::{Action, Effect, Guard, Object};
use policy::{Profile, Selection};
use serde_json::json;

use super::{Held, shown};
use crate::config::Config;
use crate::out;
use crate::policies;
use crate::record::{self, Filter};
use crate::verbs::events::parse_span;
use crate::verbs::{Common, Exit};

#[derive(Debug, Args)]
pub struct Simulate {
    /// Only of the last while (`90s`, `15m`, `6h`, `2d`).
    #[arg(long, value_name = "TIME", value_parser = parse_span)]
    last: Option<u64>,
    /// As this profile would have had it.
    #[arg(long, value_enum, default_value = "guarded")]
    profile: Held,
    /// Only of this agent's product (`codex-cli`).
    #[arg(long)]
    agent: Option<String>,
}

/// What one policy would have done to one agent on one day.
#[derive(Default)]
struct Row {
    effect: Effect,
    times: u64,
    /// Some of what it would have been about.
    of: BTreeMap<String, u64>,
}

/// Different things that a row remembers.
const EXAMPLES: usize = 64;

impl Simulate {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let config = common.config()?;
        crate::verbs::readable(&config.data_dir())?;
        let guide = held(&config, self.profile.into())?;
        let since = self.last.map(|span| crate::host::now_unix_ns().saturating_sub(span));
        let filter = Filter { since_unix_ns: since, agent: self.agent, ..Filter::default() };
        let mut wanted = Wanted::new(teams(&config));
        let mut rows: BTreeMap<(String, String, String), Row> = BTreeMap::new();
        let (mut acts, mut actions, mut stopped) = (0_u64, 0_u64, 0_u64);
        let damage = record::each(&config, &filter, usize::MAX, |act| {
            acts += 1;
            let times = u64::from(act.event.count);
            for action in wanted.of(&act) {
                actions += 1;
                let decision = guide.check(&action);
                stopped += u64::from(!decision.effect.goes_on());
                for because in &decision.because {
                    let who = action.principal.agent().map_or("people", |agent| &*agent.product);
                    let day = crate::lines::stamp(act.event.time_unix_ns);
                    let day = day.split('T').next().unwrap_or_default().to_owned();
                    let key = (day, who.to_owned(), because.policy.to_string());
                    let row = rows.entry(key).or_default();
                    row.effect = because.effect;
                    row.times += times;
                    let of = object(&action);
                    if row.of.len() < EXAMPLES || row.of.contains_key(&of) {
                        *row.of.entry(of).or_default() += times;
                    }
                }
            }
            Ok(())
        })?;
        damage.warn();
        if common.json {
            for ((day, agent, policy), row) in &rows {
                out::json(&json!({
                    "day": day, "agent": agent, "policy": policy, "effect": row.effect,
                    "times": row.times, "of": row.of,
                }))?;
            }
            out::json(&json!({ "acts": acts, "actions": actions, "stopped": stopped }))?;
            return Ok(Exit::Done);
        }
        tell(&rows)?;
        let profile = Profile::from(self.profile).name();
        out::line(&format!(
            "{acts} acts, {stopped} of them `{profile}` would have denied or asked about"
        ))?;
        Ok(Exit::Done)
    }
}

/// The policies of the configuration, everybody held by one profile.
fn held(config: &Config, profile: Profile) -> Result<policy::Guide> {
    let mut config = config.clone();
    let Selection { otherwise, choices } = Selection { otherwise: profile, choices: Vec::new() };
    (config.policy.profile, config.policy.profiles) = (otherwise, choices);
    policies::load(&config)
}

/// Agents and their teams.
fn teams(config: &Config) -> BTreeMap<String, event::Text> {
    let pairs = config.policy.teams.iter().flat_map(|(team, agents)| {
        agents.iter().map(|agent| (agent.clone(), event::Text::from(team.as_str())))
    });
    pairs.collect()
}

fn tell(rows: &BTreeMap<(String, String, String), Row>) -> Result<()> {
    let mut shown_rows = Vec::new();
    for ((day, agent, policy), row) in rows {
        let most = row.of.iter().max_by_key(|(_, times)| **times);
        let more = match row.of.len().saturating_sub(1) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        shown_rows.push(vec![
            day.clone(),
            plain(agent).into_owned(),
            shown(row.effect),
            plain(policy).into_owned(),
            row.times.to_string(),
            most.map_or_else(String::new, |(of, _)| format!("{}{more}", brief(of, 70))),
        ]);
    }
    if !shown_rows.is_empty() {
        out::table(&["day", "agent", "would", "policy", "times", "of"], &shown_rows)?;
    }
    Ok(())
}

fn object(action: &Action) -> String {
    match &action.object {
        Object::File { path } => path.to_string(),
        Object::Program { path, command_line } if command_line.is_empty() => path.to_string(),
        Object::Program { command_line, .. } => command_line.to_string(),
        Object::Host { name, address, port, .. } => match (name.is_empty(), address) {
            (true, Some(address)) => format!("{address} port {port}"),
            _ => format!("{name} port {port}"),
        },
        Object::Tool { server, name } => format!("{server}/{name}"),
        Object::Model { provider, name } => format!("{provider}/{name}"),
        Object::Secret { kind, name } => format!("{kind}/{name}"),
    }
}
