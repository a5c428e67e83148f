//! The older way: one stream that says where to post to, and answers in it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use super::super::{call, result};
use super::{PATIENCE, Scene, body_of, request};

/// A server whose stream says this endpoint; what is posted is told, and answered in the stream.
fn server(endpoint: &'static str) -> (SocketAddr, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("address");
    let (posted, told) = channel();
    let (answers, said) = channel::<String>();
    thread::spawn(move || {
        let first = listener.incoming().flatten().next().expect("a stream");
        thread::spawn(move || streams(first, endpoint, &said));
        for stream in listener.incoming().flatten() {
            takes(stream, &posted, &answers);
        }
    });
    (address, told)
}

fn streams(stream: TcpStream, endpoint: &str, said: &Receiver<String>) {
    let mut stream = BufReader::new(stream);
    head(&mut stream);
    let begins = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nevent: endpoint\ndata: {endpoint}\n\n"
    );
    stream.get_mut().write_all(begins.as_bytes()).expect("written");
    for answer in said {
        let event = format!("event: message\ndata: {answer}\n\n");
        if stream.get_mut().write_all(event.as_bytes()).is_err() {
            return;
        }
    }
}

fn takes(stream: TcpStream, posted: &Sender<String>, answers: &Sender<String>) {
    let mut stream = BufReader::new(stream);
    let head = head(&mut stream);
    let length = head
        .to_lowercase()
        .split("content-length: ")
        .nth(1)
        .map(|it| it.split("\r\n").next().and_then(|it| it.parse().ok()).expect("a length"));
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).expect("a body");
    let body = String::from_utf8(body).expect("text");
    answers.send(result(1, "fine")).expect("the stream is open");
    posted.send(format!("{head}{body}")).expect("somebody looks");
    let accepted =
        b"HTTP/1.1 202 Accepted\r\nConnection: close\r\nContent-Length: 8\r\n\r\nAccepted";
    stream.get_mut().write_all(accepted).expect("written");
}

fn head(stream: &mut impl BufRead) -> String {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && stream.read_line(&mut head).expect("text") > 0 {}
    head
}

/// Reads on until this was heard.
fn until(stream: &mut TcpStream, heard: &mut String, wanted: &str) {
    let mut space = [0; 512];
    while !heard.contains(wanted) {
        let length = stream.read(&mut space).expect("a part");
        assert!(length > 0, "{heard}");
        heard.push_str(&String::from_utf8_lossy(&space[..length]));
    }
}

#[test]
fn messages_are_posted_to_us_and_answered_in_the_stream() {
    let (address, told) = server("/base/messages?session_id=7");
    let scene = Scene::to(address);
    let mut stream = scene.connection();
    stream.write_all(request("GET /mcp/tickets", "", "").as_bytes()).expect("written");
    let mut heard = String::new();
    until(&mut stream, &mut heard, "\n\n");
    let place = heard.split("data: ").nth(1).and_then(|it| it.lines().next()).expect("a place");
    assert!(place.starts_with("/mcp/tickets/messages/"), "{heard}");
    let line = format!("POST {place}");
    assert_eq!(scene.say(&line, "", &call(1, "read")).0, 202);
    until(&mut stream, &mut heard, "fine");
    let posted = told.recv_timeout(PATIENCE).expect("it was posted");
    assert!(posted.starts_with("POST /base/messages?session_id=7 "), "{posted}");
    assert_eq!(body_of(&posted), call(1, "read"));
    // The newer era speaks this way, too, which has no headers of its own.
    let meta = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"},"name""#;
    let newer = call(5, "read").replace("\"name\"", meta);
    assert_eq!(scene.say(&line, "", &newer).0, 202);
    assert_eq!(scene.say(&line, "Mcp-Name: other\r\n", &newer).0, 400);
    told.recv_timeout(PATIENCE).expect("it was posted");
    // What is refused is answered in the stream, and never posted.
    assert_eq!(scene.say(&line, "", &call(2, "drop")).0, 202);
    until(&mut stream, &mut heard, "isError");
    assert!(told.try_recv().is_err());
    let calls = scene.calls();
    assert!(calls.contains(&"tools/call read whole".into()), "{calls:?}");
    assert!(calls.contains(&"tools/call drop refused".into()), "{calls:?}");
    // Nobody else posts there, and nobody at all when the stream is over.
    scene.is("eve");
    assert_eq!(scene.say(&line, "", &call(3, "read")).0, 404);
    assert!(told.try_recv().is_err());
}

#[test]
fn a_place_elsewhere_ends_the_stream() {
    let (address, _) = server("http://evil.example/messages");
    let scene = Scene::to(address);
    let mut stream = scene.connection();
    stream.write_all(request("GET /mcp/tickets", "", "").as_bytes()).expect("written");
    let mut heard = String::new();
    let _ = stream.read_to_string(&mut heard);
    assert!(!heard.contains("evil"), "{heard}");
}
