//! The loop around the stages: batches in, records out, one lane for each sink.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SendError, SyncSender, TrySendError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use event::{Event, Loss, LossCause, Record};

use crate::Engine;

/// How long nothing comes before the stages are told that time passes.
const QUIET: Duration = Duration::from_secs(1);
/// How late an event may come.
const SETTLE_NS: u64 = 5_000_000_000;

/// Where records go. The record itself is never shed here: when its lane is full the hall waits, the
/// kernel's ring fills, and what does not fit is counted there. Every other lane sheds, and counts.
pub struct Lanes {
    /// The journal.
    pub journal: SyncSender<Vec<Record>>,
    /// Others by name; a slow one loses records, never time of the others.
    pub others: Vec<(&'static str, SyncSender<Vec<Record>>)>,
    /// What went through the hall, for those who report on it.
    pub counts: Arc<Counts>,
}

/// Counts of the hall since the start.
#[derive(Debug, Default)]
pub struct Counts {
    /// Batches of events taken.
    pub taken: AtomicU64,
    /// Batches of records handed to the journal, waiting ones too.
    pub handed_on: AtomicU64,
    /// Records that slow lanes had to miss; the journal is never one of them.
    pub shed: AtomicU64,
}

/// The batches of a channel, with an empty one whenever nothing comes for a second.
pub fn batches(events: &Receiver<Vec<Event>>) -> impl Iterator<Item = Vec<Event>> {
    std::iter::from_fn(|| match events.recv_timeout(QUIET) {
        Ok(batch) => Some(batch),
        Err(RecvTimeoutError::Timeout) => Some(Vec::new()),
        Err(RecvTimeoutError::Disconnected) => None,
    })
}

/// Runs until the sources hang up or the journal does. An empty batch says that time passes, see
/// [`batches`].
pub fn run(mut engine: Engine, events: impl IntoIterator<Item = Vec<Event>>, lanes: &Lanes) {
    let mut shed = vec![0u64; lanes.others.len()];
    for batch in events {
        let mut records = Vec::with_capacity(batch.len());
        if batch.is_empty() {
            // A source may still hold back what happened a moment ago.
            engine.idle(now_unix_ns().saturating_sub(SETTLE_NS), &mut records);
        } else {
            lanes.counts.taken.fetch_add(1, Ordering::Relaxed);
            engine.take(batch, &mut records);
        }
        if hand_on(records, lanes, &mut shed).is_err() {
            tracing::error!("the journal has stopped, so the engine stops");
            return;
        }
    }
    let mut records = Vec::new();
    engine.finish(&mut records);
    // The journal may have ended first: it said why.
    let _ = hand_on(records, lanes, &mut shed);
}

fn hand_on(
    records: Vec<Record>,
    lanes: &Lanes,
    shed: &mut [u64],
) -> Result<(), SendError<Vec<Record>>> {
    if records.is_empty() {
        return Ok(());
    }
    for ((name, lane), shed) in lanes.others.iter().zip(shed) {
        let before = *shed;
        offer(name, lane, &records, shed);
        lanes.counts.shed.fetch_add(shed.saturating_sub(before), Ordering::Relaxed);
    }
    lanes.counts.handed_on.fetch_add(1, Ordering::Relaxed);
    lanes.journal.send(records)
}

fn offer(name: &str, lane: &SyncSender<Vec<Record>>, records: &[Record], shed: &mut u64) {
    let mut batch = records.to_vec();
    if *shed > 0 {
        let now = now_unix_ns();
        let loss = Loss {
            cause: LossCause::ChannelFull,
            count: *shed,
            from_unix_ns: now,
            until_unix_ns: now,
            place: name.into(),
        };
        batch.insert(0, Record::Loss(loss));
    }
    match lane.try_send(batch) {
        Ok(()) => *shed = 0,
        Err(TrySendError::Full(_)) => *shed += records.len() as u64,
        // A sink that has ended is no loss: it was told to.
        Err(TrySendError::Disconnected(_)) => {}
    }
}

fn now_unix_ns() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |age| age.as_nanos() as u64)
}
