//! What the proxy costs: the same requests with and without it, over loopback, as a table. Run with `--release`.
#![expect(clippy::unwrap_used, reason = "a measurement")]

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use event::{Action, AgentRef, Decision, Guard, Principal};
use gateway::egress::{Egress, Listeners, Outside, Resolver, Settings, Trust};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, ServerConfig, ServerConnection, StreamOwned,
};

const SMALL: usize = 200;
const LARGE: usize = 256 << 20;
const REQUESTS: usize = 3000;
const CONNECTIONS: usize = 300;

struct Yes(Arc<Decision>);
impl Guard for Yes {
    fn check(&self, _: &Action) -> Arc<Decision> {
        Arc::clone(&self.0)
    }
}

struct Here(u16);
impl Resolver for Here {
    fn addresses(&self, _: &str, _: u16) -> io::Result<Vec<SocketAddr>> {
        Ok(vec![SocketAddr::new(IpAddr::from([127, 0, 0, 1]), self.0)])
    }
}

trait Both: Read + Write {}
impl<T: Read + Write> Both for T {}
type Open<'a> = &'a dyn Fn() -> Box<dyn Both>;

fn main() {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(params, key).unwrap();
    let (plain, secure) = (host(None), host(Some(&issuer)));
    let (Pair(by_plain, _), _) = proxy(plain, &issuer);
    let (Pair(opening, passing), own) = proxy(secure, &issuer);
    println!("{:<34} {:>9} {:>9} {:>9}", "", "p50 µs", "p99 µs", "MB/s");
    let trusted = issuer.der().clone();
    row("plain, straight", "/", &|| Box::new(tcp(plain)));
    row("plain, by the proxy", "http://api.example", &|| Box::new(tcp(by_plain)));
    row("TLS, straight", "/", &|| Box::new(tls(tcp(secure), &trusted)));
    row("TLS, opened by the proxy", "/", &|| Box::new(tls(tunnel(opening), &own)));
    row("TLS, passed by the proxy", "/", &|| Box::new(tls(tunnel(passing), &trusted)));
}

/// A request on an open connection, a request on a new one, and a large answer.
fn row(name: &str, base: &str, open: Open<'_>) {
    let base = base.trim_end_matches('/');
    let mut stream = BufReader::new(open());
    let times = (0..REQUESTS).map(|_| timed(|| get(&mut stream, base, SMALL))).collect();
    let (p50, p99) = percentiles(times);
    let took = timed(|| get(&mut stream, base, LARGE));
    println!("{name:<34} {p50:>9.0} {p99:>9.0} {:>9.0}", LARGE as f64 / 1e6 / took.as_secs_f64());
    let times =
        (0..CONNECTIONS).map(|_| timed(|| get(&mut BufReader::new(open()), base, SMALL))).collect();
    let (p50, p99) = percentiles(times);
    println!("{:<34} {p50:>9.0} {p99:>9.0}", "  with a new connection");
}

fn timed(act: impl FnOnce()) -> Duration {
    let start = Instant::now();
    act();
    start.elapsed()
}

fn percentiles(mut times: Vec<Duration>) -> (f64, f64) {
    times.sort();
    let at = |percent: usize| times[times.len() * percent / 100].as_secs_f64() * 1e6;
    (at(50), at(99))
}

fn get(stream: &mut BufReader<Box<dyn Both>>, base: &str, length: usize) {
    let request = format!("GET {base}/{length} HTTP/1.1\r\nHost: api.example\r\n\r\n");
    stream.get_mut().write_all(request.as_bytes()).unwrap();
    let mut line = String::new();
    while line != "\r\n" {
        line.clear();
        stream.read_line(&mut line).unwrap();
    }
    assert_eq!(io::copy(&mut stream.take(length as u64), &mut io::sink()).unwrap(), length as u64);
}

fn tcp(to: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(to).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

fn tunnel(proxy: SocketAddr) -> TcpStream {
    let mut stream = tcp(proxy);
    stream.write_all(b"CONNECT api.example:443 HTTP/1.1\r\nHost: api.example\r\n\r\n").unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    stream
}

fn tls(
    stream: TcpStream,
    trusted: &CertificateDer<'static>,
) -> StreamOwned<ClientConnection, TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let config =
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
    let name = ServerName::try_from("api.example").unwrap();
    StreamOwned::new(ClientConnection::new(Arc::new(config), name).unwrap(), stream)
}

/// Proxies that open TLS and pass it.
fn proxy(
    host: SocketAddr,
    issuer: &CertifiedIssuer<'static, KeyPair>,
) -> (Pair, CertificateDer<'static>) {
    let start = |tls| {
        let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = tcp.local_addr().unwrap();
        let mut settings = Settings::new(Principal::Agent(AgentRef::default()));
        settings.allowed = vec!["*".parse().unwrap(), "127.0.0.0/8".parse().unwrap()];
        settings.tls = tls;
        let trust = Trust::Only(vec![issuer.der().clone()]);
        settings.outside = Outside { resolver: Arc::new(Here(host.port())), trust };
        let listeners = Listeners { tcp, dns_udp: None, dns_tcp: None, plain: Vec::new() };
        let egress =
            Egress::start(listeners, settings, Arc::new(Yes(Arc::default())), channel().0).unwrap();
        (address, egress)
    };
    let (opening, passing) =
        (start(gateway::egress::Tls::Opened), start(gateway::egress::Tls::Passed));
    let own = opening.1.authority().clone();
    // They live as long as the program.
    std::mem::forget((opening.1, passing.1));
    (Pair(opening.0, passing.0), own)
}

struct Pair(SocketAddr, SocketAddr);

/// Answers `/n` with n bytes.
fn host(issuer: Option<&CertifiedIssuer<'static, KeyPair>>) -> SocketAddr {
    let config = issuer.map(|issuer| {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["api.example".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, issuer).unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config =
            ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
        let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        Arc::new(config.with_single_cert(vec![certificate.der().clone()], key).unwrap())
    });
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            stream.set_nodelay(true).unwrap();
            let config = config.clone();
            std::thread::spawn(move || match config {
                None => serve(BufReader::new(stream)),
                Some(config) => {
                    let tls = ServerConnection::new(config).unwrap();
                    serve(BufReader::new(StreamOwned::new(tls, stream)));
                }
            });
        }
    });
    address
}

fn serve<S: Read + Write>(mut stream: BufReader<S>) {
    let block = vec![b'x'; 64 << 10];
    loop {
        let (mut first, mut line) = (String::new(), String::new());
        if stream.read_line(&mut first).unwrap_or_default() == 0 {
            return;
        }
        while line != "\r\n" {
            line.clear();
            stream.read_line(&mut line).unwrap();
        }
        let path = first.split(' ').nth(1).unwrap();
        let mut left: usize = path.rsplit('/').next().unwrap().parse().unwrap();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {left}\r\n\r\n");
        let first = left.min(SMALL);
        let mut sent = stream.get_mut().write_all(&[head.as_bytes(), &block[..first]].concat());
        left -= first;
        while left > 0 && sent.is_ok() {
            let part = left.min(block.len());
            sent = stream.get_mut().write_all(&block[..part]);
            left -= part;
        }
        if sent.is_err() {
            return;
        }
    }
}
