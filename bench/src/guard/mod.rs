//! `bench guard`: what is stopped, and what it costs those who are not stopped.

mod decision;
mod hook;
mod launch;
mod stage;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::{daemon, figure, record, undo};

/// How it is run.
#[derive(Debug, Args)]
pub struct Run {
    /// A recorded raw stream (`bench record`) instead of one of its own.
    stream: Option<PathBuf>,
    /// Only these sections.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Section>,
    /// One JSON value per figure instead of a table.
    #[arg(long)]
    json: bool,
    /// Rounds instead of the usual number.
    #[arg(long)]
    n: Option<usize>,
    /// The program to measure, with `chaperone-hook` beside it, instead of this workspace's.
    #[arg(long, value_name = "FILE")]
    chaperone: Option<PathBuf>,
}

/// A section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Section {
    /// What a decision takes within the process.
    Decision,
    /// What a hook takes an agent, from its start to its end.
    Hook,
    /// What `run` adds to the start of a program.
    Run,
    /// What a staged run with many changes takes to be looked at, accepted and thrown away.
    Stage,
}

impl Run {
    pub fn run(&self) -> Result<()> {
        if self.json {
            figure::as_json();
        }
        undo::on_signals()?;
        let wanted = |section| self.only.is_empty() || self.only.contains(&section);
        if wanted(Section::Decision) {
            let stream = match &self.stream {
                Some(file) => record::Stream::given(file)?,
                None => record::Stream::own(100)?,
            };
            decision::measure(&stream, self.n.unwrap_or(5))?;
        }
        if wanted(Section::Hook) {
            hook::measure(&daemon::program(self.chaperone.as_deref())?, self.n.unwrap_or(1_000))?;
        }
        if wanted(Section::Run) {
            launch::measure(&daemon::program(self.chaperone.as_deref())?, self.n.unwrap_or(50))?;
        }
        if wanted(Section::Stage) {
            stage::measure(&daemon::program(self.chaperone.as_deref())?, self.n.unwrap_or(5))?;
        }
        Ok(())
    }
}
