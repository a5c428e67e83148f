//! `chaperone policy simulate`: the record once more, and what would have been stopped of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use engine::{Engine, Scope};
use event::show::{brief, plain};
use event::{Attributed, EventId, Record};
use graph::signature::NoFacts;
use policy::Profile;
use sensor::{Polled, ReplaySource, Source};
use serde_json::json;

use super::tally::{Row, Tally};
use super::{Held, shown};
use crate::config::Config;
use crate::record::{self, Filter};
use crate::verbs::events::parse_span;
use crate::verbs::{Common, Exit, replay};
use crate::{out, policies, stages};

#[derive(Debug, Args)]
pub struct Simulate {
    /// Recordings (`chaperone capture`) instead of the record; `-` reads stdin.
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Only of the last while (`90s`, `15m`, `6h`, `2d`).
    #[arg(long, value_name = "TIME", value_parser = parse_span, conflicts_with = "files")]
    last: Option<u64>,
    /// Only of this agent's product (`codex-cli`).
    #[arg(long, conflicts_with = "files")]
    agent: Option<String>,
    /// As this profile would have had it.
    #[arg(long, value_enum, default_value = "guarded")]
    profile: Held,
}

impl Simulate {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let config = common.config()?;
        let profile = Profile::from(self.profile);
        let mut tally = Tally::new(&config, profile)?;
        if self.files.is_empty() {
            self.record(&config, &mut tally)?;
        }
        for file in &self.files {
            replayed(file, &config, &mut |act| tally.take(act))
                .with_context(|| file.display().to_string())?;
        }
        if common.json {
            machine(&tally)?
        } else {
            people(&tally, profile)?
        }
        Ok(Exit::Done)
    }

    fn record(&self, config: &Config, tally: &mut Tally) -> Result<()> {
        crate::verbs::readable(&config.data_dir())?;
        let since = self.last.map(|span| crate::host::now_unix_ns().saturating_sub(span));
        let filter =
            Filter { since_unix_ns: since, agent: self.agent.clone(), ..Filter::default() };
        let damage = record::each(config, &filter, usize::MAX, |act| {
            tally.take(&act);
            Ok(())
        })?;
        damage.warn();
        Ok(())
    }
}

/// A recording through the real engine, which knows whose acts they are.
pub fn replayed(file: &Path, config: &Config, take: &mut impl FnMut(&Attributed)) -> Result<()> {
    let mut source = ReplaySource::new(replay::open(file)?);
    let signatures = stages::signatures(config)?;
    let guard = Arc::new(policies::load(config)?);
    let stages = stages::stages(config, &signatures, Arc::new(NoFacts), guard, EventId(1))?;
    let mut engine = Engine::new(stages, source.orders(), Scope::Agents);
    let (mut batch, mut records) = (Vec::new(), Vec::new());
    loop {
        let polled = source.poll(Duration::ZERO, &mut batch)?;
        engine.take(batch.drain(..), &mut records);
        for record in records.drain(..) {
            if let Record::Act(act) = record {
                take(&act);
            }
        }
        if polled == Polled::End {
            return Ok(());
        }
    }
}

fn machine(tally: &Tally) -> Result<()> {
    for (key, row) in &tally.rows {
        out::json(&json!({
            "day": key.day, "agent": key.agent, "policy": key.policy, "effect": row.effect,
            "times": row.times, "of": row.of,
        }))?;
    }
    out::json(&json!({ "acts": tally.acts, "stopped": tally.stopped }))
}

fn people(tally: &Tally, profile: Profile) -> Result<()> {
    let row = |(key, row): (&super::tally::Key, &Row)| {
        vec![
            key.day.clone(),
            plain(&key.agent).into_owned(),
            shown(row.effect),
            plain(&key.policy).into_owned(),
            row.times.to_string(),
            most(row),
        ]
    };
    let rows: Vec<Vec<String>> = tally.rows.iter().map(row).collect();
    if !rows.is_empty() {
        out::table(&["day", "agent", "would", "policy", "times", "of"], &rows)?;
        out::line("")?;
    }
    out::line(&format!(
        "{} acts; `{}` would have denied or asked about {}",
        tally.acts,
        profile.name(),
        tally.stopped
    ))?;
    Ok(())
}

/// What a row was mostly about.
fn most(row: &Row) -> String {
    let Some((of, _)) = row.of.iter().max_by_key(|(_, times)| **times) else {
        return String::new();
    };
    match row.of.len() {
        0 | 1 => brief(of, 70),
        several => format!("{} and {} more", brief(of, 70), several - 1),
    }
}
