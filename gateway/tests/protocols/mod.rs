//! What the proxy carries, and what it asks on the way.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::time::Duration;

use event::{Effect, Outcome, Verb};
use gateway::egress::{Bounds, Tls};

use crate::stage::{Host, Names, Plan, patterns, reply, socks_request};

#[test]
fn a_request_goes_to_its_host_and_nothing_of_the_connection_goes_along() {
    let host = Host::plain(|_| reply("hello"));
    let stage = Plan::new(Names::default().with("api.example", 80, &host)).start();
    let said = stage.say(
        "GET http://API.example/x?y=1 HTTP/1.1\r\nHost: api.example\r\nProxy-Authorization: Basic eA==\r\n\
         Connection: close, X-Mine\r\nX-Mine: 1\r\nProxy-Connection: keep-alive\r\nX-Kept: 1\r\n\r\n",
    );
    assert!(said.starts_with("HTTP/1.1 200 OK") && said.ends_with("hello"), "{said}");
    let seen = host.seen();
    assert_eq!(seen, ["GET /x?y=1 HTTP/1.1\r\nHost: api.example\r\nX-Kept: 1\r\n\r\n"]);
    let asked = ["connect api.example:80", "http_request api.example:80 GET /x?y=1"];
    assert_eq!(stage.guard.asked(), asked);
    assert!(stage.told().is_empty(), "what is allowed is not told");
}

#[test]
fn requests_of_a_connection_share_one_behind_it() {
    let host =
        Host::plain(|request| reply(if request.contains("/a") { "first" } else { "second" }));
    let stage = Plan::new(Names::default().with("api.example", 80, &host)).start();
    let said = stage.say(
        "GET http://api.example/a HTTP/1.1\r\nHost: api.example\r\n\r\n\
         POST http://api.example/b HTTP/1.1\r\nHost: api.example\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody",
    );
    assert!(said.contains("first") && said.ends_with("second"), "{said}");
    assert!(host.seen()[1].ends_with("\r\n\r\nbody"), "{:?}", host.seen());
    let (connect, request) = ("connect api.example:80", "http_request api.example:80");
    let asked = [connect, &format!("{request} GET /a"), &format!("{request} POST /b")];
    assert_eq!(stage.guard.asked(), asked);
    assert_eq!(host.connections(), 1);
}

#[test]
fn a_connection_that_its_host_closed_is_made_anew() {
    let host = Host::plain(|_| reply("x"));
    let stage = Plan::new(Names::default().with("api.example", 80, &host)).start();
    let ask = |last: &str| {
        format!(
            "GET http://api.example/ HTTP/1.1\r\nHost: api.example\r\nx-close: yes\r\n{last}\r\n"
        )
    };
    let said = stage.say(ask("") + &ask("") + &ask("Connection: close\r\n"));
    assert_eq!(said.matches("200 OK").count(), 3, "{said}");
    assert_eq!(host.seen().len(), 3);
}

#[test]
fn opened_tls_shows_requests_and_is_verified_on_the_other_side() {
    let host = Host::secure(&["api.example"], |_| reply("secret page"));
    let other = Host::secure(&["other.example"], |_| reply("somebody else"));
    let names = Names::default().with("api.example", 443, &host).with("wrong.example", 443, &other);
    let stage = Plan::new(names).start();
    let get = |host: &str| format!("GET /x HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let said = stage.secure_say("api.example:443", "api.example", &get("api.example"));
    assert!(said.ends_with("secret page"), "{said}");
    assert_eq!(
        stage.guard.asked(),
        ["connect api.example:443", "http_request api.example:443 GET /x"]
    );
    let said = stage.secure_say("wrong.example:443", "wrong.example", &get("wrong.example"));
    assert!(said.starts_with("HTTP/1.1 502") && said.contains("certificate"), "{said}");
    assert!(other.seen().is_empty());
}

#[test]
fn passed_tls_is_left_alone() {
    let host = Host::secure(&["api.example", "pinned.example"], |_| reply("end to end"));
    let names =
        || Names::default().with("api.example", 443, &host).with("pinned.example", 443, &host);
    let root = || crate::stage::root();
    let request = b"GET /x HTTP/1.1\r\nHost: api.example\r\nx-close: yes\r\n\r\n";
    let mut plan = Plan::new(names());
    plan.settings.tls = Tls::Passed;
    let mut listed = Plan::new(names());
    listed.settings.passed = patterns(&["pinned.example"]);
    for (plan, name) in [(plan, "api.example"), (listed, "pinned.example")] {
        let stage = plan.start();
        let mut stream = stage.secure_by(&format!("{name}:443"), name, root());
        stream.write_all(request).expect("written");
        let mut said = String::new();
        let _ = stream.read_to_string(&mut said);
        assert!(said.ends_with("end to end"), "{said}");
        assert_eq!(stage.guard.asked(), [format!("connect {name}:443")]);
    }
}

#[test]
fn socks_reaches_names_and_the_addresses_that_stand_for_them() {
    let host = Host::plain(|_| reply("hello"));
    let stage = Plan::new(Names::default().with("api.example", 80, &host)).start();
    let answer = stage.ask("API.example", 1);
    let address = answer[answer.len() - 4..].to_vec();
    assert_eq!(address[..2], [198, 18]);
    for request in [socks_request(3, b"api.example", 80), socks_request(1, &address, 80)] {
        let get = b"GET /x HTTP/1.1\r\nHost: api.example\r\nConnection: close\r\n\r\n";
        let said = stage.say([&request[..], get].concat());
        assert!(said.starts_with("\u{5}\0\u{5}\0\0\u{1}") && said.ends_with("hello"), "{said:?}");
    }
    assert_eq!(stage.guard.asked()[1], "http_request api.example:80 GET /x");
    // DNS over TCP says the same.
    let mut stream = TcpStream::connect(stage.dns_tcp).expect("dns");
    let question = crate::stage::question("api.example", 1);
    stream
        .write_all(&[&(question.len() as u16).to_be_bytes()[..], &question].concat())
        .expect("written");
    let mut head = [0; 2];
    stream.read_exact(&mut head).expect("length");
    let mut again = vec![0; u16::from_be_bytes(head).into()];
    stream.read_exact(&mut again).expect("answer");
    assert_eq!(again[again.len() - 4..], address);
}

#[test]
fn other_protocols_pass_where_they_are_allowed_and_end_one_side_after_the_other() {
    let host = Host::banner("SSH-2.0-test\r\n");
    let stage = Plan::new(Names::default().with("git.example", 22, &host)).start();
    let mut stream = stage.tunnel("git.example:22");
    let mut banner = [0; 14];
    stream.read_exact(&mut banner).expect("the host speaks first");
    stream.write_all(b"SSH-2.0-client\r\nabc").expect("written");
    stream.shutdown(Shutdown::Write).expect("shut down");
    let mut rest = String::new();
    stream.read_to_string(&mut rest).expect("the other side is still open");
    assert_eq!(rest, "SSH-2.0-client\r\nabc");
    assert_eq!(stage.guard.asked(), ["connect git.example:22"]);
}

#[test]
fn the_relay_is_a_pipe_through_the_proxy() {
    let host = Host::banner("hello ");
    let stage = Plan::new(Names::default().with("git.example", 22, &host)).start();
    let mut output = Vec::new();
    gateway::relay::relay(stage.address, "git.example", 22, &b"over there"[..], &mut output)
        .expect("a pipe");
    assert_eq!(String::from_utf8_lossy(&output), "hello over there");
    let refused = gateway::relay::relay(stage.address, "elsewhere.test", 22, &b""[..], &mut output);
    let said = refused.expect_err("not allowed").to_string();
    assert!(said.contains("elsewhere.test:22") && said.contains("egress.not-allowed"), "{said}");
}

#[test]
fn what_streams_arrives_as_it_comes() {
    let (step, waits) = channel();
    let first = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: one\n\n";
    let host = Host::stepwise(first, waits, "data: two\n\n");
    let stage = Plan::new(Names::default().with("api.example", 80, &host)).start();
    let mut stream = stage.connection();
    stream
        .write_all(
            b"GET http://api.example/ HTTP/1.1\r\nHost: api.example\r\nConnection: close\r\n\r\n",
        )
        .expect("it");
    let mut said = String::new();
    while !said.contains("data: one") {
        let mut space = [0; 512];
        let length = stream.read(&mut space).expect("the first part, before the second is there");
        said.push_str(&String::from_utf8_lossy(&space[..length]));
    }
    step.send(()).expect("step");
    stream.read_to_string(&mut said).expect("the rest");
    assert!(said.contains("data: two"), "{said}");
}

#[test]
fn a_websocket_goes_on_as_a_stream() {
    let host = Host::changing(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    );
    let stage = Plan::new(Names::default().with("api.example", 80, &host)).start();
    let mut stream = stage.connection();
    let ask = "GET http://api.example/ws HTTP/1.1\r\nHost: api.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    stream.write_all(ask.as_bytes()).expect("written");
    let mut said = String::new();
    while !said.contains("\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).expect("head");
        said.push(byte[0].into());
    }
    assert!(said.starts_with("HTTP/1.1 101") && said.contains("websocket"), "{said}");
    stream.write_all(b"\x81\x02hi").expect("written");
    let mut frame = [0; 4];
    stream.read_exact(&mut frame).expect("echo");
    assert_eq!(frame, *b"\x81\x02hi");
    assert_eq!(stage.guard.asked()[1], "http_request api.example:80 GET /ws");
}

#[test]
fn large_bodies_go_both_ways() {
    let host = Host::secure(&["api.example"], |request| {
        reply(&request.split_once("\r\n\r\n").expect("body").1.repeat(2))
    });
    let stage = Plan::new(Names::default().with("api.example", 443, &host)).start();
    let body = "0123456789abcdef".repeat(256 * 1024);
    let head = "POST / HTTP/1.1\r\nHost: api.example\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
    let request = format!("{head}{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    let said = stage.secure_say("api.example:443", "api.example", &request);
    let (_, answer) = said.split_once("\r\n\r\n").expect("a body");
    assert!(answer == body.repeat(2), "{} bytes", answer.len());
}

#[test]
fn what_is_not_allowed_is_said_and_told() {
    let host = Host::plain(|_| reply("x"));
    let decide = |action: &event::Action| match (action.verb, action.object.named()) {
        (Verb::HttpRequest, it) if it.contains("DELETE") => Effect::Deny,
        (Verb::HttpRequest, it) if it.contains("PUT") => Effect::Ask,
        (Verb::HttpRequest, it) if it.contains("PATCH") => Effect::Notify,
        _ => Effect::Allow,
    };
    let stage = Plan::new(Names::default().with("api.example", 80, &host)).deciding(decide).start();
    for (method, status, says, outcome) in [
        ("DELETE", "403", "the test says so (policy `test.policy`)", Outcome::Prevented),
        ("PUT", "403", "waits for a person: the test says so", Outcome::Waits),
        ("PATCH", "200", "x", Outcome::WentOn),
    ] {
        let request = format!(
            "{method} http://api.example/r HTTP/1.1\r\nHost: api.example\r\nConnection: close\r\n\r\n"
        );
        let said = stage.say(request);
        assert!(said.starts_with(&format!("HTTP/1.1 {status}")) && said.contains(says), "{said}");
        let told = stage.next();
        assert_eq!((told.outcome, told.by, told.count), (outcome, event::Enforcer::Proxy, 1));
        assert!(
            told.summary().contains(&format!("api.example:80 {method} /r")),
            "{}",
            told.summary()
        );
    }
    assert_eq!(host.seen().len(), 1);
}

#[test]
fn an_open_connection_carries_nothing_that_may_not_go_any_more() {
    let (raw, plain) = (Host::banner("x"), Host::plain(|_| reply("x")));
    let shut = Arc::new(AtomicBool::new(false));
    let says = Arc::clone(&shut);
    let names = Names::default().with("git.example", 22, &raw).with("api.example", 80, &plain);
    let stage = Plan::new(names)
        .deciding(move |_| if says.load(Ordering::SeqCst) { Effect::Deny } else { Effect::Allow })
        .start();
    let mut tunnel = stage.tunnel("git.example:22");
    tunnel.write_all(b"before").expect("written");
    tunnel.read_exact(&mut [0]).expect("the banner");
    let mut upload = stage.connection();
    let head = "POST http://api.example/ HTTP/1.1\r\nHost: api.example\r\nContent-Length: 99\r\n\r\nbefore";
    upload.write_all(head.as_bytes()).expect("written");
    // The host has the head when it was asked for its address.
    while !stage.guard.asked().iter().any(|it| it.contains("POST")) || plain.connections() == 0 {
        std::thread::yield_now();
    }
    shut.store(true, Ordering::SeqCst);
    // Either may be closed by now.
    let _ = tunnel.write_all(b"after");
    let _ = upload.write_all(&[b'y'; 93]);
    let mut said = Vec::new();
    let _ = tunnel.read_to_end(&mut said);
    let _ = upload.read_to_end(&mut said);
    assert!(raw.seen().is_empty() || !raw.seen()[0].contains("after"), "{:?}", raw.seen());
    assert!(plain.seen().is_empty(), "{:?}", plain.seen());
    assert_eq!(stage.policies(), ["test.policy"]);
}

#[test]
fn equal_decisions_are_told_once_and_counted() {
    let stage = Plan::new(Names::default()).start();
    for _ in 0..5 {
        stage.say("CONNECT elsewhere.test:443 HTTP/1.1\r\nHost: elsewhere.test\r\n\r\n");
    }
    let mut count = 0;
    while count < 5 {
        let told = stage.next();
        assert_eq!(told.decision.because[0].policy.as_ref(), "egress.not-allowed");
        count += told.count;
    }
    assert_eq!(count, 5);
}

#[test]
fn connections_beyond_the_bound_wait() {
    let host = Host::plain(|_| reply("x"));
    let bounds = Bounds { connections: 2, ..Bounds::default() };
    let stage = Plan::new(Names::default().with("api.example", 80, &host)).bounds(bounds).start();
    let held = [stage.tunnel("api.example:80"), stage.tunnel("api.example:80")];
    let mut third = stage.connection();
    third
        .write_all(
            b"GET http://api.example/ HTTP/1.1\r\nHost: api.example\r\nConnection: close\r\n\r\n",
        )
        .expect("it");
    third.set_read_timeout(Some(Duration::from_millis(300))).expect("timeout");
    third.read(&mut [0]).expect_err("nobody answers yet");
    drop(held);
    third.set_read_timeout(Some(Duration::from_secs(20))).expect("timeout");
    let mut said = String::new();
    third.read_to_string(&mut said).expect("an answer");
    assert!(said.starts_with("HTTP/1.1 200"), "{said}");
}

#[test]
fn the_end_ends_everything() {
    let host = Host::banner("x");
    let stage = Plan::new(Names::default().with("git.example", 22, &host)).start();
    let mut open = stage.tunnel("git.example:22");
    let address: SocketAddr = stage.address;
    stage.egress.end();
    let mut rest = Vec::new();
    let _ = open.read_to_end(&mut rest);
    assert!(TcpStream::connect(address).is_err(), "nobody listens");
}

#[test]
fn nothing_is_allowed_that_was_not_said() {
    let stage = Plan::new(Names::default()).allowing(&[]).start();
    let said = stage.say("GET http://api.example/ HTTP/1.1\r\nHost: api.example\r\n\r\n");
    assert!(said.contains("egress.not-allowed"), "{said}");
    assert!(stage.guard.asked().is_empty(), "nobody is asked about it");
}
