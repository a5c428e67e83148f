//! What exists, as the record has it: each thing with when it was seen first, and every content it had.

use event::{AssetChange, AssetId, Text};

use super::StateReader;
use crate::Error;

/// A thing of the inventory and its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownAsset {
    /// The last that became of it.
    pub change: AssetChange,
    /// When it was seen first, UTC.
    pub first_seen_unix_ns: u64,
    /// When it went, UTC; none while it is there.
    pub gone_unix_ns: Option<u64>,
}

/// One step in the life of a thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetStep {
    /// When, UTC.
    pub time_unix_ns: u64,
    /// What happened (`appeared`, `changed`, `gone`).
    pub became: Text,
    /// Hash of its content then.
    pub digest: Option<Text>,
}

impl StateReader {
    /// All things that were ever seen, those that are gone too.
    pub fn assets(&self) -> Result<Vec<KnownAsset>, Error> {
        if self.steps < 3 {
            return Ok(Vec::new());
        }
        let sql = "SELECT first_seen, gone, json FROM assets ORDER BY owner, kind, id";
        let mut statement =
            self.connection.prepare_cached(sql).map_err(Error::state(&self.path))?;
        let rows = statement
            .query_map([], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(1)?, row.get::<_, String>(2)?))
            })
            .map_err(Error::state(&self.path))?;
        let mut assets = Vec::new();
        for row in rows {
            let (first, gone, json) = row.map_err(Error::state(&self.path))?;
            assets.push(KnownAsset {
                change: self.parse(&json)?,
                first_seen_unix_ns: u64::try_from(first).unwrap_or(0),
                gone_unix_ns: gone.and_then(|gone| u64::try_from(gone).ok()),
            });
        }
        Ok(assets)
    }

    /// The life of a thing, oldest first.
    pub fn asset_history(&self, id: AssetId) -> Result<Vec<AssetStep>, Error> {
        if self.steps < 3 {
            return Ok(Vec::new());
        }
        let sql = "SELECT time, became, digest FROM asset_history WHERE id = ?1 ORDER BY time";
        let mut statement =
            self.connection.prepare_cached(sql).map_err(Error::state(&self.path))?;
        let rows = statement
            .query_map([id.to_string()], |row| {
                Ok(AssetStep {
                    time_unix_ns: u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0),
                    became: row.get::<_, String>(1)?.into(),
                    digest: row.get::<_, Option<String>>(2)?.map(Text::from),
                })
            })
            .map_err(Error::state(&self.path))?;
        rows.map(|row| row.map_err(Error::state(&self.path))).collect()
    }
}
