//! The record on its way to the screen: a thread that follows the journal.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use event::Record;
use journal::Reader;

/// How often the end of the record is looked at.
const PAUSE: Duration = Duration::from_millis(100);
/// Records that may wait for the screen; the reader waits then, the record does not.
const WAITING: usize = 4096;

/// What the thread says.
pub enum Told {
    /// A record.
    Record(Box<Record>),
    /// The end of the record was reached for the first time.
    Present,
    /// Reading failed; it is tried again.
    Trouble(String),
}

/// Follows the record in `dir` from `from` on, until `stop`.
pub fn follow(dir: PathBuf, from: u64, stop: Arc<AtomicBool>) -> std::io::Result<Receiver<Told>> {
    let (to, told) = sync_channel(WAITING);
    thread::Builder::new().name("tail".into()).spawn(move || {
        while !stop.load(Ordering::Relaxed) {
            match Reader::open(&dir) {
                Ok(reader) => return read(reader.since(from), &stop, &to),
                Err(error) => {
                    let _ = to.send(Told::Trouble(error.to_string()));
                    thread::sleep(PAUSE * 20);
                }
            }
        }
    })?;
    Ok(told)
}

fn read(reader: Reader, stop: &AtomicBool, to: &SyncSender<Told>) {
    let mut present = false;
    let follow = reader.follow(|| {
        if !std::mem::replace(&mut present, true) {
            let _ = to.send(Told::Present);
        }
        thread::sleep(PAUSE);
        !stop.load(Ordering::Relaxed)
    });
    for stored in follow {
        let told = match stored {
            Ok(stored) => Told::Record(Box::new(stored.record)),
            Err(error) => {
                // Said once by the reader, which goes on behind it.
                thread::sleep(PAUSE);
                Told::Trouble(error.to_string())
            }
        };
        if to.send(told).is_err() {
            return;
        }
    }
}
