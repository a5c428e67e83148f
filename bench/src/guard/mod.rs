//! `bench guard`: what is stopped, and what it costs those who are not stopped.

mod benign;
mod calls;
mod decision;
mod hook;
mod launch;
mod opens;
mod stage;
mod stop;
mod worker;

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
    /// What rules in force cost those who are not stopped, by call.
    Calls,
    /// What an open of a guarded file takes.
    Opens,
    /// Until the last process of a session is gone.
    Stop,
    /// Commands of benign sessions that are stopped.
    Benign,
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
        for section in Section::value_variants() {
            if self.only.is_empty() || self.only.contains(section) {
                self.section(*section)?;
            }
        }
        Ok(())
    }

    fn section(&self, section: Section) -> Result<()> {
        let chaperone = || daemon::program(self.chaperone.as_deref());
        let rounds = |usual| self.n.unwrap_or(usual);
        match section {
            Section::Decision => {
                let stream = match &self.stream {
                    Some(file) => record::Stream::given(file)?,
                    None => record::Stream::own(100)?,
                };
                decision::measure(&stream, rounds(5))
            }
            Section::Hook => hook::measure(&chaperone()?, rounds(1_000)),
            Section::Calls => calls::measure(rounds(100)),
            Section::Opens => opens::measure(rounds(40)),
            Section::Stop => stop::measure(&chaperone()?, rounds(5)),
            Section::Benign => benign::measure(&chaperone()?),
            Section::Run => launch::measure(&chaperone()?, rounds(50)),
            Section::Stage => stage::measure(&chaperone()?, rounds(5)),
        }
    }
}
