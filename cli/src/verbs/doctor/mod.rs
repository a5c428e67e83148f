//! `chaperone doctor`: what this host allows, by trying it, never by reading a version.

mod confine;
mod launch;
mod observe;
mod plaintext;
mod reading;
mod remedy;
mod show;
mod stop;

use anyhow::Result;
use clap::Args;
use sensor::{LoadReport, Settings, Tier};
use serde::Serialize;

use super::{Common, Exit};
use crate::out;

/// Example: sudo chaperone doctor
#[derive(Debug, Args)]
pub struct Doctor {
    /// Enters a user namespace and says how it went: what `doctor` has a child do.
    #[arg(long, hide = true)]
    enter_namespace: bool,
    /// Gives up what a reader of files gives up, and says what it can do still: the same.
    #[arg(long, hide = true)]
    confine_reader: bool,
    /// Launches a program that does nothing, and says how it went: the same.
    #[arg(long, hide = true, value_enum)]
    try_launch: Option<launch::Trial>,
}

/// What is found: `--json` says it as it is.
#[derive(Serialize)]
struct Findings {
    tier: Tier,
    capabilities: Vec<Capability>,
    /// Program by program, where the kernel took any.
    sensor: Option<LoadReport>,
}

#[derive(Clone, Serialize)]
struct Capability {
    part: Part,
    name: &'static str,
    works: bool,
    /// A known act was tried, and what came of it was as it should be.
    self_tested: bool,
    what_for: &'static str,
    /// What was found.
    found: String,
    /// How to get it, where it is missing.
    hint: Option<&'static str>,
}

/// What a capability serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Part {
    /// To see what agents do.
    Observe,
    /// To stop an act of theirs before its effect.
    Stop,
    /// To start an agent with fewer rights (`run`); needs no root.
    Confine,
    /// To read the files of others without being broken by them.
    Read,
}

impl Doctor {
    pub fn run(self, common: &Common) -> Result<Exit> {
        if self.enter_namespace {
            return confine::enter_namespace().map(|()| Exit::Done);
        }
        if self.confine_reader {
            return reading::confine_reader().map(|()| Exit::Done);
        }
        if let Some(trial) = self.try_launch {
            return launch::try_launch(trial).map(|()| Exit::Done);
        }
        let findings = examine(&common.config()?.sensor);
        if common.json {
            out::json(&findings)?;
        } else {
            show::show(&findings)?;
        }
        let complete = findings.sensor.as_ref().is_some_and(LoadReport::complete);
        Ok(if complete { Exit::Done } else { Exit::NotAllowed })
    }
}

fn examine(settings: &Settings) -> Findings {
    let (sensor, mut capabilities) = observe::try_all(settings);
    let (lsm, stops) = stop::try_all();
    capabilities.push(plaintext::try_it(settings));
    capabilities.extend(stops);
    capabilities.extend(confine::try_all());
    capabilities.extend(launch::try_all());
    capabilities.push(reading::try_it());
    let tier = Tier::of(sensor.as_ref(), &lsm);
    Findings { tier, capabilities, sensor }
}
