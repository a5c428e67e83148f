//! What real clients say over TLS, heard at their libraries: each asks a provider of the test's own on this machine, which
//! waits with its side of the handshake until the client is tapped.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use sensor::{Holders, Library, Piece, Taps, Way};
use tempfile::TempDir;

use crate::stage::{LIMIT, missing};

/// The provider: says its port, then of each connection where it comes from; goes on when it is told to.
const PROVIDER: &str = r#"
import socket, ssl, sys
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1] + "/cert.pem", sys.argv[1] + "/key.pem")
context.set_alpn_protocols(["http/1.1"])
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    plain, peer = listener.accept()
    print(peer[1], flush=True)
    if not sys.stdin.readline():
        break
    with context.wrap_socket(plain, server_side=True) as stream:
        reader = stream.makefile("rb")
        length = 0
        while True:
            line = reader.readline()
            if line in (b"\r\n", b""):
                break
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        body = reader.read(length)
        answer = b'{"id": "msg_of_' + sys.argv[2].encode() + b'", "heard": %d}' % len(body)
        stream.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
                       b"Content-Length: %d\r\n\r\n" % len(answer) + answer)
"#;

const PYTHON: &str = r#"
import http.client, ssl, sys
context = ssl._create_unverified_context()
client = http.client.HTTPSConnection("127.0.0.1", int(sys.argv[1]), context=context)
client.request("POST", "/v1/messages", b'{"asked": "WORD"}' + b" " * 40000)
client.getresponse().read()
"#;

const NODE: &str = r#"
const body = '{"asked": "WORD"}' + ' '.repeat(40000);
const options = { host: '127.0.0.1', port: +process.argv[1], path: '/v1/messages', method: 'POST',
  rejectUnauthorized: false, headers: { 'content-length': body.length } };
const request = require('https').request(options, (answer) => answer.resume());
request.end(body);
"#;

/// The words of a client, `PORT` in them; the body, where it sends one, is 40,017 bytes long.
fn client(name: &str, place: &Path) -> Option<Command> {
    let body = place.join("body");
    std::fs::write(&body, format!("{{\"asked\": \"WORD\"}}{}", " ".repeat(40_000))).ok()?;
    let words: &[&str] = match name {
        "python3" => &["python3", "-c", PYTHON, "PORT"],
        "node" => &["node", "-e", NODE, "PORT"],
        "curl" => &["curl", "-sk", "--data-binary", "@BODY", "https://127.0.0.1:PORT/v1/messages"],
        // Debian's speaks GnuTLS, by a process of its own.
        "git" => &["git", "-c", "http.sslVerify=false", "ls-remote", "https://127.0.0.1:PORT/code"],
        _ => return None,
    };
    let (program, arguments) = words.split_first()?;
    let mut command = Command::new(program);
    let filled = |word: &&str| word.replace("BODY", &body.to_string_lossy());
    command.args(arguments.iter().map(filled));
    Some(command)
}

/// The provider as it runs.
struct Provider {
    child: Child,
    go_on: ChildStdin,
    says: BufReader<ChildStdout>,
    port: u16,
}

impl Provider {
    fn start(place: &Path, name: &str) -> Option<Self> {
        let mut child = Command::new("python3")
            .args(["-c", PROVIDER, &place.to_string_lossy(), name])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let (go_on, says) = (child.stdin.take()?, BufReader::new(child.stdout.take()?));
        let mut provider = Self { child, go_on, says, port: 0 };
        provider.port = provider.number();
        Some(provider)
    }

    fn number(&mut self) -> u16 {
        let mut line = String::new();
        self.says.read_line(&mut line).expect("it speaks");
        line.trim().parse().expect("a port")
    }

    fn end(mut self) {
        drop(self.go_on);
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn certificate(place: &Path) -> bool {
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"])
        .args(["-days", "2", "-subj", "/CN=127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"])
        .current_dir(place)
        .stderr(Stdio::null())
        .status();
    made.is_ok_and(|status| status.success())
}

fn is_there(program: &str) -> bool {
    let found = Command::new("sh").args(["-c", &format!("command -v {program}")]).output();
    found.is_ok_and(|it| it.status.success())
}

#[test]
fn what_clients_say_over_tls_is_heard() {
    if let Some(reason) = missing() {
        println!("skipped: {reason}");
        return;
    }
    let place = TempDir::new().expect("a directory");
    if !is_there("python3") || !is_there("openssl") || !certificate(place.path()) {
        println!("skipped: no python3, or no openssl to make a certificate");
        return;
    }
    let mut taps = Taps::open(&Library::ALL).unwrap_or_else(|error| panic!("{error}"));
    for name in ["python3", "curl", "node", "git"] {
        match is_there(name) {
            true => check(&mut taps, name, place.path()),
            false => println!("skipped: no {name}"),
        }
    }
    assert_eq!(taps.left_out(), 0);
}

fn check(taps: &mut Taps, name: &str, place: &Path) {
    let mut provider = Provider::start(place, name).expect("a provider");
    let command = client(name, place).expect("a client that is known");
    let port = provider.port.to_string();
    let words: Vec<String> =
        command.get_args().map(|word| word.to_string_lossy().replace("PORT", &port)).collect();
    let mut command = Command::new(command.get_program());
    let mut child =
        command.args(words).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    let peer = ([127, 0, 0, 1], provider.number()).into();
    let server = ([127, 0, 0, 1], provider.port).into();
    let holder = Holders::default().of(peer, server).expect("who connected");
    assert!(taps.tap(holder.process.pid) > 0, "{name} has no library that is known");
    provider.go_on.write_all(b"go on\n").expect("it listens");
    let pieces = heard(taps, holder.process.pid, &format!("msg_of_{name}"));
    // Git would ask again.
    provider.end();
    assert!(child.wait().expect("it ends").code().is_some());
    taps.let_go(holder.process.pid);

    let (said, answer) = (joined(&pieces, Way::Said), joined(&pieces, Way::Heard));
    if name == "git" {
        assert!(said.starts_with("GET /code/info/refs"), "{said:.80}");
        return;
    }
    assert!(said.starts_with("POST /v1/messages HTTP/1.1\r\n"), "{name}: {said:.80}");
    assert!(said.contains("\"asked\": \"WORD\"") && said.ends_with(&" ".repeat(40_000)), "{name}");
    assert!(answer.contains("\"heard\": 40017"), "{name}: {answer}");
}

/// Pieces of one process until the word was heard.
fn heard(taps: &mut Taps, pid: u32, word: &str) -> Vec<Piece> {
    let (deadline, mut pieces) = (Instant::now() + LIMIT, Vec::new());
    while !joined(&pieces, Way::Heard).contains(word) {
        assert!(Instant::now() < deadline, "`{word}` was never heard");
        taps.poll(Duration::from_millis(50), &mut pieces).expect("the ring is read");
        pieces.retain(|piece| piece.process.pid == pid);
    }
    pieces
}

/// The bytes of one way in their places; a hole is a panic.
fn joined(pieces: &[Piece], way: Way) -> String {
    let of_way = pieces.iter().filter(|piece| piece.way == way);
    let placed: BTreeMap<u64, &Piece> = of_way.map(|piece| (piece.at, piece)).collect();
    let mut bytes = Vec::new();
    for (at, piece) in placed {
        assert_eq!(at, bytes.len() as u64, "a hole");
        bytes.extend(&piece.bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
