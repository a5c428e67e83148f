//! What stands behind the gateway, who may come, and the bounds that keep one caller from taking it from others.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use event::{Circumstances, Fails, Principal, ProcessId, Redact, Text};
use hyper::header::HeaderName;
use rustls::ServerConfig;
use zeroize::Zeroizing;

use super::base::Base;
use super::inspection::Inspection;
use super::terms::Terms;
use crate::egress::Outside;
use crate::guardrail::Guardrail;
use crate::mcp::http::Servers;

/// How the gateway works.
pub struct Settings {
    /// What stands behind it.
    pub providers: Vec<Provider>,
    /// Who is at the other end of a connection.
    pub callers: Arc<dyn Callers>,
    /// How what is said is looked at; none: it is not.
    pub inspection: Option<Inspection>,
    /// How other gateways ask; none: they do not.
    pub guardrail: Option<Guardrail>,
    /// Servers of tools that are served beside; none: there are none.
    pub tools: Option<Servers>,
    /// Takes secrets out of what is told.
    pub redact: Arc<dyn Redact>,
    /// Who may call, how much, at what price.
    pub terms: Terms,
    /// TLS in front of it; none: clients speak plainly.
    pub tls: Option<Arc<ServerConfig>>,
    /// The outside.
    pub outside: Outside,
    /// Bounds.
    pub bounds: Bounds,
    /// Threads that carry calls.
    pub threads: usize,
}

/// Somebody who serves models.
#[derive(Clone, Debug)]
pub struct Provider {
    /// The first part of paths that are meant for it, and what the record calls it.
    pub name: Text,
    /// Where it is.
    pub base: Base,
    /// The key that is used instead of what the client brings; none: the client's own.
    pub key: Option<Key>,
    /// What becomes of what cannot be looked at.
    pub fails: Fails,
}

/// A provider's key in custody.
#[derive(Clone)]
pub struct Key {
    /// The header that it stands in.
    pub header: HeaderName,
    /// The whole value of the header; forgotten with the gateway.
    pub value: Zeroizing<String>,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key").field("header", &self.header).finish_non_exhaustive()
    }
}

/// Who calls.
#[derive(Clone, Debug)]
pub struct Caller {
    /// As policies name it.
    pub principal: Principal,
    /// What else is known.
    pub context: Circumstances,
    /// The process at the other end, where it was found.
    pub process: Option<ProcessId>,
}

impl Caller {
    /// Whether anything is known: a session, an account, a workload.
    pub fn is_known(&self) -> bool {
        match &self.principal {
            Principal::Human { account, .. } => !account.is_empty(),
            _ => true,
        }
    }
}

/// Knows who is at the other end of a connection to the gateway. Asked once for each connection; may take a moment.
pub trait Callers: Send + Sync {
    /// Who comes from this address.
    fn of(&self, peer: SocketAddr) -> Caller;

    /// Whose certificate this is, which an authority of clients vouches for; nothing where it names nobody.
    fn by_certificate(&self, _certificate: &[u8]) -> Option<Caller> {
        None
    }
}

/// Bounds.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Connections of clients at one time; further ones wait.
    pub connections: usize,
    /// The head of a request, from its first byte on.
    pub opening: Duration,
    /// A connection to a provider.
    pub connect: Duration,
    /// A connection on which nothing moves in either direction: a model that thinks says nothing for minutes.
    pub idle: Duration,
    /// Bytes of a request.
    pub most_request: usize,
    /// Bytes of all requests that are held at one time.
    pub most_held: usize,
    /// What still runs when the gateway ends.
    pub ending: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connections: 4096,
            opening: Duration::from_secs(10),
            connect: Duration::from_secs(10),
            idle: Duration::from_mins(10),
            most_request: 64 << 20,
            most_held: 256 << 20,
            ending: Duration::from_secs(30),
        }
    }
}
