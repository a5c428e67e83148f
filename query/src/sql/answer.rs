//! The rows that answer a query, without the engine's types.

use std::fmt;
use std::io::{self, Write};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;

use crate::output::{self, Cell, Lines};

/// Rows of an answer.
#[derive(Clone)]
pub struct Answer {
    pub(crate) schema: SchemaRef,
    pub(crate) batches: Vec<RecordBatch>,
    /// More rows than the limit were found; the rest is not here.
    pub cut: bool,
}

impl Answer {
    /// Names of the columns.
    pub fn columns(&self) -> Vec<&str> {
        self.schema.fields().iter().map(|field| field.name().as_str()).collect()
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// The rows, cell by cell.
    pub fn cells(&self) -> impl Iterator<Item = Vec<Cell>> {
        self.batches.iter().flat_map(output::rows)
    }

    /// Writes a table for people, at most `width` characters wide (0: no limit).
    pub fn write_table(&self, width: usize, out: &mut dyn Write) -> io::Result<()> {
        output::write_table(self, width, out)
    }

    /// Writes lines for programs.
    pub fn write_lines(&self, lines: Lines, out: &mut dyn Write) -> io::Result<()> {
        lines.begin(&self.schema, out)?;
        self.batches.iter().try_for_each(|batch| lines.write(batch, out))
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut answer = f.debug_struct("Answer");
        answer.field("columns", &self.columns()).field("rows", &self.rows());
        answer.field("cut", &self.cut).finish()
    }
}
