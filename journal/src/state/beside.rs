//! A way into the state for those who write beside the daemon: what people say, and how far the audit log goes.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::{State, StateReader, path_in, schema};
use crate::{DataDir, Error};

/// The state, open for a few rows of one's own.
#[derive(Debug)]
pub(super) struct Beside {
    pub connection: Connection,
    pub path: PathBuf,
}

impl Beside {
    /// Opens it where so many steps of the schema were taken; takes what is missing, if nobody of an older version
    /// holds it.
    pub fn open(data_dir: &Path, needed: usize) -> Result<Self, Error> {
        let path = path_in(data_dir);
        let ready = path.exists() && StateReader::open(data_dir)?.steps >= needed;
        if !ready {
            State::open(&DataDir::claim(data_dir)?)?;
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&path, flags).map_err(Error::state(&path))?;
        schema::check(&connection, &path)?;
        Ok(Self { connection, path })
    }

    /// Does `work` as one step. Immediate: one who read first could not wait for the daemon any more.
    pub fn transact<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, rusqlite::Error>,
    ) -> Result<T, Error> {
        let write = || {
            let behavior = TransactionBehavior::Immediate;
            let transaction = self.connection.transaction_with_behavior(behavior)?;
            let done = work(&transaction)?;
            transaction.commit()?;
            Ok(done)
        };
        write().map_err(Error::state(&self.path))
    }
}
