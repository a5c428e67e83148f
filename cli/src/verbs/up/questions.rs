//! What was stopped until a person says otherwise becomes a question (`chaperone approvals`): equal ones are one, each
//! says what could not be undone, and each ends.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use event::{Effect, Judged, Outcome, Record};
use journal::{Ask, Consequence, Desk, Otherwise};
use policy::Foresight;

use crate::config::Config;
use crate::host;

/// How often it is looked which questions nobody answered in time.
const PACE: Duration = Duration::from_secs(1);

/// The book of questions, on the journal's thread.
pub struct Questions {
    desk: Desk,
    foresight: Foresight,
    wait_ns: u64,
    otherwise: Otherwise,
    looked: Instant,
}

impl Questions {
    /// Opens the book.
    pub fn open(config: &Config) -> Result<Self> {
        let approvals = &config.approvals;
        Ok(Self {
            desk: Desk::open(&config.data_dir(), &config.journal.audit)?,
            foresight: Foresight::shipped().context("the tables of what cannot be undone")?,
            wait_ns: approvals.wait_s.saturating_mul(1_000_000_000),
            otherwise: approvals.otherwise,
            looked: Instant::now(),
        })
    }

    /// Asks about what was stopped for a person's word. What a policy denies is no question.
    pub fn take(&mut self, batch: &[Record]) {
        for record in batch {
            let Record::Decision(judged) = record else { continue };
            let stopped = matches!(
                judged.outcome,
                Outcome::Prevented | Outcome::Waits | Outcome::StoppedAfter
            );
            if judged.decision.effect == Effect::Ask && stopped {
                self.ask(judged);
            }
        }
    }

    fn ask(&mut self, judged: &Judged) {
        let blast = self.foresight.of(&judged.action).into_iter().map(|foreseen| Consequence {
            id: foreseen.harm.id.as_str().into(),
            sentence: foreseen.harm.says.as_str().into(),
            target: foreseen.target.into(),
            undo: foreseen.harm.undo.as_str().into(),
        });
        let ask = Ask {
            judged,
            blast: blast.collect(),
            deadline_unix_ns: host::now_unix_ns().saturating_add(self.wait_ns),
            otherwise: self.otherwise,
        };
        if let Err(error) = self.desk.ask(&ask) {
            tracing::error!(%error, "a question to people is not kept");
        }
    }

    /// Time goes on: what nobody answered ends.
    pub fn tend(&mut self) {
        if self.looked.elapsed() >= PACE {
            self.looked = Instant::now();
            if let Err(error) = self.desk.expire(host::now_unix_ns()) {
                tracing::error!(%error, "questions that are over stay open");
            }
        }
    }
}
