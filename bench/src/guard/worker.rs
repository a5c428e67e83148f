//! A process that acts when it is told to: an agent's or a stranger's. See [`crate::play`].

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use event::{Event, Label};
use sensor::{KernelSource, Source};

use crate::undo::{self, Started};

/// How long the kernel may take until an agent has its label.
const PATIENCE: Duration = Duration::from_secs(5);

/// It ends with its input.
pub struct Worker {
    started: Started,
    told: Option<ChildStdin>,
    said: BufReader<ChildStdout>,
}

impl Worker {
    /// This program under another name, in a place of its own.
    pub fn start(place: &Path, name: &str) -> Result<Self> {
        let program = place.join(name);
        if !program.exists() {
            fs::copy(std::env::current_exe()?, &program)?;
        }
        let mut command = Command::new(&program);
        command.args(["play", "acts"]).current_dir(place);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut started = undo::start(&mut command)?;
        let said = BufReader::new(started.child.stdout.take().context("it is piped")?);
        Ok(Self { told: started.child.stdin.take(), started, said })
    }

    pub fn pid(&self) -> u32 {
        self.started.pid()
    }

    /// What it measured.
    pub fn ask(&mut self, what: &str) -> Result<Vec<f64>> {
        let mut line = String::new();
        writeln!(self.told.as_mut().context("it is piped")?, "{what}")?;
        self.said.read_line(&mut line)?;
        line.split_whitespace().map(|word| Ok(word.parse()?)).collect()
    }

    /// The label that the kernel gave it.
    pub fn label(&self, source: &mut KernelSource) -> Result<Label> {
        let (begun, mut events) = (Instant::now(), Vec::<Event>::new());
        while begun.elapsed() < PATIENCE {
            source.poll(Duration::from_millis(10), &mut events)?;
            let own = |it: &&Event| it.process.pid == self.pid() && it.label.is_some();
            if let Some(event) = events.iter().find(own) {
                return Ok(event.label);
            }
        }
        bail!("the kernel gave no label")
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.told = None;
        // Ended by its input; its group ends with it whatever it said.
        let _ = self.started.wait();
    }
}
