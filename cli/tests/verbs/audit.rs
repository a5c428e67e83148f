//! `chaperone audit`, and what verbs of people leave in the log.
#![allow(clippy::unwrap_used, reason = "test")]

use std::path::Path;

use journal::audit::{AuditSettings, Log, What, Who};
use journal::{DataDir, State, StateReader};

use super::{chaperone, stderr, stdout};

fn made(home: &Path) {
    drop(State::open(&DataDir::claim(home).unwrap()).unwrap());
    let mut log = Log::open(home, &AuditSettings::default()).unwrap();
    log.add(Who::Daemon, What::Started { version: "0.1.0".into() }).unwrap();
    log.flush().unwrap();
    let new = "profile \u{1b}[31mguarded".into();
    log.add(
        Who::Daemon,
        What::PolicyChanged { old: None, new, changes: Vec::new(), refused: None },
    )
    .unwrap();
    log.close().unwrap();
}

#[test]
fn a_log_is_proved_listed_and_exported() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().to_str().unwrap();
    let run = |words: &[&str]| chaperone(&[&["--data-dir", dir, "audit"], words].concat());
    let none = run(&["verify"]);
    assert_eq!(none.status.code(), Some(3), "{}", stderr(&none));
    made(home.path());
    let verified = run(&["verify"]);
    assert_eq!(verified.status.code(), Some(0), "{}", stdout(&verified));
    assert!(stdout(&verified).contains("proved as it was written up to entry 3"));
    let listed = stdout(&run(&["list"]));
    assert_eq!(listed.lines().count(), 3, "{listed}");
    assert!(listed.contains("chaperone: started, version 0.1.0"), "{listed}");
    assert!(!listed.contains('\u{1b}'), "{listed}");
    assert_eq!(stdout(&run(&["list", "--kind", "started"])).lines().count(), 1);
    assert_eq!(run(&["show", "9"]).status.code(), Some(3));
    assert!(stdout(&run(&["show", "2"])).contains("\"version\": \"0.1.0\""));
    let exported = stdout(&run(&["export", "--format", "ocsf"]));
    for line in exported.lines() {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(event["metadata"]["event_code"], "audit_entry", "{line}");
    }
    let keys = stdout(&run(&["rotate"]));
    assert!(keys.contains("entry 1 to entry 4") && keys.contains("entry 5 to now"), "{keys}");
    let pem = stdout(&run(&["key", "--pem"]));
    assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----\n"), "{pem}");
}

#[test]
fn tampering_has_its_own_exit_code_and_a_place() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().to_str().unwrap();
    let run = |words: &[&str]| chaperone(&[&["--data-dir", dir, "audit"], words].concat());
    made(home.path());
    let path = home.path().join("audit/0000000001.log");
    let whole = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, whole.replace("0.1.0", "0.1.1")).unwrap();
    let changed = run(&["verify"]);
    assert_eq!(changed.status.code(), Some(6));
    let said = stdout(&changed);
    assert!(said.contains("proved as it was written up to entry 1,"), "{said}");
    assert!(said.contains("fault segment 1, line 4 (byte "), "{said}");
    assert!(said.contains("entry 2 and all behind it cannot be relied on"), "{said}");
    let told: serde_json::Value =
        serde_json::from_str(&stdout(&run(&["verify", "--json"]))).unwrap();
    assert_eq!(told["fault"]["place"]["sequence"], 2);
    assert_eq!(told["proved"]["sequence"], 1);
    // Cut behind a signature: only what is remembered or anchored elsewhere knows.
    let head = StateReader::open(home.path()).unwrap().audit_head().unwrap().unwrap();
    let lines: Vec<&str> = whole.lines().take(5).collect();
    std::fs::write(&path, lines.join("\n") + "\n").unwrap();
    let cut = run(&["verify"]);
    assert_eq!(cut.status.code(), Some(6), "{}", stdout(&cut));
    assert!(stdout(&cut).contains("signed up to entry 3"), "{}", stdout(&cut));
    std::fs::remove_file(home.path().join("state.db")).unwrap();
    assert_eq!(run(&["verify"]).status.code(), Some(0), "nobody remembers");
    let anchors = home.path().join("anchors.jsonl");
    let anchor = serde_json::json!({ "unmapped": { "chaperone": { "audit_head": head } } });
    std::fs::write(&anchors, format!("{anchor}\n")).unwrap();
    let anchored = run(&["verify", "--anchors", anchors.to_str().unwrap()]);
    assert_eq!(anchored.status.code(), Some(6), "{}", stdout(&anchored));
}
