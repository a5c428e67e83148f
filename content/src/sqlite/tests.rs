//! What SQLite itself wrote, read as it says; and what nobody would write.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use proptest::collection::vec;
use proptest::strategy::Strategy as _;
use rusqlite::Connection;

use super::*;

const TABLE: &str = "CREATE TABLE `part` (`id` text PRIMARY KEY, \"n\" integer NOT NULL, [data] text, CONSTRAINT `c` CHECK (n > max(-1, -2)))";

/// A database in a folder of its own.
struct Ground {
    _folder: tempfile::TempDir,
    file: PathBuf,
    connection: Connection,
}

impl Ground {
    fn new(page: u32, mode: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.db");
        let connection = Connection::open(&file).expect("a database");
        let pragmas = format!(
            "PRAGMA page_size={page}; PRAGMA journal_mode={mode}; PRAGMA wal_autocheckpoint=0; PRAGMA synchronous=OFF; {TABLE};"
        );
        connection.execute_batch(&pragmas).expect("made");
        Self { _folder: folder, file, connection }
    }

    fn add(&self, id: u32, data: &str) {
        let insert = "INSERT INTO part VALUES (?1, ?2, ?3)";
        self.connection.execute(insert, (format!("id{id}"), id, data)).expect("added");
    }

    fn run(&self, words: &str) {
        self.connection.execute_batch(words).expect("it runs");
    }

    /// What SQLite itself reads.
    fn truth(&self) -> Vec<(i64, String)> {
        let mut all =
            self.connection.prepare("SELECT n, data FROM part ORDER BY rowid DESC").expect("words");
        let rows = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
        rows.map(|row| row.expect("a row")).collect()
    }

    fn bytes(&self) -> (Vec<u8>, Vec<u8>) {
        let log = Path::new(&format!("{}-wal", self.file.display())).to_owned();
        (fs::read(&self.file).expect("there"), fs::read(log).unwrap_or_default())
    }
}

/// All rows, the newest first.
fn rows(file: &[u8], bytes: &[u8], log: &mut Log) -> Result<Vec<(i64, String)>, Damage> {
    while log.catch_up(&bytes) == Behind::Yes {}
    let database = Database::open(&file, &bytes, log)?;
    let table = database.table("part")?.ok_or(Damage::NoDatabase)?;
    let [n, data] = table.places(["n", "data"]).ok_or(Damage::NoDatabase)?;
    let mut rows = Vec::new();
    database.rows(&table, &mut |mut row| {
        row.whole(1 << 20)?;
        let n = i64::try_from(row.number(n)).expect("small");
        rows.push((n, row.text(data).to_owned()));
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(rows)
}

fn check(ground: &Ground, log: &mut Log) {
    let (file, bytes) = ground.bytes();
    let truth = ground.truth();
    assert_eq!(rows(&file, &bytes, log).as_ref(), Ok(&truth));
    // Whoever comes new reads the same.
    assert_eq!(rows(&file, &bytes, &mut Log::default()), Ok(truth));
}

#[test]
fn rows_are_those_that_sqlite_reads_whatever_stands_where() {
    for mode in ["wal", "delete"] {
        for page in [512, 4_096, 65_536] {
            let ground = Ground::new(page, mode);
            let mut log = Log::default();
            check(&ground, &mut log);
            ground.run("BEGIN");
            for id in 0..300 {
                ground.add(id, &"data ü ".repeat(id as usize % 50 * (id as usize % 7)));
            }
            ground.run("COMMIT");
            check(&ground, &mut log);
            ground.run("UPDATE part SET data = data || data WHERE n % 3 = 0; DELETE FROM part WHERE n % 5 = 0");
            check(&ground, &mut log);
            // The log goes into the file, and begins anew with the next words.
            ground.run("PRAGMA wal_checkpoint(FULL)");
            check(&ground, &mut log);
            ground.add(1_000, &"x".repeat(100_000));
            check(&ground, &mut log);
            ground.run("PRAGMA wal_checkpoint(TRUNCATE)");
            check(&ground, &mut log);
            ground.run("VACUUM; ALTER TABLE part ADD COLUMN more text");
            check(&ground, &mut log);
        }
    }
}

#[test]
fn what_is_not_whole_yet_does_not_count() {
    let ground = Ground::new(1_024, "wal");
    ground.add(1, "one");
    let (file, before) = ground.bytes();
    ground.add(2, &"two".repeat(1_000));
    let (_, after) = ground.bytes();
    let one = vec![(1, "one".to_owned())];
    // However much of the next transaction is written, the log says what it said.
    let mut grown = Log::default();
    for end in (before.len()..after.len()).step_by(13) {
        assert_eq!(rows(&file, &after[..end], &mut grown).as_ref(), Ok(&one), "{end}");
        assert_eq!(rows(&file, &after[..end], &mut Log::default()).as_ref(), Ok(&one), "{end}");
    }
    assert_eq!(rows(&file, &after, &mut grown).map(|rows| rows.len()), Ok(2));
    // Nor does a page that is not the one that was summed up.
    let mut torn = after.clone();
    *torn.last_mut().expect("not empty") ^= 1;
    assert_eq!(rows(&file, &torn, &mut Log::default()).as_ref(), Ok(&one));
    assert!(!grown.is_as_it_was(&&before[..20]));
}

#[test]
fn triggers_views_and_deep_trees_are_texts_and_pages() {
    let ground = Ground::new(512, "wal");
    ground.run(
        "CREATE VIEW message AS SELECT load_extension('x'); \
         CREATE TRIGGER t AFTER INSERT ON part BEGIN DELETE FROM part; END; \
         CREATE TABLE w (a text PRIMARY KEY) WITHOUT ROWID; INSERT INTO w VALUES ('x')",
    );
    let (file, log_bytes) = ground.bytes();
    let mut log = Log::default();
    let (file, log_bytes) = (file.as_slice(), log_bytes.as_slice());
    let _ = log.catch_up(&log_bytes);
    let database = Database::open(&file, &log_bytes, &log).expect("one");
    assert_eq!(database.table("message"), Ok(None));
    let other = database.table("w").expect("read").expect("there");
    assert!(matches!(database.rows(&other, &mut |_| panic!("a row")), Err(Damage::Page(_))));

    // A tree that leads to itself, and one of more pages than are read.
    let mut circle = fs::read(&ground.file).expect("there");
    circle.resize(4_096, 0);
    circle[..16].copy_from_slice(MAGIC);
    circle[16..18].copy_from_slice(&512_u16.to_be_bytes());
    circle[20] = 0;
    circle[56..60].copy_from_slice(&[0, 0, 0, 1]);
    circle[100] = 5;
    circle[103..105].copy_from_slice(&[0, 0]);
    circle[108..112].copy_from_slice(&1_u32.to_be_bytes());
    assert_eq!(rows(&circle, &[], &mut Log::default()), Err(Damage::Page(1)));
    for head in [&b""[..], b"SQLite format 3\0", &[0; 4_096]] {
        assert_eq!(rows(head, &[], &mut Log::default()), Err(Damage::NoDatabase));
    }
}

/// Pages that lead to each other, as if there were a hundred times a hundred times a hundred.
struct Endless;

impl Bytes for Endless {
    fn read_at(&self, into: &mut [u8], at: u64) -> usize {
        let number = at / 4_096 + 1;
        let mut page = vec![0; 4_096];
        let tree = if number == 1 { HEADER } else { 0 };
        page[..16].copy_from_slice(MAGIC);
        page[16..18].copy_from_slice(&4_096_u16.to_be_bytes());
        page[18..].fill(0);
        page[59] = 1;
        page[tree..].fill(0);
        page[tree] = if number > 3 { 0x0d } else { 0x05 };
        if number <= 3 {
            let next = u32::try_from(number + 1).expect("small").to_be_bytes();
            page[tree + 3..tree + 5].copy_from_slice(&100_u16.to_be_bytes());
            page[tree + 8..tree + 12].copy_from_slice(&next);
            page[4_000..4_004].copy_from_slice(&next);
            let cells = tree + 12..tree + 212;
            page[cells]
                .as_chunks_mut::<2>()
                .0
                .iter_mut()
                .for_each(|cell| *cell = 4_000_u16.to_be_bytes());
        }
        let from = usize::try_from(at % 4_096).expect("small");
        let length = into.len().min(4_096 - from);
        into[..length].copy_from_slice(&page[from..from + length]);
        length
    }
}

#[test]
fn more_pages_than_one_look_reads_are_not_read() {
    let (none, log) = ([].as_slice(), Log::default());
    let database = Database::open(&Endless, &none, &log).expect("one");
    assert_eq!(database.table("part"), Err(Damage::TooMuch));
}

#[test]
fn columns_are_found_whatever_they_are_called() {
    let ground = Ground::new(4_096, "delete");
    ground.run("CREATE TABLE odd (\"a, (b\" text DEFAULT 'x)', [c d] int(3), `key` text, Primary2 int, UNIQUE (`key`))");
    let (file, _) = ground.bytes();
    let log = Log::default();
    let (file, none) = (file.as_slice(), [].as_slice());
    let database = Database::open(&file, &none, &log).expect("one");
    let table = database.table("odd").expect("read").expect("there");
    assert_eq!(table.places(["a, (b", "c d", "key", "Primary2"]), Some([0, 1, 2, 3]));
    assert_eq!(table.places(["UNIQUE"]), None);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]
    /// Whatever is changed in a database and its log: it is read or refused.
    #[test]
    fn takes_any_bytes(
        changes in vec((0_usize..40_000, proptest::num::u8::ANY, proptest::bool::ANY), 1..40),
        cut in (0_usize..40_000).prop_map(Some),
    ) {
        thread_local! {
            static BOTH: (Vec<u8>, Vec<u8>) = {
                let ground = Ground::new(512, "wal");
                for id in 0..60 {
                    ground.add(id, &"data".repeat(id as usize * 5));
                }
                ground.run("PRAGMA wal_checkpoint(FULL); UPDATE part SET data = 'x' WHERE n > 30");
                ground.bytes()
            };
        }
        let (mut file, mut log) = BOTH.with(Clone::clone);
        for (at, byte, in_log) in changes {
            let bytes = if in_log { &mut log } else { &mut file };
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        if let Some(cut) = cut.filter(|cut| cut % 3 == 0) {
            file.truncate(cut);
        }
        let _ = rows(&file, &log, &mut Log::default());
    }
}
