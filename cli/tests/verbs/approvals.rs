//! `chaperone approvals`: a question from its asking to the policy that it becomes, and back.
#![allow(clippy::unwrap_used, reason = "test")]

use std::path::Path;
use std::process::Output;

use event::{
    Action, AgentRef, Because, Circumstances, Decision, Effect, Enforcer, Judged, Object, Outcome,
    Principal, SessionId, Severity, Text, Verb,
};
use journal::{Approvals, Ask, Consequence, DataDir, Otherwise, State, StateReader, Ticket};

use super::{chaperone, stderr, stdout};

fn now() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    now.as_nanos() as u64
}

fn judged(file: &str) -> Judged {
    let agent = AgentRef {
        product: "codex-cli".into(),
        owner: "alice".into(),
        workspace: "/home/alice/code/shop".into(),
        ..AgentRef::default()
    };
    let because = Because {
        policy: "credential-stores".into(),
        effect: Effect::Ask,
        severity: Severity::High,
        reason: "a store of keys is opened by something that is not its own tool".into(),
        ..Because::default()
    };
    Judged {
        time_unix_ns: now(),
        action: Action {
            principal: Principal::Session { id: SessionId::default(), agent },
            verb: Verb::ReadFile,
            object: Object::File { path: file.into() },
            context: Circumstances::default(),
        },
        decision: Decision { because: vec![because], would: Effect::Ask, ..Decision::default() },
        by: Enforcer::Hook,
        outcome: Outcome::Waits,
        process: None,
        event: None,
        count: 1,
        sources: Vec::new(),
    }
}

fn ask(home: &Path, file: &str) -> Text {
    let judged = judged(file);
    let harm = Consequence {
        id: "x".into(),
        sentence: "the key is known\u{1b}[2J".into(),
        target: file.into(),
        undo: "make a new key".into(),
    };
    let ask = Ask {
        judged: &judged,
        blast: vec![harm],
        deadline_unix_ns: now() + 60_000_000_000,
        otherwise: Otherwise::Deny,
    };
    match Approvals::open(home).unwrap().ask(&ask).unwrap() {
        Ticket::New(id) | Ticket::Joined(id) => id,
        other => panic!("{other:?}"),
    }
}

struct Room(tempfile::TempDir);

impl Room {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        drop(State::open(&DataDir::claim(home.path()).unwrap()).unwrap());
        Self(home)
    }
    fn run(&self, words: &[&str]) -> Output {
        let dir = self.0.path().to_str().unwrap();
        chaperone(&[&["--data-dir", dir], words].concat())
    }
    fn done(&self, words: &[&str]) -> String {
        let output = self.run(words);
        assert_eq!(output.status.code(), Some(0), "{words:?}: {}", stderr(&output));
        stdout(&output)
    }
}

#[test]
fn a_question_is_listed_shown_and_answered_for_days() {
    let room = Room::new();
    let home = room.0.path();
    assert!(room.done(&["approvals", "list"]).is_empty());
    let id = ask(home, "/home/alice/.npmrc");
    assert_eq!(ask(home, "/home/alice/.npmrc"), id, "equal questions are one");
    let listed = room.done(&["approvals", "list"]);
    assert!(listed.contains(&*id) && listed.contains("codex-cli of alice"), "{listed}");
    let shown = room.done(&["approvals", "show", &id[..5]]);
    for part in
        ["asked     2 times", "because   credential-stores: ", "harm", "afterwards: make a new key"]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!shown.contains('\u{1b}'), "{shown}");
    // Nobody is at a terminal to agree to the policy.
    let unsaid = room.run(&["approvals", "answer", &id, "allow", "--days", "7"]);
    assert_eq!(unsaid.status.code(), Some(2), "{}", stderr(&unsaid));
    assert!(stderr(&unsaid).contains("@lifts(\"credential-stores\")"), "{}", stderr(&unsaid));
    assert_eq!(
        room.run(&["approvals", "answer", &id, "allow", "--days", "99"]).status.code(),
        Some(2)
    );
    assert_eq!(
        room.run(&["approvals", "answer", &id, "allow", "--pattern"]).status.code(),
        Some(2)
    );
    let said = room.done(&[
        "approvals",
        "answer",
        &id,
        "allow",
        "--days",
        "7",
        "--yes",
        "--note",
        "release",
    ]);
    assert!(said.contains("allowed until ") && said.contains(": release"), "{said}");
    let lifts = Approvals::open(home).unwrap().in_force(now()).unwrap();
    assert_eq!(lifts.len(), 1);
    assert!(
        lifts[0].text.contains("resource == File::\"/home/alice/.npmrc\""),
        "{}",
        lifts[0].text
    );
    let log = room.done(&["audit", "list", "--kind", "approval_answered"]);
    assert!(log.contains(&format!("answered {id}: allowed until")), "{log}");
    room.done(&["approvals", "revoke", &id]);
    assert_eq!(Approvals::open(home).unwrap().in_force(now()).unwrap(), []);
    assert_eq!(room.run(&["approvals", "revoke", &id]).status.code(), Some(1));
    assert!(room.done(&["audit", "list"]).contains("took back the answer"));
    room.done(&["audit", "verify"]);
}

#[test]
fn what_is_answered_once_is_used_once() {
    let room = Room::new();
    let home = room.0.path();
    let id = ask(home, "/home/alice/.netrc");
    room.done(&["approvals", "answer", &id, "allow"]);
    let policies = [Text::from("credential-stores")];
    let policies: Vec<&Text> = policies.iter().collect();
    let mut book = Approvals::open(home).unwrap();
    let granted = |book: &mut Approvals, file: &str| {
        book.granted(&judged(file).action, &policies, now()).unwrap().is_some()
    };
    assert!(!granted(&mut book, "/home/alice/.npmrc"), "another file");
    assert!(granted(&mut book, "/home/alice/.netrc"));
    assert!(!granted(&mut book, "/home/alice/.netrc"), "used");
    assert!(book.in_force(now()).unwrap().is_empty());
    let all = room.done(&["approvals", "list", "--all"]);
    assert!(all.contains("used"), "{all}");
}

#[test]
fn what_is_not_there_and_what_is_unclear_is_said() {
    let room = Room::new();
    let check = |words: &[&str], code: i32, part: &str| {
        let output = room.run(words);
        assert_eq!(output.status.code(), Some(code), "{words:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(part), "{}", stderr(&output));
    };
    check(&["approvals", "show", "nobody"], 3, "there is no question `nobody`");
    ask(room.0.path(), "/a");
    ask(room.0.path(), "/b");
    let questions = StateReader::open(room.0.path()).unwrap().questions().unwrap();
    assert_eq!(questions.len(), 2);
    check(&["approvals", "show", ""], 2, "several questions begin with");
}
