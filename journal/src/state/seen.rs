//! What agent products did before: the programs they ran, the hosts they talked to. Kept so that
//! "for the first time" means more than "since the last start".

use event::Text;
use rusqlite::params;

use super::{State, StateReader};
use crate::Error;

/// Most that is kept; the oldest go.
const MOST: u32 = 200_000;

/// One thing that a product did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// When, UTC.
    pub time_unix_ns: u64,
    /// Product id of the agent.
    pub product: Text,
    /// What sort of thing.
    pub kind: Text,
    /// The thing.
    pub what: Text,
}

impl State {
    /// Keeps what is new.
    pub fn remember(&mut self, seen: &[Seen]) -> Result<(), Error> {
        self.transact(|transaction| {
            let mut insert = transaction.prepare_cached(
                "INSERT OR IGNORE INTO seen (product, kind, what, touched) VALUES (?, ?, ?, ?)",
            )?;
            for one in seen {
                let time = super::sql_time(one.time_unix_ns);
                insert.execute(params![&*one.product, &*one.kind, &*one.what, time])?;
            }
            Ok(())
        })
    }

    /// Lets go of the oldest, where there are too many.
    pub(super) fn forget_surplus(&mut self) -> Result<(), Error> {
        self.transact(|transaction| {
            let oldest: Option<i64> = transaction
                .query_row(
                    "SELECT touched FROM seen ORDER BY touched DESC LIMIT 1 OFFSET ?1",
                    [MOST],
                    |row| row.get(0),
                )
                .map(Some)
                .or_else(|error| match error {
                    rusqlite::Error::QueryReturnedNoRows => Ok(None),
                    other => Err(other),
                })?;
            let Some(oldest) = oldest else { return Ok(()) };
            transaction.execute("DELETE FROM seen WHERE touched <= ?1", [oldest]).map(drop)
        })
    }
}

impl StateReader {
    /// Everything that is kept, oldest first.
    pub fn seen(&self) -> Result<Vec<Seen>, Error> {
        if !self.has_second_step() {
            return Ok(Vec::new());
        }
        let read = || -> Result<Vec<Seen>, rusqlite::Error> {
            let sql = "SELECT touched, product, kind, what FROM seen ORDER BY touched";
            let mut statement = self.connection.prepare_cached(sql)?;
            let rows = statement.query_map([], |row| {
                Ok(Seen {
                    time_unix_ns: u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0),
                    product: row.get::<_, String>(1)?.into(),
                    kind: row.get::<_, String>(2)?.into(),
                    what: row.get::<_, String>(3)?.into(),
                })
            })?;
            rows.collect()
        };
        read().map_err(Error::state(&self.path))
    }
}
