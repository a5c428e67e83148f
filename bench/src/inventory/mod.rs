//! `bench inventory`: whether everything is found, how fast, and whether what is found is judged well.

mod cases;
mod corpus;
mod cyclonedx;
mod home;
mod live;
mod peers;
mod plants;

use anyhow::Result;
use clap::{Args, ValueEnum};

use crate::figure::{self, Figure, Target};
use crate::workspace;

/// How it is run.
#[derive(Debug, Args)]
pub struct Run {
    /// Only these sections.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Section>,
    /// One JSON value per figure instead of a table.
    #[arg(long)]
    json: bool,
    /// The program to measure; this workspace's, built optimised, if none.
    #[arg(long, env = "CHAPERONE_BIN", value_name = "PATH")]
    chaperone: Option<std::path::PathBuf>,
    /// Rounds instead of the usual number.
    #[arg(long)]
    n: Option<usize>,
}

/// A section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Section {
    /// Planted homes.
    Discovery,
    /// A developer's home of 100,000 files.
    Home,
    /// Skills and servers of public collections.
    Corpus,
    /// Changes while `up` runs; as root.
    Live,
    /// Official examples of bills of materials.
    Cyclonedx,
}

impl Run {
    pub fn run(&self) -> Result<()> {
        if self.json {
            figure::as_json();
        }
        let wanted = |section| self.only.is_empty() || self.only.contains(&section);
        if wanted(Section::Discovery) {
            discovery()?;
        }
        if wanted(Section::Home) {
            home::measure(
                &crate::daemon::program(self.chaperone.as_deref())?,
                self.n.unwrap_or(9),
            )?;
        }
        if wanted(Section::Corpus) {
            corpus::measure(self.chaperone.as_deref())?;
            cases::measure()?;
        }
        if wanted(Section::Live) {
            let program = crate::daemon::program(self.chaperone.as_deref())?;
            live::measure(&program, self.n.unwrap_or(100))?;
        }
        if wanted(Section::Cyclonedx) {
            cyclonedx::measure()?;
        }
        Ok(())
    }
}

fn discovery() -> Result<()> {
    let plants = plants::read(&workspace::root().join("inventory/plants"))?;
    let place = tempfile::tempdir()?;
    let score = plants::compare(&plants, place.path())?;
    for wrong in &score.missed {
        figure::progress(format!("missed: {wrong}"));
    }
    for wrong in &score.invented {
        figure::progress(format!("invented: {wrong}"));
    }
    let found = (score.expected - score.missed.len()) as f64;
    let workload = format!(
        "{} plants, {} of them decoys, {} things to find",
        score.plants, score.decoys, score.expected
    );
    Figure {
        what: "discovery, found".into(),
        value: 100.0 * found / score.expected as f64,
        unit: "%",
        target: Some(Target::AtLeast(100.0)),
        peers: peers::discovery::beside(&plants, place.path()),
        workload: workload.clone(),
        n: score.expected,
        ..Figure::default()
    }
    .print();
    Figure {
        what: "discovery, invented".into(),
        value: score.invented.len() as f64,
        unit: "things",
        target: Some(Target::AtMost(0.0)),
        workload,
        n: score.plants,
        ..Figure::default()
    }
    .print();
    Ok(())
}
