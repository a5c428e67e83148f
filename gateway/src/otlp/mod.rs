//! The receiver of telemetry: agents and frameworks send what they say of themselves, by OTLP over HTTP and over gRPC,
//! at the same address.
//!
//! ```text
//! exporter ──▶ serve ──▶ answer ──▶ request, unpack (bounded) ──▶ content::otlp ──▶ Audience: whose words are they?
//! ```
//!
//! What is sent is a claim; who sent it is the kernel's word, asked once for each connection.

mod answer;
mod reply;
mod request;
mod serve;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use content::otlp::Told;
use event::ProcessId;

use crate::serving::Serving;

/// The running receiver; it ends when this is dropped.
#[derive(Debug)]
pub struct Otlp {
    _serving: Serving,
}

/// Who hears what is sent.
pub trait Audience: Send + Sync {
    /// Who is at the other end of a connection from `peer` to `server`, where it is on this host. Asked once for
    /// each connection; may take a moment.
    fn holder(&self, peer: SocketAddr, server: SocketAddr) -> Option<Holder>;

    /// Takes the words of one request, all or none, and does not wait. Says how many of its items are of nobody.
    ///
    /// # Errors
    /// There is no room now.
    fn hear(&self, holder: Option<Holder>, told: Vec<Told>) -> Result<u64, Full>;
}

/// A process, by the kernel's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The process.
    pub process: ProcessId,
    /// Its account.
    pub uid: u32,
}

/// There is no room now: to be tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// Bounds.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Connections at one time; further ones wait.
    pub connections: usize,
    /// Bytes of a request, packed and unpacked.
    pub most_request: usize,
    /// Requests that are taken in at one time; further ones are asked to come again.
    pub requests: usize,
    /// Until a request is there.
    pub opening: Duration,
    /// A connection on which nothing moves.
    pub idle: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connections: 256,
            most_request: 4 << 20,
            requests: 16,
            opening: Duration::from_secs(10),
            idle: Duration::from_mins(5),
        }
    }
}

impl Otlp {
    /// Starts the receiver on a thread of its own.
    ///
    /// # Errors
    /// A socket, or the thread.
    pub fn start(
        listeners: Vec<TcpListener>,
        audience: Arc<dyn Audience>,
        bounds: Bounds,
    ) -> io::Result<Self> {
        for listener in &listeners {
            listener.set_nonblocking(true)?;
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .max_blocking_threads(2)
            .enable_all()
            .build()?;
        let desk = Arc::new(answer::Desk::new(audience, bounds));
        let serving = Serving::start("otlp", move |ends| {
            runtime.block_on(serve::all(&desk, listeners, ends));
            runtime.shutdown_background();
        })?;
        Ok(Self { _serving: serving })
    }
}
