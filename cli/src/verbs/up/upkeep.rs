//! What is done with old data, beside the journal's thread: rolled into Parquet, merged into larger files,
//! removed in time. It takes seconds after a busy while; the record waits for none of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::thread::{self, JoinHandle};

use anyhow::Result;
use event::Loss;
use journal::{DataDir, Position, RetentionSettings};
use query::Store;

/// What came of one round.
#[derive(Debug, PartialEq)]
pub struct Tended {
    /// Journal records before this position are in files.
    pub rolled: Position,
    /// Acts that went before their time for the size.
    pub loss: Option<Loss>,
}

/// The thread. One round runs at a time.
pub struct Upkeep {
    orders: Option<SyncSender<Position>>,
    tended: Receiver<Tended>,
    thread: Option<JoinHandle<()>>,
    busy: bool,
    stop: Arc<AtomicBool>,
}

impl Upkeep {
    /// Opens the rolled record of `dir` and starts the thread.
    pub fn start(dir: &DataDir, retention: RetentionSettings) -> Result<Self> {
        let mut store = Store::open(dir)?;
        let (orders, taken) = sync_channel(1);
        let (tell, tended) = sync_channel(1);
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let work = move || {
            // The record itself goes first; without the right to say so, both do.
            let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), 10);
            for until in taken {
                let one = round(&mut store, until, &retention, &stopped);
                if tell.send(one).is_err() {
                    return;
                }
            }
        };
        let thread = thread::Builder::new().name("upkeep".into()).spawn(work)?;
        Ok(Self { orders: Some(orders), tended, thread: Some(thread), busy: false, stop })
    }

    /// Begins a round over what the journal holds, durably, before `until`, unless one is running.
    pub fn begin(&mut self, until: Position) {
        if !self.busy
            && let Some(orders) = &self.orders
        {
            match orders.try_send(until) {
                Ok(()) => self.busy = true,
                Err(_) => tracing::error!("the upkeep has ended: old data stays as it is"),
            }
        }
    }

    /// What came of the round, once it has ended.
    pub fn ended(&mut self) -> Option<Tended> {
        let tended = self.tended.try_recv();
        self.busy &= tended == Err(TryRecvError::Empty);
        tended.ok()
    }
}

impl Drop for Upkeep {
    /// Waits for the step that runs: the data directory is held as long as somebody writes there.
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.orders = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the upkeep of old data panicked");
        }
    }
}

/// A full disk is no reason to stop: what is kept too long does no harm.
fn round(
    store: &mut Store,
    until: Position,
    retention: &RetentionSettings,
    stop: &AtomicBool,
) -> Tended {
    let mut loss = None;
    let mut steps = || -> Result<(), query::Error> {
        let go_on = || !stop.load(Ordering::Relaxed);
        // First, and whatever fails behind it: what goes makes room on a full disk.
        loss = store.retain(retention, crate::host::now_unix_ns())?.loss;
        if store.due(until) {
            let rolled = store.roll_while(until, go_on)?;
            tracing::info!(records = rolled.records, bytes = rolled.bytes, "rolled to Parquet");
        }
        let merged = store.compact_while(go_on)?;
        tracing::debug!(files = merged.merged, rows = merged.rows, "merged");
        Ok(())
    };
    if let Err(error) = steps() {
        tracing::error!(%error, "old data was not rolled, merged or removed");
    }
    Tended { rolled: store.rolled(), loss }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::{Duration, Instant};

    use event::{Loss, LossCause, Record};
    use journal::{SegmentSettings, Writer};

    use super::*;

    fn losses(count: u64) -> Vec<Record> {
        let one = |nth: u64| {
            let from_unix_ns = crate::host::now_unix_ns() + nth;
            let until_unix_ns = from_unix_ns + 1;
            let cause = LossCause::RingFull;
            Record::Loss(Loss {
                cause,
                count: 1,
                from_unix_ns,
                until_unix_ns,
                place: "ring".into(),
            })
        };
        (0..count).map(one).collect()
    }

    fn wait(upkeep: &mut Upkeep) -> Tended {
        let until = Instant::now() + Duration::from_secs(60);
        while Instant::now() < until {
            if let Some(tended) = upkeep.ended() {
                return tended;
            }
            thread::yield_now();
        }
        panic!("the round does not end");
    }

    fn parquet(dir: &Path) -> usize {
        let files = std::fs::read_dir(dir.join("parquet")).expect("the store made it");
        let named = files.filter_map(|file| file.ok()?.file_name().into_string().ok());
        named.filter(|name| name.ends_with(".parquet")).count()
    }

    #[test]
    fn rolls_what_is_enough_and_says_how_far() {
        let place = tempfile::tempdir().expect("a directory");
        let held = DataDir::claim(place.path()).expect("held");
        let mut writer = Writer::open(&held, &SegmentSettings::default()).expect("a writer");
        let mut upkeep = Upkeep::start(&held, RetentionSettings::default()).expect("started");

        writer.append(&losses(10)).expect("appended");
        let first = writer.sync().expect("synced");
        upkeep.begin(first);
        assert_eq!(wait(&mut upkeep).rolled, first, "nothing was ever rolled");
        writer.append(&losses(10)).expect("appended");
        upkeep.begin(writer.sync().expect("synced"));
        assert_eq!(wait(&mut upkeep).rolled, first, "ten records are not worth a file");
        let before = parquet(place.path());

        writer.append(&losses(70_000)).expect("appended");
        let until = writer.sync().expect("synced");
        upkeep.begin(until);
        assert_eq!(wait(&mut upkeep).rolled, until);
        assert!(parquet(place.path()) > before);
    }
}
