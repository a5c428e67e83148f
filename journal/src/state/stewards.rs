//! Who answers for an agent: what people said of owners, reviews and retirement, kept as they said it. A part
//! of the state that the record cannot make again.

use std::path::Path;

use event::{AgentId, Text};
use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::beside::Beside;
use super::{StateReader, sql_time};
use crate::Error;

/// Steps of the schema that this needs.
const NEEDED: usize = 4;

/// What somebody said of an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "did", rename_all = "snake_case")]
pub enum Care {
    /// Who answers for it.
    Own {
        /// A person or a team.
        owner: Text,
        /// Its user id, where it was an account of this host.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        owner_uid: Option<u32>,
        /// Who looks at it; the owner where nobody is named.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reviewer: Option<Text>,
        /// How often, in days.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        review_every_days: Option<u32>,
    },
    /// Somebody looked at it.
    Review,
    /// It is not to be used any more.
    Retire,
    /// It may be used again.
    Keep,
}

/// What was said, by whom, when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CareStep {
    /// When, UTC.
    pub time_unix_ns: u64,
    /// The account that said it.
    pub by: Text,
    /// What.
    #[serde(flatten)]
    pub care: Care,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text>,
}

/// How it stands, as the steps make it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Stewardship {
    /// Who answers for it.
    pub owner: Option<Text>,
    /// The user id that the owner had on this host.
    pub owner_uid: Option<u32>,
    /// Who looks at it.
    pub reviewer: Option<Text>,
    /// How often, in days.
    pub review_every_days: Option<u32>,
    /// When somebody took it on or looked at it last, UTC.
    pub reviewed_unix_ns: Option<u64>,
    /// Since when it is retired, UTC.
    pub retired_unix_ns: Option<u64>,
    /// All that was said, oldest first.
    pub history: Vec<CareStep>,
}

impl Stewardship {
    /// How it stands after `history`, oldest first.
    pub fn of(history: Vec<CareStep>) -> Self {
        let mut now = Self::default();
        for step in &history {
            now.take(step);
        }
        Self { history, ..now }
    }

    fn take(&mut self, step: &CareStep) {
        let time = Some(step.time_unix_ns);
        match &step.care {
            Care::Own { owner, owner_uid, reviewer, review_every_days } => {
                (self.owner, self.owner_uid) = (Some(owner.clone()), *owner_uid);
                (self.reviewer, self.review_every_days) = (reviewer.clone(), *review_every_days);
                self.reviewed_unix_ns = time;
            }
            Care::Review => self.reviewed_unix_ns = time,
            Care::Retire => self.retired_unix_ns = self.retired_unix_ns.or(time),
            Care::Keep => self.retired_unix_ns = None,
        }
    }
}

/// The book that people write in, also while the daemon runs.
#[derive(Debug)]
pub struct Stewards(Beside);

impl Stewards {
    /// Opens the book of a data directory.
    pub fn open(data_dir: &Path) -> Result<Self, Error> {
        Beside::open(data_dir, NEEDED).map(Self)
    }

    /// Writes a step down, after all that stand there.
    pub fn add(&mut self, agent: AgentId, name: &str, step: &CareStep) -> Result<(), Error> {
        self.0.transact(|transaction| {
            let last: Option<i64> = transaction.query_row(
                "SELECT max(time) FROM stewards WHERE agent = ?1",
                [agent.to_string()],
                |row| row.get(0),
            )?;
            let time = sql_time(step.time_unix_ns).max(last.map_or(0, |last| last + 1));
            let step = CareStep { time_unix_ns: u64::try_from(time).unwrap_or(0), ..step.clone() };
            let json = super::apply::json(&step)?;
            transaction.execute(
                "INSERT INTO stewards (agent, time, name, json) VALUES (?, ?, ?, ?)",
                params![agent.to_string(), time, name, json],
            )?;
            Ok(())
        })
    }
}

impl StateReader {
    /// How an agent stands.
    pub fn stewardship(&self, agent: AgentId) -> Result<Stewardship, Error> {
        if self.steps < NEEDED {
            return Ok(Stewardship::default());
        }
        let sql = "SELECT json FROM stewards WHERE agent = ?1 ORDER BY time";
        Ok(Stewardship::of(self.rows(sql, [agent.to_string()])?))
    }
}
