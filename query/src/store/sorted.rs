//! Rows put into the order in which their table's files are kept.

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::{SortColumn, SortOptions, lexsort_to_indices, take_record_batch};

use crate::Error;
use crate::rows::Layout;

/// How each column of a file's order is sorted. Rows without an agent come first.
pub const OPTIONS: SortOptions = SortOptions { descending: false, nulls_first: true };

/// `rows` in the order of `layout`.
pub fn sorted(layout: &Layout, rows: &RecordBatch) -> Result<RecordBatch, Error> {
    let columns: Vec<SortColumn> = layout
        .order
        .iter()
        .filter_map(|name| rows.column_by_name(name))
        .map(|values| SortColumn { values: values.clone(), options: Some(OPTIONS) })
        .collect();
    let indices = lexsort_to_indices(&columns, None)?;
    Ok(take_record_batch(rows, &indices)?)
}
