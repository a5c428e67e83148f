//! What was stopped until a person says otherwise becomes a question (`chaperone approvals`): equal ones are one, each
//! says what could not be undone, and each ends.

use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use event::{Effect, Judged, Outcome, Record};
use journal::{Ask, Consequence, Inquiries, Otherwise, Ticket};
use policy::Foresight;

use super::notices::{self, News};
use crate::config::Config;
use crate::host;
use crate::notice::Notice;

/// How often it is looked which questions nobody answered in time.
const PACE: Duration = Duration::from_secs(1);

/// The book of questions, on the journal's thread.
pub struct Questions {
    inquiries: Inquiries,
    foresight: Foresight,
    wait_ns: u64,
    otherwise: Otherwise,
    looked: Instant,
    /// Who tells people of new ones.
    news: Option<SyncSender<News>>,
}

impl Questions {
    /// Opens the book.
    pub fn open(config: &Config) -> Result<Self> {
        let approvals = &config.approvals;
        Ok(Self {
            inquiries: Inquiries::open(&config.data_dir(), &config.journal.audit)?,
            foresight: Foresight::shipped().context("the tables of what cannot be undone")?,
            wait_ns: approvals.wait_s.saturating_mul(1_000_000_000),
            otherwise: approvals.otherwise,
            looked: Instant::now(),
            news: notices::start(config)?,
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
        match self.inquiries.ask(&ask) {
            Ok(Ticket::New(id)) => self.tell(&id, &ask),
            Ok(Ticket::Joined(_) | Ticket::Answered(..) | Ticket::TooMany) => {}
            Err(error) => tracing::error!(%error, "a question to people is not kept"),
        }
    }

    fn tell(&self, id: &str, ask: &Ask<'_>) {
        let Some(news) = &self.news else { return };
        let told = news.try_send(News {
            notice: Notice::of(id, ask.judged, &ask.blast),
            owner: ask.owner().into(),
            pid: ask.judged.process.map(|process| process.pid),
        });
        if told.is_err() {
            tracing::warn!(id, "too many questions at once: nobody is told of this one");
        }
    }

    /// Time goes on: what nobody answered ends.
    pub fn tend(&mut self) {
        if self.looked.elapsed() >= PACE {
            self.looked = Instant::now();
            if let Err(error) = self.inquiries.expire(host::now_unix_ns()) {
                tracing::error!(%error, "questions that are over stay open");
            }
        }
    }
}
