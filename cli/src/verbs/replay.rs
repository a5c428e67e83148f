//! `chaperone replay FILE…`: recorded events through the real engine.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use engine::{Engine, Scope};
use event::{EventId, Record};
use graph::signature::NoFacts;
use sensor::{Polled, ReplaySource, Source};

use super::{Common, Exit};
use crate::{lines, out, policies, stages};

#[derive(Debug, Args)]
pub struct Replay {
    /// Recordings, one JSON event per line; `-` reads stdin.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Also acts, not only sessions and findings.
    #[arg(long)]
    acts: bool,
    /// Also acts of those who are no agent.
    #[arg(long)]
    everybody: bool,
}

impl Replay {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let config = common.config()?;
        let scope = if self.everybody { Scope::Everybody } else { Scope::Agents };
        for file in &self.files {
            let mut source = ReplaySource::new(open(file)?);
            let signatures = stages::signatures(&config)?;
            let guard = Arc::new(policies::load(&config)?);
            let stages =
                stages::stages(&config, &signatures, Arc::new(NoFacts), guard, EventId(1))?;
            let mut engine = Engine::new(stages, source.orders(), scope);
            self.replay(&mut engine, &mut source, common.json)
                .with_context(|| file.display().to_string())?;
        }
        Ok(Exit::Done)
    }

    fn replay(&self, engine: &mut Engine, source: &mut impl Source, json: bool) -> Result<()> {
        let (mut batch, mut records) = (Vec::new(), Vec::new());
        let colour = out::coloured();
        loop {
            let polled = source.poll(Duration::ZERO, &mut batch)?;
            engine.take(batch.drain(..), &mut records);
            if polled == Polled::End {
                engine.finish(&mut records);
            }
            for record in records.drain(..).filter(|record| self.wants(record)) {
                if json {
                    out::json(&record)?;
                } else if let Some(text) = lines::record(&record, colour) {
                    out::line(&text)?;
                }
            }
            if polled == Polled::End {
                return Ok(());
            }
        }
    }

    fn wants(&self, record: &Record) -> bool {
        self.acts || self.everybody || !matches!(record, Record::Act(_))
    }
}

pub fn open(path: &Path) -> Result<Box<dyn BufRead>> {
    if path == Path::new("-") {
        return Ok(Box::new(BufReader::new(std::io::stdin())));
    }
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(Box::new(BufReader::new(file)))
}
