//! Answers written down: as a table for people, as JSON lines, CSV or Parquet for programs.

mod cells;
mod csv;
mod json;
mod parquet;
mod table;

use std::io::{self, Write};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;

pub(crate) use cells::rows;
pub use cells::{Cell, CellKind};
pub(crate) use parquet::ParquetFile;
pub(crate) use table::write as write_table;

/// How rows are written while they come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// One JSON object per line; what is null is left out.
    Json,
    /// RFC 4180 with a line of names. Text that a spreadsheet would take for a formula begins
    /// with an apostrophe.
    Csv,
}

impl Lines {
    /// What stands before the first row.
    pub(crate) fn begin(self, schema: &SchemaRef, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Json => Ok(()),
            Self::Csv => csv::begin(schema, out),
        }
    }

    /// The lines of `batch`.
    pub(crate) fn write(self, batch: &RecordBatch, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Json => json::write(batch, out),
            Self::Csv => csv::write(batch, out),
        }
    }
}
