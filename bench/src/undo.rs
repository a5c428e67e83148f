//! What a benchmark sets up on the host is undone when its guard drops, and also when the program is
//! stopped by a signal: processes are ended, places removed, audit rules taken back.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

#[derive(Debug)]
enum Undo {
    /// The process group of a child.
    Group(u32),
    Place(PathBuf),
    Run(Vec<String>),
}

static OPEN: Mutex<Vec<(u64, Undo)>> = Mutex::new(Vec::new());
static NEXT: AtomicU64 = AtomicU64::new(0);

/// Undoes all on Ctrl-C and its kin, then ends the program.
pub fn on_signals() -> Result<()> {
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    std::thread::spawn(move || {
        if signals.forever().next().is_some() {
            // Kept locked to the end: nothing new is begun.
            let mut open = OPEN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            eprintln!("stopped: cleaning up");
            while let Some((_, undo)) = open.pop() {
                undo.carry_out();
            }
            std::process::exit(130);
        }
    });
    Ok(())
}

impl Undo {
    fn carry_out(self) {
        match self {
            Self::Group(pid) => {
                signal_group(pid, Signal::KILL);
            }
            Self::Place(path) => {
                // A process that an agent left behind may still write there.
                for _ in 0..20 {
                    if std::fs::remove_dir_all(&path).is_ok() || !path.exists() {
                        break;
                    }
                    std::thread::sleep(std::time::Duration::from_millis(100));
                }
            }
            Self::Run(words) => {
                if let [program, arguments @ ..] = words.as_slice() {
                    let mut command = Command::new(program);
                    let quiet = command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
                    let _ = quiet.status();
                }
            }
        }
    }
}

/// Undoes one thing when dropped.
#[derive(Debug)]
pub struct Guard(u64);

impl Guard {
    fn of(undo: Undo) -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        OPEN.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((number, undo));
        Self(number)
    }

    /// Runs a command at the end.
    pub fn run(words: &[&str]) -> Self {
        Self::of(Undo::Run(words.iter().map(|word| (*word).to_owned()).collect()))
    }

    fn take(&self) -> Option<Undo> {
        let mut open = OPEN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let at = open.iter().position(|(number, _)| *number == self.0)?;
        Some(open.swap_remove(at).1)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(undo) = self.take() {
            undo.carry_out();
        }
    }
}

/// A directory of this benchmark's own.
#[derive(Debug)]
pub struct Place {
    path: PathBuf,
    _guard: Guard,
}

impl Place {
    pub fn new() -> Result<Self> {
        Self::below(&std::env::temp_dir())
    }

    /// In memory where this host has such a place: a disk would hold a burst back.
    pub fn in_memory() -> Result<Self> {
        let memory = Path::new("/dev/shm");
        if memory.is_dir() { Self::below(memory) } else { Self::new() }
    }

    fn below(dir: &Path) -> Result<Self> {
        let path = tempfile::Builder::new().prefix("chaperone-bench-").tempdir_in(dir)?.keep();
        Ok(Self { _guard: Guard::of(Undo::Place(path.clone())), path })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn join(&self, name: impl AsRef<Path>) -> PathBuf {
        self.path.join(name)
    }

    /// An empty directory in it.
    pub fn dir(&self, name: &str) -> Result<PathBuf> {
        let path = self.path.join(name);
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path)?;
        Ok(path)
    }
}

/// A child in a process group of its own, which ends with it.
#[derive(Debug)]
pub struct Started {
    pub child: Child,
    guard: Option<Guard>,
}

/// Starts a command.
pub fn start(command: &mut Command) -> Result<Started> {
    use std::os::unix::process::CommandExt;
    let child = command
        .process_group(0)
        .spawn()
        .with_context(|| format!("cannot start {}", command.get_program().display()))?;
    let guard = Some(Guard::of(Undo::Group(child.id())));
    Ok(Started { child, guard })
}

/// Runs a command to its end; its group ends with it.
pub fn finish(command: &mut Command) -> Result<ExitStatus> {
    start(command)?.wait()
}

impl Started {
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn wait(&mut self) -> Result<ExitStatus> {
        Ok(self.child.wait()?)
    }

    /// Asks it to end, and waits.
    pub fn stop(&mut self, signal: Signal) -> Result<ExitStatus> {
        signal_group(self.pid(), signal);
        self.wait()
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        // Ends what is left of the group, then takes the child's status.
        self.guard.take();
        let _ = self.child.wait();
    }
}

fn signal_group(pid: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(pid, signal);
    }
}
