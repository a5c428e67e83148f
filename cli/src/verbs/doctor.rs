//! `chaperone doctor`: what this host allows, by trying it.

use std::sync::Arc;

use anyhow::Result;
use clap::Args;
use event::WatchPlan;
use sensor::{KernelSource, LoadReport};

use super::{Common, Exit};
use crate::out::{self, Colour, paint};

/// Example: sudo chaperone doctor
#[derive(Debug, Args)]
pub struct Doctor {}

impl Doctor {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let config = common.config()?;
        let tried =
            KernelSource::open(&config.sensor, &WatchPlan::default(), Arc::new(event::Verbatim));
        let colour = out::coloured();
        match tried {
            Ok(source) => report(source.report(), common.json, colour),
            Err(error) => {
                let hint = if crate::host::is_root() {
                    ""
                } else {
                    "\nhint: try `sudo chaperone doctor`; without root, acts are polled from procfs (tier C)"
                };
                out::line(&format!(
                    "{} kernel events: {error}{hint}",
                    paint("missing", Colour::Red, colour)
                ))?;
                Ok(Exit::NotAllowed)
            }
        }
    }
}

fn report(report: &LoadReport, json: bool, colour: bool) -> Result<Exit> {
    if json {
        out::json(report)?;
        return Ok(Exit::Done);
    }
    for program in &report.programs {
        let (word, tone) = match &program.error {
            None => ("works  ", Colour::Green),
            Some(_) => ("missing", Colour::Red),
        };
        let why = program.error.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
        out::line(&format!(
            "{}  {:<16} {}{why}",
            paint(word, tone, colour),
            program.name,
            program.gives
        ))?;
    }
    Ok(if report.complete() { Exit::Done } else { Exit::NotAllowed })
}
