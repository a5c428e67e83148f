//! What a real opencode wrote, put into a database row by row as it does, and what is said of it.

use std::fs;
use std::path::PathBuf;

use rusqlite::Connection;
use serde_json::json;

use super::super::tests::shown;
use super::*;

/// Rows as opencode 1.18 had them at the end of a run.
const ROWS: &str = include_str!("../fixtures/opencode.jsonl");
const MADE: &str = "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; \
    CREATE TABLE `session` (`id` text PRIMARY KEY, `parent_id` text, `directory` text NOT NULL, `time_created` integer NOT NULL); \
    CREATE TABLE `message` (`id` text PRIMARY KEY, `session_id` text NOT NULL, `time_created` integer NOT NULL, `time_updated` integer NOT NULL, `data` text NOT NULL, CONSTRAINT `fk` FOREIGN KEY (`session_id`) REFERENCES `session`(`id`) ON DELETE CASCADE); \
    CREATE TABLE `part` (`id` text PRIMARY KEY, `message_id` text NOT NULL, `session_id` text NOT NULL, `time_created` integer NOT NULL, `time_updated` integer NOT NULL, `data` text NOT NULL)";
/// What is said in [`ROWS`].
const SAID: [&str; 15] = [
    "prompt [] \"Do the next step. Mind the tests.\"",
    "call [bash call_0] cat /etc/hostname && echo made > made.txt",
    "result [call_0] vm",
    "answer 10+5 [stub]",
    "call [bash call_1] ls no-such-file",
    "result failed [call_1] ls: cannot access 'no-such-file': No such file or directory",
    "answer 10+5 [stub]",
    "call [bash call_2] sleep 3; echo end",
    "result [call_2] end",
    "answer 10+5 [stub]",
    "call [bash call_3] echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT",
    "result [call_3] COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT",
    "answer 10+5 [stub]",
    "answer [stub] Done.",
    "answer 10+5 [stub]",
];

struct Ground {
    _folder: tempfile::TempDir,
    file: PathBuf,
    connection: Connection,
    tables: Tables,
}

fn rows() -> Vec<Value> {
    ROWS.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

impl Ground {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("opencode.db");
        let connection = Connection::open(&file).expect("a database");
        connection.execute_batch(MADE).expect("made");
        let tables = Tables::of("opencode", 0, 0).expect("known");
        Self { _folder: folder, file, connection, tables }
    }

    /// Writes a row, or writes it anew.
    fn put(&self, row: &Value) {
        let table = text(row, "table");
        let row = row.as_object().expect("a row").iter().filter(|(name, _)| *name != "table");
        let (names, values): (Vec<&str>, Vec<rusqlite::types::Value>) = row
            .map(|(name, value)| {
                let value = match value {
                    Value::Null => rusqlite::types::Value::Null,
                    Value::Number(number) => number.as_i64().expect("whole").into(),
                    Value::String(text) => text.clone().into(),
                    other => other.to_string().into(),
                };
                (name.as_str(), value)
            })
            .unzip();
        let set: Vec<String> = names.iter().map(|name| format!("{name}=excluded.{name}")).collect();
        let marks = vec!["?"; names.len()].join(",");
        let words = format!(
            "INSERT INTO {table} ({}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {}",
            names.join(","),
            set.join(",")
        );
        self.connection.execute(&words, rusqlite::params_from_iter(values)).expect("written");
    }

    fn look(&mut self) -> Vec<String> {
        let file = fs::read(&self.file).expect("there");
        let log = format!("{}-wal", self.file.display());
        self.look_at(&file, &fs::read(log).unwrap_or_default())
    }

    fn look_at(&mut self, file: &[u8], log: &[u8]) -> Vec<String> {
        let mut said = Vec::new();
        while self.tables.look(&file, &log, &mut |told| said.push(shown(&told.words))) == Again::Yes
        {
        }
        said
    }

    /// Whoever goes on for this one.
    fn again(&mut self) {
        self.tables = Tables::of("opencode", self.tables.at(), 0).expect("known");
    }
}

/// The row while the tool is not called yet, and while it runs.
fn before(row: &Value) -> Vec<Value> {
    let data = &row["data"];
    if text(data, "type") != "tool" {
        return Vec::new();
    }
    let state = &data["state"];
    let with = |state: Value, later: u64| {
        let mut row = row.clone();
        row["data"]["state"] = state;
        row["time_updated"] = json!(number(&row, "time_created") + later);
        row
    };
    let time = json!({ "start": state["time"]["start"] });
    vec![
        with(json!({ "status": "pending", "input": {}, "raw": "" }), 0),
        with(json!({ "status": "running", "input": state["input"], "time": time }), 1),
    ]
}

#[test]
fn a_conversation_is_told_as_it_was() {
    let mut ground = Ground::new();
    rows().iter().for_each(|row| ground.put(row));
    assert_eq!(ground.look(), SAID);
    assert_eq!(ground.look(), [""; 0]);
    assert_eq!(ground.tables.unread(), Unread::default());
}

#[test]
fn each_thing_is_told_once_and_when_it_is_there() {
    let mut ground = Ground::new();
    let mut told = Vec::new();
    for row in rows() {
        for (at, state) in before(&row).into_iter().enumerate() {
            ground.put(&state);
            let said = ground.look();
            assert_eq!(said.len(), at, "{said:?}");
            assert!(said.iter().all(|said| said.starts_with("call ")));
            told.extend(said);
        }
        ground.put(&row);
        told.extend(ground.look());
        // Into the file, and a log that begins anew.
        ground.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").expect("it runs");
        told.extend(ground.look());
    }
    assert_eq!(told, SAID);
}

#[test]
fn who_goes_on_tells_what_was_not_told() {
    let mut ground = Ground::new();
    let rows = rows();
    let (first, rest) = rows.split_at(rows.len() / 2);
    first.iter().for_each(|row| ground.put(row));
    let mut told = ground.look();
    ground.again();
    assert_eq!(ground.look(), [""; 0], "told twice");
    rest.iter().for_each(|row| ground.put(row));
    told.extend(ground.look());
    assert_eq!(told, SAID);
}

#[test]
fn rows_that_go_and_come_again_hide_nothing() {
    let mut ground = Ground::new();
    rows().iter().for_each(|row| ground.put(row));
    ground.look();
    // What is added takes the places of what was removed.
    ground.connection.execute_batch("DELETE FROM part WHERE rowid > 3").expect("it runs");
    let mut row = rows().into_iter().find(|row| row["table"] == "part").expect("one");
    let last = rows().iter().map(|row| number(row, "time_created")).max().expect("some");
    for word in ["one", "two", "three"] {
        row["id"] = json!(format!("prt_{word}"));
        row["time_created"] = json!(last + 1);
        row["data"] = json!({ "type": "text", "text": word });
        ground.put(&row);
    }
    assert_eq!(ground.look(), ["prompt [] one", "prompt [] two", "prompt [] three"]);
}

#[test]
fn only_what_a_person_said_in_this_session_is_a_prompt() {
    let rows = rows();
    let prompt = rows.iter().find(|row| row["table"] == "part").expect("one");
    let check = |change: &dyn Fn(&mut Value), since_ms: u64, expect: usize| {
        let mut ground = Ground::new();
        ground.tables = Tables::of("opencode", 0, since_ms).expect("known");
        for mut row in
            rows.iter().filter(|row| row["table"] != "part" || row["id"] == prompt["id"]).cloned()
        {
            change(&mut row);
            ground.put(&row);
        }
        assert_eq!(ground.look().len(), expect);
    };
    let of = |row: &Value, table: &str| text(row, "table") == table;
    let began = number(prompt, "time_created");
    check(&|_| {}, 0, 1);
    check(&|_| {}, began, 1);
    check(&|_| {}, began + 1, 0);
    for flag in ["synthetic", "ignored"] {
        check(
            &|row| {
                if of(row, "part") {
                    row["data"][flag] = json!(true)
                }
            },
            0,
            0,
        );
    }
    check(
        &|row| {
            if of(row, "session") {
                row["parent_id"] = json!("ses_1")
            }
        },
        0,
        0,
    );
}

#[test]
fn a_call_that_was_refused_has_failed() {
    let mut ground = Ground::new();
    for mut row in rows() {
        if let Some(state) = row.pointer_mut("/data/state") {
            let (input, time) = (&state["input"], &state["time"]);
            *state = json!({ "status": "error", "input": input, "error": "refused", "time": time });
        }
        ground.put(&row);
    }
    let said = ground.look();
    let failed = said
        .iter()
        .filter(|said| said.starts_with("result failed [call_") && said.ends_with("] refused"));
    assert_eq!((failed.count(), said.len()), (4, SAID.len()));
}

#[test]
fn what_is_broken_is_counted_once_and_read_when_it_is_whole() {
    let mut ground = Ground::new();
    rows().iter().for_each(|row| ground.put(row));
    ground.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").expect("it runs");
    let whole = fs::read(&ground.file).expect("there");
    for broken in [&whole[..8_192], b"no database"] {
        let before = ground.tables.unread().broken;
        for _ in 0..3 {
            assert_eq!(ground.look_at(broken, &[]), [""; 0]);
        }
        assert_eq!(ground.tables.unread().broken - before, 1);
        ground.tables.tries = 0;
    }
    assert_eq!(ground.look_at(&whole, &[]), SAID);
    // A part that is too long, or no JSON, is counted and what follows is told.
    let mut row = rows().pop().expect("one");
    let began = number(&row, "time_created");
    for (at, data) in [json!("x".repeat(MOST_ROW + 1)), json!("{no JSON")].into_iter().enumerate() {
        let before = ground.tables.unread().broken;
        row["id"] = json!(format!("prt_{at}"));
        row["time_created"] = json!(began + 1 + at as u64);
        row["data"] = data;
        ground.put(&row);
        assert_eq!(ground.look(), [""; 0]);
        assert_eq!(ground.tables.unread().broken - before, 1);
    }
}
