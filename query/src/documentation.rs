//! The tables in words, from the declarations that make them.

use std::fmt::Write;

use crate::rows::TABLES;
use crate::sql::VIEWS;

/// All tables, views and columns as Markdown: what `README.md` and the reference print.
pub fn documentation() -> String {
    let mut text = String::new();
    for table in &TABLES {
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "### `{}`\n\n{}\n\n| column | type | |\n|---|---|---|\n",
            table.name, table.about
        );
        let schema = (table.schema)();
        for (column, field) in table.columns.iter().zip(schema.fields()) {
            let null = if field.is_nullable() { "" } else { ", never null" };
            let kind = kind(field.data_type());
            let _ = writeln!(text, "| `{}` | {kind}{null} | {} |", column.name, column.about);
        }
        text.push('\n');
    }
    for (name, about, definition) in VIEWS {
        let _ = write!(text, "### `{name}`\n\n{about}\n\n```sql\n{definition}\n```\n\n");
    }
    text
}

fn kind(data_type: &datafusion::arrow::datatypes::DataType) -> &'static str {
    use datafusion::arrow::datatypes::DataType;
    match data_type {
        DataType::Timestamp(..) => "time",
        DataType::Boolean => "flag",
        other if other.is_integer() => "number",
        _ => "text",
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_readme_has_the_tables_as_they_are() {
        let readme = include_str!("../README.md");
        let (_, tables) = readme.split_once("<!-- tables -->\n").unwrap_or_default();
        let expect = super::documentation();
        if tables != expect {
            println!("{expect}");
        }
        assert!(tables == expect, "put the text above behind `<!-- tables -->` in README.md");
    }
}
