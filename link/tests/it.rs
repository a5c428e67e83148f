//! The socket under attack: many at once, slow, silent and garbage; who asks is told by the kernel.
#![expect(clippy::unwrap_used, reason = "test")]

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use event::{
    Action, AgentRef, Because, Circumstances, Decision, Effect, Guard, Object, Offered, Offering,
    OnFound, Principal, Stand, Standing, ToolCall, ToolRules, Utterance, Verb,
};
use link::{
    Absence, Absent, Answers, Ask, Asker, HookCall, Launched, Operation, Place, Refusal,
    RemoteGuard, Reply, Ruling, Server, Verdict, Why, ask,
};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Denies what is below `/no`, and belongs to an agent if it is told so.
#[derive(Default)]
struct Desk {
    below: Option<Principal>,
    asked: AtomicUsize,
}

impl Answers for Desk {
    fn who(&self, pid: u32) -> Option<Principal> {
        assert_eq!(pid, std::process::id());
        self.below.clone()
    }
    fn check(&self, asker: &Asker, action: &Action) -> Result<Arc<Decision>, Refusal> {
        assert_eq!(asker.peer.uid, nix::unistd::getuid().as_raw());
        self.asked.fetch_add(1, Ordering::Relaxed);
        let denied = matches!(&action.object, Object::File { path } if path.starts_with("/no"));
        let effect = if denied { Effect::Deny } else { Effect::Allow };
        let because = vec![Because { policy: "no".into(), effect, ..Because::default() }];
        Ok(Arc::new(Decision { effect, would: effect, because, ..Decision::default() }))
    }
    fn hook(&self, _: &Asker, call: &HookCall) -> Result<Verdict, Refusal> {
        Ok(Verdict { ruling: Ruling::Deny, reason: call.input.chars().rev().collect() })
    }
    fn tool_rules(&self, _: &Asker) -> ToolRules {
        ToolRules { secrets: OnFound::Redact, ..ToolRules::default() }
    }
    fn offered(&self, _: &Asker, offering: &Offering) -> Result<Vec<Stand>, Refusal> {
        let stand = |offer: &Offered| Stand {
            standing: if &*offer.name == "no" { Standing::Held } else { Standing::Trusted },
            why: vec![offer.name.clone()],
        };
        Ok(offering.offers.iter().map(stand).collect())
    }
    fn called(&self, _: &Asker, call: ToolCall) -> Result<(), Refusal> {
        self.asked.fetch_add(call.sent as usize, Ordering::Relaxed);
        Ok(())
    }
    fn said(&self, _: &Asker, words: Vec<Utterance>) -> Result<(), Refusal> {
        self.asked.fetch_add(words.len(), Ordering::Relaxed);
        Ok(())
    }
    fn asked(&self, _: &Asker, launched: Launched) -> Result<(), Refusal> {
        self.asked.fetch_add(launched.said.len(), Ordering::Relaxed);
        Ok(())
    }
    fn status(&self, _: &Asker) -> Value {
        json!({"asked": self.asked.load(Ordering::Relaxed)})
    }
    fn operate(&self, _: &Asker, operation: &Operation) -> Result<Value, Refusal> {
        Ok(serde_json::to_value(operation).unwrap())
    }
}

struct Ground {
    _server: Server,
    socket: PathBuf,
    _dir: tempfile::TempDir,
}

fn ground(desk: Desk) -> Ground {
    let dir = tempfile::tempdir().unwrap();
    let place = Place { path: dir.path().join("link.sock"), everybody: false };
    let answers: Arc<dyn Answers> = Arc::new(desk);
    let server = Server::start(place.listen().unwrap(), &answers).unwrap();
    Ground { _server: server, socket: place.path, _dir: dir }
}

const PATIENCE: Duration = Duration::from_secs(20);

fn remove(path: &str) -> Action {
    Action {
        principal: Principal::Agent(AgentRef::default()),
        verb: Verb::DeleteFile,
        object: Object::File { path: path.into() },
        context: Circumstances::default(),
    }
}

fn guard(socket: &Path, absent: Absent) -> RemoteGuard {
    RemoteGuard { socket: socket.to_owned(), patience: PATIENCE, absent }
}

#[test]
fn a_guard_asks_over_the_socket_and_knows_what_holds_without_it() {
    let ground = ground(Desk::default());
    let near = guard(&ground.socket, Absent::Closed);
    assert_eq!(near.check(&remove("/no/a")).effect, Effect::Deny);
    assert_eq!(near.check(&remove("/a")).effect, Effect::Allow);
    let nowhere = ground.socket.with_file_name("none");
    let open = guard(&nowhere, Absent::Open).check(&remove("/no/a"));
    assert_eq!((open.effect, open.failed.len()), (Effect::Allow, 1));
    let closed = guard(&nowhere, Absent::Closed).check(&remove("/a"));
    assert_eq!(closed.effect, Effect::Deny);
    assert_eq!(closed.because.first().map(|it| &*it.policy), Some("guard-absent"));
}

#[test]
fn a_hook_is_told() {
    let ground = ground(Desk::default());
    let call = HookCall { input: "abc".into(), ..HookCall::default() };
    let told = ask(&ground.socket, &Ask::Hook(Box::new(call)), PATIENCE).unwrap();
    assert_eq!(told, Reply::Verdict(Verdict { ruling: Ruling::Deny, reason: "cba".into() }));
    let long = HookCall { input: "x".repeat(link::MAX_FRAME), ..HookCall::default() };
    let told = ask(&ground.socket, &Ask::Hook(Box::new(long)), PATIENCE);
    assert!(matches!(told, Err(Absence::TooLong)), "{told:?}");
}

#[test]
fn what_servers_of_tools_offer_and_do_is_told() {
    let ground = ground(Desk::default());
    let told = ask(&ground.socket, &Ask::ToolRules, PATIENCE).unwrap();
    let rules = ToolRules { secrets: OnFound::Redact, ..ToolRules::default() };
    assert_eq!(told, Reply::ToolRules(rules));
    let offers = ["yes", "no"].map(|name| Offered { name: name.into(), ..Offered::default() });
    let offering = Offering { offers: offers.into(), ..Offering::default() };
    let told = ask(&ground.socket, &Ask::Offered(Box::new(offering)), PATIENCE).unwrap();
    let stand = |standing, why: &str| Stand { standing, why: vec![why.into()] };
    assert_eq!(
        told,
        Reply::Stands(vec![stand(Standing::Trusted, "yes"), stand(Standing::Held, "no")])
    );
    let call = ToolCall { sent: 7, ..ToolCall::default() };
    let told = ask(&ground.socket, &Ask::Called(vec![call]), PATIENCE).unwrap();
    assert_eq!(told, Reply::Kept);
    let told = ask(&ground.socket, &Ask::Status, PATIENCE).unwrap();
    assert_eq!(told, Reply::Told(json!({"asked": 7})));
}

#[test]
fn nobody_below_an_agent_operates() {
    let disarm = Ask::Operate(Operation::Disarm);
    let free = ground(Desk::default());
    assert_eq!(ask(&free.socket, &disarm, PATIENCE).unwrap(), Reply::Told(json!("disarm")));
    let below = Some(Principal::Agent(AgentRef::default()));
    let held = ground(Desk { below, ..Desk::default() });
    let told = ask(&held.socket, &disarm, PATIENCE).unwrap();
    assert!(matches!(told, Reply::Refused(refusal) if refusal.why == Why::NotAllowed));
}

#[test]
fn a_thousand_at_once_are_answered_while_others_are_silent() {
    let ground = ground(Desk::default());
    // They say nothing, or the beginning of something, and stay.
    let silent: Vec<UnixStream> = (0..200)
        .map(|at| {
            let mut stream = UnixStream::connect(&ground.socket).unwrap();
            stream.write_all(&[0, 0, 1][..at % 4]).unwrap();
            stream
        })
        .collect();
    let near = guard(&ground.socket, Absent::Open);
    std::thread::scope(|scope| {
        for at in 0..1_000 {
            let near = &near;
            scope.spawn(move || {
                let denied = at % 2 == 0;
                let path = if denied { "/no/x" } else { "/x" };
                let decision = near.check(&remove(path));
                assert_eq!(decision.effect == Effect::Deny, denied, "{decision:?}");
            });
        }
    });
    let told = ask(&ground.socket, &Ask::Status, PATIENCE).unwrap();
    assert_eq!(told, Reply::Told(json!({"asked": 1_000})));
    drop(silent);
}

#[test]
fn who_drips_is_let_go_and_too_much_is_refused() {
    let ground = ground(Desk::default());
    let mut slow = UnixStream::connect(&ground.socket).unwrap();
    slow.write_all(&[0, 0, 0, 9, b'{']).unwrap();
    slow.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut left = Vec::new();
    slow.read_to_end(&mut left).unwrap();
    assert!(left.is_empty(), "who drips gets no answer");
    let mut loud = UnixStream::connect(&ground.socket).unwrap();
    loud.write_all(&[0xff; 4]).unwrap();
    let refused: Reply = serde_json::from_slice(&link::read(&mut loud).unwrap()).unwrap();
    assert!(matches!(refused, Reply::Refused(refusal) if refusal.why == Why::Malformed));
}

#[test]
fn an_answer_that_is_none_is_absence() {
    let dir = tempfile::tempdir().unwrap();
    let socket = dir.path().join("s");
    let listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            // Who is let go asks again, three times.
            let none = [&b""[..], b"", b"\0\0\0\x09{", b""];
            let garbage = [&b"\0\0\0\x03abc"[..], b"\xff\xff\xff\xff"];
            for answer in garbage.into_iter().chain(none) {
                let (mut stream, _) = listener.accept().unwrap();
                link::read(&mut stream).unwrap();
                stream.write_all(answer).unwrap();
            }
            // The last one waits in vain.
            let (stream, _) = listener.accept().unwrap();
            let closed = RemoteGuard {
                socket: dir.path().join("gone"),
                patience: Duration::ZERO,
                absent: Absent::Closed,
            };
            assert_eq!(closed.check(&remove("/a")).effect, Effect::Deny);
            let _ = link::read(&mut &stream);
            let _ = (&stream).read(&mut [0]);
        });
        for _ in 0..3 {
            assert!(ask(&socket, &Ask::Status, PATIENCE).is_err());
        }
        let late = ask(&socket, &Ask::Status, Duration::from_millis(50));
        assert!(matches!(late, Err(Absence::Late)), "{late:?}");
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn garbage_does_no_harm(
        garbage in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 1..8),
        framed in any::<bool>(),
    ) {
        let ground = ground(Desk::default());
        for bytes in garbage {
            let mut stream = UnixStream::connect(&ground.socket).unwrap();
            let sent = match framed {
                true => link::write(&mut stream, &bytes).is_ok(),
                false => stream.write_all(&bytes).is_ok(),
            };
            if framed && sent {
                let told: Reply = serde_json::from_slice(&link::read(&mut stream).unwrap()).unwrap();
                prop_assert!(matches!(told, Reply::Refused(_)), "{told:?}");
            }
        }
        let told = ask(&ground.socket, &Ask::Status, PATIENCE).unwrap();
        prop_assert_eq!(told, Reply::Told(json!({"asked": 0})));
    }
}
