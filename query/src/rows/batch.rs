//! Collects records into the columns of their tables.

use datafusion::arrow::array::RecordBatch;
use event::{Act, Record};

use super::{acts, agents, assets, decisions, events, evidence, findings, losses, sessions};
use crate::Error;

/// Records collected so far, table by table.
#[derive(Default)]
pub struct Builder {
    events: events::Columns,
    findings: findings::Columns,
    evidence: evidence::Columns,
    sessions: sessions::Columns,
    agents: agents::Columns,
    assets: assets::Columns,
    decisions: decisions::Columns,
    losses: losses::Columns,
    records: usize,
}

/// Rows of one table.
pub struct Batch {
    /// Name of the table.
    pub table: &'static str,
    /// The rows, at least one.
    pub rows: RecordBatch,
}

impl Builder {
    /// Adds the record at `position` of the journal.
    pub fn push(&mut self, position: u64, record: &Record) {
        self.records += 1;
        match record {
            Record::Act(act) => {
                if let Act::EventLoss(loss) = &act.event.act {
                    self.losses.push(&losses::row(position, Some(act.id.0), loss));
                }
                self.events.push(&acts::row(act));
            }
            Record::Agent(agent) => self.agents.push(&agents::row(position, agent)),
            Record::Session(session) => self.sessions.push(&sessions::row(position, session)),
            Record::Finding(finding) => {
                self.findings.push(&findings::row(position, finding));
                evidence::rows(finding).for_each(|row| self.evidence.push(&row));
            }
            Record::Loss(loss) => self.losses.push(&losses::row(position, None, loss)),
            Record::Asset(change) => self.assets.push(&assets::row(position, change)),
            Record::Decision(judged) => self.decisions.push(&decisions::row(position, judged)),
            // In the state, by file.
            Record::Program(_) => {}
        }
    }

    /// Whether `record` makes rows in `table`.
    pub fn fills(table: &str, record: &Record) -> bool {
        match record {
            Record::Act(act) => {
                table == events::LAYOUT.name
                    || table == losses::LAYOUT.name && matches!(act.event.act, Act::EventLoss(_))
            }
            Record::Agent(_) => table == agents::LAYOUT.name,
            Record::Session(_) => table == sessions::LAYOUT.name,
            Record::Finding(_) => [findings::LAYOUT.name, evidence::LAYOUT.name].contains(&table),
            Record::Loss(_) => table == losses::LAYOUT.name,
            Record::Asset(_) => table == assets::LAYOUT.name,
            Record::Decision(_) => table == decisions::LAYOUT.name,
            Record::Program(_) => false,
        }
    }

    /// Whether acts make rows in `table`, others than those that tell of losses.
    pub fn has_acts(table: &str) -> bool {
        table == events::LAYOUT.name
    }

    /// Records since the last [`Builder::take`].
    pub fn records(&self) -> usize {
        self.records
    }

    /// Takes out what was collected; tables without rows are left out.
    pub fn take(&mut self) -> Result<Vec<Batch>, Error> {
        self.records = 0;
        let mut batches = vec![
            Batch { table: events::LAYOUT.name, rows: self.events.take()? },
            Batch { table: findings::LAYOUT.name, rows: self.findings.take()? },
            Batch { table: evidence::LAYOUT.name, rows: self.evidence.take()? },
            Batch { table: sessions::LAYOUT.name, rows: self.sessions.take()? },
            Batch { table: agents::LAYOUT.name, rows: self.agents.take()? },
            Batch { table: assets::LAYOUT.name, rows: self.assets.take()? },
            Batch { table: decisions::LAYOUT.name, rows: self.decisions.take()? },
            Batch { table: losses::LAYOUT.name, rows: self.losses.take()? },
        ];
        batches.retain(|batch| batch.rows.num_rows() > 0);
        Ok(batches)
    }
}
