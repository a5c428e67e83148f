//! Cells of an answer as text with a kind, whatever their type in the engine.

use datafusion::arrow::array::{Array, RecordBatch};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::util::display::{ArrayFormatter, FormatOptions};

/// One value of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// What it is.
    pub kind: CellKind,
    /// Its text; empty where it is null. May be attacker-controlled: see [`event::show`].
    pub text: String,
}

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Flag,
    /// A finite number, as JSON writes it.
    Number,
    /// A time, RFC 3339, UTC.
    Time,
    /// Anything else.
    Text,
}

/// All rows of `batch`, in order.
pub fn rows(batch: &RecordBatch) -> impl Iterator<Item = Vec<Cell>> {
    let options = FormatOptions::new()
        .with_display_error(true)
        .with_timestamp_format(Some("%Y-%m-%dT%H:%M:%S%.9fZ"))
        .with_timestamp_tz_format(Some("%Y-%m-%dT%H:%M:%S%.9fZ"));
    let columns: Vec<_> = batch
        .columns()
        .iter()
        .map(|array| (array, kind(array.data_type()), ArrayFormatter::try_new(array, &options)))
        .collect();
    (0..batch.num_rows()).map(move |row| {
        let cells = columns.iter().map(|(array, kind, formatter)| match formatter {
            Ok(formatter) if array.is_valid(row) => cell(*kind, formatter.value(row).to_string()),
            _ => Cell { kind: CellKind::Null, text: String::new() },
        });
        cells.collect()
    })
}

fn cell(kind: CellKind, text: String) -> Cell {
    // NaN and infinity are no numbers of JSON.
    let odd = kind == CellKind::Number && !text.ends_with(|last: char| last.is_ascii_digit());
    Cell { kind: if odd { CellKind::Text } else { kind }, text }
}

fn kind(data_type: &DataType) -> CellKind {
    match data_type {
        DataType::Null => CellKind::Null,
        DataType::Boolean => CellKind::Flag,
        DataType::Timestamp(..) => CellKind::Time,
        _ if data_type.is_integer() || data_type.is_floating() => CellKind::Number,
        _ => CellKind::Text,
    }
}
