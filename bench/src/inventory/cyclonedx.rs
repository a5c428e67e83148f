//! The official examples of CycloneDX: how many are judged as their names say, and how many are written as they were
//! read.

use std::fs;

use anyhow::Result;
use inventory::aibom::Bom;
use serde_json::Value;

use crate::figure::{Figure, Target, progress};
use crate::workspace;

pub fn measure() -> Result<()> {
    let Some(folder) = workspace::shared("cyclonedx") else {
        progress("skipped: the official examples of CycloneDX are not here");
        return Ok(());
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let folder = entry?.path();
        let examples =
            folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with("examples"));
        if examples {
            files.extend(fs::read_dir(folder)?.flatten().map(|entry| entry.path()));
        }
    }
    files.sort();
    let (mut right, mut valid, mut whole) = (0, 0, 0);
    for path in &files {
        let bytes = fs::read(path)?;
        let meant =
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("valid"));
        let bom = Bom::read(&bytes);
        let told = match &bom {
            Ok(bom) => bom.check()?.is_empty(),
            Err(_) => false,
        };
        if told == meant {
            right += 1;
        } else {
            progress(format!("judged wrongly: {}", path.display()));
        }
        if !meant {
            continue;
        }
        valid += 1;
        let again = bom.ok().and_then(|bom| serde_json::from_str::<Value>(&bom.write()).ok());
        if again.is_some() && again == serde_json::from_slice(&bytes).ok() {
            whole += 1;
        } else {
            progress(format!("not written as it was read: {}", path.display()));
        }
    }
    figure("right verdicts", right, files.len());
    figure("round trips without loss", whole, valid);
    Ok(())
}

fn figure(what: &str, good: usize, of: usize) {
    Figure {
        what: format!("CycloneDX examples, {what}"),
        value: 100.0 * good as f64 / of.max(1) as f64,
        unit: "%",
        target: Some(Target::AtLeast(100.0)),
        workload: format!("{good} of {of} official examples"),
        n: of,
        ..Figure::default()
    }
    .print();
}
