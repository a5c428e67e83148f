//! The tables of the state and how older ones become them.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use crate::Error;

/// One step per version; `user_version` says how many were taken. Steps are never edited, only
/// added.
const STEPS: &[&str] = &["
    CREATE TABLE agents (
        id TEXT PRIMARY KEY, product TEXT NOT NULL, touched INTEGER NOT NULL, json TEXT NOT NULL
    ) STRICT;
    CREATE TABLE sessions (
        id TEXT PRIMARY KEY, agent TEXT NOT NULL, started INTEGER NOT NULL, ended INTEGER,
        touched INTEGER NOT NULL, json TEXT NOT NULL
    ) STRICT;
    CREATE INDEX sessions_by_start ON sessions (started);
    CREATE TABLE findings (
        id TEXT PRIMARY KEY, time INTEGER NOT NULL, rule TEXT NOT NULL, severity INTEGER NOT NULL,
        agent TEXT, session TEXT, touched INTEGER NOT NULL, json TEXT NOT NULL
    ) STRICT;
    CREATE INDEX findings_by_time ON findings (time);
    CREATE INDEX findings_by_session ON findings (session);
    CREATE TABLE losses (
        cause TEXT NOT NULL, place TEXT NOT NULL, started INTEGER NOT NULL,
        ended INTEGER NOT NULL, count INTEGER NOT NULL, touched INTEGER NOT NULL,
        json TEXT NOT NULL, PRIMARY KEY (cause, place, started)
    ) STRICT;
    CREATE INDEX losses_by_end ON losses (ended);
    CREATE TABLE progress (one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL) STRICT;
    INSERT INTO progress VALUES (1, 0);
", "
    CREATE TABLE programs (
        path TEXT NOT NULL, device INTEGER NOT NULL, inode INTEGER NOT NULL,
        modified INTEGER NOT NULL, agent TEXT, touched INTEGER NOT NULL, json TEXT NOT NULL,
        PRIMARY KEY (path, device, inode, modified)
    ) STRICT;
    CREATE INDEX programs_by_agent ON programs (agent);
    CREATE TABLE seen (
        product TEXT NOT NULL, kind TEXT NOT NULL, what TEXT NOT NULL, touched INTEGER NOT NULL,
        PRIMARY KEY (product, kind, what)
    ) STRICT, WITHOUT ROWID;
", "
    CREATE TABLE assets (
        id TEXT PRIMARY KEY, kind TEXT NOT NULL, owner TEXT NOT NULL, first_seen INTEGER NOT NULL,
        touched INTEGER NOT NULL, gone INTEGER, json TEXT NOT NULL
    ) STRICT;
    CREATE TABLE asset_history (
        id TEXT NOT NULL, time INTEGER NOT NULL, became TEXT NOT NULL, digest TEXT,
        PRIMARY KEY (id, time)
    ) STRICT, WITHOUT ROWID;
", "
    CREATE TABLE stewards (
        agent TEXT NOT NULL, time INTEGER NOT NULL, name TEXT NOT NULL, json TEXT NOT NULL,
        PRIMARY KEY (agent, time)
    ) STRICT, WITHOUT ROWID;
", "
    CREATE TABLE decisions (
        id TEXT PRIMARY KEY, time INTEGER NOT NULL, would INTEGER NOT NULL, outcome TEXT NOT NULL,
        agent TEXT, session TEXT, touched INTEGER NOT NULL, json TEXT NOT NULL
    ) STRICT;
    CREATE INDEX decisions_by_time ON decisions (time);
"];

/// Readers and the writer meet only for moments; nobody gives up before this.
const PATIENCE: Duration = Duration::from_secs(5);

/// Brings the tables up to date.
pub(super) fn prepare(connection: &Connection, path: &Path) -> Result<(), Error> {
    let taken = check(connection, path)?;
    let sql = |sql: &str| connection.execute_batch(sql).map_err(Error::state(path));
    // WAL: readers read while the writer writes. A power loss may cost the last transactions but
    // never the file; they are made again from the record.
    sql("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;")?;
    for (index, step) in STEPS.iter().enumerate().skip(taken) {
        sql(&format!("BEGIN; {step} PRAGMA user_version = {}; COMMIT;", index + 1))?;
    }
    Ok(())
}

/// How many steps were taken; an error if it is more than this version knows.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<usize, Error> {
    connection.busy_timeout(PATIENCE).map_err(Error::state(path))?;
    let taken: u32 = connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .map_err(Error::state(path))?;
    if taken as usize > STEPS.len() {
        return Err(Error::NewerLayout {
            dir: path.to_owned(),
            found: taken,
            known: STEPS.len() as u32,
        });
    }
    Ok(taken as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A state as the version with so many steps left it, with a row in each table of the first.
    fn old(steps: usize, path: &Path) -> Connection {
        let connection = Connection::open(path).expect("opened");
        for step in &STEPS[..steps] {
            connection.execute_batch(step).expect("a step");
        }
        let rows = "
            INSERT INTO agents VALUES ('a', 'codex-cli', 1, '{}');
            INSERT INTO sessions VALUES ('s', 'a', 1, NULL, 1, '{}');
            INSERT INTO findings VALUES ('f', 1, 'r', 3, 'a', 's', 1, '{}');
            INSERT INTO losses VALUES ('disk', 'x', 1, 2, 3, 2, '{}');
            UPDATE progress SET position = 77;";
        connection.execute_batch(rows).expect("rows");
        connection.pragma_update(None, "user_version", steps as u32).expect("numbered");
        connection
    }

    #[test]
    fn every_older_state_becomes_this_one_and_keeps_its_rows() {
        for steps in 1..STEPS.len() {
            let home = tempfile::tempdir().expect("a folder");
            let path = home.path().join("state.db");
            let connection = old(steps, &path);
            prepare(&connection, &path).expect("brought up to date");
            assert_eq!(check(&connection, &path).expect("numbered"), STEPS.len());
            let count = |sql: &str| -> i64 {
                connection.query_row(sql, [], |row| row.get(0)).expect("an answer")
            };
            for table in ["agents", "sessions", "findings", "losses"] {
                assert_eq!(
                    count(&format!("SELECT count(*) FROM {table}")),
                    1,
                    "{table} of {steps}"
                );
            }
            assert_eq!(count("SELECT position FROM progress"), 77);
            assert_eq!(count("SELECT count(*) FROM stewards"), 0);
            prepare(&connection, &path).expect("nothing is left to do");
        }
    }

    #[test]
    fn a_later_state_is_refused() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("state.db");
        let connection = old(STEPS.len(), &path);
        connection.pragma_update(None, "user_version", 99).expect("numbered");
        assert!(matches!(prepare(&connection, &path), Err(Error::NewerLayout { .. })));
    }
}
