//! The proxy in front of models: clients take it for the provider, by a base URL.
//!
//! ```text
//! client ──▶ serve ──▶ route ──▶ call ──▶ asked: what stands in it? ──▶ providers ──▶ provider
//!                                 ├─ desk: who it is by its key, whether there is room; settled when it is over
//!                                 ├─ watch: may this caller ask this model, what becomes of what was found
//!                                 └─ asking: another gateway asks about a call of its own; nothing is passed
//! client ◀── passing: as it comes, measured ◀── answered: what stands in it? ◀────────────┘
//! ```
//!
//! What is not understood passes byte for byte, both ways; what is refused is said in the provider's own form.

mod answered;
mod asked;
mod asking;
mod base;
mod call;
mod called;
mod comer;
mod desk;
mod holding;
mod identity;
mod inspection;
mod judge;
mod passing;
mod providers;
mod refusal;
mod report;
mod route;
mod rulings;
mod serve;
mod settings;
mod switch;
mod takes;
mod tally;
mod terms;
mod tls;
mod turning;
mod watch;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread::JoinHandle;

use event::{Guard, Judged};
use tokio::sync::oneshot;

pub(crate) use answered::{Looking, answer, in_place};
pub(crate) use asked::Asked;
pub use base::{Base, BaseError};
pub use called::Called;
pub use inspection::{Inspection, Marks};
pub use report::{OfAccount, OfLimit, OfProvider, Report};
pub use rustls::ServerConfig;
pub use settings::{Bounds, Caller, Callers, Key, Provider, Settings};
pub use switch::Switch;
pub use terms::{Issuers, Keys, OpenTo, Terms};
pub use tls::{TlsError, server as tls_server};
pub use turning::{Returns, TurnBack};

pub(crate) use call::{Front, addressed, read};
pub(crate) use desk::{Known, Ticket};
pub(crate) use judge::tell;
pub(crate) use passing::{Answer, Ending, Failure, Inward};
pub(crate) use providers::Providers;
pub(crate) use refusal::Refusal;
pub(crate) use switch::{Cut, Running};
pub(crate) use takes::Takes;
pub(crate) use watch::{Examined, Watch};

use desk::Desk;

/// The running proxy; it ends when this is dropped.
pub struct Models {
    address: SocketAddr,
    front: Arc<Front>,
    known: Vec<Provider>,
    ending: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Why the proxy does not start.
#[derive(Debug, thiserror::Error)]
pub enum ModelsError {
    /// A socket, or the threads.
    #[error("the gateway cannot start: {0}")]
    System(#[from] io::Error),
    /// Whose certificates are believed.
    #[error(transparent)]
    Trust(#[from] crate::egress::EgressError),
}

/// What is told: calls that ended, and decisions about them.
#[derive(Clone)]
pub struct Told {
    /// Calls.
    pub calls: Sender<Called>,
    /// Decisions worth knowing.
    pub decisions: Sender<Judged>,
}

impl Models {
    /// Starts the proxy on threads of its own.
    pub fn start(
        listener: TcpListener,
        settings: Settings,
        guard: Arc<dyn Guard>,
        told: Told,
    ) -> Result<Self, ModelsError> {
        let address = listener.local_addr()?;
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(settings.threads.max(1))
            .thread_name("gateway")
            .enable_all()
            .build()?;
        let providers = Providers::to(&settings.outside, settings.bounds.connect)?;
        let desk = Arc::new(Desk::new(settings.terms.clone()));
        let mut known = settings.providers.clone();
        let front = Arc::new(Front::new(settings, desk, providers, guard, told));
        known.extend(front.tools.iter().flat_map(|tools| tools.providers().cloned()));
        let serving = Arc::clone(&front);
        let (ending, ends) = oneshot::channel();
        let thread = std::thread::Builder::new().name("gateway".into()).spawn(move || {
            runtime.block_on(serve::all(serving, listener, ends));
            runtime.shutdown_background();
        })?;
        Ok(Self { address, front, known, ending: Some(ending), thread: Some(thread) })
    }

    /// Where clients find it.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How it stands.
    pub fn report(&self, at_unix_ns: u64) -> Report {
        Report::of(&self.front.desk, &self.known, self.address.to_string(), at_unix_ns)
    }

    /// Ends what runs by keys that no longer hold; how many calls.
    pub fn look_at_keys(&self) -> usize {
        self.front.desk.look_at_keys()
    }

    /// Ends sessions of tools that nobody has used for long; how many.
    pub fn look_at_sessions(&self) -> usize {
        self.front.tools.as_ref().map_or(0, |tools| tools.end_idle())
    }

    /// Takes no more calls, lets those that run end for as long as the bounds say, and ends.
    pub fn end(mut self) {
        self.finish();
    }

    fn finish(&mut self) {
        drop(self.ending.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("a thread of the gateway panicked");
        }
    }
}

impl Drop for Models {
    fn drop(&mut self) {
        self.finish();
    }
}
