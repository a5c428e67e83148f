//! The connection behind a client's requests: dialled when the first one needs it, kept while the next one may use it.

use std::net::IpAddr;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::body::Outgoing;
use super::gate::{Fail, Gate};
use super::host::{Host, Target};
use super::line::Line;
use super::settings::MOST_HEAD;
use super::stream::Stream;

/// A connection that speaks HTTP to a target.
pub struct Upstream {
    /// Where it leads.
    pub target: Target,
    /// How much went over it.
    pub age: Age,
    sender: SendRequest<Outgoing>,
}

/// Whether a connection may have been closed without our knowing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// Nothing went over it yet.
    New,
    /// Something did.
    Used,
}

/// A request that did not get its answer.
pub enum Unanswered {
    /// It did not leave; here it is.
    Unsent(Box<Request<Outgoing>>),
    /// The connection ended.
    Lost(String),
}

impl Upstream {
    /// Over this connection, in TLS where it is to be secure.
    pub async fn open(gate: &Gate, target: &Target, secure: bool, tcp: Line) -> Result<Self, Fail> {
        let sender = match secure {
            false => begin(tcp).await,
            true => {
                let name = server_name(target)?;
                let tls = TlsConnector::from(Arc::clone(&gate.trusting)).connect(name, tcp);
                let tls = timeout(gate.bounds.connect, tls).await;
                let tls = tls
                    .map_err(|_| Fail::Unreachable(format!("`{target}` does not answer in TLS")))?;
                let tls = tls
                    .map_err(|error| Fail::Unreachable(format!("TLS with `{target}`: {error}")))?;
                begin(tls).await
            }
        };
        let sender = sender.map_err(|error| Fail::Unreachable(format!("`{target}`: {error}")))?;
        Ok(Self { target: target.clone(), age: Age::New, sender })
    }

    /// Whether the next request can go over it.
    pub async fn is_ready(&mut self) -> bool {
        self.sender.ready().await.is_ok()
    }

    /// Sends a request.
    pub async fn send(
        &mut self,
        request: Request<Outgoing>,
    ) -> Result<Response<Incoming>, Unanswered> {
        self.age = Age::Used;
        self.sender.try_send_request(request).await.map_err(|mut error| {
            match error.take_message() {
                Some(request) => Unanswered::Unsent(Box::new(request)),
                None => Unanswered::Lost(error.into_error().to_string()),
            }
        })
    }
}

async fn begin<S: Stream>(stream: S) -> hyper::Result<SendRequest<Outgoing>> {
    let (sender, connection) = Builder::new()
        .max_buf_size(MOST_HEAD)
        .preserve_header_case(true)
        .handshake(TokioIo::new(stream))
        .await?;
    tokio::spawn(async move {
        if let Err(error) = connection.with_upgrades().await {
            tracing::debug!(%error, "a host's connection ended early");
        }
    });
    Ok(sender)
}

fn server_name(target: &Target) -> Result<ServerName<'static>, Fail> {
    let name = match &target.host {
        Host::Name(name) => ServerName::try_from(name.to_string()).ok(),
        Host::Address(IpAddr::V4(address)) => Some(ServerName::from(IpAddr::V4(*address))),
        Host::Address(address) => Some(ServerName::from(*address)),
    };
    name.ok_or_else(|| {
        Fail::Unreachable(format!("`{target}` has a name that no certificate can hold"))
    })
}
