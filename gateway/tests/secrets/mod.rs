//! Secrets in custody: what the agent sees, what the host sees, and what nobody sees.

use std::io::{Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use event::{Effect, Verb};
use gateway::egress::{Custody, Places};

use crate::stage::{Host, Names, Plan, Stage, patterns, reply};

/// Made here, so that nothing in this repository looks like a live secret.
fn value() -> String {
    format!("ghp_{}", "R3alV4lue".repeat(4))
}

fn plan(names: Names) -> Plan {
    let mut plan = Plan::new(names);
    plan.settings.secrets = vec![Custody {
        kind: "github-token".into(),
        name: "GITHUB_TOKEN".into(),
        value: value().into(),
        hosts: patterns(&["api.example"]),
    }];
    plan
}

fn placeholder(stage: &Stage) -> String {
    let places = Places { bundle: "/box/ca.pem".as_ref(), ssh: None };
    let environment = stage.egress.environment(places);
    let found = environment.into_iter().find(|(name, _)| name == "GITHUB_TOKEN");
    let placeholder = found.expect("a placeholder").1;
    assert!(
        placeholder.starts_with("ghp_")
            && placeholder.len() == value().len()
            && placeholder != value()
    );
    placeholder
}

fn secure(stage: &Stage, name: &str, head: &str, body: &str) -> String {
    let length = body.len();
    let (line, headers) = head.split_once(" | ").unwrap_or((head, "x: y"));
    let request = format!(
        "{line} HTTP/1.1\r\nHost: {name}\r\n{headers}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    stage.secure_say(&format!("{name}:443"), name, &request)
}

#[test]
fn the_host_has_the_secret_and_the_agent_never() {
    // It says what it heard, in its headers and in its body, in clear and in base64.
    let echo = |request: &str| {
        let line = request
            .lines()
            .find(|it| it.to_lowercase().starts_with("authorization"))
            .unwrap_or("x: none");
        let first = request.lines().next().unwrap_or_default();
        let body = format!("{first} {line} {} end", STANDARD.encode(line));
        format!("HTTP/1.1 200 OK\r\nx-echo: {line}\r\ncontent-length: {}\r\n\r\n{body}", body.len())
            .into_bytes()
    };
    let host = Host::secure(&["api.example"], echo);
    let stage = plan(Names::default().with("api.example", 443, &host)).start();
    let token = placeholder(&stage);
    let login = STANDARD.encode(format!("me:{token}"));
    let rows = [
        (
            format!("GET /a | Authorization: Bearer {token}"),
            format!("authorization: bearer {}", value()),
        ),
        (
            format!("GET /a | Authorization: Basic {login}"),
            format!("basic {}", STANDARD.encode(format!("me:{}", value()))),
        ),
        (
            format!("GET /a?access_token={token}&b=c"),
            format!("get /a?access_token={}&b=c http", value()),
        ),
        (format!("GET /a | X-Api-Key: {token}"), format!("x-api-key: {}", value())),
    ];
    for (head, expect) in rows {
        let said = secure(&stage, "api.example", &head, "");
        assert!(said.starts_with("HTTP/1.1 200") && said.ends_with(" end"), "{said}");
        let seen = host.seen().pop().expect("a request");
        assert!(seen.to_lowercase().contains(&expect.to_lowercase()), "{seen}");
        let inner = |text: &str| STANDARD.encode(&text[2..text.len() - 2]);
        for secret in [value(), inner(&value()), STANDARD.encode(format!("me:{}", value()))] {
            assert!(!said.contains(&secret), "{head}: {said}");
        }
        assert!(!said.contains("R3alV4lue"), "{said}");
    }
    assert!(
        stage.guard.asked().contains(&"use_secret GITHUB_TOKEN".to_owned()),
        "{:?}",
        stage.guard.asked()
    );
    let asked = stage.guard.asked().join("\n");
    assert!(!asked.contains("R3alV4lue") && asked.contains(&token[..20]), "{asked}");
}

#[test]
fn a_placeholder_goes_nowhere_else() {
    let host = Host::secure(&["api.example", "other.example"], |_| reply("reached"));
    let plain = Host::plain(|_| reply("reached"));
    let names = || {
        let names =
            Names::default().with("api.example", 443, &host).with("other.example", 443, &host);
        names.with("api.example", 80, &plain).with("raw.example", 9000, &plain)
    };
    let stage = plan(names()).start();
    let token = placeholder(&stage);
    let login = STANDARD.encode(format!("{token}:x"));
    let rows = [
        (
            "other.example",
            format!("GET / | Authorization: token {token}"),
            "",
            "egress.secret-elsewhere",
        ),
        (
            "other.example",
            format!("GET / | Authorization: Basic {login}"),
            "",
            "egress.secret-elsewhere",
        ),
        ("other.example", format!("GET /?q={token}"), "", "egress.secret-elsewhere"),
        ("other.example", format!("GET /{token}/x"), "", "egress.secret-elsewhere"),
        (
            "other.example",
            "POST /".to_owned(),
            &*format!("{{\"t\":\"{token}\"}}"),
            "egress.secret-elsewhere",
        ),
        ("api.example", format!("GET /issues?title={token}"), "", "egress.secret-misplaced"),
        ("api.example", format!("GET / | User-Agent: {token}"), "", "egress.secret-misplaced"),
    ];
    for (name, head, body, policy) in rows {
        let said = secure(&stage, name, &head, body);
        assert!(said.starts_with("HTTP/1.1 403") && said.contains(policy), "{head}: {said}");
        assert!(!said.contains("reached"), "{said}");
        assert_eq!(stage.next().decision.because[0].policy.as_ref(), policy);
    }
    let said = stage.say(format!(
        "GET http://api.example/ HTTP/1.1\r\nHost: api.example\r\nAuthorization: token {token}\r\n\r\n"
    ));
    assert!(said.contains("egress.secret-in-the-open"), "{said}");
    let mut raw = stage.tunnel("raw.example:9000");
    raw.write_all(format!("\u{1}{token}").as_bytes()).expect("written");
    let mut said = String::new();
    let _ = raw.read_to_string(&mut said);
    assert!(said.contains("egress.secret-elsewhere"), "{said}");
    let seen = [host.seen(), plain.seen()].concat().join("\n");
    assert!(!seen.contains(&token) && !seen.contains(&value()) && !seen.contains("R3al"), "{seen}");
}

#[test]
fn a_secret_is_used_where_the_guard_agrees() {
    let host = Host::secure(&["api.example"], |_| reply("reached"));
    let names = || Names::default().with("api.example", 443, &host);
    let denied = plan(names())
        .deciding(|it| if it.verb == Verb::UseSecret { Effect::Deny } else { Effect::Allow });
    let stage = denied.start();
    let head = format!("GET / | Authorization: token {}", placeholder(&stage));
    let said = secure(&stage, "api.example", &head, "");
    assert!(
        said.starts_with("HTTP/1.1 403") && said.contains("use the secret GITHUB_TOKEN"),
        "{said}"
    );
    assert!(host.seen().is_empty());
    // Redacted, the request goes on without the secret.
    let redacted = plan(names())
        .deciding(|it| if it.verb == Verb::HttpRequest { Effect::Redact } else { Effect::Allow });
    let stage = redacted.start();
    let token = placeholder(&stage);
    let said = secure(&stage, "api.example", &format!("GET / | Authorization: token {token}"), "");
    assert!(said.ends_with("reached"), "{said}");
    assert!(host.seen()[0].contains(&token), "{:?}", host.seen());
}

#[test]
fn an_answer_that_cannot_be_read_is_not_given() {
    let zipped = |_: &str| {
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nzip!".to_vec()
    };
    let host = Host::secure(&["api.example"], zipped);
    let stage = plan(Names::default().with("api.example", 443, &host)).start();
    let head = format!(
        "GET / | Authorization: token {}\r\nAccept-Encoding: gzip\r\nRange: bytes=4-9",
        placeholder(&stage)
    );
    let said = secure(&stage, "api.example", &head, "");
    assert!(said.contains("egress.unreadable-answer") && !said.contains("zip!"), "{said}");
    let seen = host.seen()[0].to_lowercase();
    assert!(seen.contains("accept-encoding: identity") && !seen.contains("range:"), "{seen}");
    let said = secure(&stage, "api.example", "GET / | Accept-Encoding: gzip", "");
    assert!(said.ends_with("zip!"), "without a secret it is: {said}");
}

#[test]
fn secrets_that_cannot_be_held_are_refused() {
    let custody = |name: &str, value: &str, hosts: &[&str]| Custody {
        kind: "token".into(),
        name: name.into(),
        value: value.to_owned().into(),
        hosts: patterns(hosts),
    };
    for (custody, expect) in [
        (custody("A TOKEN", "abcdefgh12", &["a.example"]), "names no variable"),
        (custody("TOKEN", "short", &["a.example"]), "cannot be held back"),
        (custody("TOKEN", "two\nlines of it", &["a.example"]), "cannot be held back"),
        (custody("TOKEN", "----------", &["a.example"]), "cannot be held back"),
        (custody("TOKEN", "abcdefgh12", &[]), "is for no host"),
    ] {
        assert!(!format!("{custody:?}").contains("abcdefgh12"));
        let mut plan = Plan::new(Names::default());
        plan.settings.secrets = vec![custody];
        let error = plan.refused().to_string();
        assert!(error.contains(expect) && error.contains("hint: "), "{error}");
    }
}
