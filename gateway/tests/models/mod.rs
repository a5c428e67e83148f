//! The proxy in front of models between scripted clients and scripted providers.

mod boxed;
mod guardrail;
mod inspected;
mod turned;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use event::{
    Action, AgentRef, CallEnded, Circumstances, Effect, Judged, ModelCall, Principal, Verbatim,
};
use gateway::egress::{Outside, Trust};
use gateway::guardrail::Guardrail;
use gateway::models::{
    Bounds, Called, Caller, Callers, Inspection, Key, Models, Provider, Settings, Terms, Told,
};
use serde_json::Value;

use crate::stage::{Host, Names, Scripted, reply, root};

const PATIENCE: Duration = Duration::from_secs(20);

struct Everybody;

impl Callers for Everybody {
    fn of(&self, _: SocketAddr) -> Caller {
        let agent = AgentRef { product: "test-agent".into(), ..AgentRef::default() };
        Caller {
            principal: Principal::Agent(agent),
            context: Circumstances::default(),
            process: None,
        }
    }
}

struct Scene {
    models: Models,
    guard: Arc<Scripted>,
    calls: Receiver<Called>,
    decisions: Receiver<Judged>,
}

struct Plan {
    names: Names,
    providers: Vec<Provider>,
    bounds: Bounds,
    inspection: Option<Inspection>,
    guardrail: Option<Guardrail>,
    decide: Box<dyn Fn(&Action) -> Effect + Send + Sync>,
}

fn provider(name: &str, base: &str) -> Provider {
    Provider {
        name: name.into(),
        base: base.parse().expect(base),
        key: None,
        fails: Default::default(),
    }
}

impl Plan {
    fn to(host: &Host) -> Self {
        let base = format!("http://{}/base", host.address);
        Self::of(vec![provider("openai", &base)])
    }
    fn of(providers: Vec<Provider>) -> Self {
        let decide = Box::new(|_: &Action| Effect::Allow);
        let (names, bounds) = (Names::default(), Bounds::default());
        Self { names, providers, bounds, inspection: None, guardrail: None, decide }
    }
    fn start(self) -> Scene {
        let settings = Settings {
            providers: self.providers,
            callers: Arc::new(Everybody),
            inspection: self.inspection,
            guardrail: self.guardrail,
            tools: None,
            redact: Arc::new(Verbatim),
            terms: Terms::default(),
            tls: None,
            outside: Outside { resolver: Arc::new(self.names), trust: Trust::Only(vec![root()]) },
            bounds: self.bounds,
            threads: 2,
        };
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let guard = Arc::new(Scripted::new(self.decide));
        let ((calls_to, calls), (decisions_to, decisions)) = (channel(), channel());
        let told = Told { calls: calls_to, decisions: decisions_to };
        let models = Models::start(listener, settings, guard.clone(), told).expect("it starts");
        Scene { models, guard, calls, decisions }
    }
}

impl Scene {
    fn connection(&self) -> TcpStream {
        let stream = TcpStream::connect(self.models.address()).expect("the gateway");
        stream.set_read_timeout(Some(PATIENCE)).expect("timeout");
        stream
    }
    /// Says it and hears until the gateway ends the connection.
    fn say(&self, bytes: impl AsRef<[u8]>) -> String {
        let mut stream = self.connection();
        // Who is refused early may not hear all.
        let _ = stream.write_all(bytes.as_ref());
        let mut all = Vec::new();
        let _ = stream.read_to_end(&mut all);
        String::from_utf8_lossy(&all).into_owned()
    }
    fn called(&self) -> ModelCall {
        self.calls.recv_timeout(PATIENCE).expect("a call is told").call
    }
}

fn post(path: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer own\r\nX-Odd: Yes\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn error(answer: &str) -> (String, Value) {
    let (head, body) = answer.split_once("\r\n\r\n").expect(answer);
    let status = head.split(' ').nth(1).unwrap_or_default().to_owned();
    (status, serde_json::from_str(body).expect(body))
}

const BODY: &str = r#"{"model": "m-1",  "odd": [1,   2], "messages": []}"#;

#[test]
fn what_is_allowed_passes_byte_for_byte_and_is_told() {
    let host = Host::plain(|_| {
        b"HTTP/1.1 200 Fine\r\nX-Request-Id: 7\r\nContent-Length: 6\r\n\r\n{\"a\":1".to_vec()
    });
    let scene = Plan::to(&host).start();
    let answer = scene.say(post("/openai/v1/chat/completions?a=b%20c", BODY));
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.to_lowercase().contains("x-request-id: 7"), "{answer}");
    assert!(answer.ends_with("\r\n\r\n{\"a\":1"), "{answer}");
    let seen = host.seen().concat();
    assert!(seen.starts_with("POST /base/v1/chat/completions?a=b%20c HTTP/1.1\r\n"), "{seen}");
    assert!(seen.contains(&format!("Host: {}\r\n", host.address)), "{seen}");
    assert!(seen.contains("X-Odd: Yes\r\n") && seen.contains("Bearer own"), "{seen}");
    assert!(seen.ends_with(BODY), "{seen}");
    let called = scene.called();
    assert_eq!((&*called.provider, &*called.model), ("openai", "m-1"));
    assert_eq!((called.status, called.ended), (200, CallEnded::Whole));
    assert_eq!((called.sent, called.received), (BODY.len() as u64, 6));
    assert!(called.took_ns >= called.answered_ns && called.answered_ns > 0);
    assert_eq!(scene.guard.asked(), ["call_model openai/m-1"]);
}

#[test]
fn a_model_is_named_by_the_body_or_the_path() {
    let host = Host::plain(|_| reply("{}"));
    let scene = Plan::to(&host).start();
    let check = |path: &str, body: &str, expect: &str| {
        scene.say(post(path, body));
        assert_eq!(&*scene.called().model, expect, "{path} {body}");
    };
    check("/openai/v1/responses", r#"{"input": "x", "model": "gpt"}"#, "gpt");
    check("/openai/v1beta/models/gemini-9:streamGenerateContent?alt=sse", "{}", "gemini-9");
    check("/openai/model/anthropic.x/converse", "{}", "anthropic.x");
    check("/openai/v1/models", "not JSON", "");
    // What the path names the provider takes, whatever the body says.
    check("/openai/v1beta/models/gemini-9:generateContent", r#"{"model": "other"}"#, "gemini-9");
    check("/openai/model/anthropic.x/converse", r#"{"model": "other"}"#, "anthropic.x");
    let (status, _) =
        error(&scene.say(post("/openai/v1/responses", r#"{"model": "a", "model": "b"}"#)));
    assert_eq!(status, "400");
}

#[test]
fn a_key_in_custody_takes_the_place_of_what_the_client_brings() {
    let host = Host::plain(|_| reply("{}"));
    let mut plan = Plan::to(&host);
    let header = "x-api-key".parse().expect("a header");
    plan.providers[0].key = Some(Key { header, value: "real".to_owned().into() });
    let scene = plan.start();
    scene.say(post("/openai/x", BODY));
    let seen = host.seen().concat();
    assert!(!seen.contains("Bearer own"), "{seen}");
    assert!(seen.to_lowercase().contains("x-api-key: real\r\n"), "{seen}");
}

#[test]
fn what_comes_goes_on_before_the_rest_is_there() {
    let first = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n";
    let (step, waits) = channel();
    let host = Host::stepwise(first, waits, "9\r\ndata: 2\n\n\r\n0\r\n\r\n");
    let scene = Plan::to(&host).start();
    let mut stream = scene.connection();
    stream.write_all(post("/openai/v1/messages", BODY).as_bytes()).expect("written");
    let mut heard = String::new();
    let mut space = [0; 512];
    while !heard.contains("data: 1\n\n") {
        let length = stream.read(&mut space).expect("a part");
        heard.push_str(&String::from_utf8_lossy(&space[..length]));
    }
    assert!(!heard.contains("data: 2"));
    step.send(()).expect("the host waits");
    stream.read_to_string(&mut heard).expect("the rest");
    assert!(heard.contains("data: 2\n\n") && heard.ends_with("0\r\n\r\n"), "{heard}");
    let called = scene.called();
    assert_eq!((called.ended, called.received), (CallEnded::Whole, 18));
}

#[test]
fn what_breaks_off_is_told_as_that() {
    let host = Host::plain(|_| b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".to_vec());
    let scene = Plan::to(&host).start();
    // A host that answers less than it says, and ends.
    let answer = scene.say(post("/openai/x", BODY).replace("X-Odd: Yes", "x-close: yes"));
    assert!(answer.contains("half"), "{answer}");
    assert_eq!(scene.called().ended, CallEnded::ProviderLost);
}

#[test]
fn a_client_that_goes_away_ends_the_call() {
    let first = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n";
    let (step, waits) = channel();
    let host = Host::stepwise(first, waits, "0\r\n\r\n");
    let scene = Plan::to(&host).start();
    let mut stream = scene.connection();
    stream.write_all(post("/openai/x", BODY).as_bytes()).expect("written");
    let mut byte = [0];
    stream.read_exact(&mut byte).expect("it begins");
    drop(stream);
    let called = scene.called();
    assert_eq!((called.ended, called.status), (CallEnded::ClientLost, 200));
    step.send(()).expect("the host waits");
}

#[test]
fn what_does_not_happen_is_said_in_the_form_of_providers() {
    let host = Host::plain(|_| reply("{}"));
    let mut plan = Plan::to(&host);
    plan.bounds.most_request = 1000;
    plan.providers.push(provider("gone", "http://127.0.0.1:1"));
    plan.decide = Box::new(|action| match action.object.named().contains("forbidden") {
        true => Effect::Deny,
        false => Effect::Allow,
    });
    let scene = plan.start();
    let check = |request: String, status: &str, kind: &str, ended: CallEnded| {
        let answer = scene.say(&request);
        let (found, body) = error(&answer);
        assert_eq!(
            (&*found, &body["error"]["type"]),
            (status, &kind.into()),
            "{request}: {answer}"
        );
        assert_eq!(scene.called().ended, ended, "{request}");
        body["error"]["message"].as_str().unwrap_or_default().to_owned()
    };
    let said = check(post("/other/v1", BODY), "404", "not_found_error", CallEnded::Refused);
    assert!(said.contains("openai, gone"), "{said}");
    let long = "x".repeat(1001);
    check(post("/openai/v1", &long), "413", "invalid_request_error", CallEnded::Refused);
    // Anthropic's own word for it.
    check(post("/openai/v1/messages", &long), "413", "request_too_large", CallEnded::Refused);
    let chunked = format!(
        "POST /openai/v1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n{long}\r\n0\r\n\r\n"
    );
    check(chunked, "413", "invalid_request_error", CallEnded::Refused);
    check(post("/gone/v1", BODY), "502", "server_error", CallEnded::ProviderLost);
    let forbidden = BODY.replace("m-1", "forbidden");
    let said = check(post("/openai/v1", &forbidden), "403", "permission_error", CallEnded::Refused);
    assert!(said.contains("the test says so (policy `test.policy`)"), "{said}");
    let upgrade = "GET /openai/v1 HTTP/1.1\r\nHost: x\r\nConnection: upgrade, close\r\nUpgrade: websocket\r\n\r\n";
    check(upgrade.to_owned(), "501", "server_error", CallEnded::Refused);
    let decided: Vec<Judged> = scene.decisions.try_iter().collect();
    assert_eq!(decided.len(), 1, "{decided:?}");
    assert!(host.seen().is_empty(), "{:?}", host.seen());
}

#[test]
fn a_provider_in_tls_is_held_to_its_name() {
    let host = Host::secure(&["models.example"], |_| reply("{}"));
    let names =
        || Names::default().with("models.example", 443, &host).with("other.example", 443, &host);
    let mut plan = Plan::of(vec![
        provider("openai", "https://models.example/v1"),
        provider("other", "https://other.example/v1"),
    ]);
    plan.names = names();
    let scene = plan.start();
    assert!(scene.say(post("/openai/x", BODY)).starts_with("HTTP/1.1 200"));
    assert_eq!(scene.called().ended, CallEnded::Whole);
    let (status, body) = error(&scene.say(post("/other/x", BODY)));
    assert_eq!(status, "502", "{body}");
}

#[test]
fn connections_are_kept_for_the_next_call() {
    let host = Host::plain(|_| reply("{}"));
    let scene = Plan::to(&host).start();
    for _ in 0..5 {
        assert!(scene.say(post("/openai/x", BODY)).starts_with("HTTP/1.1 200"));
        scene.called();
    }
    assert_eq!((host.seen().len(), host.connections()), (5, 1));
}

#[test]
fn a_call_that_runs_is_let_end() {
    let first = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n";
    let (step, waits) = channel();
    let host = Host::stepwise(first, waits, "1\r\nb\r\n0\r\n\r\n");
    let scene = Plan::to(&host).start();
    let mut stream = scene.connection();
    stream.write_all(post("/openai/x", BODY).as_bytes()).expect("written");
    let mut byte = [0];
    stream.read_exact(&mut byte).expect("it begins");
    let Scene { models, calls, .. } = scene;
    std::thread::scope(|scope| {
        let ending = scope.spawn(move || models.end());
        step.send(()).expect("the host waits");
        let mut rest = String::new();
        stream.read_to_string(&mut rest).expect("the rest");
        assert!(rest.ends_with("1\r\nb\r\n0\r\n\r\n"), "{rest}");
        ending.join().expect("it ends");
    });
    assert_eq!(calls.recv_timeout(PATIENCE).map(|it| it.call.ended).ok(), Some(CallEnded::Whole));
}
