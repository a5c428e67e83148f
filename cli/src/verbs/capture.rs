//! `chaperone capture FILE`: the stream of events, redacted as always, to a file for `replay`.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Args;
use sensor::Polled;

use super::{Common, Exit};
use crate::stages;

#[derive(Debug, Args)]
pub struct Capture {
    /// Where to write, one JSON event per line; `-` is stdout.
    file: PathBuf,
    /// Stop after so many seconds; else with Ctrl-C.
    #[arg(long, value_name = "N")]
    seconds: Option<u64>,
    /// Also file and network acts of those who are no agent. Costly.
    #[arg(long)]
    everybody: bool,
}

impl Capture {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let mut config = common.config()?;
        config.sensor.watch_everybody |= self.everybody;
        let plan = stages::watch_plan(&config, &*stages::signatures(&config)?);
        let redact = stages::redactor(None)?;
        let mut source = super::up::open_source(&config, &plan, redact)?;
        let mut to = create(&self.file)?;
        let stop = super::up::stop_flag()?;
        let began = Instant::now();
        let limit = self.seconds.map(Duration::from_secs);
        let (mut batch, mut written) = (Vec::new(), 0u64);
        while !stop.load(std::sync::atomic::Ordering::Relaxed)
            && limit.is_none_or(|limit| began.elapsed() < limit)
        {
            let polled = source.poll(Duration::from_millis(50), &mut batch)?;
            for event in batch.drain(..) {
                serde_json::to_writer(&mut to, &event)?;
                to.write_all(b"\n")?;
                written += 1;
            }
            if polled == Polled::End {
                break;
            }
        }
        to.flush()?;
        crate::say!("{written} events, {} lost", source.stats().lost);
        Ok(Exit::Done)
    }
}

fn create(path: &Path) -> Result<Box<dyn Write>> {
    if path == Path::new("-") {
        return Ok(Box::new(BufWriter::new(std::io::stdout())));
    }
    let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(Box::new(BufWriter::new(file)))
}
