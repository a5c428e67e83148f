//! One worker, as its parent sees it: started with nothing, listened to, and ended when it is silent.

use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use event::show::plain;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{MemfdFlags, memfd_create};

use super::child::MAX_LINE;
use super::wire::{Said, Task};
use super::{MEMORY_MB, PATIENCE};

/// How long is listened before the clock is looked at.
pub(super) const TICK: Duration = Duration::from_millis(100);
/// How long it may take to get ready.
const START: Duration = Duration::from_secs(60);
/// How long a dead or killed worker may take to be gone. One that waits for a file system may never be.
const FAREWELL: Duration = Duration::from_secs(1);
/// Most that a worker may say, in bytes.
const MAX_SAID: u64 = 256 << 20;
/// Most of its complaints that is kept, in bytes.
const MAX_COMPLAINT: usize = 8 << 10;

/// The allocator takes a gigabyte for itself when a program starts, and no limit that comes later is one. It asks
/// its environment: pieces of so many KiB, and memory when it is used.
const ALLOCATOR: [(&str, &str); 2] =
    [("MIMALLOC_ARENA_RESERVE", "32768"), ("MIMALLOC_ARENA_EAGER_COMMIT", "0")];

/// A worker at work.
pub struct Running {
    child: Child,
    out: ChildStdout,
    err: Option<ChildStderr>,
    complaint: Vec<u8>,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It said so.
    Done,
    /// It was silent for too long.
    Silent,
    /// It had no memory left.
    Memory,
    /// It died otherwise, or said what no worker says.
    Died,
}

impl End {
    /// Why the file that it was at is left out.
    pub fn why(self) -> String {
        match self {
            Self::Silent => format!("took longer than {} s", PATIENCE.as_secs()),
            Self::Memory => format!("needed more than {MEMORY_MB} MB"),
            Self::Done | Self::Died => "the reader died on it".into(),
        }
    }
}

impl Running {
    /// Starts one, with the task on its stdin.
    pub fn start(task: &Task) -> Result<Self> {
        // Not a pipe: who never reads it could make us wait.
        let mut file = std::fs::File::from(memfd_create("task", MemfdFlags::CLOEXEC)?);
        serde_json::to_writer(&file, task)?;
        file.write_all(b"\n")?;
        std::io::Seek::rewind(&mut file)?;
        Self::spawn(file.into())
    }

    /// Starts one that is told more than its task: what is said to the other half.
    pub fn start_fed(task: &Task) -> Result<(Self, Feed)> {
        let mut running = Self::spawn(Stdio::piped())?;
        let pipe = running.child.stdin.take().context("stdin is a pipe")?;
        // Who never reads it must not make us wait.
        rustix::io::ioctl_fionbio(&pipe, true)?;
        let mut feed = Feed { pipe, waiting: Vec::new() };
        feed.say(task);
        feed.flush();
        Ok((running, feed))
    }

    /// No environment, and no descriptor but its three streams.
    fn spawn(stdin: Stdio) -> Result<Self> {
        // By this name, for an upgrade may have put another program at our place.
        let mut command = Command::new("/proc/self/exe");
        command.arg("worker").env_clear().envs(ALLOCATOR);
        command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
        sandbox::own_only(&mut command);
        let mut child = command.spawn().context("cannot start the reader of files")?;
        let out = child.stdout.take().context("stdout is a pipe")?;
        let err = child.stderr.take();
        Ok(Self { child, out, err, complaint: Vec::new() })
    }

    /// Listens until the end. `hear` gets each thing that is said, and nothing at each tick; it says whether to
    /// listen on.
    pub fn listen(&mut self, hear: &mut dyn FnMut(Option<Said>) -> Last) -> End {
        let (mut lines, mut silent, mut then) = (Lines::default(), Duration::ZERO, Instant::now());
        let end = loop {
            let ready = self.wait();
            // In steps: when both were stopped, or the machine slept, nobody was silent.
            silent += then.elapsed().min(2 * TICK);
            then = Instant::now();
            if hear(None) == Last::Yes {
                break End::Done;
            }
            if ready && !lines.fill(&mut self.out) {
                break self.died();
            }
            match lines.each(&mut silent, hear) {
                Some(end) => break end,
                None if silent >= lines.patience() => break End::Silent,
                None => {}
            }
        };
        self.end();
        end
    }

    /// Waits a moment for something to read.
    fn wait(&mut self) -> bool {
        let mut ready = [false; 2];
        {
            let err =
                self.err.as_ref().map(|err| PollFd::from_borrowed_fd(err.as_fd(), PollFlags::IN));
            let mut asked = vec![PollFd::new(&self.out, PollFlags::IN)];
            asked.extend(err);
            let tick = Timespec { tv_sec: 0, tv_nsec: TICK.as_nanos() as _ };
            // Interrupted is nothing to read.
            if poll(&mut asked, Some(&tick)).is_ok() {
                for (ready, asked) in ready.iter_mut().zip(&asked) {
                    *ready = !asked.revents().is_empty();
                }
            }
        }
        if ready[1] {
            self.hear_complaint();
        }
        ready[0]
    }

    fn hear_complaint(&mut self) {
        let mut some = [0; 4096];
        let read = self.err.as_mut().and_then(|err| err.read(&mut some).ok()).unwrap_or(0);
        if read == 0 {
            self.err = None;
        }
        let room = MAX_COMPLAINT.saturating_sub(self.complaint.len());
        self.complaint.extend(some.iter().take(read.min(room)));
    }

    /// Says nothing any more: why.
    fn died(&mut self) -> End {
        let began = Instant::now();
        while self.err.is_some() && began.elapsed() < FAREWELL {
            self.wait();
        }
        let complaint = self.complaint();
        tracing::debug!(complaint = %plain(&complaint), "a reader of files died");
        if complaint.contains("memory allocation of") { End::Memory } else { End::Died }
    }

    /// What it said on stderr.
    pub fn complaint(&self) -> String {
        String::from_utf8_lossy(&self.complaint).into_owned()
    }

    /// Kills it, and does not wait for what cannot die.
    fn end(&mut self) {
        let _ = self.child.kill();
        let began = Instant::now();
        while began.elapsed() < FAREWELL && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

/// Most that waits to be told to a worker, in bytes; more is let go.
const MOST_WAITING: usize = 4 << 20;

/// Tells a worker more than its task, in lines; it ends with the orders of who drops it.
pub struct Feed {
    pipe: ChildStdin,
    waiting: Vec<u8>,
}

impl Feed {
    /// One line, as soon as it is read.
    pub fn say(&mut self, line: &impl serde::Serialize) {
        if self.waiting.len() < MOST_WAITING
            && let Ok(line) = serde_json::to_vec(line)
        {
            self.waiting.extend(line);
            self.waiting.push(b'\n');
        }
    }

    /// Writes what there is room for.
    pub fn flush(&mut self) {
        while !self.waiting.is_empty() {
            match self.pipe.write(&self.waiting) {
                Ok(written) if written > 0 => drop(self.waiting.drain(..written)),
                // Full, or nobody is there: that shows where it is listened to.
                _ => return,
            }
        }
    }
}

/// Whether more is to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Last {
    No,
    Yes,
}

/// Lines out of what comes in pieces.
#[derive(Default)]
struct Lines {
    bytes: Vec<u8>,
    /// Bytes that hold no end of a line.
    seen: usize,
    total: u64,
}

impl Lines {
    /// Until it has said something it gets ready, which says nothing about any file.
    fn patience(&self) -> Duration {
        if self.total == 0 { START } else { PATIENCE }
    }

    /// Reads what is there; false at the end.
    fn fill(&mut self, from: &mut impl Read) -> bool {
        let mut some = [0; 1 << 16];
        let read = from.read(&mut some).unwrap_or(0);
        self.bytes.extend(some.iter().take(read));
        self.total += read as u64;
        read > 0
    }

    /// Hears each whole line. An end, if one was the last or is not to be understood.
    fn each(
        &mut self,
        silent: &mut Duration,
        hear: &mut dyn FnMut(Option<Said>) -> Last,
    ) -> Option<End> {
        let mut from = 0;
        while let Some(end) = memchr::memchr(b'\n', self.bytes.get(self.seen..)?) {
            let end = self.seen + end;
            let said: Result<Said, _> = serde_json::from_slice(self.bytes.get(from..end)?);
            (from, self.seen) = (end + 1, end + 1);
            *silent = Duration::ZERO;
            if matches!(said, Ok(Said::Settled { .. })) {
                // What lives says more in a year than anybody may say at once.
                self.total = 1;
            }
            match said.map(|said| hear(Some(said))) {
                Ok(Last::Yes) => return Some(End::Done),
                Ok(Last::No) => {}
                Err(error) => {
                    tracing::debug!(%error, "a reader of files said what is not understood");
                    return Some(End::Died);
                }
            }
        }
        self.bytes.drain(..from);
        self.seen = self.bytes.len();
        let too_much = self.bytes.len() > MAX_LINE || self.total > MAX_SAID;
        too_much.then_some(End::Died)
    }
}
