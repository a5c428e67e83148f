//! What was found, the newest first, and what was lost.

use std::collections::VecDeque;

use event::show::brief;
use event::{EventId, Finding, Loss};

/// Most of each that are kept.
pub const MOST_FINDINGS: usize = 1_000;
const MOST_LOSSES: usize = 100;

/// Findings by time; their counts grow in place.
#[derive(Debug, Default)]
pub struct Findings {
    rows: VecDeque<FindingRow>,
}

/// A finding and the texts a filter looks at.
#[derive(Clone, Debug)]
pub struct FindingRow {
    /// The finding itself; `chaperone why` needs it whole.
    pub finding: Box<Finding>,
    /// Its summary, safe to show.
    pub summary: String,
    /// Title of its rule, safe to show.
    pub title: String,
}

impl Findings {
    /// Takes a finding; false if it was there already and only its count grew.
    pub fn add(&mut self, finding: &Finding) -> bool {
        if let Some(row) = self.rows.iter_mut().find(|row| row.finding.id == finding.id) {
            row.finding.count = row.finding.count.max(finding.count);
            return false;
        }
        let row = FindingRow {
            finding: Box::new(finding.clone()),
            summary: brief(&finding.summary, 400),
            title: brief(&finding.rule.title, 120),
        };
        let later = |one: &FindingRow| one.finding.time_unix_ns > finding.time_unix_ns;
        let at = self.rows.iter().position(|one| !later(one)).unwrap_or(self.rows.len());
        self.rows.insert(at, row);
        self.rows.truncate(MOST_FINDINGS);
        true
    }

    /// Rows, the newest first.
    pub fn rows(&self) -> impl Iterator<Item = &FindingRow> {
        self.rows.iter()
    }

    /// Whether a finding stands on this event.
    pub fn marks(&self, event: EventId) -> bool {
        self.rows.iter().any(|row| row.finding.events.contains(&event))
    }
}

/// What was lost.
#[derive(Debug, Default)]
pub struct Losses {
    /// The latest, the newest last.
    pub rows: VecDeque<Loss>,
    /// Events, all causes.
    pub total: u64,
}

impl Losses {
    /// Takes a loss.
    pub fn add(&mut self, loss: &Loss) {
        self.total += loss.count;
        self.rows.push_back(loss.clone());
        if self.rows.len() > MOST_LOSSES {
            self.rows.pop_front();
        }
    }
}
