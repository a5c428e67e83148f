//! Keys that issuers publish, between callers with tokens and scripted issuers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use event::Principal;
use gateway::control::jwt::Issuer;
use gateway::egress::Outside;
use gateway::models::Issuers;
use gateway::published::{Paces, Place, Published, Renewed};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};

use super::{BODY, Plan, Scene, post};
use crate::stage::{Host, reply};

/// Somebody who signs, under the name of the key.
struct Signer(Ed25519KeyPair, &'static str);

impl Signer {
    fn new(id: &'static str) -> Self {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
        Self(Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).expect("a key"), id)
    }
    fn published(&self) -> String {
        let (x, id) = (encode(self.0.public_key().as_ref()), self.1);
        format!(r#"{{"keys": [{{"kty": "OKP", "crv": "Ed25519", "kid": "{id}", "x": "{x}"}}]}}"#)
    }
    fn token(&self, issuer: &str) -> String {
        let head = format!(r#"{{"alg": "EdDSA", "kid": "{}"}}"#, self.1);
        let claims = format!(
            r#"{{"iss": "{issuer}", "aud": "chaperone", "sub": "ida", "exp": 4000000000}}"#
        );
        let signed = format!("{}.{}", encode(head.as_bytes()), encode(claims.as_bytes()));
        format!("{signed}.{}", encode(self.0.sign(signed.as_bytes()).as_ref()))
    }
}

fn encode(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

struct Trusted(String, Published);

impl Issuers for Trusted {
    fn all(&self) -> Arc<Vec<Issuer>> {
        let issuer = Issuer {
            issuer: self.0.clone(),
            audience: "chaperone".into(),
            keys: self.1.keys(&self.0).unwrap_or_default(),
            account: "sub".into(),
            groups: "groups".into(),
            agent: String::new(),
        };
        Arc::new(vec![issuer])
    }
    fn renew(&self, issuer: &str) -> Option<Renewed> {
        self.1.renew(issuer)
    }
}

fn scene(provider: &Host, issuer: &str, place: Place, paces: Paces) -> Scene {
    let places = BTreeMap::from([(issuer.to_owned(), place)]);
    let published = Published::start(places, &Outside::default(), paces).expect("it starts");
    let mut plan = Plan::to(provider);
    plan.holder = Principal::Human { account: "".into(), groups: Default::default() };
    plan.terms.issuers = Arc::new(Trusted(issuer.to_owned(), published));
    plan.start()
}

fn status(scene: &Scene, token: &str) -> String {
    let headers = format!("Authorization: Bearer {token}\r\n");
    scene.say(&post("/openai/v1/chat/completions", &headers, BODY)).status
}

#[test]
fn keys_are_fetched_and_an_unknown_one_is_asked_for_but_not_at_once_again() {
    let check = |apart: Duration, expect: (&str, usize)| {
        let (old, new) = (Signer::new("old"), Signer::new("new"));
        let said = Arc::new(Mutex::new(old.published()));
        let now = Arc::clone(&said);
        let issuer = Host::plain(move |_| reply(&now.lock().expect("said")));
        let provider = Host::plain(|_| reply("{}"));
        let place = Place::keys(&format!("http://{}/keys", issuer.address)).expect("a place");
        let paces = Paces { apart, ..Paces::default() };
        let scene = scene(&provider, "https://id.example", place, paces);
        // Whoever comes before the first answer waits for it.
        assert_eq!(status(&scene, &old.token("https://id.example")), "200");
        *said.lock().expect("said") = new.published();
        assert_eq!(status(&scene, &new.token("https://id.example")), expect.0, "{apart:?}");
        assert_eq!(issuer.seen().len(), expect.1, "{apart:?}");
    };
    check(Duration::ZERO, ("200", 2));
    check(Duration::from_hours(1), ("401", 1));
}

#[test]
fn the_last_good_keys_outlive_a_failure_for_a_while() {
    let check = |kept: Duration, expect: &str| {
        let (known, unknown) = (Signer::new("known"), Signer::new("unknown"));
        let said = Arc::new(Mutex::new(reply(&known.published())));
        let now = Arc::clone(&said);
        let issuer = Host::plain(move |_| now.lock().expect("said").clone());
        let provider = Host::plain(|_| reply("{}"));
        let place = Place::keys(&format!("http://{}/keys", issuer.address)).expect("a place");
        let paces = Paces { apart: Duration::ZERO, kept, ..Paces::default() };
        let scene = scene(&provider, "https://id.example", place, paces);
        assert_eq!(status(&scene, &known.token("https://id.example")), "200");
        for broken in [
            "HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
        ] {
            *said.lock().expect("said") = broken.as_bytes().to_vec();
            assert_eq!(status(&scene, &unknown.token("https://id.example")), "401");
        }
        *said.lock().expect("said") = b"HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n".to_vec();
        assert_eq!(status(&scene, &known.token("https://id.example")), expect, "{kept:?}");
    };
    check(Duration::from_hours(1), "200");
    check(Duration::ZERO, "401");
}

#[test]
fn an_issuer_says_itself_where_its_keys_are() {
    let check = |says: fn(&str) -> String, expect: &str| {
        let signer = Signer::new("k");
        let keys = signer.published();
        let issuer = Host::plain(move |request| {
            let host = request.split("Host: ").nth(1).or(request.split("host: ").nth(1));
            let host = host.and_then(|it| it.split("\r\n").next()).expect(request);
            let known = request.starts_with("GET /.well-known/openid-configuration ");
            reply(&if known { says(host) } else { keys.clone() })
        });
        let provider = Host::plain(|_| reply("{}"));
        let name = format!("http://{}", issuer.address);
        let place = Place::named(&name).expect("a place");
        let scene = scene(&provider, &name, place, Paces::default());
        assert_eq!(status(&scene, &signer.token(&name)), expect);
    };
    let good =
        |host: &str| format!(r#"{{"issuer": "http://{host}", "jwks_uri": "http://{host}/keys"}}"#);
    check(good, "200");
    check(
        |host| format!(r#"{{"issuer": "https://other", "jwks_uri": "http://{host}/keys"}}"#),
        "401",
    );
    check(
        |host| format!(r#"{{"issuer": "http://{host}", "jwks_uri": "http://elsewhere/keys"}}"#),
        "401",
    );
    check(|host| format!(r#"{{"issuer": "http://{host}"}}"#), "401");
}
