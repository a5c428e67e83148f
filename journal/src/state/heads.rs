//! How far the audit log goes, remembered where the log is not: who cuts its end has to change this, too.

use std::path::Path;

use event::AuditHead;
use rusqlite::{OptionalExtension, params};

use super::beside::Beside;
use super::{StateReader, apply};
use crate::Error;

/// Steps of the schema that this needs.
const NEEDED: usize = 6;

/// The last head that was told.
#[derive(Debug)]
pub(crate) struct Heads(Beside);

impl Heads {
    pub fn open(data_dir: &Path) -> Result<Self, Error> {
        Beside::open(data_dir, NEEDED).map(Self)
    }

    /// Takes a head, unless a later one is known.
    pub fn remember(&mut self, head: &AuditHead) -> Result<(), Error> {
        self.0.transact(|transaction| {
            let sequence = i64::try_from(head.sequence).unwrap_or(i64::MAX);
            transaction.execute(
                "INSERT INTO audit_head (one, sequence, json) VALUES (1, ?1, ?2)
                 ON CONFLICT (one) DO UPDATE SET sequence = ?1, json = ?2 WHERE sequence < ?1",
                params![sequence, apply::json(head)?],
            )?;
            Ok(())
        })
    }

    pub fn remembered(&self) -> Result<Option<AuditHead>, Error> {
        read(&self.0.connection).map_err(Error::state(&self.0.path))
    }
}

impl StateReader {
    /// How far the audit log went when it was told last.
    pub fn audit_head(&self) -> Result<Option<AuditHead>, Error> {
        if self.steps < NEEDED {
            return Ok(None);
        }
        read(&self.connection).map_err(Error::state(&self.path))
    }
}

fn read(connection: &rusqlite::Connection) -> Result<Option<AuditHead>, rusqlite::Error> {
    let json: Option<String> =
        connection.query_row("SELECT json FROM audit_head", [], |row| row.get(0)).optional()?;
    Ok(json.and_then(|json| serde_json::from_str(&json).ok()))
}
