//! Asks what may never answer: memory and files of a watched process can lie on a file system that is its
//! own. One question at a time waits on a thread; while one hangs, the others are told so at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::time::Duration;

static BUSY: AtomicBool = AtomicBool::new(false);

/// Lets the next one ask, also when an answer breaks.
struct Free;

impl Drop for Free {
    fn drop(&mut self) {
        BUSY.store(false, Ordering::Release);
    }
}

/// The answer, if it comes within `limit`.
pub fn within<T: Send + 'static>(
    limit: Duration,
    ask: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    if BUSY.swap(true, Ordering::AcqRel) {
        return None;
    }
    let (answer, answered) = sync_channel(1);
    let thread = std::thread::Builder::new().name("facts".into()).spawn(move || {
        let free = Free;
        let found = ask();
        drop(free);
        // Nobody waits any more if it came too late.
        let _ = answer.send(found);
    });
    if thread.is_err() {
        BUSY.store(false, Ordering::Release);
        return None;
    }
    answered.recv_timeout(limit).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_hangs_is_left_and_keeps_nobody_waiting() {
        let long = Duration::from_secs(60);
        assert_eq!(within(long, || 7), Some(7));
        let (go_on, held) = sync_channel::<()>(0);
        assert_eq!(within(Duration::ZERO, move || held.recv().is_ok()), None);
        assert_eq!(within(long, || 7), None, "one hangs");
        go_on.send(()).expect("it still waits");
        while BUSY.load(Ordering::Acquire) {
            std::thread::yield_now();
        }
        assert_eq!(within(long, || 7), Some(7));
    }
}
