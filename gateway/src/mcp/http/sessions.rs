//! Sessions that are open, each for who began it, bounded in number and in time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use event::{Principal, Text};
use hyper::body::Bytes;
use tokio::sync::mpsc::Sender;

use super::super::session::Session;
use super::visit::CLIENT;

/// Bounds.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Sessions at one time.
    pub sessions: usize,
    /// Of one caller.
    pub of_one: usize,
    /// How long one is kept that nobody uses.
    pub idle: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { sessions: 4_096, of_one: 256, idle: Duration::from_hours(1) }
    }
}

/// Who began a session: the caller, and who holds the connection, where that is somebody else.
pub type Owner = Vec<Principal>;

/// What a session is known by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// The server's own name of it.
    Named {
        /// The server.
        server: Text,
        /// As the server calls it.
        id: Text,
    },
    /// All exchanges of a caller with a server that keeps none.
    Without {
        /// The server.
        server: Text,
        /// The caller.
        owner: Owner,
    },
    /// The place that we named to post to.
    Posted(Text),
}

/// Where what is posted goes.
#[derive(Clone, Debug)]
pub struct Posting {
    /// Path at the server.
    pub path: String,
    /// The stream of the session, for what is answered here.
    pub stream: Sender<Bytes>,
}

/// There is no room for another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// All that are open.
pub struct Sessions {
    bounds: Bounds,
    kept: Mutex<HashMap<Key, Kept>>,
}

struct Kept {
    owner: Owner,
    session: Arc<Session>,
    posting: Option<Posting>,
    used: Instant,
}

impl Kept {
    /// Whether it is this caller's. Who was not known when it began, because its process had just begun, is known by its
    /// account.
    fn is_of(&mut self, owner: &Owner) -> bool {
        if self.owner == *owner {
            return true;
        }
        let (
            [Principal::Agent(before)],
            [now @ (Principal::Session { agent, .. } | Principal::SubAgent { agent, .. })],
        ) = (self.owner.as_slice(), owner.as_slice())
        else {
            return false;
        };
        let is_known_now = &*before.product == CLIENT && before.owner == agent.owner;
        if is_known_now {
            self.session.is_of(now.clone());
            self.owner = owner.clone();
        }
        is_known_now
    }

    /// Nothing runs in it: a stream has its session in its hand.
    fn rests(&self) -> bool {
        Arc::strong_count(&self.session) == 1
    }
}

impl Sessions {
    pub fn new(bounds: Bounds) -> Self {
        Self { bounds, kept: Mutex::default() }
    }

    /// The one of this name, if it is this caller's.
    pub fn find(&self, key: &Key, owner: &Owner) -> Option<(Arc<Session>, Option<Posting>)> {
        let mut kept = self.lock();
        let one = kept.get_mut(key)?;
        if !one.is_of(owner) {
            return None;
        }
        one.used = Instant::now();
        Some((Arc::clone(&one.session), one.posting.clone()))
    }

    /// Keeps one. Where its caller has too many, the one that rests longest makes room; others lose nothing by it.
    pub fn put(
        &self,
        key: Key,
        owner: &Owner,
        session: &Arc<Session>,
        posting: Option<Posting>,
    ) -> Result<(), Full> {
        let mut kept = self.lock();
        if kept.get(&key).is_some_and(|one| one.owner != *owner) {
            return Err(Full);
        }
        if kept.len() >= self.bounds.sessions {
            over(&mut kept, self.bounds.idle);
        }
        let own = kept.values().filter(|one| one.owner == *owner).count();
        if own >= self.bounds.of_one || kept.len() >= self.bounds.sessions {
            let rests = kept.iter().filter(|(_, one)| one.owner == *owner && one.rests());
            let longest = rests.min_by_key(|(_, one)| one.used).map(|(key, _)| key.clone());
            let gone = longest.and_then(|key| kept.remove(&key)).ok_or(Full)?;
            tracing::info!(open = own, "a session of tools that nobody used made room");
            drop(gone);
        }
        let (session, used) = (Arc::clone(session), Instant::now());
        kept.insert(key, Kept { owner: owner.clone(), session, posting, used });
        Ok(())
    }

    /// It is over.
    pub fn remove(&self, key: &Key) {
        let gone = self.lock().remove(key);
        drop(gone);
    }

    /// Ends those that nobody has used for long; how many.
    pub fn end_idle(&self) -> usize {
        let gone = over(&mut self.lock(), self.bounds.idle);
        gone.len()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes out those that nobody has used for so long.
fn over(kept: &mut HashMap<Key, Kept>, idle: Duration) -> Vec<Kept> {
    let now = Instant::now();
    let is_over = |one: &Kept| one.rests() && now.duration_since(one.used) >= idle;
    kept.extract_if(|_, one| is_over(one)).map(|(_, one)| one).collect()
}
