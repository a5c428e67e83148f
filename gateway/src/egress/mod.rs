//! The one way out of a launched agent's box: a proxy for HTTP, `CONNECT` and SOCKS 5, and a DNS that knows what is
//! allowed. Every connection, and every request that can be read, is asked about before it happens.
//!
//! ```text
//! agent ──▶ accept ─┬─ serve (HTTP) ─┬─ forward ────────────────▶ upstream ──▶ host
//!                   │                └─ CONNECT ─┐                   ▲
//!                   └─ socks ────────────────────┴▶ tunnel ─ TLS ─ serve (inside)
//!        DNS ──▶ dns: an address that stands for the name           └─ other ──▶ host
//! ```
//!
//! Everything that leaves goes through [`gate::Gate`]: the name is allowed for this run, the guard agrees, it is
//! resolved outside, and the address is of the outside or was allowed by itself.

mod accept;
mod authority;
mod body;
mod custody;
pub mod dns;
mod environment;
mod forward;
mod gate;
pub mod hello;
mod host;
mod inside;
mod judge;
mod line;
mod message;
mod modelling;
mod names;
mod opening;
mod pattern;
mod refusal;
mod resolver;
mod serve;
mod settings;
pub mod socks;
mod stream;
mod telling;
mod tunnel;
mod upstream;

use std::io;
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Duration;

use event::{Guard, Judged};
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use tokio::runtime::Runtime;
use tokio::sync::{OnceCell, Semaphore, oneshot};

use crate::serving::Serving;

pub use custody::CustodyError;
pub use environment::Places;
pub use host::{Host, Target};
pub use modelling::Modelling;
pub use pattern::{HostPattern, PatternError};
pub use refusal::Refusal;
pub use resolver::{Resolver, SystemResolver};
pub use settings::{Bounds, Custody, Outside, Settings, Tls, Trust};

use authority::Authority;
use custody::Keeper;
pub(crate) use message::take_hop_by_hop;
pub(crate) use settings::MOST_HEAD;
pub(crate) use stream::{Stream, Watched};

use gate::Gate;
use judge::Judge;
use telling::Telling;

/// Threads that wait for the resolver.
const RESOLVING: usize = 16;

/// Where the agent comes in.
#[derive(Debug)]
pub struct Listeners {
    /// For HTTP and SOCKS 5.
    pub tcp: TcpListener,
    /// For DNS.
    pub dns_udp: Option<UdpSocket>,
    /// For DNS over TCP.
    pub dns_tcp: Option<TcpListener>,
    /// For who connects to an address that stands for a name.
    pub plain: Vec<TcpListener>,
}

/// The running proxy; it ends when this is dropped.
#[derive(Debug)]
pub struct Egress {
    address: SocketAddr,
    bundle: String,
    certificate: CertificateDer<'static>,
    keeper: Arc<Keeper>,
    serving: Serving,
}

/// Why the proxy does not start.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// A socket, or the thread.
    #[error("the proxy cannot start: {0}\nhint: look at the limits of this process (`ulimit -a`)")]
    System(#[from] io::Error),
    /// The run's authority.
    #[error(
        "no certificate authority can be made: {0}\nhint: look whether getrandom(2) is forbidden here"
    )]
    Authority(#[from] rcgen::Error),
    /// Whom to believe.
    #[error(
        "no certificate of an authority is found on this system\nhint: install `ca-certificates`"
    )]
    NoTrust,
    /// TLS.
    #[error("TLS cannot be set up: {0}\nhint: this is a mistake in Chaperone; please tell us")]
    Tls(#[from] rustls::Error),
    /// A secret.
    #[error(transparent)]
    Custody(#[from] CustodyError),
}

impl Egress {
    /// Starts the proxy on a thread of its own. What is decided, and worth knowing, is told to `told`.
    pub fn start(
        listeners: Listeners,
        settings: Settings,
        guard: Arc<dyn Guard>,
        told: Sender<Judged>,
    ) -> Result<Self, EgressError> {
        let address = listeners.tcp.local_addr()?;
        let trusted = trusted(settings.outside.trust)?;
        let authority = Authority::new()?;
        let (bundle, certificate) = (authority.bundle(&trusted), authority.certificate());
        let keeper = Arc::new(Keeper::new(settings.secrets)?);
        let bounds = settings.bounds;
        let who = (settings.principal.clone(), settings.context.clone());
        let models = settings.models.map(|modelling| {
            let redact = Arc::clone(&settings.redact);
            modelling::Models::new(modelling, who, Arc::clone(&guard), redact, told.clone())
        });
        let telling = Telling::new(told, settings.redact);
        let gate = Arc::new(Gate {
            judge: Judge {
                principal: settings.principal,
                context: settings.context,
                guard,
                telling,
                prepared: OnceCell::new(),
            },
            allowed: settings.allowed,
            tls: settings.tls,
            passed: settings.passed,
            bounds,
            names: names::Names::default(),
            resolver: settings.outside.resolver,
            authority,
            keeper: Arc::clone(&keeper),
            models,
            trusting: Arc::new(trusting(&trusted)?),
        });
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(RESOLVING)
            .build()?;
        let doors = Doors::open(listeners, &runtime)?;
        let serving = Serving::start("egress", move |ends| {
            runtime.block_on(run(gate, doors, ends, bounds));
            // What still runs is dropped, and a resolver is not waited for.
            runtime.shutdown_timeout(Duration::ZERO);
        })?;
        Ok(Self { address, bundle, certificate, keeper, serving })
    }

    /// Where clients find it.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What the agent needs in its environment.
    pub fn environment(&self, places: Places<'_>) -> Vec<(String, String)> {
        environment::of(self.address, places, &self.keeper)
    }

    /// The certificates that the agent is to believe, in PEM: the system's, and the run's own authority.
    pub fn ca_bundle(&self) -> &str {
        &self.bundle
    }

    /// The certificate of the run's own authority.
    pub fn authority(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// Takes no more connections, gives open ones a moment, and ends them.
    pub fn end(self) {
        drop(self.serving);
    }
}

/// The same as [`Listeners`], for the runtime.
struct Doors {
    tcp: tokio::net::TcpListener,
    udp: Option<tokio::net::UdpSocket>,
    dns_tcp: Option<tokio::net::TcpListener>,
    plain: Vec<tokio::net::TcpListener>,
}

impl Doors {
    fn open(listeners: Listeners, runtime: &Runtime) -> io::Result<Self> {
        let _inside = runtime.enter();
        let tcp = |listener: TcpListener| {
            listener.set_nonblocking(true)?;
            tokio::net::TcpListener::from_std(listener)
        };
        let udp = |socket: UdpSocket| {
            socket.set_nonblocking(true)?;
            tokio::net::UdpSocket::from_std(socket)
        };
        Ok(Self {
            tcp: tcp(listeners.tcp)?,
            udp: listeners.dns_udp.map(udp).transpose()?,
            dns_tcp: listeners.dns_tcp.map(tcp).transpose()?,
            plain: listeners.plain.into_iter().map(tcp).collect::<io::Result<_>>()?,
        })
    }
}

async fn run(gate: Arc<Gate>, doors: Doors, ends: oneshot::Receiver<()>, bounds: Bounds) {
    let permits = Arc::new(Semaphore::new(bounds.connections));
    let mut tasks =
        vec![tokio::spawn(accept::proxy(Arc::clone(&gate), doors.tcp, Arc::clone(&permits)))];
    tasks.extend(doors.plain.into_iter().map(|listener| {
        tokio::spawn(accept::plain(Arc::clone(&gate), listener, Arc::clone(&permits)))
    }));
    tasks.extend(doors.udp.map(|it| tokio::spawn(dns::serve_udp(Arc::clone(&gate), it))));
    tasks.extend(doors.dns_tcp.map(|it| tokio::spawn(dns::serve_tcp(Arc::clone(&gate), it))));
    let told = Arc::clone(&gate);
    tasks.push(tokio::spawn(async move {
        loop {
            tokio::time::sleep(telling::PERIOD).await;
            told.judge.telling.turn();
        }
    }));
    // Dropped or sent: it ends.
    let _ = ends.await;
    tasks.iter().for_each(tokio::task::JoinHandle::abort);
    for task in tasks {
        let _ = task.await;
    }
    let all = u32::try_from(bounds.connections).unwrap_or(u32::MAX);
    let _ = tokio::time::timeout(bounds.ending, permits.acquire_many(all)).await;
    gate.judge.telling.turn();
}

/// TLS towards the outside, which believes these.
pub(crate) fn trusting_in(trust: Trust) -> Result<ClientConfig, EgressError> {
    trusting(&trusted(trust)?)
}

fn trusted(trust: Trust) -> Result<Vec<CertificateDer<'static>>, EgressError> {
    let trusted = match trust {
        Trust::System => rustls_native_certs::load_native_certs().certs,
        Trust::Only(these) => these,
    };
    if trusted.is_empty() { Err(EgressError::NoTrust) } else { Ok(trusted) }
}

fn trusting(trusted: &[CertificateDer<'static>]) -> Result<ClientConfig, EgressError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(trusted.iter().cloned());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
