//! Takes a real stream of raw kernel records while a command runs: the one asked for, or the work of
//! an agent as every other section has it.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use graph::signature::{Signatures, embedded};
use sensor::{KernelSource, Settings, Source};

use crate::daemon;
use crate::figure::progress;
use crate::undo::{self, Place};
use crate::work::{Work, done_by};

/// Records until `command` ends.
pub fn run(file: &Path, command: &[String]) -> Result<()> {
    let [program, arguments @ ..] = command else { bail!("no command to record") };
    undo::on_signals()?;
    let mut command = Command::new(program);
    command.args(arguments);
    tap(file, &signatures(None), [command])
}

/// A recorded stream.
#[derive(Debug)]
pub struct Stream {
    pub file: PathBuf,
    pub signatures: Arc<Signatures>,
    _place: Option<Place>,
}

impl Stream {
    /// One that was taken before.
    pub fn given(file: &Path) -> Result<Self> {
        Ok(Self { file: file.into(), signatures: Arc::new(signatures(None)), _place: None })
    }

    /// That of an agent that builds and tests a crate and works in a shell.
    pub fn own(percent: usize) -> Result<Self> {
        progress("recording a stream: an agent builds, tests and works in a shell");
        let place = Place::new()?;
        let file = place.join("stream.raw");
        let mut commands = Vec::new();
        for work in Work::ALL {
            commands.push(done_by(daemon::agent(&place)?, &work.prepare(&place, percent)?));
        }
        let signatures = Arc::new(signatures(Some(&place)));
        tap(&file, &signatures, commands)?;
        Ok(Self { file, signatures, _place: Some(place) })
    }
}

/// The built-in signatures, and that of the benchmark's agent in `place`.
fn signatures(place: Option<&Place>) -> Signatures {
    let own = place.map(daemon::signature_text);
    let own = own.as_deref().map(|text| ("bench.yaml", text));
    Signatures::parse(embedded().iter().copied().chain(own)).0
}

fn tap(
    file: &Path,
    signatures: &Signatures,
    commands: impl IntoIterator<Item = Command>,
) -> Result<()> {
    let plan = signatures.watch_plan();
    let mut source = KernelSource::open(&Settings::default(), &plan, Arc::new(event::Verbatim))?;
    source.tap(Box::new(BufWriter::new(File::create(file)?)));
    let (mut batch, mut events) = (Vec::new(), 0);
    for mut command in commands {
        let mut started = undo::start(&mut command)?;
        loop {
            let ended = started.child.try_wait()?;
            source.poll(Duration::from_millis(20), &mut batch)?;
            events += batch.len();
            batch.clear();
            match ended {
                Some(status) if status.success() => break,
                Some(status) => bail!("{} ended with {status}", command.get_program().display()),
                None => {}
            }
        }
    }
    progress(format_args!("{events} events, {} lost", source.stats().lost));
    Ok(())
}
