//! Servers of tools that are asked over HTTP, behind the gateway's address: streamable HTTP of both eras, and the older
//! way of one stream and a place to post to.
//!
//! ```text
//! client ──▶ call: from where, to whom? ──▶ posted, listened ──▶ session: asked? ──▶ server
//! client ◀── answered: as a whole; events: one by one ◀── session: what is in it? ◀────┘
//! ```
//!
//! A session of a server is only for who began it (`sessions`). Whose server keeps none has a session here all the same:
//! what was learnt of the server is known again, ids are those of one exchange.

mod answered;
mod asks;
mod call;
mod events;
mod head;
mod listened;
mod place;
mod posted;
mod refusal;
mod sessions;
mod turn;
mod visit;

use std::sync::Arc;

use event::{Guard, Text};
use tokio::sync::Semaphore;

use super::desk::Desk;
use super::look::Detectors;
use crate::models::{Caller, Key, Provider, Told};
use sessions::Sessions;

pub use place::{Place, PlaceError};
pub use sessions::Bounds;

pub(crate) use call::call;

/// The first part of paths that lead to servers of tools.
pub const PATH: &str = "mcp";
/// Answers to servers that are under way at one time.
const REPLIES: usize = 64;

/// A server of tools.
#[derive(Clone, Debug)]
pub struct Server {
    /// What policies and the record call it; the part of the path behind [`PATH`].
    pub name: Text,
    /// Where it is.
    pub place: Place,
    /// The key that is used instead of what the client brings; none: the client's own.
    pub key: Option<Key>,
}

/// Servers of tools that are served.
pub struct Servers {
    /// Which.
    pub all: Vec<Server>,
    /// Who remembers what they offer.
    pub desks: Arc<dyn Desks>,
    /// What looks into what is said.
    pub detectors: Detectors,
    /// Bounds.
    pub bounds: Bounds,
}

/// Has somebody who remembers for each caller.
pub trait Desks: Send + Sync {
    /// For what this one does.
    fn of(&self, caller: &Caller) -> Arc<dyn Desk>;
}

/// A server as it is reached.
#[derive(Debug)]
struct Served {
    server: Server,
    /// As the gateway counts and stops what goes there: `mcp/NAME`.
    as_provider: Provider,
}

/// All of them, at work.
pub(crate) struct Tools {
    served: Vec<Arc<Served>>,
    desks: Arc<dyn Desks>,
    detectors: Detectors,
    guard: Arc<dyn Guard>,
    told: Told,
    sessions: Arc<Sessions>,
    replies: Arc<Semaphore>,
}

impl Tools {
    pub fn new(servers: Servers, guard: Arc<dyn Guard>, told: Told) -> Self {
        let Servers { all, desks, detectors, bounds } = servers;
        Self {
            served: all.into_iter().map(|server| Arc::new(Served::new(server))).collect(),
            desks,
            detectors,
            guard,
            told,
            sessions: Arc::new(Sessions::new(bounds)),
            replies: Arc::new(Semaphore::new(REPLIES)),
        }
    }

    /// What is known of them as of providers.
    pub fn providers(&self) -> impl Iterator<Item = &Provider> {
        self.served.iter().map(|served| &served.as_provider)
    }

    /// Ends sessions that nobody has used for long; how many.
    pub fn end_idle(&self) -> usize {
        self.sessions.end_idle()
    }

    /// Whether a path leads here.
    pub fn leads_here(path: &str) -> bool {
        let rest = path.strip_prefix('/').and_then(|rest| rest.strip_prefix(PATH));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl Served {
    fn new(server: Server) -> Self {
        let as_provider = Provider {
            name: format!("{PATH}/{}", server.name).into(),
            base: server.place.base.clone(),
            key: server.key.clone(),
            fails: Default::default(),
        };
        Self { server, as_provider }
    }
}
