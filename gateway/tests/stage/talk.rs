//! A client that says what it is told, to the byte, and gives back what it heard.

use std::io::{Read, Write};
use std::net::{TcpStream, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::Stage;

const PATIENCE: Duration = Duration::from_secs(20);

impl Stage {
    /// A connection to the proxy.
    pub fn connection(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("the proxy");
        stream.set_read_timeout(Some(PATIENCE)).expect("timeout");
        stream
    }

    /// Says it and hears until the proxy ends; the client says nothing more, and stays.
    pub fn say(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut stream = self.connection();
        stream.write_all(bytes.as_ref()).expect("written");
        hear(&mut stream)
    }

    /// A tunnel by `CONNECT`.
    pub fn tunnel(&self, authority: &str) -> TcpStream {
        let mut stream = self.connection();
        write!(stream, "CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n")
            .expect("written");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).expect("an answer");
            head.push(byte[0]);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        assert!(head.starts_with("HTTP/1.1 200"), "{authority}: {head}");
        stream
    }

    /// TLS through a tunnel to `authority`, under the name `sni`; believes the run's own authority and no other.
    pub fn secure(&self, authority: &str, sni: &str) -> StreamOwned<ClientConnection, TcpStream> {
        self.secure_by(authority, sni, self.egress.authority().clone())
    }

    /// The same, believing somebody else.
    pub fn secure_by(
        &self,
        authority: &str,
        sni: &str,
        believed: CertificateDer<'static>,
    ) -> StreamOwned<ClientConnection, TcpStream> {
        let mut roots = RootCertStore::empty();
        roots.add(believed).expect("a root");
        let config =
            ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()
                .expect("versions")
                .with_root_certificates(roots)
                .with_no_client_auth();
        let name = ServerName::try_from(sni.to_owned()).expect(sni);
        let tls = ClientConnection::new(Arc::new(config), name).expect("TLS");
        StreamOwned::new(tls, self.tunnel(authority))
    }

    /// One request in TLS, the last on its connection.
    pub fn secure_say(&self, authority: &str, sni: &str, request: &str) -> String {
        let mut stream = self.secure(authority, sni);
        match stream.write_all(request.as_bytes()) {
            Ok(()) => hear(&mut stream),
            Err(error) => error.to_string(),
        }
    }

    /// One question of DNS.
    pub fn ask(&self, name: &str, record: u16) -> Vec<u8> {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
        socket.set_read_timeout(Some(PATIENCE)).expect("timeout");
        socket.send_to(&question(name, record), self.dns).expect("sent");
        let mut answer = vec![0; 1500];
        let length = socket.recv(&mut answer).expect("an answer");
        answer.truncate(length);
        answer
    }
}

pub fn question(name: &str, record: u16) -> Vec<u8> {
    let mut bytes = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00".to_vec();
    for label in name.split('.') {
        bytes.push(label.len() as u8);
        bytes.extend(label.bytes());
    }
    bytes.push(0);
    bytes.extend(record.to_be_bytes());
    bytes.extend([0, 1]);
    bytes
}

/// A greeting and a request of SOCKS, said at once.
pub fn socks_request(kind: u8, address: &[u8], port: u16) -> Vec<u8> {
    let mut bytes = vec![5, 1, 0, 5, 1, 0, kind];
    if kind == 3 {
        bytes.push(address.len() as u8);
    }
    bytes.extend(address);
    bytes.extend(port.to_be_bytes());
    bytes
}

fn hear(stream: &mut impl Read) -> String {
    let mut all = Vec::new();
    if let Err(error) = stream.read_to_end(&mut all) {
        all.extend(format!(" [{error}]").bytes());
    }
    String::from_utf8_lossy(&all).into_owned()
}
