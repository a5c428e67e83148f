//! A host of the outside: reads one request after the other, remembers each, answers as its script says.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, LazyLock, Mutex};
use std::thread;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What is answered to a request (head and body as they came).
pub type Script = Arc<dyn Fn(&str) -> Vec<u8> + Send + Sync>;

/// A host.
pub struct Host {
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
}

static AUTHORITY: LazyLock<CertifiedIssuer<'static, KeyPair>> = LazyLock::new(|| {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority")
});

/// Who vouches for the hosts of the outside.
pub fn authority() -> &'static CertifiedIssuer<'static, KeyPair> {
    &AUTHORITY
}

/// An answer of HTTP.
pub fn reply(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

impl Host {
    /// Speaks HTTP.
    pub fn plain(script: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self::begin(Arc::new(script), |stream, script, seen| {
            serve(BufReader::new(stream), script, seen)
        })
    }

    /// Speaks HTTP in TLS, under these names.
    pub fn secure(
        names: &[&str],
        script: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static,
    ) -> Self {
        let config = Arc::new(config(names));
        Self::begin(Arc::new(script), move |stream, script, seen| {
            let tls = ServerConnection::new(Arc::clone(&config)).expect("TLS");
            serve(BufReader::new(StreamOwned::new(tls, stream)), script, seen);
        })
    }

    /// Speaks first, then says back what it hears.
    pub fn banner(banner: &'static str) -> Self {
        Self::begin(Arc::new(|_| Vec::new()), move |mut stream, _, seen| {
            stream.write_all(banner.as_bytes()).expect("banner");
            let mut all = Vec::new();
            let _ = stream.read_to_end(&mut all);
            seen.lock().expect("seen").push(String::from_utf8_lossy(&all).into_owned());
            let _ = stream.write_all(&all);
        })
    }

    /// Answers one request with `first`, waits to be told, then says `rest` and ends.
    pub fn stepwise(first: &'static str, step: Receiver<()>, rest: &'static str) -> Self {
        let step = Mutex::new(step);
        Self::begin(Arc::new(|_| Vec::new()), move |stream, _, _| {
            let mut stream = BufReader::new(stream);
            let _ = read(&mut stream);
            stream.get_mut().write_all(first.as_bytes()).expect("first");
            step.lock().expect("step").recv().expect("a step");
            stream.get_mut().write_all(rest.as_bytes()).expect("rest");
        })
    }

    /// Changes the protocol of every request and says back what it hears, as long as it goes on.
    pub fn changing(head: &'static str) -> Self {
        Self::begin(Arc::new(|_| Vec::new()), move |stream, _, seen| {
            let mut stream = BufReader::new(stream);
            seen.lock().expect("seen").extend(read(&mut stream));
            stream.get_mut().write_all(head.as_bytes()).expect("head");
            let mut space = [0; 512];
            while let Ok(length @ 1..) = stream.read(&mut space) {
                stream.get_mut().write_all(&space[..length]).expect("echo");
            }
        })
    }

    /// The requests that came.
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().expect("seen").clone()
    }

    /// The connections that came.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    fn begin(
        script: Script,
        speak: impl Fn(TcpStream, &Script, &Mutex<Vec<String>>) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("address");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&connections);
        let (speak, noted) = (Arc::new(speak), Arc::clone(&seen));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                counted.fetch_add(1, Ordering::Relaxed);
                let (speak, script, noted) =
                    (Arc::clone(&speak), Arc::clone(&script), Arc::clone(&noted));
                thread::spawn(move || speak(stream, &script, &noted));
            }
        });
        Self { address, seen, connections }
    }
}

fn serve<S: Read + Write>(mut stream: BufReader<S>, script: &Script, seen: &Mutex<Vec<String>>) {
    while let Some(request) = read(&mut stream) {
        seen.lock().expect("seen").push(request.clone());
        let answer = script(&request);
        // In two parts, so that what is cut is seen to be joined.
        let (one, two) = answer.split_at(answer.len() / 2);
        for part in [one, two] {
            if stream.get_mut().write_all(part).and_then(|()| stream.get_mut().flush()).is_err() {
                return;
            }
        }
        if request.contains("x-close: yes") {
            return;
        }
    }
}

fn read(stream: &mut impl BufRead) -> Option<String> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        if stream.read_until(b'\n', &mut request).ok()? == 0 {
            return None;
        }
    }
    let head = String::from_utf8_lossy(&request).to_lowercase();
    let header = |name: &str| {
        head.lines().find_map(|line| line.strip_prefix(name)).map(|it| it.trim().to_owned())
    };
    if let Some(length) = header("content-length:") {
        let mut body = vec![0; length.parse().ok()?];
        stream.read_exact(&mut body).ok()?;
        request.extend(body);
    } else if header("transfer-encoding:").is_some() {
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).ok()?;
            let length = usize::from_str_radix(line.trim(), 16).ok()?;
            let mut chunk = vec![0; length + 2];
            stream.read_exact(&mut chunk).ok()?;
            if length == 0 {
                break;
            }
            request.extend(&chunk[..length]);
        }
    }
    Some(String::from_utf8_lossy(&request).into_owned())
}

fn config(names: &[&str]) -> ServerConfig {
    let key = KeyPair::generate().expect("a key");
    let names: Vec<String> = names.iter().map(|&it| it.to_owned()).collect();
    let certificate = CertificateParams::new(names)
        .expect("names")
        .signed_by(&key, authority())
        .expect("certificate");
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .expect("certificate")
}
