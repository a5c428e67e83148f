//! What the record is told: the first of equal decisions at once, the rest of a second as a count. Who makes more
//! different ones than that waits, so nothing is lost.

use std::collections::HashMap;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use event::{Action, Effect, Judged, Object, Redact};

/// Different decisions that are told within one [`PERIOD`].
const MOST: usize = 512;
/// Equal decisions within it are one.
pub(super) const PERIOD: Duration = Duration::from_secs(1);

/// Tells the record.
pub struct Telling {
    told: Sender<Judged>,
    redact: Arc<dyn Redact>,
    /// What was told in this period, and how many equal ones followed.
    recent: Mutex<HashMap<(Action, Effect), (Judged, u32)>>,
}

impl Telling {
    /// To this channel.
    pub fn new(told: Sender<Judged>, redact: Arc<dyn Redact>) -> Self {
        Self { told, redact, recent: Mutex::default() }
    }

    /// Tells it, or counts it.
    pub fn take(&self, mut judged: Judged) {
        if let Object::Host { request, .. } = &mut judged.action.object
            && let Some(clean) = self.redact.text(request)
        {
            *request = clean;
        }
        let key = (judged.action.clone(), judged.decision.effect);
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, more)) = recent.get_mut(&key) {
            *more = more.saturating_add(1);
            return;
        }
        recent.insert(key, (judged.clone(), 0));
        // Nobody listens: the run ends.
        let _ = self.told.send(judged);
    }

    /// A period is over.
    pub fn turn(&self) {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        for (_, (judged, more)) in recent.drain() {
            if more > 0 {
                let _ =
                    self.told.send(Judged { count: more, time_unix_ns: now_unix_ns(), ..judged });
            }
        }
    }

    /// Waits until there is room for one more.
    pub async fn room(&self) {
        while self.recent.lock().unwrap_or_else(PoisonError::into_inner).len() >= MOST {
            tokio::time::sleep(PERIOD / 10).await;
        }
    }
}

pub(super) fn now_unix_ns() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
