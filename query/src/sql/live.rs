//! The part of the record that is not rolled yet, read from the journal into memory as it grows.

use std::collections::BTreeMap;
use std::path::Path;

use datafusion::arrow::array::RecordBatch;
use journal::{Position, Reader};

use crate::Error;
use crate::rows::Builder;

/// Records of one batch: small enough that a query's threads share a short tail.
const BATCH: usize = 16 * 1024;

/// Records of the journal from one position on.
#[derive(Debug, Default)]
pub struct Live {
    next: Position,
    /// Records of a form that only a later version knows.
    unknown: u64,
    tables: BTreeMap<&'static str, Vec<RecordBatch>>,
}

impl Live {
    /// Nothing yet, of what lies at `from` and behind.
    pub fn from(from: Position) -> Self {
        Self { next: from, ..Self::default() }
    }

    /// Reads what came since the last time. True if anything did.
    pub fn grow(&mut self, data_dir: &Path) -> Result<bool, Error> {
        if !data_dir.join("journal").exists() {
            return Ok(false);
        }
        let mut builder = Builder::default();
        let before = self.next;
        let mut reader = Reader::open(data_dir)?.from(self.next)?;
        for stored in reader.by_ref() {
            let stored = stored?;
            builder.push(stored.position.0, &stored.record);
            self.next = Position(stored.position.0 + 1);
            if builder.records() >= BATCH {
                self.keep(&mut builder)?;
            }
        }
        self.keep(&mut builder)?;
        // Behind what could not be read, too: it is counted once.
        self.next = self.next.max(reader.position());
        self.unknown += reader.damage().unknown;
        Ok(self.next > before)
    }

    fn keep(&mut self, builder: &mut Builder) -> Result<(), Error> {
        for batch in builder.take()? {
            self.tables.entry(batch.table).or_default().push(batch.rows);
        }
        Ok(())
    }

    /// Records of a form that only a later version knows.
    pub fn unknown(&self) -> u64 {
        self.unknown
    }

    /// Rows of `table`.
    pub fn rows(&self, table: &str) -> &[RecordBatch] {
        self.tables.get(table).map_or(&[], Vec::as_slice)
    }
}
