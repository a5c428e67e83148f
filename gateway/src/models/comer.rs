//! Who is at the other end of a connection: asked when it comes, and again for a while where nobody is known there. A
//! program calls before the kernel has told that it is an agent.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use event::Principal;

use super::call::Front;
use super::settings::Caller;

/// For so long it may still become known.
const FRESH: Duration = Duration::from_secs(30);
/// It is not asked more often.
const PAUSE: Duration = Duration::from_millis(100);

/// At the other end.
pub struct Comer {
    /// Where from; none: a certificate says who it is.
    peer: Option<SocketAddr>,
    came: Instant,
    known: Mutex<(Arc<Caller>, Instant)>,
}

impl Comer {
    /// Who has a certificate.
    pub fn certified(caller: Arc<Caller>) -> Self {
        Self::new(None, caller)
    }

    /// Who comes from there.
    pub async fn from(peer: SocketAddr, front: &Front) -> Self {
        Self::new(Some(peer), front.caller(peer).await)
    }

    fn new(peer: Option<SocketAddr>, caller: Arc<Caller>) -> Self {
        let now = Instant::now();
        Self { peer, came: now, known: Mutex::new((caller, now)) }
    }

    /// As far as it is known now.
    pub async fn caller(&self, front: &Front) -> Arc<Caller> {
        let lock = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (caller, asked) = lock().clone();
        let unknown = matches!(caller.principal, Principal::Human { .. });
        let again = unknown && self.came.elapsed() < FRESH && asked.elapsed() >= PAUSE;
        let Some(peer) = self.peer.filter(|_| again) else { return caller };
        let caller = front.caller(peer).await;
        *lock() = (Arc::clone(&caller), Instant::now());
        caller
    }
}
