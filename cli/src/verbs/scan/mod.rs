//! `chaperone scan`: whether what agents load is sound.

mod sarif;
mod text;

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use event::What;
use inventory::sound::{Level, Soundness};
use serde_json::json;

use super::inventory::Where;
use super::{Common, Exit};
use crate::out;
use crate::worker::{self, Found};

#[derive(Debug, Args)]
pub struct Scan {
    /// `agents`: everything that agents of this host load; or files and folders.
    #[arg(required = true, value_name = "agents|PATH")]
    what: Vec<PathBuf>,
    #[command(flatten)]
    place: Where,
    /// Leave out what is less bad.
    #[arg(long, value_enum, default_value = "low")]
    level: AtLeast,
    /// How it is told; `--json` is one flaw per line.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum AtLeast {
    Low,
    Medium,
    High,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// SARIF 2.1.0, for what shows results of scanners.
    Sarif,
}

impl AtLeast {
    fn level(self) -> Level {
        match self {
            Self::Low => Level::Low,
            Self::Medium => Level::Medium,
            Self::High => Level::High,
        }
    }
}

impl Scan {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let (mut flaws, mut unsure, mut home) = (Vec::new(), Vec::new(), None);
        let agents = |what: &&PathBuf| what.as_os_str() == "agents" && !what.exists();
        let paths: Vec<PathBuf> = self.what.iter().filter(|it| !agents(it)).cloned().collect();
        let mut found = Vec::new();
        if self.what.iter().any(|what| agents(&what)) {
            found.push(self.agents(common)?);
        }
        if !paths.is_empty() {
            found.push(worker::judge(&paths, common)?);
        }
        for found in found {
            home = home.or_else(|| found.only_home());
            flaws.extend(found.flaws.into_iter().map(|(_, flaw)| flaw));
            unsure.extend(found.inventory.unsure);
        }
        flaws.retain(|flaw| flaw.level >= self.level.level());
        flaws.sort_by(|a, b| {
            (b.level, &a.place, a.line, &a.rule).cmp(&(a.level, &b.place, b.line, &b.rule))
        });
        flaws.dedup();
        // What a look could not read, judging could not read either.
        unsure.sort();
        unsure.dedup();
        if common.json {
            for flaw in &flaws {
                out::json(&json!({ "flaw": flaw }))?;
            }
            for unsure in &unsure {
                out::json(&json!({ "unsure": unsure }))?;
            }
        } else if self.format == Format::Sarif {
            let soundness = match Soundness::shipped() {
                Ok(soundness) => soundness,
                Err(wrong) => bail!("{wrong}"),
            };
            let base = std::env::current_dir().unwrap_or_default();
            out::json(&sarif::log(soundness.rules(), &flaws, &unsure, &base))?;
        } else {
            text::show(&flaws, &unsure, home.as_deref())?;
        }
        Ok(match (flaws.is_empty(), unsure.is_empty()) {
            (false, _) => Exit::Flawed,
            (true, false) => Exit::Unsure,
            (true, true) => Exit::Done,
        })
    }

    fn agents(&self, common: &Common) -> Result<Found> {
        let found = self.place.judge(common)?;
        if !found.inventory.assets.iter().any(|asset| matches!(asset.what, What::Agent(_))) {
            crate::say!("no agent was found; what projects hold for one was looked at");
        }
        Ok(found)
    }
}
