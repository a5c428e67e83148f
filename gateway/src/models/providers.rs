//! Connections to providers: dialled when one is needed, kept while the next call may use them, HTTP/2 where the
//! provider speaks it.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper::{Request, Response, Uri};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tower_service::Service;

use crate::egress::{EgressError, Outside, Resolver, trusting_in};

/// How long a connection is kept that nothing goes over.
const KEPT: Duration = Duration::from_secs(90);

/// All ways to providers.
pub struct Providers {
    client: Client<Dialler, Full<Bytes>>,
}

impl Providers {
    /// Of the outside; a connection takes no longer than `patience`.
    pub fn to(outside: &Outside, patience: Duration) -> Result<Self, EgressError> {
        let mut tls = trusting_in(outside.trust.clone())?;
        tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let dialler =
            Dialler { tls: Arc::new(tls), resolver: Arc::clone(&outside.resolver), patience };
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(KEPT)
            .http1_preserve_header_case(true)
            .set_host(false)
            .build(dialler);
        Ok(Self { client })
    }

    /// Sends a request; its URI is whole.
    pub async fn send(&self, request: Request<Full<Bytes>>) -> Result<Response<Incoming>, Error> {
        self.client.request(request).await
    }
}

/// Makes connections.
#[derive(Clone)]
struct Dialler {
    tls: Arc<ClientConfig>,
    resolver: Arc<dyn Resolver>,
    patience: Duration,
}

impl Service<Uri> for Dialler {
    type Response = Wire;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Wire>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let dialler = self.clone();
        Box::pin(async move {
            let late = || io::Error::new(io::ErrorKind::TimedOut, "it does not answer in time");
            timeout(dialler.patience, dialler.dial(&uri)).await.unwrap_or_else(|_| Err(late()))
        })
    }
}

impl Dialler {
    async fn dial(&self, uri: &Uri) -> io::Result<Wire> {
        let secure = uri.scheme_str() == Some("https");
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let tcp = self.reach(&host, port).await?;
        tcp.set_nodelay(true)?;
        if !secure {
            return Ok(Wire::Plain(TokioIo::new(tcp)));
        }
        let odd =
            |_| io::Error::new(io::ErrorKind::InvalidInput, "no certificate can hold its name");
        let name = ServerName::try_from(host).map_err(odd)?;
        let tls = TlsConnector::from(Arc::clone(&self.tls)).connect(name, tcp).await?;
        Ok(Wire::Tls(Box::new(TokioIo::new(tls))))
    }

    async fn reach(&self, host: &str, port: u16) -> io::Result<TcpStream> {
        let addresses = match host.parse::<IpAddr>() {
            Ok(address) => vec![SocketAddr::new(address, port)],
            Err(_) => {
                let (resolver, name) = (Arc::clone(&self.resolver), host.to_owned());
                let found =
                    tokio::task::spawn_blocking(move || resolver.addresses(&name, port)).await;
                found.map_err(io::Error::other)??
            }
        };
        let mut last = io::Error::new(io::ErrorKind::NotFound, "its name has no address");
        for address in addresses {
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}

/// A connection, in TLS or not.
pub enum Wire {
    /// As it is.
    Plain(TokioIo<TcpStream>),
    /// In TLS.
    Tls(Box<TokioIo<TlsStream<TcpStream>>>),
}

impl Connection for Wire {
    fn connected(&self) -> Connected {
        let two = |tls: &TokioIo<TlsStream<TcpStream>>| {
            tls.inner().get_ref().1.alpn_protocol() == Some(b"h2")
        };
        match self {
            Self::Tls(tls) if two(tls) => Connected::new().negotiated_h2(),
            Self::Tls(_) | Self::Plain(_) => Connected::new(),
        }
    }
}

impl Read for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(it) => Pin::new(it).poll_read(context, buffer),
            Self::Tls(it) => Pin::new(it).poll_read(context, buffer),
        }
    }
}

impl Write for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(it) => Pin::new(it).poll_write(context, bytes),
            Self::Tls(it) => Pin::new(it).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(it) => Pin::new(it).poll_flush(context),
            Self::Tls(it) => Pin::new(it).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(it) => Pin::new(it).poll_shutdown(context),
            Self::Tls(it) => Pin::new(it).poll_shutdown(context),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(it) => Pin::new(it).poll_write_vectored(context, slices),
            Self::Tls(it) => Pin::new(it).poll_write_vectored(context, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Plain(it) => it.is_write_vectored(),
            Self::Tls(it) => it.is_write_vectored(),
        }
    }
}
