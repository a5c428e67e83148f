//! What is known now, for quick lists: agents, sessions, findings and losses, in SQLite. It is made
//! from the record and can be made from it again, but for what people say (`stewards`, `approvals`), how far
//! the audit log goes and what was seen; each table keeps the whole thing as JSON beside the columns that are searched.

mod apply;
mod approvals;
mod assets;
mod beside;
mod clerk;
mod heads;
mod list;
mod schema;
mod seen;
mod stewards;

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

pub use approvals::{
    Answer, Approvals, Ask, Consequence, Lift, Otherwise, Question, Reply, Scope, Standing, Ticket,
};
pub use assets::{AssetStep, KnownAsset};
pub use clerk::Clerk;
pub(crate) use heads::Heads;
pub use list::{DecisionFilter, FindingFilter, SessionFilter};
pub use seen::Seen;
pub use stewards::{Care, CareStep, Stewards, Stewardship};

use crate::data_dir::{DataDir, check_layout};
use crate::{Error, RetentionSettings};

/// The state, open for the one writer.
#[derive(Debug)]
pub struct State {
    reader: StateReader,
}

/// The state, open for questions; readers do not wait for the writer nor it for them.
#[derive(Debug)]
pub struct StateReader {
    connection: Connection,
    path: PathBuf,
    /// Steps of the schema that were taken: what it lacks is not asked for.
    steps: usize,
}

impl State {
    /// Opens or makes the state of a data directory.
    pub fn open(dir: &DataDir) -> Result<Self, Error> {
        let path = path_in(dir.path());
        let connection = Connection::open(&path).map_err(Error::state(&path))?;
        schema::prepare(&connection, &path)?;
        let steps = schema::check(&connection, &path)?;
        Ok(Self { reader: StateReader { connection, path, steps } })
    }

    /// Asks questions.
    pub fn read(&self) -> &StateReader {
        &self.reader
    }

    /// Removes what was not touched for `findings_days` before `now_unix_ns`; says how many rows.
    pub fn retain(
        &mut self,
        settings: &RetentionSettings,
        now_unix_ns: u64,
    ) -> Result<usize, Error> {
        let before = now_unix_ns.saturating_sub(settings.findings_ns());
        let StateReader { connection, path, .. } = &self.reader;
        let mut removed = 0;
        removed += connection
            .execute("DELETE FROM assets WHERE gone < ?1", [sql_time(before)])
            .map_err(Error::state(path))?;
        removed += connection
            .execute("DELETE FROM asset_history WHERE id NOT IN (SELECT id FROM assets)", [])
            .map_err(Error::state(path))?;
        let tables =
            ["findings", "sessions", "agents", "losses", "programs", "decisions", "approvals"];
        for table in tables {
            removed += connection
                .execute(&format!("DELETE FROM {table} WHERE touched < ?1"), [sql_time(before)])
                .map_err(Error::state(path))?;
        }
        Ok(removed)
    }
}

impl StateReader {
    /// The data directory that it is of.
    pub fn data_dir(&self) -> &Path {
        self.path.parent().unwrap_or(&self.path)
    }

    /// Opens the state of a data directory beside its writer.
    pub fn open(data_dir: &Path) -> Result<Self, Error> {
        check_layout(data_dir)?;
        let path = path_in(data_dir);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&path, flags).map_err(Error::state(&path))?;
        let steps = schema::check(&connection, &path)?;
        Ok(Self { connection, path, steps })
    }
}

fn path_in(data_dir: &Path) -> PathBuf {
    data_dir.join("state.db")
}

/// SQLite's integers are signed; no time of ours is past 2262.
fn sql_time(time_unix_ns: u64) -> i64 {
    i64::try_from(time_unix_ns).unwrap_or(i64::MAX)
}
