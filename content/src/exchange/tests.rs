//! Conversations of HTTP as they are heard, with holes, and what is read out of them.

use std::io::Write;

use proptest::prelude::*;

use super::*;

/// Both ways of a connection, each byte of each way by itself or all at once.
fn heard(said: &[u8], answered: &[u8], step: usize) -> Vec<Exchange> {
    let mut exchanges = Exchanges::default();
    let mut found = Vec::new();
    for (way, bytes) in [(Way::Said, said), (Way::Heard, answered)] {
        for (number, part) in bytes.chunks(step).enumerate() {
            let at = (number * step) as u64;
            let piece = Piece { way, at, bytes: part, missing: 0, time: number as u64 };
            found.extend(exchanges.take(&piece));
        }
    }
    found.extend(exchanges.end());
    found
}

/// `METHOD PATH STATUS body` of each exchange, whatever the pieces are.
fn check(said: &str, answered: &str, expect: &[&str]) {
    for step in [1, 7, usize::MAX] {
        let found = heard(said.as_bytes(), answered.as_bytes(), step);
        let told = |it: &Exchange| {
            let body = it.answer.body.read(None).unwrap_or_default();
            let (request, status) = (&it.request.head, it.answer.head.status());
            let body = String::from_utf8_lossy(&body);
            format!("{} {} {status} {body}", request.method(), request.path())
        };
        assert_eq!(found.iter().map(told).collect::<Vec<_>>(), expect, "in steps of {step}");
    }
}

#[test]
fn bodies_end_where_their_heads_say() {
    check(
        "GET /a?key=1 HTTP/1.1\r\nHost: x\r\n\r\nHEAD /b HTTP/1.1\r\n\r\nPOST /c HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHTTP/1.1 204 Nothing\r\n\r\n",
        &["GET /a 200 ok", "HEAD /b 200 ", "POST /c 204 "],
    );
    check(
        "GET / HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n1;x=y\r\nd\r\n0\r\nTrailer: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\nto the end",
        &["GET / 200 abcd", "GET /2 200 to the end"],
    );
    check(
        "POST / HTTP/1.1\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n!",
        &["POST / 200 !"],
    );
}

#[test]
fn what_is_no_http_is_passed_over() {
    check("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x12\x04", "\0\0\x12\x04\0\0\0\0\0", &[]);
    check("\x16\x03\x01 not a request at all, and long", "nor an answer, which is long, too", &[]);
    check(
        "GET / HTTP/1.1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        &[],
    );
}

#[test]
fn a_hole_in_a_body_is_known_and_one_in_a_head_ends_it() {
    let mut exchanges = Exchanges::default();
    let mut at = [0u64; 2];
    let mut take = |way: Way, bytes: &str, missing: u64| {
        let place = &mut at[usize::from(way == Way::Heard)];
        let piece = Piece { way, at: *place, bytes: bytes.as_bytes(), missing, time: 0 };
        *place += bytes.len() as u64 + missing;
        exchanges.take(&piece)
    };
    // To the end of the body, as a bound leaves it.
    take(Way::Said, "POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab", 3);
    let found = take(Way::Heard, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nokay", 0);
    let [one] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((one.request.body.length, one.request.body.is_whole()), (5, false));
    assert_eq!(one.answer.body.read(None).as_deref(), Some(&b"okay"[..]));
    // In the middle of a head: its answer has no request, and the next request begins anew.
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    take(Way::Said, "POST /lost HTTP/1.1\r\nContent-", 20);
    assert_eq!(take(Way::Heard, answer, 0), []);
    take(Way::Said, "GET /next HTTP/1.1\r\n\r\n", 0);
    let found = take(Way::Heard, answer, 0);
    assert_eq!(found.first().map(|it| it.request.head.path()), Some("/next"));
}

const ASKED: &str = r#"{"model": "claude-x", "messages": [{"role": "user", "content": "hi"}]}"#;
const ANSWER: &str = r#"{"id": "msg_7", "type": "message", "role": "assistant", "model": "claude-x",
    "content": [{"type": "text", "text": "ho"}], "usage": {"input_tokens": 11, "output_tokens": 5}}"#;
const STREAM: &str = concat!(
    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_7\",\"model\":\"claude-x\",\"usage\":{\"input_tokens\":11,\"output_tokens\":1}}}\n\n",
    "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":5}}\n\n",
    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"
);

fn exchange(path: &str, fields: &str, body: &[u8]) -> Exchange {
    let said = format!("POST {path} HTTP/1.1\r\nContent-Length: {}\r\n\r\n{ASKED}", ASKED.len());
    let head = format!("HTTP/1.1 200 OK\r\n{fields}Content-Length: {}\r\n\r\n", body.len());
    let found = heard(said.as_bytes(), &[head.as_bytes(), body].concat(), 100);
    found.into_iter().next().expect("an exchange")
}

#[test]
fn a_call_of_a_model_is_known_by_its_path_and_read() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(ANSWER.as_bytes()).expect("memory");
    let packed = packer.finish().expect("memory");
    for (fields, body) in [
        ("Content-Type: application/json\r\n", ANSWER.as_bytes()),
        ("Content-Encoding: gzip\r\n", &packed),
        ("Content-Type: text/event-stream; charset=utf-8\r\n", STREAM.as_bytes()),
    ] {
        let asked = exchange("/v1/messages", fields, body).model().expect("a call of a model");
        assert_eq!((&*asked.model, &*asked.answer.id, asked.read), ("claude-x", "msg_7", true));
        assert!(asked.certain);
        let usage = asked.answer.usage;
        assert_eq!((usage.input, usage.output), (11, 5), "{fields}");
        let said: Vec<&str> = asked.said.iter().map(|part| &*part.text.text).collect();
        assert_eq!(said, ["hi"]);
    }
    let unread = exchange("/v1/messages", "Content-Encoding: br\r\n", b"?").model();
    assert_eq!(unread.map(|it| (it.model, it.read)), Some(("claude-x".to_owned(), false)));
    assert_eq!(exchange("/v1/pages", "", ANSWER.as_bytes()).model(), None);
}

#[test]
fn what_is_held_is_known() {
    let mut exchanges = Exchanges::default();
    let piece = |way, bytes| Piece { way, at: 0, bytes, missing: 0, time: 0 };
    exchanges.take(&piece(Way::Said, b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc"));
    let begun = exchanges.held();
    assert!(begun > 3);
    exchanges.take(&Piece { at: 41, ..piece(Way::Said, b"abcdef") });
    assert!(exchanges.held() > begun);
    exchanges.take(&piece(Way::Heard, b"HTTP/1.1 204 Well\r\n\r\n"));
    assert_eq!(exchanges.held(), 0);
}

proptest! {
    #[test]
    fn nothing_is_too_strange(
        parts in proptest::collection::vec((any::<bool>(), 0..200u64, "[ -~\r\n]{0,40}", 0..9u64), 0..20),
    ) {
        let mut exchanges = Exchanges::default();
        for (said, at, text, missing) in &parts {
            let way = if *said { Way::Said } else { Way::Heard };
            exchanges.take(&Piece { way, at: *at, bytes: text.as_bytes(), missing: *missing, time: 0 });
        }
        exchanges.end();
    }
}
