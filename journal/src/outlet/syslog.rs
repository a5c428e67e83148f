//! Syslog (RFC 5424) over TLS (RFC 5425), TCP or UDP.
//!
//! Syslog has no receipts. What was written to a connection that then broke may not have arrived, so
//! after a break the last part is sent once more: twice rather than never.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

use event::Severity;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use super::{Message, Sink, SyslogSettings, Transport, Undelivered, Why, tls};
use crate::{Error, clock};

const CONNECT: Duration = Duration::from_secs(10);
const TRANSFER: Duration = Duration::from_secs(20);
/// Largest UDP payload over IPv4.
const DATAGRAM: usize = 65_507;
/// Bytes of the last deliveries that are sent again after a break.
const REMEMBERED: usize = 256 << 10;

pub(super) struct Syslog {
    settings: SyslogSettings,
    tls: Option<(Arc<ClientConfig>, ServerName<'static>)>,
    host: String,
    link: Option<Link>,
    /// Frames written to the link since it was opened, the latest only.
    sent: Vec<u8>,
}

enum Link {
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
    Tcp(TcpStream),
    Udp(UdpSocket),
}

impl Syslog {
    pub(super) fn new(name: &str, settings: &SyslogSettings) -> Result<Self, Error> {
        let outlet = format!("syslog {name}");
        let setting = |why: String| Error::Setting { outlet: outlet.clone(), why };
        let Some((host, port)) = settings.address.rsplit_once(':') else {
            return Err(setting(format!("`address` `{}` is not host:port", settings.address)));
        };
        if port.parse::<u16>().is_err() || host.is_empty() {
            return Err(setting(format!("`address` `{}` is not host:port", settings.address)));
        }
        if settings.facility > 23 {
            return Err(setting(format!("`facility` {} is above 23", settings.facility)));
        }
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let tls = match settings.transport {
            Transport::Tls => {
                let name = settings.tls.server_name.as_deref().unwrap_or(host).to_owned();
                let server = ServerName::try_from(name.clone())
                    .map_err(|_| setting(format!("`{name}` is not a server name")))?;
                Some((tls::config(&outlet, &settings.tls)?, server))
            }
            Transport::Tcp | Transport::Udp => None,
        };
        let host = header_word(&crate::writer::host_name(), 255);
        Ok(Self { settings: settings.clone(), tls, host, link: None, sent: Vec::new() })
    }

    fn connect(&self) -> io::Result<Link> {
        if self.settings.transport == Transport::Udp {
            return self.bind().map(Link::Udp);
        }
        let stream = self.dial()?;
        stream.set_write_timeout(Some(TRANSFER))?;
        stream.set_read_timeout(Some(TRANSFER))?;
        stream.set_nodelay(true)?;
        let Some((config, server)) = &self.tls else { return Ok(Link::Tcp(stream)) };
        let connection =
            ClientConnection::new(config.clone(), server.clone()).map_err(io::Error::other)?;
        let mut stream = StreamOwned::new(connection, stream);
        // The handshake now: a wrong certificate is then an error of the connection.
        stream.conn.complete_io(&mut stream.sock)?;
        Ok(Link::Tls(Box::new(stream)))
    }

    fn dial(&self) -> io::Result<TcpStream> {
        let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
        for address in self.settings.address.to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, CONNECT) {
                Ok(stream) => return Ok(stream),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    fn bind(&self) -> io::Result<UdpSocket> {
        let address =
            self.settings.address.to_socket_addrs()?.next().ok_or_else(|| {
                io::Error::new(io::ErrorKind::NotFound, "the name has no address")
            })?;
        let any: (std::net::IpAddr, u16) = match address {
            std::net::SocketAddr::V4(_) => (std::net::Ipv4Addr::UNSPECIFIED.into(), 0),
            std::net::SocketAddr::V6(_) => (std::net::Ipv6Addr::UNSPECIFIED.into(), 0),
        };
        let socket = UdpSocket::bind(any)?;
        socket.connect(address)?;
        Ok(socket)
    }

    fn line(&self, message: &Message) -> String {
        format!(
            "<{}>1 {} {} chaperone {} {} - {}",
            u32::from(self.settings.facility) * 8 + level(message.severity),
            clock::show(message.time_unix_ns),
            self.host,
            std::process::id(),
            message.kind,
            message.json
        )
    }

    fn stream(&mut self, messages: &[Message]) -> io::Result<()> {
        let mut frames = Vec::new();
        for message in messages {
            let line = self.line(message);
            frames.extend_from_slice(format!("{} {line}", line.len()).as_bytes());
        }
        if self.link.as_mut().is_some_and(Link::is_broken) {
            self.link = None;
        }
        let mut link = match self.link.take() {
            Some(link) => link,
            None => {
                let mut link = self.connect()?;
                link.send(&self.sent)?;
                link
            }
        };
        link.send(&frames)?;
        self.link = Some(link);
        self.remember(frames);
        Ok(())
    }

    fn remember(&mut self, frames: Vec<u8>) {
        if self.sent.len() + frames.len() > REMEMBERED {
            self.sent.clear();
        }
        if frames.len() <= REMEMBERED {
            self.sent.extend_from_slice(&frames);
        }
    }

    fn datagrams(&mut self, messages: &[Message]) -> Result<(), Undelivered> {
        for (delivered, message) in messages.iter().enumerate() {
            let line = self.line(message);
            if line.len() > DATAGRAM {
                let why = format!("{} bytes do not fit into a datagram", line.len());
                return Err(Undelivered { delivered, why: Why::Refused(why) });
            }
            let link = match self.link.take() {
                Some(link) => Ok(link),
                None => self.connect(),
            };
            let sent = link.and_then(|mut link| {
                link.send(line.as_bytes())?;
                Ok(link)
            });
            match sent {
                Ok(link) => self.link = Some(link),
                Err(error) => return Err(self.retry(delivered, &error)),
            }
        }
        Ok(())
    }

    fn retry(&self, delivered: usize, error: &io::Error) -> Undelivered {
        let why = format!("could not send to `{}`: {error}", self.settings.address);
        Undelivered { delivered, why: Why::Retry(why) }
    }
}

impl Sink for Syslog {
    fn deliver(&mut self, messages: &[Message]) -> Result<(), Undelivered> {
        match self.settings.transport {
            Transport::Udp => self.datagrams(messages),
            Transport::Tls | Transport::Tcp => {
                self.stream(messages).map_err(|error| self.retry(0, &error))
            }
        }
    }
    fn batch(&self) -> usize {
        256
    }
}

impl Link {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Tls(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
            Self::Tcp(stream) => stream.write_all(bytes),
            Self::Udp(socket) => socket.send(bytes).map(drop),
        }
    }

    /// The other side has closed: it says nothing else in this protocol, so whatever can be read is
    /// the end or an error.
    fn is_broken(&mut self) -> bool {
        let (Self::Tls(_) | Self::Tcp(_)) = self else { return false };
        if self.set_nonblocking(true).is_err() {
            return true;
        }
        let mut byte = [0];
        let read = match self {
            Self::Tls(stream) => stream.read(&mut byte),
            Self::Tcp(stream) => stream.read(&mut byte),
            Self::Udp(_) => return false,
        };
        let quiet = matches!(read, Err(error) if error.kind() == io::ErrorKind::WouldBlock);
        !quiet || self.set_nonblocking(false).is_err()
    }

    fn set_nonblocking(&self, nonblocking: bool) -> io::Result<()> {
        match self {
            Self::Tls(stream) => stream.sock.set_nonblocking(nonblocking),
            Self::Tcp(stream) => stream.set_nonblocking(nonblocking),
            Self::Udp(_) => Ok(()),
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        if let Self::Tls(stream) = self {
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    }
}

/// Syslog's severity number.
fn level(severity: Severity) -> u32 {
    match severity {
        Severity::Critical => 2,
        Severity::High => 3,
        Severity::Medium => 4,
        Severity::Low => 5,
        Severity::Informational => 6,
    }
}

/// A header field: printable ASCII without space, `-` if nothing is left.
fn header_word(text: &str, most: usize) -> String {
    let word: String = text.chars().filter(char::is_ascii_graphic).take(most).collect();
    if word.is_empty() { "-".into() } else { word }
}
