//! A record that is damaged: every verb shows what is left of it, and says what is missing. The same with
//! SQL and without.

use event::testing::{exec, open};
use event::{Access, Record};
use journal::{DataDir, SegmentSettings, State, Writer};

use super::{chaperone, stderr, stdout};

/// A record of `frames` frames of ten acts each.
fn record(frames: u64) -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("temp is writable");
    let dir = DataDir::claim(home.path()).expect("it is new");
    State::open(&dir).expect("it is new");
    let mut writer = Writer::open(&dir, &SegmentSettings::default()).expect("it is new");
    for at in 0..frames * 10 {
        let event = match at % 2 {
            0 => exec(at, 1, 10, "/usr/bin/cat", &format!("cat /src/{at}")),
            _ => open(at, 10, &format!("/src/{at}"), Access::Read),
        };
        let act = event::testing::unattributed(at, event);
        writer.append(&[Record::Act(Box::new(act))]).expect("temp is writable");
        if at % 10 == 9 {
            writer.sync().expect("temp is writable");
        }
    }
    home
}

/// Breaks one byte in the middle of the record: one frame is lost with it.
fn damage(home: &tempfile::TempDir) {
    let segment = home.path().join("journal/0000000001.seg");
    let mut bytes = std::fs::read(&segment).expect("it is there");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    std::fs::write(&segment, bytes).expect("temp is writable");
}

#[test]
fn what_is_left_is_shown_and_what_is_missing_is_said() {
    let home = record(9);
    let dir = home.path().display().to_string();
    let check = |words: &[&str], lines: usize, said: &str| {
        let output = chaperone(&[words, &["--data-dir", &dir]].concat());
        assert_eq!(output.status.code(), Some(0), "{words:?}: {}", stderr(&output));
        assert_eq!(stdout(&output).lines().count(), lines, "{words:?}");
        assert_eq!(stderr(&output), said, "{words:?}");
    };
    check(&["events"], 90, "");
    damage(&home);
    let said = "warning: 10 records cannot be read: the record is damaged at 1 places\n";
    check(&["events"], 80, said);
    check(&["events", "--json"], 80, said);
    check(&["events", "--limit", "70"], 70, said);
    check(&["events", "--limit", "70", "--path", "/src/"], 70, said);
    check(&["graph", "10", "--format", "json"], 1, said);
    roll(&home, 85);
    check(&["events"], 80, said);
}

/// Rolls what lies before a position.
#[cfg(feature = "sql")]
fn roll(home: &tempfile::TempDir, until: u64) {
    let held = DataDir::claim(home.path()).expect("nobody writes");
    let mut store = query::Store::open(&held).expect("it is new");
    store.roll(journal::Position(until)).expect("it can be read");
}

#[cfg(not(feature = "sql"))]
fn roll(_: &tempfile::TempDir, _: u64) {}

#[test]
fn the_newest_come_oldest_first() {
    // All in the journal, most of it rolled, all of it rolled: the same.
    for rolled in [0, 86, 90] {
        let home = record(9);
        roll(&home, rolled);
        newest(&home);
    }
}

fn newest(home: &tempfile::TempDir) {
    let dir = home.path().display().to_string();
    let check = |words: &[&str], expect: &[u64]| {
        let words = [&["events", "--json", "--data-dir", &dir], words].concat();
        let told = stdout(&chaperone(&words));
        let id = |line: &str| {
            let act: serde_json::Value = serde_json::from_str(line).expect("JSON");
            act.pointer("/act/id").and_then(serde_json::Value::as_u64).expect("an act")
        };
        assert_eq!(told.lines().map(id).collect::<Vec<_>>(), expect, "{words:?}");
    };
    check(&["--limit", "3"], &[87, 88, 89]);
    check(&["--limit", "3", "--kind", "file_open"], &[85, 87, 89]);
    check(&["--limit", "2", "--path", "/src/8"], &[88, 89]);
    check(&["--path", "/src/77"], &[77]);
    check(&["--limit", "0"], &[]);
    check(&[], &(0..90).collect::<Vec<_>>());
}
