//! What it takes to look at, accept and throw away what a staged run changed: the whole verb, over a layer that a real run made.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use crate::figure::{Figure, Target, progress};
use crate::measure::median;
use crate::undo::Place;

/// Files that the run changes.
const FILES: usize = 10_000;
/// Files of a folder.
const FOLDER: usize = 100;
/// What the run does: every file gets a line more.
const CHANGE: &str = "for f in */*; do echo changed >> $f; done";

/// A workspace and the program that stages it.
struct Workspace<'p> {
    chaperone: &'p Path,
    home: PathBuf,
    data: PathBuf,
    path: PathBuf,
}

pub fn measure(chaperone: &Path, rounds: usize) -> Result<()> {
    let place = Place::new()?;
    let (home, data) = (place.dir("home")?, place.join("data"));
    let workspace = Workspace { chaperone, home, data, path: place.dir("home/w")? };
    workspace.fill()?;
    let mut took: [Vec<f64>; 3] = Default::default();
    for round in 0..rounds {
        progress(format!("staged run {} of {rounds}", round + 1));
        let [diff, accept, discard] = &mut took;
        let session = workspace.staged()?;
        let (time, output) = workspace.timed(&["stage", "diff", &session])?;
        let lines = output.stdout.iter().filter(|byte| **byte == b'\n').count();
        ensure!(lines > 2 * FILES, "the difference has {lines} lines");
        diff.push(time);
        accept.push(workspace.timed(&["stage", "accept", &session])?.0);
        let changed = std::fs::read_to_string(workspace.path.join("0/0"))?;
        ensure!(changed.lines().count() == round + 2, "not accepted: {changed}");
        let session = workspace.staged()?;
        discard.push(workspace.timed(&["stage", "discard", &session])?.0);
    }
    for (name, times) in ["diff", "accept", "discard"].iter().zip(&took) {
        let (value, spread) = median(times);
        Figure {
            what: format!("stage {name}, {FILES} changed files"),
            value,
            unit: "s",
            target: Some(Target::AtMost(1.0)),
            spread,
            workload: "a line more in each file of 100 folders, the whole verb".into(),
            n: rounds,
            ..Figure::default()
        }
        .print();
    }
    Ok(())
}

impl Workspace<'_> {
    fn fill(&self) -> Result<()> {
        for file in 0..FILES {
            let folder = self.path.join((file / FOLDER).to_string());
            std::fs::create_dir_all(&folder)?;
            std::fs::write(folder.join((file % FOLDER).to_string()), format!("file {file}\n"))?;
        }
        Ok(())
    }

    /// The name of a run that changed every file.
    fn staged(&self) -> Result<String> {
        self.timed(&["run", "-q", "--net", "none", "--stage", "--", "sh", "-c", CHANGE])?;
        let (_, listed) = self.timed(&["stage", "list", "--json"])?;
        let listed: serde_json::Value = serde_json::from_slice(listed.stdout.trim_ascii())?;
        Ok(listed["stage"]["session"].as_str().context("no run waits")?.to_owned())
    }

    /// Seconds that it takes, and what it says.
    fn timed(&self, words: &[&str]) -> Result<(f64, Output)> {
        let start = Instant::now();
        let output = Command::new(self.chaperone)
            .args(words)
            .current_dir(&self.path)
            .env("HOME", &self.home)
            .env("CHAPERONE_DATA_DIR", &self.data)
            .stdin(Stdio::null())
            .output()?;
        let took = start.elapsed().as_secs_f64();
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "chaperone {}: {said}", words.join(" "));
        Ok((took, output))
    }
}
