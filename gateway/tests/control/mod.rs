//! Who may call models, how much, and what happens to those who may not: between scripted clients and providers.

mod published;
mod tls;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use event::{
    Action, AgentRef, CallEnded, Circumstances, Effect, Judged, Principal, Text, Verbatim,
};
use gateway::control::amount::Unit;
use gateway::control::breaker::Fuse;
use gateway::control::jwt::{Issuer, KeySet};
use gateway::control::keys::{Fresh, Issued, KeyRing, Limits};
use gateway::control::ledger::{Entry, Kept, Reached};
use gateway::control::limit::Limit;
use gateway::control::prices::Prices;
use gateway::control::rule::{On, Rule};
use gateway::control::stops::Meant;
use gateway::egress::{Outside, Trust};
use gateway::models::{
    Bounds, Called, Caller, Callers, Issuers, Key, Keys, Models, OpenTo, Provider, ServerConfig,
    Settings, Switch, Terms, Told,
};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::Value;

use crate::stage::{Host, Names, Scripted, reply, root};

const PATIENCE: Duration = Duration::from_secs(20);
const BODY: &str = r#"{"model":"gpt-5","max_tokens":100,"messages":[]}"#;

/// Who holds connections, and whom certificates name.
struct Holder(Principal, Option<Principal>);

fn caller(principal: Principal) -> Caller {
    Caller { principal, context: Circumstances::default(), process: None }
}

impl Callers for Holder {
    fn of(&self, _: SocketAddr) -> Caller {
        caller(self.0.clone())
    }
    fn by_certificate(&self, _: &[u8]) -> Option<Caller> {
        self.1.clone().map(caller)
    }
}

#[derive(Default)]
struct Ring(Mutex<Arc<KeyRing>>);

impl Keys for Ring {
    fn ring(&self) -> Arc<KeyRing> {
        Arc::clone(&self.0.lock().expect("ring"))
    }
}

impl Ring {
    fn set(&self, keys: Vec<Issued>) {
        *self.0.lock().expect("ring") = Arc::new(KeyRing { keys });
    }
}

fn agent(product: &str) -> Principal {
    let agent = AgentRef { product: product.into(), owner: "ada".into(), ..AgentRef::default() };
    Principal::Agent(agent)
}

fn issued(name: &str, fresh: &Fresh) -> Issued {
    Issued {
        id: fresh.id.clone(),
        name: name.into(),
        hash: fresh.hash.clone(),
        salt: fresh.salt.clone(),
        agent: Text::default(),
        team: Text::default(),
        models: Vec::new(),
        limits: Limits::default(),
        made_unix_ns: 1,
        ends_unix_ns: None,
    }
}

fn rule(on: On, name: &str, unit: Unit, limits: &str) -> Rule {
    let limits = Limit::parse_all(unit, limits).expect("limits");
    Rule { on, name: name.into(), limits, at_once: None }
}

struct Plan {
    providers: Vec<Provider>,
    holder: Principal,
    named: Option<Principal>,
    tls: Option<Arc<ServerConfig>>,
    terms: Terms,
}

struct Scene {
    models: Models,
    guard: Arc<Scripted>,
    calls: Receiver<Called>,
    entries: Receiver<Entry>,
    nearly: Receiver<Reached>,
    _decisions: Receiver<Judged>,
    ring: Arc<Ring>,
    switch: Arc<Switch>,
}

impl Plan {
    fn to(host: &Host) -> Self {
        let base = format!("http://{}", host.address).parse().expect("a base");
        let providers =
            vec![Provider { name: "openai".into(), base, key: None, fails: Default::default() }];
        let prices = Prices::with([]).expect("prices");
        let terms = Terms { prices, ..Terms::default() };
        Self { providers, holder: agent("codex-cli"), named: None, tls: None, terms }
    }
    fn limited(mut self, rule: Rule) -> Self {
        self.terms.rules.push(rule);
        self
    }
    fn start(mut self) -> Scene {
        let (ring, switch) = (Arc::new(Ring::default()), Arc::new(Switch::default()));
        let ((entries_to, entries), (nearly_to, nearly)) = (channel(), channel());
        let (keys, open) = (Arc::clone(&ring), Arc::clone(&switch));
        (self.terms.keys, self.terms.switch) = (keys, open);
        (self.terms.entries, self.terms.nearly) = (entries_to, nearly_to);
        let settings = Settings {
            guardrail: None,
            tools: None,
            inspection: None,
            providers: self.providers,
            callers: Arc::new(Holder(self.holder, self.named)),
            redact: Arc::new(Verbatim),
            terms: self.terms,
            tls: self.tls,
            outside: Outside {
                resolver: Arc::new(Names::default()),
                trust: Trust::Only(vec![root()]),
            },
            bounds: Bounds::default(),
            threads: 2,
        };
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let denies = |action: &Action| match action.principal.agent() {
            Some(agent) if &*agent.product == "denied" => Effect::Deny,
            _ => Effect::Allow,
        };
        let guard = Arc::new(Scripted::new(Box::new(denies)));
        let ((calls_to, calls), (decisions_to, decisions)) = (channel(), channel());
        let told = Told { calls: calls_to, decisions: decisions_to };
        let models = Models::start(listener, settings, guard.clone(), told).expect("it starts");
        Scene { models, guard, calls, entries, nearly, _decisions: decisions, ring, switch }
    }
}

impl Scene {
    fn connection(&self) -> TcpStream {
        let stream = TcpStream::connect(self.models.address()).expect("the gateway");
        stream.set_read_timeout(Some(PATIENCE)).expect("timeout");
        stream
    }
    fn say(&self, request: &str) -> Answer {
        let mut stream = self.connection();
        stream.write_all(request.as_bytes()).expect("written");
        let mut all = String::new();
        let _ = stream.read_to_string(&mut all);
        let (head, body) = all.split_once("\r\n\r\n").expect("an answer");
        let status = head.split(' ').nth(1).unwrap_or_default().to_owned();
        Answer { status, head: head.to_lowercase(), body: body.to_owned() }
    }
    fn ask(&self) -> Answer {
        self.say(&post("/openai/v1/chat/completions", "", BODY))
    }
    fn called(&self) -> Called {
        self.calls.recv_timeout(PATIENCE).expect("a call is told")
    }
}

struct Answer {
    status: String,
    head: String,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }
    fn wait_s(&self) -> Option<u64> {
        self.head.lines().find_map(|line| line.strip_prefix("retry-after: ")?.parse().ok())
    }
}

fn post(path: &str, headers: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: gateway\r\n{headers}Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[test]
fn a_key_says_who_calls_and_stays_here() {
    let host = Host::plain(|_| reply("{}"));
    let mut plan = Plan::to(&host);
    plan.holder = Principal::Human { account: "".into(), groups: Default::default() };
    let scene = plan.start();
    let fresh = Fresh::make().expect("chance");
    let mut key = issued("ci", &fresh);
    key.agent = "builder@ida".into();
    key.models = vec!["gpt-5*".into()];
    scene.ring.set(vec![key]);
    let secret = &*fresh.shown;
    let check = |headers: &str, body: &str, status: &str, by: Option<&str>| {
        let answer = scene.say(&post("/openai/v1/chat/completions", headers, body));
        assert_eq!(answer.status, status, "{headers} {body}: {}", answer.body);
        let called = scene.called();
        let product = called.by.principal.agent().map(|agent| agent.product.to_string());
        assert_eq!(product.as_deref(), by, "{headers}");
        assert!(!answer.body.contains(secret) && !called.call.request.contains(secret));
        answer
    };
    let builder = Some("builder");
    check(&format!("Authorization: Bearer {secret}\r\n"), BODY, "200", builder);
    check(
        &format!("x-goog-api-key: {secret}\r\nAuthorization: Bearer own\r\n"),
        BODY,
        "200",
        builder,
    );
    let other = BODY.replace("gpt-5", "o3");
    check(&format!("api-key: {secret}\r\n"), &other, "403", builder);
    let answer = check("", BODY, "401", None);
    assert_eq!(answer.json()["error"]["code"], "invalid_api_key");
    let wrong = secret.replace(&secret[20..24], "0000");
    check(&format!("x-api-key: {wrong}\r\n"), BODY, "401", None);
    let two = format!("Authorization: Bearer {secret}\r\nx-api-key: {secret}\r\n");
    check(&two, BODY, "400", None);
    check(&format!("x-note: {secret}\r\n"), BODY, "400", None);
    let seen = host.seen();
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert!(!seen.concat().contains("chp_") && seen[1].contains("Bearer own"), "{seen:?}");
}

struct Trusted(Arc<Vec<Issuer>>);

impl Issuers for Trusted {
    fn all(&self) -> Arc<Vec<Issuer>> {
        Arc::clone(&self.0)
    }
}

#[test]
fn a_token_of_a_trusted_issuer_says_who_calls_and_others_are_the_providers_business() {
    let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
    let pair = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).expect("a key");
    let x = encode(pair.public_key().as_ref());
    let keys = format!(r#"{{"keys": [{{"kty": "OKP", "crv": "Ed25519", "x": "{x}"}}]}}"#);
    let issuer = Issuer {
        issuer: "https://id.example".into(),
        audience: "chaperone".into(),
        keys: KeySet::read(keys.as_bytes()).expect("keys"),
        account: "sub".into(),
        groups: "groups".into(),
        agent: String::new(),
    };
    let token = |issuer: &str, end: u64| {
        let claims =
            format!(r#"{{"iss": "{issuer}", "aud": "chaperone", "sub": "ida", "exp": {end}}}"#);
        let signed = format!("{}.{}", encode(br#"{"alg": "EdDSA"}"#), encode(claims.as_bytes()));
        format!("{signed}.{}", encode(pair.sign(signed.as_bytes()).as_ref()))
    };
    let host = Host::plain(|_| reply("{}"));
    let mut plan = Plan::to(&host);
    plan.holder = Principal::Human { account: "".into(), groups: Default::default() };
    plan.terms.issuers = Arc::new(Trusted(Arc::new(vec![issuer])));
    let scene = plan.start();
    let check = |token: &str, status: &str| {
        let headers = format!("Authorization: Bearer {token}\r\n");
        let answer = scene.say(&post("/openai/v1/chat/completions", &headers, BODY));
        assert_eq!(answer.status, status, "{}", answer.body);
        scene.called().by.principal.clone()
    };
    let ida = Principal::Human { account: "ida".into(), groups: Default::default() };
    assert_eq!(check(&token("https://id.example", 4_000_000_000), "200"), ida);
    assert!(!host.seen().concat().to_lowercase().contains("authorization"), "{:?}", host.seen());
    check(&token("https://id.example", 1_000_000_000), "401");
    // Of somebody else: it proves nothing here, and nobody knows who comes.
    check(&token("https://other.example", 4_000_000_000), "401");
    assert_eq!(host.seen().len(), 1);
}

#[test]
fn a_key_does_not_help_a_session_to_what_is_not_for_it() {
    let host = Host::plain(|_| reply("{}"));
    let mut plan = Plan::to(&host);
    plan.holder = agent("denied");
    let scene = plan.start();
    let fresh = Fresh::make().expect("chance");
    scene.ring.set(vec![issued("ci", &fresh)]);
    let headers = format!("x-api-key: {}\r\n", &*fresh.shown);
    let answer = scene.say(&post("/openai/v1/chat/completions", &headers, BODY));
    assert_eq!((&*answer.status, scene.guard.asked().len()), ("403", 1));
    assert!(host.seen().is_empty());
}

#[test]
fn a_key_in_custody_goes_on_in_the_place_of_ours() {
    let host = Host::plain(|_| reply("{}"));
    let mut plan = Plan::to(&host);
    plan.terms.open_to = OpenTo::Keys;
    let header = "authorization".parse().expect("a header");
    plan.providers[0].key = Some(Key { header, value: "Bearer real".to_owned().into() });
    let scene = plan.start();
    // An agent of this host is known, and still needs a key here.
    assert_eq!(scene.ask().status, "401");
    let fresh = Fresh::make().expect("chance");
    scene.ring.set(vec![issued("ci", &fresh)]);
    let headers = format!("Authorization: Bearer {}\r\n", &*fresh.shown);
    let answer = scene.say(&post("/openai/v1/chat/completions", &headers, BODY));
    assert_eq!(answer.status, "200");
    let seen = host.seen().concat();
    assert!(seen.contains("Bearer real") && !seen.contains("chp_"), "{seen}");
}

#[test]
fn what_is_over_a_limit_is_refused_as_providers_do() {
    let host = Host::plain(|_| reply("{}"));
    let limited = rule(On::Agent, "codex-cli@*", Unit::Requests, "2/min");
    let scene = Plan::to(&host).limited(limited).start();
    assert_eq!((&*scene.ask().status, &*scene.ask().status), ("200", "200"));
    let check = |path: &str, kind: &str, at: &str| {
        let answer = scene.say(&post(path, "", BODY));
        assert_eq!(answer.status, "429", "{path}: {}", answer.body);
        assert!(answer.wait_s().is_some_and(|it| (1..=30).contains(&it)), "{}", answer.head);
        let said = answer.json();
        assert_eq!(said.pointer(at).and_then(Value::as_str), Some(kind), "{said}");
    };
    check("/openai/v1/chat/completions", "rate_limit_error", "/error/type");
    check("/openai/v1/messages", "rate_limit_error", "/error/type");
    check("/openai/v1beta/models/g:generateContent", "RESOURCE_EXHAUSTED", "/error/status");
    assert_eq!(host.seen().len(), 2);
}

#[test]
fn tokens_are_reserved_and_settled_and_a_call_that_is_too_large_is_told_so() {
    let host = Host::plain(|_| reply(&"x".repeat(40)));
    let limited = rule(On::All, "*", Unit::Tokens, "200/day");
    let scene = Plan::to(&host).limited(limited).start();
    assert_eq!(scene.ask().status, "200");
    scene.called();
    // 12 were sent, up to 100 could have come, 10 did.
    let told: Vec<Entry> = scene.entries.try_iter().collect();
    let (Entry::Used { amount, .. }, Entry::Corrected { to, .. }) = (&told[0], &told[1]) else {
        panic!("{told:?}")
    };
    assert_eq!((amount.tokens, to.tokens), (112, 22));
    let answer = scene.say(&post("/openai/v1/messages", "", r#"{"max_tokens": 500}"#));
    assert_eq!((&*answer.status, answer.wait_s()), ("429", None), "{}", answer.body);
    assert!(answer.head.contains("x-should-retry: false"), "{}", answer.head);
    let nearly = || scene.nearly.try_iter().count();
    assert_eq!(scene.say(&post("/openai/v1/messages", "", r#"{"max_tokens": 150}"#)).status, "200");
    assert_eq!(nearly(), 1);
    let report = scene.models.report(0);
    let all = report.accounts.iter().find(|it| &*it.account == "all").expect("all");
    assert_eq!(all.limits[0].limit, "200 tokens/day");
    assert_eq!(report.providers[0].calls, 2);
}

#[test]
fn money_is_counted_and_what_has_no_price_is_refused_where_it_counts() {
    let host = Host::plain(|_| reply(&"x".repeat(4_000)));
    // 1,000 tokens of an answer of gpt-5 are a cent.
    let limited = rule(On::Agent, "*", Unit::Money, "0.015usd/day");
    let scene = Plan::to(&host).limited(limited).start();
    let body = BODY.replace("100", "1000");
    let ask = |body: &str| scene.say(&post("/openai/v1/chat/completions", "", body));
    assert_eq!(ask(&body).status, "200");
    assert_eq!(ask(&body).status, "429");
    let odd = ask(&body.replace("gpt-5", "unheard-of"));
    assert_eq!(odd.status, "403");
    assert!(odd.body.contains("no price is known"), "{}", odd.body);
    assert_eq!(
        scene.say("GET /openai/v1/models HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").status,
        "200"
    );
}

/// What a daemon that was killed had reserved counts in the next one.
#[test]
fn what_was_used_before_counts() {
    let host = Host::plain(|_| reply("{}"));
    let limited = || rule(On::All, "*", Unit::Tokens, "200/day");
    let before = Plan::to(&host).limited(limited()).start();
    assert_eq!(before.ask().status, "200");
    let mut kept = Kept::default();
    // The settling is lost.
    kept.take(&before.entries.recv_timeout(PATIENCE).expect("an entry"));
    let mut plan = Plan::to(&host).limited(limited());
    plan.terms.kept = kept;
    let after = plan.start();
    assert_eq!(after.ask().status, "429");
}

#[test]
fn a_provider_that_fails_is_let_alone() {
    let host = Host::plain(|_| b"HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n".to_vec());
    let mut plan = Plan::to(&host);
    let minute = 60_000_000_000;
    plan.terms.fuse = Fuse { failures: 3, window_ns: minute, open_ns: minute };
    let scene = plan.start();
    for _ in 0..3 {
        assert_eq!(scene.ask().status, "500");
        scene.called();
    }
    let answer = scene.ask();
    assert_eq!(answer.status, "503", "{}", answer.body);
    assert!(answer.wait_s().is_some_and(|it| (50..=60).contains(&it)), "{}", answer.head);
    assert_eq!(
        (&*answer.json()["error"]["type"].to_string(), host.seen().len()),
        ("\"server_error\"", 3)
    );
    let provider = &scene.models.report(0).providers[0];
    assert_eq!((&*provider.breaker, provider.calls, provider.failed), ("open", 3, 3));
}

const STREAM: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n";

/// A call whose first byte is there and whose rest nobody sends.
fn running(scene: &Scene, headers: &str) -> TcpStream {
    let mut stream = scene.connection();
    let request = post("/openai/v1/chat/completions", headers, BODY);
    stream.write_all(request.as_bytes()).expect("written");
    let mut heard = String::new();
    let mut space = [0; 512];
    while !heard.contains("\r\na\r\n") {
        let length = stream.read(&mut space).expect("it begins");
        assert!(length > 0, "{heard}");
        heard.push_str(&String::from_utf8_lossy(&space[..length]));
    }
    stream
}

#[test]
fn who_is_stopped_is_cut_off_at_once_and_refused_until_he_is_released() {
    let (_step, waits) = channel();
    let host = Host::stepwise(STREAM, waits, "");
    let scene = Plan::to(&host).start();
    let mut stream = running(&scene, "");
    let all = Meant { of: "*".into(), owner: None };
    assert_eq!(scene.switch.stop(all.clone()), 1);
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert!(!rest.ends_with(b"0\r\n\r\n"), "an answer that was cut does not look whole");
    let called = scene.called();
    assert_eq!((called.call.ended, called.call.status), (CallEnded::Refused, 200));
    let answer = scene.ask();
    assert_eq!(answer.status, "403");
    assert!(answer.body.contains("chaperone release --all"), "{}", answer.body);
    assert_eq!(scene.models.report(0).stopped.len(), 1);
    let other = Host::plain(|_| reply("{}"));
    let again = Plan::to(&other).start();
    again.switch.stop(all.clone());
    assert_eq!(again.ask().status, "403");
    assert!(again.switch.lift(&all));
    assert_eq!(again.ask().status, "200");
}

#[test]
fn a_call_that_waits_for_an_answer_is_cut_off_too() {
    let (asked_to, asked) = channel();
    let asked_to = Mutex::new(asked_to);
    let (_hold, held) = channel::<()>();
    let held = Mutex::new(held);
    let host = Host::plain(move |_| {
        asked_to.lock().expect("asked").send(()).expect("it listens");
        let _ = held.lock().expect("held").recv();
        reply("{}")
    });
    let scene = Plan::to(&host).start();
    let mut stream = scene.connection();
    let request = post("/openai/v1/chat/completions", "", BODY);
    stream.write_all(request.as_bytes()).expect("written");
    asked.recv_timeout(PATIENCE).expect("the provider is asked");
    scene.switch.stop(Meant { of: "codex-cli".into(), owner: None });
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    scene.called();
    // The provider has worked: what it may have taken stays.
    assert!(matches!(&*scene.entries.try_iter().collect::<Vec<_>>(), [Entry::Used { .. }]));
}

#[test]
fn a_key_that_is_revoked_is_dead_at_once_and_what_runs_by_it_ends() {
    let (_step, waits) = channel();
    let host = Host::stepwise(STREAM, waits, "");
    let scene = Plan::to(&host).start();
    let fresh = Fresh::make().expect("chance");
    scene.ring.set(vec![issued("ci", &fresh)]);
    let headers = format!("x-api-key: {}\r\n", &*fresh.shown);
    let mut stream = running(&scene, &headers);
    assert_eq!(scene.models.look_at_keys(), 0);
    scene.ring.set(Vec::new());
    let answer = scene.say(&post("/openai/v1/chat/completions", &headers, BODY));
    assert_eq!(answer.status, "401");
    assert_eq!(scene.models.look_at_keys(), 1);
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    let ended: Vec<CallEnded> = (0..2).map(|_| scene.called().call.ended).collect();
    assert_eq!(ended, [CallEnded::Refused; 2]);
}

#[test]
fn only_so_many_calls_run_at_one_time() {
    let (_step, waits) = channel();
    let host = Host::stepwise(STREAM, waits, "");
    let mut plan = Plan::to(&host);
    plan.terms.rules =
        vec![Rule { on: On::Agent, name: "*".into(), limits: Vec::new(), at_once: Some(1) }];
    let scene = plan.start();
    let stream = running(&scene, "");
    let answer = scene.ask();
    assert_eq!((&*answer.status, answer.wait_s()), ("429", Some(1)));
    scene.called();
    drop(stream);
    // The first one is over when it is told.
    assert_eq!(scene.called().call.ended, CallEnded::ClientLost);
    let report = scene.models.report(0);
    assert!(report.accounts.iter().all(|it| it.running == 0), "{report:?}");
}
