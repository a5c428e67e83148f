//! What a new user meets: no record yet, no words, a pipe that closes, JSON everywhere.

use std::io::Read;
use std::process::{Command, Stdio};

use event::testing::{exec, open};
use event::{Access, Record};
use journal::{DataDir, SegmentSettings, State, Writer};

use super::{chaperone, stderr, stdout};

#[test]
fn without_a_record_every_list_says_so_and_what_to_do() {
    let lists: [&[&str]; 7] = [
        &["sessions", "--running"],
        &["events", "--json"],
        &["findings", "--lines"],
        &["why", "3f2a"],
        &["graph", "3f2a"],
        &["graph", "12"],
        &["watch", "--lines"],
    ];
    for words in lists {
        let output = chaperone(words);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(3), "{words:?}: {said}");
        assert_eq!(stdout(&output), "", "{words:?}");
        assert!(said.starts_with("error: nothing is recorded in "), "{said}");
        assert!(said.contains("\nhint: `sudo chaperone up`"), "{said}");
    }
}

#[test]
fn status_says_that_nothing_runs() {
    let output = chaperone(&["status"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(stdout(&output).starts_with("up        does not run"), "{}", stdout(&output));
    let told: serde_json::Value =
        serde_json::from_str(&stdout(&chaperone(&["status", "--json"]))).expect("JSON");
    assert_eq!(told["up"], "absent");
}

#[test]
fn no_words_show_the_help() {
    let output = chaperone(&[]);
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(said.contains("Examples:") && said.contains("Exit codes:"), "{said}");
    assert!(!said.contains("generate"), "{said}");
}

#[test]
fn json_is_json_everywhere() {
    let home = tempfile::tempdir().expect("temp is writable");
    std::fs::write(home.path().join("bad.yml"), "title: 3\n").expect("temp is writable");
    let rules = home.path().display().to_string();
    let verbs: [&[&str]; 5] = [
        &["rules", "list"],
        &["config", "show"],
        &["config", "path"],
        &["rules", "check", &rules],
        &["status"],
    ];
    for words in verbs {
        let output = chaperone(&[words, &["--json"]].concat());
        let text = stdout(&output);
        assert!(!text.is_empty(), "{words:?}: {}", stderr(&output));
        for line in text.lines() {
            let read: Result<serde_json::Value, _> = serde_json::from_str(line);
            assert!(read.is_ok(), "{words:?}: {line}");
        }
    }
}

/// A record of `count` acts.
fn record(count: u32) -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("temp is writable");
    let dir = DataDir::claim(home.path()).expect("it is new");
    State::open(&dir).expect("it is new");
    let mut writer = Writer::open(&dir, &SegmentSettings::default()).expect("it is new");
    for at in 0..count {
        let path = format!("/home/alice/project/{at}");
        let event = match at % 2 {
            0 => exec(u64::from(at), 1, 10, "/usr/bin/cat", &format!("cat {path}")),
            _ => open(u64::from(at), 10, &path, Access::Read),
        };
        let act = event::testing::unattributed(u64::from(at), event);
        writer.append(&[Record::Act(Box::new(act))]).expect("temp is writable");
    }
    writer.sync().expect("temp is writable");
    home
}

#[test]
fn a_reader_that_has_enough_is_no_error() {
    let home = record(5_000);
    let dir = home.path().display().to_string();
    let verbs: [&[&str]; 4] =
        [&["events"], &["events", "--json"], &["rules", "list"], &["completions", "bash"]];
    for words in verbs {
        let mut child = Command::new(env!("CARGO_BIN_EXE_chaperone"))
            .args(words)
            .args(["--data-dir", &dir])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut first = [0; 64];
        let mut out = child.stdout.take().expect("it is piped");
        out.read_exact(&mut first).expect("it says something");
        drop(out);
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(0), "{words:?}: {}", stderr(&output));
        assert_eq!(stderr(&output), "", "{words:?}");
    }
}

#[test]
fn the_newest_are_kept_where_a_limit_is_set() {
    let home = record(100);
    let dir = home.path().display().to_string();
    let listed = |words: &[&str]| {
        let text = stdout(&chaperone(&[words, &["--data-dir", &dir]].concat()));
        (text.lines().count(), text.lines().last().unwrap_or_default().to_owned())
    };
    assert_eq!(listed(&["events"]).0, 100);
    let (count, last) = listed(&["events", "--limit", "3", "--path", "/project/"]);
    assert!(count == 3 && last.ends_with("/home/alice/project/99"), "{count} {last}");
    assert_eq!(listed(&["events", "--kind", "file_open", "--limit", "1000"]).0, 50);
    assert_eq!(listed(&["events", "--limit", "0"]).0, 0);
}
