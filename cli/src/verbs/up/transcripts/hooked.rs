//! What agents tell their hooks, and what goes by in their calls, on its way from whoever answers them to where words are joined. Nobody who answers
//! waits: what is one too many is counted as lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use event::{ProcessId, SessionId, Text, Utterance};

/// Words of hooks that may wait.
const WAITING: usize = 1_024;

/// Takes what hooks are told.
#[derive(Clone, Debug)]
pub struct Hooked {
    to: SyncSender<Heard>,
    lost: Arc<AtomicU64>,
}

/// Hears what hooks were told.
#[derive(Debug)]
pub struct Hooks {
    from: Receiver<Heard>,
    lost: Arc<AtomicU64>,
}

/// Words that a hook was told, or that telemetry says.
#[derive(Debug)]
pub struct Heard {
    pub session: SessionId,
    /// The one that the session began with, or that sent them.
    pub process: ProcessId,
    /// The agent's.
    pub product: Text,
    pub words: Utterance,
}

/// A way for them.
pub fn lane() -> (Hooked, Hooks) {
    let (to, from) = sync_channel(WAITING);
    let lost = Arc::new(AtomicU64::new(0));
    (Hooked { to, lost: Arc::clone(&lost) }, Hooks { from, lost })
}

impl Hooked {
    /// Tells it on.
    pub fn say(&self, heard: Heard) {
        if self.to.try_send(heard).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Hooks {
    /// The next words, if there are some.
    pub fn next(&self) -> Option<Heard> {
        self.from.try_recv().ok()
    }

    /// How many were lost since this was asked last.
    pub fn lost(&self) -> u64 {
        self.lost.swap(0, Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use event::AgentId;
    use event::testing::pid;

    use super::*;

    #[test]
    fn who_says_too_much_does_not_wait_and_it_is_counted() {
        let (hooked, hooks) = lane();
        let session = SessionId::derive(AgentId::derive("h", "cursor", "ida"), "b", pid(1));
        for at in 0..WAITING + 3 {
            let words = Utterance { bytes: at as u64, ..Utterance::default() };
            hooked.say(Heard { session, process: pid(1), product: "cursor".into(), words });
        }
        let heard: Vec<u64> =
            std::iter::from_fn(|| hooks.next()).map(|it| it.words.bytes).collect();
        assert_eq!(heard, (0..WAITING as u64).collect::<Vec<_>>());
        assert_eq!((hooks.lost(), hooks.lost()), (3, 0));
    }
}
