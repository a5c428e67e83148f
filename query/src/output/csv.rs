//! Rows as CSV.

use std::io::{self, Write};

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;

use super::cells::{CellKind, rows};

pub fn begin(schema: &SchemaRef, out: &mut dyn Write) -> io::Result<()> {
    let names: Vec<String> = schema.fields().iter().map(|field| quoted(field.name())).collect();
    writeln!(out, "{}", names.join(","))
}

pub fn write(batch: &RecordBatch, out: &mut dyn Write) -> io::Result<()> {
    for row in rows(batch) {
        let cells: Vec<String> = row
            .iter()
            .map(|cell| match cell.kind {
                CellKind::Text => quoted(&inert(&cell.text)),
                _ => cell.text.clone(),
            })
            .collect();
        writeln!(out, "{}", cells.join(","))?;
    }
    Ok(())
}

/// Text that no spreadsheet runs: an agent may name a file `=cmd|…`.
fn inert(text: &str) -> std::borrow::Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}").into()
    } else {
        text.into()
    }
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}
