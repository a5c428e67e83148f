//! Takes a real stream of raw kernel records while a command runs.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use graph::signature::{Signatures, embedded};
use sensor::{KernelSource, Settings, Source};

/// Records until `command` ends.
pub fn run(file: &Path, command: &[&str]) -> Result<()> {
    let [program, arguments @ ..] = command else { bail!("no command to record") };
    let (signatures, _) = Signatures::parse(embedded().iter().copied());
    let plan = signatures.watch_plan();
    let mut source = KernelSource::open(&Settings::default(), &plan, Arc::new(event::Verbatim))?;
    source.tap(Box::new(BufWriter::new(File::create(file)?)));
    let mut child = Command::new(program)
        .args(arguments)
        .spawn()
        .with_context(|| format!("cannot start {program}"))?;
    let (mut batch, mut events) = (Vec::new(), 0);
    loop {
        let ended = child.try_wait()?.is_some();
        source.poll(Duration::from_millis(20), &mut batch)?;
        events += batch.len();
        batch.clear();
        if ended {
            break;
        }
    }
    eprintln!("{events} events, {} lost", source.stats().lost);
    Ok(())
}
