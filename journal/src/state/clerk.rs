//! The state on a thread of its own: it reads the record behind the writer, so that nobody who writes
//! ever waits for SQLite, and nothing is handed over that could be lost: after a crash it goes on
//! where it was.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::{Seen, State};
use crate::{Error, Position, Reader, RetentionSettings, clock};

/// How often it looks for new records without being woken.
const LOOK: Duration = Duration::from_millis(200);
/// How long it waits after a failure.
const PAUSE: Duration = Duration::from_secs(2);
/// How often old rows are removed.
const UPKEEP: Duration = Duration::from_secs(300);
/// Lists of what was seen that may wait.
const WAITING: usize = 64;

/// Keeps the state up to date with the record.
#[derive(Debug)]
pub struct Clerk {
    shared: Arc<Shared>,
    to_remember: SyncSender<Vec<Seen>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    dismissed: AtomicBool,
    shed: AtomicU64,
    trouble: Mutex<Option<String>>,
}

impl Clerk {
    /// Takes over a state that has caught up with the record of `data_dir`.
    pub fn start(
        state: State,
        data_dir: &Path,
        retention: RetentionSettings,
    ) -> Result<Self, Error> {
        let shared = Arc::new(Shared::default());
        let (to_remember, seen) = sync_channel(WAITING);
        let work = Work {
            state,
            data_dir: data_dir.to_owned(),
            retention,
            seen,
            shared: Arc::clone(&shared),
            tended: Instant::now(),
        };
        let thread = thread::Builder::new()
            .name("state".into())
            .spawn(move || work.run())
            .map_err(Error::io("start a thread for", data_dir))?;
        Ok(Self { shared, to_remember, thread: Some(thread) })
    }

    /// Tells it that there is something new.
    pub fn wake(&self) {
        if let Some(thread) = &self.thread {
            thread.thread().unpark();
        }
    }

    /// Hands over what agent products did for the first time. Never waits: what does not fit is
    /// counted, and would be told as new once more after a restart.
    pub fn remember(&self, seen: Vec<Seen>) {
        let count = seen.len() as u64;
        if self.to_remember.try_send(seen).is_err() {
            self.shared.shed.fetch_add(count, Ordering::Relaxed);
        }
    }

    /// How many were not remembered since the start.
    pub fn shed(&self) -> u64 {
        self.shared.shed.load(Ordering::Relaxed)
    }

    /// Why the state is behind, if it is in trouble.
    pub fn trouble(&self) -> Option<String> {
        self.shared.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads to the end of the record and ends.
    pub fn finish(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.shared.dismissed.store(true, Ordering::Release);
        self.wake();
        if let Some(thread) = self.thread.take() {
            // It reports its own trouble; a panic is printed where it happened.
            let _ = thread.join();
        }
    }
}

impl Drop for Clerk {
    fn drop(&mut self) {
        self.end();
    }
}

struct Work {
    state: State,
    data_dir: PathBuf,
    retention: RetentionSettings,
    seen: Receiver<Vec<Seen>>,
    shared: Arc<Shared>,
    tended: Instant,
}

impl Work {
    fn run(mut self) {
        loop {
            let result = self.follow();
            let trouble = result.as_ref().err().map(ToString::to_string);
            *self.shared.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
            // What could not be applied is in the record: it comes at the next try or start.
            if result.is_ok() || self.dismissed() {
                return;
            }
            thread::park_timeout(PAUSE);
        }
    }

    fn dismissed(&self) -> bool {
        self.shared.dismissed.load(Ordering::Acquire)
    }

    /// Until it is dismissed and all is applied.
    fn follow(&mut self) -> Result<(), Error> {
        let from = self.state.applied()?;
        let mut reader = Reader::open(&self.data_dir)?.from(from)?.without_acts().live();
        loop {
            // Asked before the record is: what was written before the dismissal is still read.
            let dismissed = self.dismissed();
            for seen in self.seen.try_iter() {
                self.state.remember(&seen)?;
            }
            match reader.next_batch()? {
                Some(batch) => {
                    let records: Vec<_> = batch.into_iter().map(|stored| stored.record).collect();
                    self.state.apply(&records, reader.position())?;
                }
                None if dismissed => return self.state.pass(reader.position()),
                None => {
                    self.tend(reader.position())?;
                    thread::park_timeout(LOOK);
                }
            }
        }
    }

    fn tend(&mut self, position: Position) -> Result<(), Error> {
        if self.tended.elapsed() < UPKEEP {
            return Ok(());
        }
        self.tended = Instant::now();
        self.state.pass(position)?;
        self.state.retain(&self.retention, clock::now_unix_ns())?;
        self.state.forget_surplus()
    }
}
