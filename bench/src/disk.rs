//! Bytes per event at rest: a real stream through the stages into the journal, and, with `--full`,
//! rolled over to Parquet as the daemon does it.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};

use crate::Run;
use crate::figure::{Figure, Target, progress};
use crate::stages;
use crate::undo::Place;
use crate::workspace;

const MOST_BYTES: f64 = 40.0;

pub fn run(run: &Run) -> Result<()> {
    let place = Place::new()?;
    let (acts, mix) = stages::keep(run, place.path())?;
    let workload = format!("{acts} acts of a real stream ({mix})");
    let bytes = size(&place.join("journal"))?;
    print("disk: journal", bytes as f64 / acts as f64, &workload);
    if !run.full {
        progress("Parquet at rest: with --full (it builds the SQL engine)");
        return Ok(());
    }
    roll(place.path())?;
    let bytes = size(&place.join("parquet"))?;
    print("disk: Parquet", bytes as f64 / acts as f64, &workload);
    Ok(())
}

fn print(what: &str, value: f64, workload: &str) {
    Figure {
        what: what.into(),
        value,
        unit: "bytes/event",
        target: Some(Target::AtMost(MOST_BYTES)),
        workload: workload.into(),
        n: 1,
        spread: (value, value),
        ..Figure::default()
    }
    .print();
}

/// The benchmark of the SQL engine rolls a journal that it finds.
fn roll(data: &Path) -> Result<()> {
    let mut cargo = workspace::cargo();
    cargo.args(["run", "--release", "--quiet", "-p", "query", "--example", "sql_bench", "--"]);
    cargo.args(["--sql", "SELECT count(*) FROM events", "--dir"]).arg(data);
    let status = cargo.stdout(Stdio::null()).status()?;
    ensure!(status.success(), "the journal could not be rolled");
    Ok(())
}

fn size(dir: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(dir).with_context(|| dir.display().to_string())? {
        let entry = entry?;
        bytes += match entry.file_type()?.is_dir() {
            true => size(&entry.path())?,
            false => entry.metadata()?.len(),
        };
    }
    Ok(bytes)
}
