//! Ways around the proxy that were tried elsewhere. Each is refused by the policy that its row names, is told, and no
//! host hears of it.

use std::io::{Read, Write};
use std::time::Duration;

use gateway::egress::{Bounds, Tls};

use crate::stage::{Host, Names, Plan, Stage, reply, socks_request};

/// How it is tried.
enum Try<'a> {
    /// These bytes to the proxy.
    Say(String),
    /// These bytes too.
    Bytes(Vec<u8>),
    /// In a tunnel, in TLS under a name, this request.
    Tls(&'a str, &'a str, &'a str),
    /// In a tunnel, these bytes.
    Tunnel(&'a str, &'a [u8]),
    /// A question of DNS.
    Dns(&'a str, u16),
}
use Try::{Bytes, Dns, Say, Tls as Secure, Tunnel};

fn names(host: &Host, secure: &Host) -> Names {
    Names::default()
        .with("api.example", 80, host)
        .with("api.example", 443, secure)
        .with("api.example", 8080, host)
        .with("two.example", 443, secure)
        .at("metadata.example", 80, "169.254.169.254")
        .at("bent.example", 80, "10.0.0.7")
        .at("bent6.example", 80, "::ffff:192.168.0.1")
        .at("bent64.example", 80, "64:ff9b::a00:1")
        .at("local.example", 80, "::1")
}

/// Plain host and secure host of the stage have these; this machine's addresses are allowed, but not all of them.
fn stage(host: &Host, secure: &Host, tls: Tls) -> Stage {
    let mut plan = Plan::new(names(host, secure)).allowing(&["*.example", "x.test:9", "127.0.0.1"]);
    plan.settings.tls = tls;
    plan.start()
}

fn attempt(stage: &Stage, attempt: &Try<'_>) -> String {
    match attempt {
        Say(text) => stage.say(text),
        Bytes(bytes) => stage.say(bytes),
        Secure(authority, sni, request) => stage.secure_say(authority, sni, request),
        Tunnel(authority, bytes) => {
            let mut stream = stage.tunnel(authority);
            stream.write_all(bytes).expect("written");
            let mut said = Vec::new();
            let _ = stream.read_to_end(&mut said);
            String::from_utf8_lossy(&said).into_owned()
        }
        Dns(name, record) => format!("DNS {}", stage.ask(name, *record)[3] & 15),
    }
}

fn check(tls: Tls, name: &str, tried: &Try<'_>, policy: &str, says: &str) {
    let (host, secure) = (
        Host::plain(|_| reply("reached")),
        Host::secure(&["api.example", "two.example"], |_| reply("reached")),
    );
    let stage = stage(&host, &secure, tls);
    let said = attempt(&stage, tried);
    assert!(said.contains(says), "{name}: {said}");
    assert!(!said.contains("reached"), "{name}: {said}");
    let seen = [host.seen(), secure.seen()].concat();
    assert!(seen.is_empty(), "{name}: a host heard {seen:?}");
    // The parser of HTTP has its own word for what it cannot read.
    let expect: Vec<&str> = Some(policy).filter(|it| !it.is_empty()).into_iter().collect();
    assert_eq!(stage.policies(), expect, "{name}: {said}");
}

fn get(url: &str, host: &str) -> Try<'static> {
    Say(format!("GET {url} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"))
}

fn connect(authority: &str) -> Try<'static> {
    Say(format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n"))
}

#[test]
fn where_it_goes_is_said_in_one_way() {
    let rows = [
        (
            "a host that is not allowed",
            get("http://evil.test/", "evil.test"),
            "egress.not-allowed",
            "403",
        ),
        ("the same by CONNECT", connect("evil.test:443"), "egress.not-allowed", "403"),
        ("an allowed host on another port", connect("x.test:22"), "egress.not-allowed", "403"),
        (
            "Host says another host",
            get("http://api.example/", "evil.test"),
            "egress.fronting",
            "403",
        ),
        (
            "Host says another port",
            get("http://api.example/", "api.example:81"),
            "egress.fronting",
            "403",
        ),
        (
            "two hosts",
            get("http://api.example/", "api.example\r\nHost: evil.test"),
            "egress.fronting",
            "403",
        ),
        (
            "CONNECT with another Host",
            Say("CONNECT api.example:443 HTTP/1.1\r\nHost: evil.test:443\r\n\r\n".into()),
            "egress.fronting",
            "403",
        ),
        (
            "a login in the address",
            get("http://api.example@evil.test/", "evil.test"),
            "egress.login-in-address",
            "403",
        ),
        (
            "an address in one number",
            get("http://2130706433/", "2130706433"),
            "egress.odd-address",
            "403",
        ),
        ("an address in hex", connect("0x7f.1:80"), "egress.odd-address", "403"),
        ("an address in octal", connect("0177.0.0.1:80"), "egress.odd-address", "403"),
        ("a short address", connect("127.1:80"), "egress.odd-address", "403"),
        ("an address with a dot", connect("127.0.0.1.:80"), "egress.odd-address", "403"),
        ("localhost with a dot", connect("localhost.:80"), "egress.not-allowed", "403"),
        ("our loopback", connect("[::1]:80"), "egress.not-allowed", "403"),
        ("an IPv4 address in IPv6", connect("[::ffff:10.0.0.1]:80"), "egress.not-allowed", "403"),
        (
            "a scheme that is none",
            get("ftp://api.example/", "api.example"),
            "egress.unsupported",
            "403",
        ),
        (
            "https in the open",
            get("https://api.example/", "api.example"),
            "egress.unsupported",
            "403",
        ),
        ("a request to the proxy", get("/", "api.example"), "egress.unsupported", "403"),
        ("no port", connect("api.example"), "egress.bad-name", "403"),
        ("port 0", connect("api.example:0"), "egress.bad-name", "403"),
    ];
    for (name, tried, policy, says) in rows {
        check(Tls::Opened, name, &tried, policy, says);
    }
}

#[test]
fn names_that_lead_inside_do_not() {
    let rows = [
        (
            "clouds' table of keys",
            get("http://metadata.example/", "metadata.example"),
            "egress.inside",
        ),
        ("a private network", get("http://bent.example/", "bent.example"), "egress.inside"),
        ("the same in IPv6", get("http://bent6.example/", "bent6.example"), "egress.inside"),
        (
            "the same through NAT64",
            get("http://bent64.example/", "bent64.example"),
            "egress.inside",
        ),
        ("loopback of IPv6", get("http://local.example/", "local.example"), "egress.inside"),
        ("SOCKS", Bytes(socks_request(3, b"bent.example", 80)), "egress.inside"),
    ];
    for (name, tried, policy) in rows {
        let says =
            if matches!(tried, Bytes(_)) { "\u{5}\u{2}" } else { "has to be allowed by address" };
        check(Tls::Opened, name, &tried, policy, says);
    }
}

#[test]
fn messages_are_read_in_one_way() {
    let post = |headers: &str| {
        Say(format!(
            "POST http://api.example/ HTTP/1.1\r\nHost: api.example\r\nConnection: close\r\n{headers}\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n"
        ))
    };
    let rows = [
        ("two lengths", post("Content-Length: 5\r\nContent-Length: 6"), "", "400"),
        ("a length that is none", post("Content-Length: +5"), "", "400"),
        (
            "chunks in another coding",
            post("Transfer-Encoding: gzip, chunked"),
            "egress.ambiguous-length",
            "403",
        ),
        (
            "chunks twice",
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"),
            "egress.ambiguous-length",
            "403",
        ),
        ("no chunks last", post("Transfer-Encoding: chunked, identity"), "", "400"),
        ("chunks with a strange word", post("Transfer-Encoding: xchunked"), "", "400"),
        ("a blank before the colon", post("Transfer-Encoding : chunked"), "", "400"),
        ("a folded line", post("X: a\r\n Transfer-Encoding: chunked"), "", "400"),
        ("a zero byte", post("X: a\0b"), "", "400"),
        (
            "a head without an end",
            Say(format!("GET http://api.example/ HTTP/1.1\r\nX: {}", "a".repeat(80 * 1024))),
            "",
            "431",
        ),
        (
            "more headers than anybody needs",
            Say(format!("GET http://api.example/ HTTP/1.1\r\n{}\r\n", "X: y\r\n".repeat(200))),
            "",
            "431",
        ),
        ("HTTP/2 in the open", Say("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".into()), "", ""),
        ("a line end in CONNECT", connect("api.example:443\r\nX: y"), "", "400"),
        ("half a line end in CONNECT", connect("api.example:443\nX"), "", "400"),
    ];
    for (name, tried, policy, says) in rows {
        check(Tls::Opened, name, &tried, policy, says);
    }
}

#[test]
fn a_length_beside_chunks_is_not_passed_on() {
    let (host, secure) =
        (Host::plain(|_| reply("one")), Host::secure(&["api.example"], |_| reply("x")));
    let stage = stage(&host, &secure, Tls::Opened);
    for pair in [
        "Content-Length: 4\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 4",
    ] {
        stage.say(format!(
            "POST http://api.example/ HTTP/1.1\r\nHost: api.example\r\nConnection: close\r\n{pair}\r\n\r\n0\r\n\r\n"
        ));
    }
    for seen in host.seen() {
        let seen = seen.to_lowercase();
        assert!(!(seen.contains("content-length") && seen.contains("transfer-encoding")), "{seen}");
    }
}

#[test]
fn tls_says_the_name_that_the_tunnel_was_opened_for() {
    let inner = |host: &str| format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let (api, two) = (inner("api.example"), inner("two.example"));
    let absolute =
        "GET https://two.example/ HTTP/1.1\r\nHost: api.example\r\nConnection: close\r\n\r\n";
    let (none, connect) = (
        "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
        "CONNECT two.example:443 HTTP/1.1\r\nHost: two.example:443\r\n\r\n",
    );
    let plain = b"GET / HTTP/1.1\r\nHost: api.example\r\n\r\n";
    let rows = [
        (
            "another name in TLS",
            Tls::Opened,
            Secure("api.example:443", "two.example", &two),
            "egress.fronting",
            "AccessDenied",
        ),
        (
            "the same, passed",
            Tls::Passed,
            Secure("api.example:443", "two.example", &two),
            "egress.fronting",
            "AccessDenied",
        ),
        (
            "no name in TLS, passed",
            Tls::Passed,
            Secure("api.example:443", "127.0.0.1", &api),
            "egress.fronting",
            "AccessDenied",
        ),
        (
            "another host inside",
            Tls::Opened,
            Secure("api.example:443", "api.example", &two),
            "egress.fronting",
            "403",
        ),
        (
            "another URL inside",
            Tls::Opened,
            Secure("api.example:443", "api.example", absolute),
            "egress.fronting",
            "403",
        ),
        (
            "no host inside",
            Tls::Opened,
            Secure("api.example:443", "api.example", none),
            "egress.fronting",
            "403",
        ),
        (
            "a tunnel inside",
            Tls::Opened,
            Secure("api.example:443", "api.example", connect),
            "egress.unsupported",
            "403",
        ),
        ("no TLS", Tls::Opened, Tunnel("api.example:443", plain), "egress.not-tls", "403"),
        (
            "no TLS, passed",
            Tls::Passed,
            Tunnel("api.example:443", b"SSH-2.0-x\r\n"),
            "egress.not-tls",
            "403",
        ),
        (
            "TLS that is none",
            Tls::Opened,
            Tunnel("api.example:443", b"\x16\x03\x01\x00\x05hello"),
            "egress.not-tls",
            "\u{15}",
        ),
        (
            "no HTTP",
            Tls::Opened,
            Tunnel("api.example:80", b"SSH-2.0-x\r\n"),
            "egress.not-http",
            "403",
        ),
        (
            "another host in a tunnel",
            Tls::Opened,
            Tunnel("api.example:8080", b"GET / HTTP/1.1\r\nHost: two.example\r\n\r\n"),
            "egress.fronting",
            "403",
        ),
        (
            "HTTP/2 in a tunnel",
            Tls::Opened,
            Tunnel("api.example:8080", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
            "egress.unsupported",
            "403",
        ),
    ];
    for (name, tls, tried, policy, says) in rows {
        check(tls, name, &tried, policy, says);
    }
}

/// A hello that says `api.example` and hides another name.
fn hiding() -> Vec<u8> {
    let name = b"\0\0\0\x10\0\x0e\0\0\x0bapi.example";
    let hidden = [&b"\xfe\x0d\0\x20"[..], &[0; 32]].concat();
    let extensions = [&name[..], &hidden].concat();
    let body = [
        &[3, 3][..],
        &[7; 32],
        &[0, 0, 2, 0x13, 1, 1, 0],
        &(extensions.len() as u16).to_be_bytes(),
        &extensions,
    ]
    .concat();
    let message = [&[1, 0][..], &(body.len() as u16).to_be_bytes(), &body].concat();
    [&[22, 3, 1][..], &(message.len() as u16).to_be_bytes(), &message].concat()
}

#[test]
fn a_hidden_name_is_not_passed() {
    check(
        Tls::Passed,
        "ECH",
        &Tunnel("api.example:443", &hiding()),
        "egress.hidden-name",
        "\u{15}",
    );
}

#[test]
fn dns_carries_nothing_out() {
    let rows = [
        ("a name that is not allowed", Dns("data.evil.test", 1), "egress.not-allowed", "DNS 5"),
        ("text", Dns("api.example", 16), "egress.dns-record", "DNS 5"),
        ("anything", Dns("api.example", 255), "egress.dns-record", "DNS 5"),
        ("null", Dns("api.example", 10), "egress.dns-record", "DNS 5"),
        ("an address as a name", Dns("0x7f.1", 1), "egress.odd-address", "DNS 5"),
        ("a blank in a name", Dns("a b.example", 1), "egress.bad-name", "DNS 5"),
        ("localhost", Dns("localhost", 1), "egress.not-allowed", "DNS 5"),
        ("the name of an address", Dns("1.0.18.198.in-addr.arpa", 12), "", "DNS 3"),
        ("other addresses of an allowed name", Dns("api.example", 28), "", "DNS 0"),
        ("keys to hide names with", Dns("api.example", 65), "", "DNS 0"),
        // Not resolved outside: it gets an address that means something here alone.
        ("data in an allowed name", Dns("data.api.example", 1), "", "DNS 0"),
    ];
    for (name, tried, policy, says) in rows {
        check(Tls::Opened, name, &tried, policy, says);
    }
}

#[test]
fn socks_does_connections_and_nothing_else() {
    let command = |command: u8| {
        [&[5, 1, 0, 5, command][..], &socks_request(1, &[127, 0, 0, 1], 80)[5..]].concat()
    };
    let rows = [
        ("taking connections", Bytes(command(2)), "", "\u{5}\0\u{5}\u{7}"),
        ("datagrams", Bytes(command(3)), "", "\u{5}\0\u{5}\u{7}"),
        (
            "a name that is not allowed",
            Bytes(socks_request(3, b"evil.test", 443)),
            "egress.not-allowed",
            "\u{5}\0\u{5}\u{2}",
        ),
        (
            "an odd address",
            Bytes(socks_request(3, b"0x7f.1", 80)),
            "egress.odd-address",
            "\u{5}\0\u{5}\u{2}",
        ),
        (
            "a name with a line end",
            Bytes(socks_request(3, b"api.example\r\n", 80)),
            "egress.bad-name",
            "\u{5}\0\u{5}\u{2}",
        ),
        (
            "an answer that nobody asked for",
            Bytes(socks_request(1, &[198, 18, 0, 9], 80)),
            "egress.unknown-answer",
            "\u{5}\0\u{5}\u{2}",
        ),
        (
            "an address that is not allowed",
            Bytes(socks_request(1, &[10, 0, 0, 1], 80)),
            "egress.not-allowed",
            "\u{5}\0\u{5}\u{2}",
        ),
        ("only with a login", Bytes(vec![5, 1, 2]), "", "\u{5}\u{fffd}"),
        ("SOCKS 4", Bytes(b"\x04\x01\x00\x50\x7f\x00\x00\x01\x00".to_vec()), "", ""),
    ];
    for (name, tried, policy, says) in rows {
        check(Tls::Opened, name, &tried, policy, says);
    }
}

#[test]
fn who_says_nothing_is_not_waited_for() {
    let (host, secure) =
        (Host::plain(|_| reply("x")), Host::secure(&["api.example"], |_| reply("x")));
    let bounds = Bounds { opening: Duration::from_millis(500), ..Bounds::default() };
    let stage = Plan::new(names(&host, &secure)).bounds(bounds).start();
    for bytes in
        ["", "GET http://api.example/ HTTP/1.1\r\nHost: api", "\u{5}", "\u{5}\u{1}\0\u{5}\u{1}"]
    {
        let said = stage.say(bytes);
        assert!(!said.contains('['), "it was ended by the proxy: {said}");
    }
    let mut stream = stage.tunnel("api.example:443");
    stream.write_all(b"\x16\x03\x01\x02\x00").expect("written");
    let mut said = Vec::new();
    stream.read_to_end(&mut said).expect("it was ended by the proxy");
    // Nor is it forgotten that a request may come: what follows would not be looked at.
    for begun in ["", "DEL", "\r\n", "DELETE /x"] {
        let mut stream = stage.tunnel("api.example:8080");
        stream.write_all(begun.as_bytes()).expect("written");
        let mut said = Vec::new();
        stream.read_to_end(&mut said).expect("it was ended by the proxy");
    }
    assert!(host.seen().is_empty());
}

#[test]
fn a_second_method_is_asked_about_too() {
    let host = Host::plain(|_| reply("reached"));
    let decide = |it: &event::Action| match it.object.named().contains("DELETE") {
        true => event::Effect::Deny,
        false => event::Effect::Allow,
    };
    let stage = Plan::new(Names::default().with("api.example", 80, &host)).deciding(decide).start();
    for name in ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"] {
        let said = stage.say(format!(
            "POST http://api.example/r HTTP/1.1\r\nHost: api.example\r\n{name}: delete\r\nContent-Length: 0\r\n\r\n"
        ));
        assert!(said.starts_with("HTTP/1.1 403"), "{said}");
    }
    assert!(host.seen().is_empty());
}

#[test]
fn a_connection_on_which_nothing_moves_ends() {
    let host = Host::banner("x");
    let bounds = Bounds { idle: Duration::from_secs(2), ..Bounds::default() };
    let stage = Plan::new(Names::default().with("git.example", 22, &host)).bounds(bounds).start();
    let mut stream = stage.tunnel("git.example:22");
    let mut said = Vec::new();
    stream.read_to_end(&mut said).expect("it was ended by the proxy");
    assert_eq!(said, b"x");
}
