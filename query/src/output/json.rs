//! Rows as JSON lines.

use std::fmt::Write as _;
use std::io::{self, Write};

use datafusion::arrow::array::RecordBatch;

use super::cells::{Cell, CellKind, rows};

pub fn write(batch: &RecordBatch, out: &mut dyn Write) -> io::Result<()> {
    let schema = batch.schema();
    let names: Vec<String> = schema.fields().iter().map(|field| string(field.name())).collect();
    let mut line = String::new();
    for row in rows(batch) {
        line.clear();
        line.push('{');
        for (name, cell) in names.iter().zip(&row) {
            member(&mut line, name, cell);
        }
        line.push('}');
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn member(line: &mut String, name: &str, cell: &Cell) {
    if cell.kind == CellKind::Null {
        return;
    }
    if line.len() > 1 {
        line.push(',');
    }
    line.push_str(name);
    line.push(':');
    match cell.kind {
        CellKind::Flag | CellKind::Number => line.push_str(&cell.text),
        _ => line.push_str(&string(&cell.text)),
    }
}

/// A JSON string. What could deceive on a terminal is escaped, which reads back as the same text.
fn string(text: &str) -> String {
    let json = serde_json::Value::from(text).to_string();
    if event::show::plain(&json) == json {
        return json;
    }
    let mut safe = String::with_capacity(json.len() + 16);
    for character in json.chars() {
        let mut units = [0; 2];
        if event::show::plain(character.encode_utf8(&mut [0; 4])).len() == character.len_utf8() {
            safe.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut units) {
            // Writing to a String cannot fail.
            let _ = write!(safe, "\\u{unit:04x}");
        }
    }
    safe
}
