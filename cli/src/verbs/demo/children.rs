//! The programs of the story: each in a group of its own, waited for with a deadline, and ended with all that it
//! started when the story ends before it.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use super::ground::Ground;
use crate::verbs::{Exit, Stop};

/// How often it is looked whether something happened.
const PACE: Duration = Duration::from_millis(20);
/// Longest time of one program.
const PATIENCE: Duration = Duration::from_secs(90);

/// Who starts and waits.
pub struct Children {
    interrupted: Arc<AtomicBool>,
    folder: PathBuf,
    count: AtomicU32,
}

/// What came of a program.
pub struct Ran {
    pub code: Option<i32>,
    /// All that it wrote.
    pub said: String,
}

impl Children {
    /// Their words are kept on the ground until it goes.
    pub fn new(ground: &Ground, interrupted: Arc<AtomicBool>) -> Self {
        Self { interrupted, folder: ground.root().to_owned(), count: AtomicU32::new(0) }
    }

    /// Runs it to its end.
    pub fn run(&self, command: &mut Command) -> Result<Ran> {
        let mut running = self.start(command)?;
        let mut code = None;
        self.until("a program of the story", || {
            code = running.child.try_wait()?;
            Ok(code.is_some())
        })?;
        Ok(Ran { code: code.and_then(|code| code.code()), said: running.said()? })
    }

    /// Starts it, with nothing to read.
    pub fn start(&self, command: &mut Command) -> Result<Running> {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let file = self.folder.join(format!("said-{number}"));
        let said = File::create(&file)?;
        command.stdin(Stdio::null()).stdout(said.try_clone()?).stderr(said).process_group(0);
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command.spawn().with_context(|| format!("cannot start {name}"))?;
        Ok(Running { child, said: file })
    }

    /// Waits until something holds; an error if it never does, or somebody interrupts.
    pub fn until(&self, what: &str, mut holds: impl FnMut() -> Result<bool>) -> Result<()> {
        let began = Instant::now();
        while !holds()? {
            self.go_on()?;
            if began.elapsed() > PATIENCE {
                bail!("{what} takes longer than {} s", PATIENCE.as_secs());
            }
            thread::sleep(PACE);
        }
        Ok(())
    }

    /// Whether something comes to hold within a time.
    pub fn within(&self, time: Duration, mut holds: impl FnMut() -> Result<bool>) -> Result<bool> {
        let began = Instant::now();
        loop {
            if holds()? {
                return Ok(true);
            }
            self.go_on()?;
            if began.elapsed() > time {
                return Ok(false);
            }
            thread::sleep(PACE);
        }
    }

    /// An error if somebody interrupted.
    pub fn go_on(&self) -> Result<()> {
        match self.interrupted.load(Ordering::Relaxed) {
            true => Err(Stop::new(Exit::Failed, "interrupted").into()),
            false => Ok(()),
        }
    }
}

/// A program that runs.
pub struct Running {
    child: Child,
    said: PathBuf,
}

impl Running {
    /// What it wrote so far.
    pub fn said(&self) -> Result<String> {
        read(&self.said)
    }

    /// Whether it has ended.
    pub fn is_over(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    fn pid(&self) -> Option<Pid> {
        i32::try_from(self.child.id()).ok().and_then(Pid::from_raw)
    }
}

/// How long it may take to end by itself.
const GRACE: Duration = Duration::from_secs(10);

impl Drop for Running {
    fn drop(&mut self) {
        let Some(pid) = self.pid() else { return };
        let began = Instant::now();
        let is_over = |child: &mut Child| matches!(child.try_wait(), Ok(Some(_)) | Err(_));
        if !is_over(&mut self.child) {
            // It ends its own children in its own order.
            let _ = kill_process(pid, Signal::TERM);
        }
        while !is_over(&mut self.child) && began.elapsed() < GRACE {
            thread::sleep(PACE);
        }
        // Whatever is left of it.
        let _ = kill_process_group(pid, Signal::KILL);
        let _ = self.child.wait();
    }
}

fn read(path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| path.display().to_string())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
