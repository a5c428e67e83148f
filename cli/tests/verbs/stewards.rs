//! Who answers for an agent, and who stands behind its sessions, from the first word to the remark.

use event::testing::pid;
use event::{Agent, AgentId, AgentKind, Delegation, ProcessId, Record, Session, SessionId, Way};
use journal::{DataDir, Position, State};

use super::{chaperone, stderr, stdout};

/// A record of an agent of an account that is not here, started over ssh, and of one that it started.
fn record() -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("temp is writable");
    let dir = DataDir::claim(home.path()).expect("it is ours");
    let agent = |product: &str, name: &str| Agent {
        id: AgentId::derive("h", product, "zed-who-left"),
        product: product.into(),
        name: name.into(),
        version: None,
        owner: "zed-who-left".into(),
        kind: AgentKind::Agent,
    };
    let session = |of: &Agent, root: ProcessId, parent: Option<SessionId>| Session {
        id: SessionId::derive(of.id, "b", root),
        agent: of.id,
        root,
        started_unix_ns: 1_700_000_000_000_000_000,
        ended_unix_ns: Some(1_700_000_001_000_000_000),
        cwd: "/".into(),
        parent,
        evidence: "executable codex".into(),
        unseen_before: false,
        delegation: Delegation {
            account: Some("alice".into()),
            way: Way::Ssh,
            detail: Some("10.0.0.5".into()),
            root: parent,
            ..Delegation::default()
        },
        identities: Vec::new(),
    };
    let (first, second) = (agent("codex-cli", "Codex CLI"), agent("gemini-cli", "Gemini CLI"));
    let above = session(&first, pid(100), None);
    let below = session(&second, pid(200), Some(above.id));
    let records = [
        Record::Agent(first),
        Record::Agent(second),
        Record::Session(above),
        Record::Session(below),
    ];
    State::open(&dir).expect("made").apply(&records, Position(4)).expect("applied");
    home
}

#[test]
fn what_is_said_is_kept_and_remarked() {
    let home = record();
    let data = home.path().display().to_string();
    let empty = home.path().join("empty");
    std::fs::create_dir(&empty).expect("temp is writable");
    let empty = empty.display().to_string();
    let check = |words: &[&str], code: i32, said: &str| {
        let output = chaperone(&[words, &["--data-dir", &data]].concat());
        let told = format!("{}{}", stdout(&output), stderr(&output));
        assert_eq!(output.status.code(), Some(code), "{words:?}: {told}");
        assert!(told.contains(said), "{words:?}: {told}");
    };
    let agents: &[&str] = &["agents", "--home", &empty];
    let of_codex: &[&str] = &["agents", "codex-cli", "--home", &empty];
    check(agents, 0, "(orphaned)");
    check(&["agents", "own", "codex-cli", "--owner", "the platform team"], 0, "answers for it");
    check(of_codex, 0, "the platform team; the platform team looks at it every 90 days, next");
    check(&["agents", "keep", "codex-cli"], 1, "is not retired");
    check(&["agents", "retire", "codex-cli@zed-who-left", "--note", "moved"], 0, "retired: moved");
    check(&["agents", "retire", "codex-cli"], 1, "is retired already");
    check(agents, 0, "(retired)");
    check(&["agents", "keep", "codex-cli", "--json"], 0, r#""did":"keep""#);
    check(&["agents", "review", "codex-cli", "--note", "all well"], 0, "looked at: all well");
    check(of_codex, 0, "said       ");
    check(&["agents", "own", "codex-cli", "--owner", "x", "--review-every", "soon"], 2, "90s, 15m");
    check(of_codex, 0, "behind it  alice, over ssh from 10.0.0.5\n");
    check(&["sessions"], 0, "alice, over ssh from 10.0.0.5 → Codex CLI ");
    check(&["sessions", "zzzz"], 3, "no session begins with `zzzz`");
}
