//! The part of the record that is neither in files nor in memory: read from the journal by each
//! query that asks for it, a batch at a time, so that a record of any length can be asked.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::Result;
use datafusion::error::DataFusionError;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use futures::stream;
use journal::{End, Position, Reader};

use crate::Error;
use crate::rows::{Builder, Layout};

/// Records of one batch.
const BATCH: usize = 8 * 1024;

/// Records of the journal between a position and the end it had when a query began.
#[derive(Clone, Debug)]
pub struct Tail {
    /// Of the journal.
    pub data_dir: PathBuf,
    /// The first record.
    pub from: Position,
    /// Behind the last.
    pub until: End,
    /// Before this record, where others read on.
    pub before: Position,
    /// Records of a form that only a later version knows, as far as they were met.
    pub unknown: Unknown,
}

/// Counts by the position at which a part began: each part is counted once, however often it is read.
#[derive(Clone, Debug, Default)]
pub struct Unknown(Arc<Mutex<BTreeMap<Position, u64>>>);

impl Unknown {
    fn note(&self, from: Position, count: u64) {
        if count > 0 {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(from, count);
        }
    }

    /// All parts together.
    pub fn total(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().sum()
    }
}

impl Tail {
    /// Its rows of one table.
    pub fn rows_of(&self, layout: &'static Layout) -> Rows {
        Rows { tail: self.clone(), table: layout.name, schema: (layout.schema)() }
    }

    /// The same in parts that can be read at once, about as many as `parts`.
    pub fn split(&self, parts: usize) -> Result<Vec<Self>, Error> {
        let reader = Reader::open(&self.data_dir)?.until(self.until).from(self.from)?;
        let beginnings = reader.beginnings()?;
        let each = beginnings.len().div_ceil(parts.max(1)).max(1);
        let from: Vec<Position> = beginnings.iter().step_by(each).copied().collect();
        let before = from.iter().skip(1).copied().chain([Position(u64::MAX)]);
        let part =
            |(from, before): (&Position, Position)| Self { from: *from, before, ..self.clone() };
        Ok(from.iter().zip(before).map(part).collect())
    }
}

/// Rows of one table.
#[derive(Debug)]
pub struct Rows {
    tail: Tail,
    table: &'static str,
    schema: SchemaRef,
}

impl PartitionStream for Rows {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let batches: Box<dyn Iterator<Item = _> + Send> =
            match Batches::open(&self.tail, self.table) {
                Ok(batches) => Box::new(batches),
                Err(error) => Box::new(std::iter::once(Err(outside(error)))),
            };
        Box::pin(RecordBatchStreamAdapter::new(self.schema.clone(), stream::iter(batches)))
    }
}

struct Batches {
    reader: Reader,
    before: Position,
    table: &'static str,
    builder: Builder,
    from: Position,
    unknown: Unknown,
}

impl Batches {
    fn open(tail: &Tail, table: &'static str) -> Result<Self, Error> {
        // What is rolled and removed from now on is read all the same.
        let reader = Reader::open(&tail.data_dir)?.until(tail.until).from(tail.from)?.hold()?;
        let reader = if Builder::has_acts(table) { reader } else { reader.without_acts() };
        Ok(Self {
            reader,
            before: tail.before,
            table,
            builder: Builder::default(),
            from: tail.from,
            unknown: tail.unknown.clone(),
        })
    }

    fn read(&mut self) -> Result<Option<RecordBatch>, Error> {
        for stored in self.reader.by_ref() {
            let stored = stored?;
            if stored.position >= self.before {
                break;
            }
            if Builder::fills(self.table, &stored.record) {
                self.builder.push(stored.position.0, &stored.record);
            }
            if self.builder.records() >= BATCH {
                break;
            }
        }
        let damage = self.reader.damage();
        if damage.removed > 0 {
            // It was rolled between planning and reading.
            return Err(Error::Broken(
                "records were moved to files meanwhile\nhint: ask again".into(),
            ));
        }
        self.unknown.note(self.from, damage.unknown);
        let batches = self.builder.take()?;
        let mine = batches.into_iter().find(|batch| batch.table == self.table);
        Ok(mine.map(|batch| batch.rows))
    }
}

impl Iterator for Batches {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().map_err(outside).transpose()
    }
}

fn outside(error: Error) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}
