//! The part of the record that is not rolled yet, read from the journal into memory as it grows, up to
//! a bound.

use std::collections::BTreeMap;
use std::path::Path;

use datafusion::arrow::array::RecordBatch;
use journal::{End, Position, Reader};

use super::tail::{Tail, Unknown};
use crate::Error;
use crate::rows::Builder;

/// Records of one batch: small enough that a query's threads share a short tail.
const BATCH: usize = 16 * 1024;

/// Records of the journal from one position on: the first of them in memory, the rest as a tail.
#[derive(Debug, Default)]
pub struct Live {
    next: Position,
    end: End,
    /// Records of a form that only a later version knows.
    unknown: u64,
    tables: BTreeMap<&'static str, Vec<RecordBatch>>,
    /// What the rows take, and may.
    bytes: usize,
    most: usize,
    tail: Option<Tail>,
}

impl Live {
    /// Nothing yet, of what lies at `from` and behind, and at most about so many bytes of it.
    pub fn from(from: Position, most: usize) -> Self {
        Self { next: from, most, ..Self::default() }
    }

    /// Reads what came since the last time. True if anything did.
    pub fn grow(&mut self, data_dir: &Path) -> Result<bool, Error> {
        if !data_dir.join("journal").exists() {
            return Ok(false);
        }
        let mut builder = Builder::default();
        let before = (self.next, self.end);
        let mut reader = Reader::open(data_dir)?.from(self.next)?;
        self.end = reader.end();
        while self.bytes < self.most {
            let Some(stored) = reader.next().transpose()? else { break };
            builder.push(stored.position.0, &stored.record);
            self.next = Position(stored.position.0 + 1);
            if builder.records() >= BATCH {
                self.keep(&mut builder)?;
            }
        }
        self.keep(&mut builder)?;
        self.unknown += reader.damage().unknown;
        if self.bytes < self.most {
            // Behind what could not be read, too: it is counted once.
            self.next = self.next.max(reader.position());
            return Ok(self.next > before.0);
        }
        self.tail = Some(Tail {
            data_dir: data_dir.to_owned(),
            from: self.next,
            until: self.end,
            before: Position(u64::MAX),
            unknown: Unknown::default(),
        });
        Ok((self.next, self.end) != before)
    }

    fn keep(&mut self, builder: &mut Builder) -> Result<(), Error> {
        for batch in builder.take()? {
            self.bytes += batch.rows.get_array_memory_size();
            self.tables.entry(batch.table).or_default().push(batch.rows);
        }
        Ok(())
    }

    /// Records of a form that only a later version knows.
    pub fn unknown(&self) -> u64 {
        let behind = self.tail.as_ref().map_or(0, |tail| tail.unknown.total());
        self.unknown + behind
    }

    /// Rows of `table`, as far as they are in memory.
    pub fn rows(&self, table: &str) -> &[RecordBatch] {
        self.tables.get(table).map_or(&[], Vec::as_slice)
    }

    /// What lies behind them.
    pub fn tail(&self) -> Option<&Tail> {
        self.tail.as_ref()
    }
}
