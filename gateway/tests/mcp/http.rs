//! Servers of tools over HTTP, behind the gateway, between scripted clients and scripted servers.

mod older;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use event::{AgentRef, Circumstances, Judged, Principal, ToolRules, Verbatim};
use gateway::egress::{Outside, Trust};
use gateway::mcp::http::{Bounds, Desks, Server, Servers};
use gateway::mcp::{Desk, Detectors};
use gateway::models::{Called, Caller, Callers, Models, Settings, Terms, Told};

use super::{Asked, Paper, call, result};
use crate::stage::{Host, Names, root};

const PATIENCE: Duration = Duration::from_secs(20);

/// Made once: what is looked for does not change.
static DETECTORS: LazyLock<Detectors> =
    LazyLock::new(|| Detectors::begin().expect("a thread can be had"));

/// Whoever it is said that comes next.
struct Next(Arc<Mutex<&'static str>>);

impl Callers for Next {
    fn of(&self, _: SocketAddr) -> Caller {
        let product = (*self.0.lock().expect("whole")).into();
        Caller {
            principal: Principal::Agent(AgentRef { product, ..AgentRef::default() }),
            context: Circumstances::default(),
            process: None,
        }
    }
}

/// One paper for all.
struct Office(Arc<Paper>);

impl Desks for Office {
    fn of(&self, _: &Caller) -> Arc<dyn Desk> {
        self.0.clone()
    }
}

struct Scene {
    models: Models,
    desk: Arc<Paper>,
    guard: Arc<Asked>,
    next: Arc<Mutex<&'static str>>,
    _calls: Receiver<Called>,
    _decisions: Receiver<Judged>,
}

impl Scene {
    fn to(address: SocketAddr) -> Self {
        Self::with(address, Bounds::default(), Terms::default())
    }

    fn with(address: SocketAddr, bounds: Bounds, terms: Terms) -> Self {
        let desk = Arc::new(Paper { rules: ToolRules::default(), ..Paper::default() });
        let place = format!("http://{address}/base/mcp").parse().expect("an address");
        let server = Server { name: "tickets".into(), place, key: None };
        let desks = Arc::new(Office(Arc::clone(&desk)));
        let detectors = DETECTORS.clone();
        let next = Arc::new(Mutex::new("ida"));
        let settings = Settings {
            providers: Vec::new(),
            callers: Arc::new(Next(Arc::clone(&next))),
            inspection: None,
            guardrail: None,
            tools: Some(Servers { all: vec![server], desks, detectors, bounds }),
            redact: Arc::new(Verbatim),
            terms,
            tls: None,
            outside: Outside {
                resolver: Arc::new(Names::default()),
                trust: Trust::Only(vec![root()]),
            },
            bounds: Default::default(),
            threads: 2,
        };
        let guard = Arc::new(Asked::default());
        let ((calls, _calls), (decisions, _decisions)) = (channel(), channel());
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let told = Told { calls, decisions };
        let models = Models::start(listener, settings, guard.clone(), told).expect("it starts");
        Self { models, desk, guard, next, _calls, _decisions }
    }

    /// Who comes from now on.
    fn is(&self, who: &'static str) {
        *self.next.lock().expect("whole") = who;
    }

    fn connection(&self) -> TcpStream {
        let stream = TcpStream::connect(self.models.address()).expect("the gateway");
        stream.set_read_timeout(Some(PATIENCE)).expect("timeout");
        stream
    }

    /// Says a request and hears all of its answer: status, head, body.
    fn say(&self, line: &str, headers: &str, body: &str) -> (u16, String, String) {
        let mut stream = self.connection();
        stream.write_all(request(line, headers, body).as_bytes()).expect("written");
        let mut all = Vec::new();
        let _ = stream.read_to_end(&mut all);
        let all = String::from_utf8_lossy(&all).into_owned();
        let (head, body) = all.split_once("\r\n\r\n").expect(&all);
        let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).expect(head);
        (status, head.to_lowercase(), unchunked(head, body))
    }

    /// Posts; status and body.
    fn post(&self, headers: &str, body: &str) -> (u16, String) {
        let (status, _, body) = self.say("POST /mcp/tickets", headers, body);
        (status, body)
    }

    fn calls(&self) -> Vec<String> {
        let calls = self.desk.calls.lock().expect("whole");
        calls.iter().map(|it| format!("{} {} {}", it.method, it.tool, it.ended.name())).collect()
    }
}

fn request(line: &str, headers: &str, body: &str) -> String {
    format!(
        "{line} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Accept: application/json, text/event-stream\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn unchunked(head: &str, body: &str) -> String {
    if !head.to_lowercase().contains("transfer-encoding: chunked") {
        return body.to_owned();
    }
    let (mut rest, mut all) = (body, String::new());
    while let Some((length, behind)) = rest.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).unwrap_or(0);
        let Some((chunk, behind)) = behind.split_at_checked(length) else { break };
        all.push_str(chunk);
        rest = behind.get(2..).unwrap_or_default();
    }
    all
}

/// An answer with a head of its own.
fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n{body}").into_bytes()
}

fn json(body: &str) -> Vec<u8> {
    answer("200 OK", "Content-Type: application/json\r\n", body)
}

fn events(body: &str) -> Vec<u8> {
    answer("200 OK", "Content-Type: text/event-stream\r\n", body)
}

/// What was said behind the head.
fn body_of(request: &str) -> &str {
    request.split_once("\r\n\r\n").map_or("", |(_, body)| body)
}

const BEGIN: &str = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{}}"#;
const BEGUN: &str = r#"{"jsonrpc":"2.0","id":0,"result":{"serverInfo":{"name":"t"}}}"#;

/// Keeps sessions: the first is `s-1`.
fn keeps_sessions() -> Host {
    Host::plain(|request| match () {
        () if request.contains("initialize") => {
            let named = "Content-Type: application/json\r\nMcp-Session-Id: s-1\r\n";
            answer("200 OK", named, BEGUN)
        }
        () if request.starts_with("DELETE") => answer("200 OK", "", ""),
        () => json(&result(1, "fine")),
    })
}

#[test]
fn what_nobody_minds_goes_as_it_came_and_stands_in_the_record() {
    let said = call(1, "read");
    let events_said =
        format!(": hello\nid: 7\nevent: message\ndata: {}\nretry: 5\n\n", result(1, "fine"));
    let check = |answered: Vec<u8>, expect: &str| {
        let host = Host::plain(move |_| answered.clone());
        let scene = Scene::to(host.address);
        let headers = "X-Odd: Yes\r\nAuthorization: Bearer own\r\nMcp-Method: tools/call\r\n";
        let (status, body) = scene.post(headers, &said);
        assert_eq!((status, body.as_str()), (200, expect));
        let seen = host.seen().concat();
        assert!(seen.starts_with("POST /base/mcp HTTP/1.1\r\n"), "{seen}");
        let lower = seen.to_lowercase();
        assert!(lower.contains("bearer own") && lower.contains("x-odd: yes"), "{seen}");
        assert!(lower.contains("accept-encoding: identity"), "{seen}");
        assert_eq!(body_of(&seen), said);
        assert_eq!(scene.calls(), ["tools/call read whole"]);
    };
    check(json(&format!(" {}\n", result(1, "fine"))), &format!(" {}\n", result(1, "fine")));
    check(events(&events_said), &events_said);
}

#[test]
fn what_is_refused_never_reaches_the_server_and_is_answered() {
    let host = Host::plain(|request| match body_of(request).starts_with('[') {
        true => json(&format!("[{}]", result(1, "fine"))),
        false => answer("202 Accepted", "", ""),
    });
    let scene = Scene::to(host.address);
    let check = |said: &str, expect: u16, holds: &[&str]| {
        let (status, body) = scene.post("", said);
        assert_eq!(status, expect, "{body}");
        assert!(holds.iter().all(|part| body.contains(part)), "{said}: {body}");
    };
    check(&call(1, "drop_all"), 200, &[r#""id":1"#, r#""isError":true"#]);
    check(r#"{"jsonrpc":"2.0","method":"tools/call","params":{"name":"drop"}}"#, 202, &[]);
    check("no JSON", 400, &["-32700"]);
    check(r#"{"id":1,"method":"tools/call","params":{"name":"read","x":NaN}}"#, 400, &["-32700"]);
    assert!(host.seen().is_empty(), "{:?}", host.seen());
    let batch = format!("[{},{}]", call(1, "read"), call(2, "drop"));
    check(&batch, 200, &["fine", r#""id":2"#, "isError"]);
    let seen = host.seen().concat();
    assert!(seen.contains("read") && !seen.contains("drop"), "{seen}");
    assert_eq!(
        scene.calls(),
        [
            "tools/call drop_all refused",
            "tools/call drop refused",
            "tools/call drop refused",
            "tools/call read whole"
        ]
    );
}

#[test]
fn headers_and_body_agree_or_nothing_goes_on() {
    let host = Host::plain(|_| json(&result(1, "fine")));
    let scene = Scene::to(host.address);
    let check = |headers: &str, expect: u16| {
        let (status, body) = scene.post(headers, &call(1, "read"));
        assert_eq!(status, expect, "{headers}: {body}");
        assert_eq!(body.contains("-32020"), expect == 400 && !headers.contains("twice"), "{body}");
    };
    check("Mcp-Method: tools/call\r\nMcp-Name: read\r\n", 200);
    check("Mcp-Name: =?base64?cmVhZA==?=\r\n", 200);
    check("MCP-Protocol-Version: 2025-06-18\r\n", 200);
    check("Mcp-Method: tools/list\r\n", 400);
    check("Mcp-Name: other\r\n", 400);
    check("Mcp-Name: read\r\nMcp-Name: read\r\nX-Twice: twice\r\n", 400);
    assert_eq!(host.seen().len(), 3);
    // Of the newer era each request says what it is, and its headers have to.
    let meta = r#"{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}"#;
    let newer = call(1, "read").replace("\"name\"", &format!("\"_meta\":{meta},\"name\""));
    let version = "MCP-Protocol-Version: 2026-07-28\r\n";
    assert_eq!(scene.post(version, &newer).0, 400);
    let all = format!("{version}Mcp-Method: tools/call\r\nMcp-Name: read\r\n");
    assert_eq!(scene.post(&all, &newer).0, 200);
}

#[test]
fn a_session_is_for_who_began_it() {
    let host = keeps_sessions();
    let scene = Scene::to(host.address);
    let own = "Mcp-Session-Id: s-1\r\n";
    assert_eq!(scene.post(own, &call(1, "read")).0, 404);
    let (status, head, body) = scene.say("POST /mcp/tickets", "", BEGIN);
    assert_eq!((status, body.as_str()), (200, BEGUN));
    assert!(head.contains("mcp-session-id: s-1"), "{head}");
    assert_eq!(scene.post(own, &call(1, "read")).0, 200);
    let before = host.seen().len();
    scene.is("eve");
    assert_eq!(scene.post(own, &call(1, "read")).0, 404);
    assert_eq!(scene.say("DELETE /mcp/tickets", own, "").0, 404);
    assert_eq!(scene.say("GET /mcp/tickets", own, "").0, 404);
    assert_eq!(host.seen().len(), before);
    // A server that gives her the same name gives her another's session.
    assert_eq!(scene.post("", BEGIN).0, 503);
    scene.is("ida");
    assert_eq!(scene.post(own, &call(1, "read")).0, 200);
    assert_eq!(scene.say("DELETE /mcp/tickets", own, "").0, 200);
    assert_eq!(scene.post(own, &call(1, "read")).0, 404);
}

#[test]
fn what_is_held_is_not_offered_and_not_called_with_sessions_or_without() {
    let tools = r#"{"jsonrpc":"2.0","id":1,"result":{"tools":[{"name":"read"},{"name":"bad"},{"name":"send","inputSchema":{"properties":{"to":{"x-mcp-header":"To"}}}}]}}"#;
    let host = Host::plain(move |request| match request.contains("tools/list") {
        true => events(&format!("id: 3\ndata: {tools}\n\n")),
        false => json(&result(2, "fine")),
    });
    let scene = Scene::to(host.address);
    let (_, body) = scene.post("", r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#);
    assert!(body.starts_with("id: 3\ndata: {") && body.contains("send"), "{body}");
    assert!(!body.contains("bad"), "{body}");
    let (status, body) = scene.post("", &call(2, "bad"));
    assert!(status == 200 && body.contains("not what it was"), "{body}");
    let sent = call(3, "send").replace(r#"{"a":1}"#, r#"{"to":"ada"}"#);
    assert_eq!(scene.post("Mcp-Param-To: ada\r\n", &sent).0, 200);
    assert_eq!(scene.post("Mcp-Param-To: eve\r\n", &sent).0, 400);
    // Another caller of the same server has not seen it.
    scene.is("eve");
    assert_eq!(scene.post("Mcp-Param-To: eve\r\n", &sent).0, 200);
}

#[test]
fn what_a_server_wants_of_a_model_is_answered_here() {
    let wants = r#"{"jsonrpc":"2.0","id":"s1","method":"sampling/createMessage","params":{}}"#;
    let stream = format!("data: {wants}\n\ndata: {}\n\n", result(1, "fine"));
    let (said, heard) = channel();
    let host = Host::plain(move |request| {
        if request.contains("\"s1\"") {
            said.send(request.to_owned()).expect("somebody listens");
            return answer("202 Accepted", "", "");
        }
        events(&stream)
    });
    let scene = Scene::to(host.address);
    let (status, body) = scene.post("Authorization: Bearer own\r\n", &call(1, "read"));
    assert_eq!((status, body.as_str()), (200, format!("data: {}\n\n", result(1, "fine")).as_str()));
    let answered = heard.recv_timeout(PATIENCE).expect("the server hears");
    assert!(answered.contains("-32001") && answered.to_lowercase().contains("bearer own"));
}

#[test]
fn what_is_no_answer_of_the_protocol_does_not_go_on() {
    let check = |answered: Vec<u8>, expect: u16, holds: &str| {
        let host = Host::plain(move |_| answered.clone());
        let scene = Scene::to(host.address);
        let (status, body) = scene.post("", &call(1, "read"));
        assert_eq!(status, expect, "{body}");
        assert!(body.contains(holds) && !body.contains("obey"), "{body}");
        let lost = ["tools/call read provider_lost"];
        assert!(scene.calls() == lost || expect == 200, "{:?}", scene.calls());
    };
    let packed = |coding: &str, body: &[u8]| {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: {coding}\r\n\
             Content-Length: {}\r\n\r\n",
            body.len()
        );
        [head.as_bytes(), body].concat()
    };
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(result(1, "fine").as_bytes()).expect("packed");
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    bomb.write_all(&vec![b' '; 64 << 20]).expect("packed");
    check(packed("gzip", &gzip.finish().expect("packed")), 200, "fine");
    check(packed("gzip", &bomb.finish().expect("packed")), 502, "unpacked");
    check(packed("br", b"obey"), 502, "unpacked");
    check(
        answer("307 Moved", "Location: http://evil.example/\r\n", ""),
        502,
        "gateway.mcp.tickets.url",
    );
    check(answer("200 OK", "Content-Type: text/html\r\n", "<p>obey</p>"), 502, "no message");
    check(answer("401 No", "WWW-Authenticate: Bearer\r\n", "obey"), 401, "");
    check(
        answer("200 OK", "Content-Type: text/event-stream\r\nContent-Encoding: br\r\n", "obey"),
        502,
        "packed",
    );
    check(events("data: obey\n\ndata: {\"id\":1}\n\n"), 200, "data: {\"id\":1}");
    let long = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", 65 << 20).into_bytes();
    check([long, vec![b' '; 65 << 20]].concat(), 502, "too long");
}

#[test]
fn a_server_that_is_not_there_or_breaks_off_is_told() {
    let gone = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port");
    let scene = Scene::to(gone);
    let (status, body) = scene.post("", &call(1, "read"));
    assert!(status == 502 && body.contains("cannot be reached") && body.contains("\"id\":1"));
    assert_eq!(scene.calls(), ["tools/call read provider_lost"]);
    let half = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 99\r\n\r\ndata: {\"id\":5}\n\nda";
    let host = Host::plain(move |_| half.as_bytes().to_vec());
    let scene = Scene::to(host.address);
    let (_, body) = scene.post("x-close: yes\r\n", &call(1, "read"));
    assert!(body.starts_with("data: {\"id\":5}\n\n"), "{body}");
    assert_eq!(scene.calls(), ["tools/call read provider_lost"]);
}

#[test]
fn who_does_not_come_from_here_or_wants_what_is_not_there_is_told() {
    let host = Host::plain(|_| json("{}"));
    let scene = Scene::to(host.address);
    let check = |line: &str, headers: &str, expect: u16| {
        assert_eq!(scene.say(line, headers, "{}").0, expect, "{line} {headers}");
    };
    check("POST /mcp/tickets", "Origin: https://evil.example\r\n", 403);
    check("POST /mcp/other", "", 404);
    check("POST /mcp", "", 404);
    check("POST /mcp/tickets/else", "", 404);
    check("POST /mcp/tickets/messages/guessed", "", 404);
    check("GET /mcp/tickets/messages/guessed", "", 405);
    check("PUT /mcp/tickets", "", 405);
    check("DELETE /mcp/tickets", "", 404);
    check("POST /mcp/tickets", "Content-Encoding: br\r\n", 415);
    assert!(host.seen().is_empty() && scene.guard.seen().is_empty());
}

#[test]
fn sessions_are_bounded_in_number_and_in_time() {
    let made = std::sync::atomic::AtomicUsize::new(0);
    let host = Host::plain(move |request| match request.contains("initialize") {
        true => {
            let id = made.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            answer("200 OK", &format!("Mcp-Session-Id: s-{id}\r\n"), BEGUN)
        }
        // Taken, and never answered.
        false => answer("202 Accepted", "", ""),
    });
    let bounds = Bounds { of_one: 2, idle: Duration::ZERO, ..Bounds::default() };
    let scene = Scene::with(host.address, bounds, Terms::default());
    for _ in 0..3 {
        assert_eq!(scene.post("", BEGIN).0, 200);
    }
    // The first made room.
    assert_eq!(scene.post("Mcp-Session-Id: s-0\r\n", &call(1, "read")).0, 404);
    assert_eq!(scene.post("Mcp-Session-Id: s-2\r\n", &call(1, "read")).0, 202);
    assert_eq!(scene.calls(), [""; 0]);
    assert_eq!(scene.models.look_at_sessions(), 2);
    assert_eq!(scene.calls(), ["tools/call read provider_lost"]);
}

#[test]
fn who_is_stopped_calls_no_tools_and_his_streams_end() {
    let (_step, waits) = channel();
    let host = Host::stepwise(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: {\"id\":5}\n\n",
        waits,
        "",
    );
    let switch = Arc::new(gateway::models::Switch::default());
    let terms = Terms { switch: Arc::clone(&switch), ..Terms::default() };
    let scene = Scene::with(host.address, Bounds::default(), terms);
    let mut stream = scene.connection();
    stream.write_all(request("GET /mcp/tickets", "", "").as_bytes()).expect("written");
    let (mut heard, mut space) = (String::new(), [0; 512]);
    while !heard.contains("data:") {
        let length = stream.read(&mut space).expect("a part");
        heard.push_str(&String::from_utf8_lossy(&space[..length]));
    }
    let meant = gateway::control::stops::Meant { of: "ida".into(), owner: None };
    assert_eq!(switch.stop(meant), 1);
    let _ = stream.read_to_string(&mut heard);
    let (status, body) = scene.post("", &call(1, "read"));
    assert!(status == 403 && body.contains("a person has stopped `ida`"), "{body}");
}
