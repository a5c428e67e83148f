//! Errors of the planner in words that help: what is unknown, and what was perhaps meant.

use datafusion::common::utils::datafusion_strsim::levenshtein;
use datafusion::common::{Column, SchemaError};
use datafusion::error::DataFusionError;
use datafusion::prelude::SessionContext;

use super::engine::{CATALOG, SCHEMA};

/// The error without the engine's own preface.
pub fn words(error: &DataFusionError) -> String {
    let text = error.find_root().strip_backtrace();
    let mut text = text.as_str();
    for preface in [
        "Error during planning: ",
        "SQL error: ",
        "Schema error: ",
        "Execution error: ",
        "Arrow error: ",
        "This feature is not implemented: ",
    ] {
        text = text.strip_prefix(preface).unwrap_or(text);
    }
    let parser = text.strip_prefix("ParserError(\"").and_then(|text| text.strip_suffix("\")"));
    event::show::plain(parser.unwrap_or(text)).into_owned()
}

/// The error with a hint where one can be given.
pub fn explain(context: &SessionContext, error: &DataFusionError) -> String {
    let error = error.find_root();
    if let DataFusionError::SchemaError(schema, _) = error
        && let SchemaError::FieldNotFound { field, valid_fields } = schema.as_ref()
    {
        return unknown_column(field, valid_fields);
    }
    let text = words(error);
    match unknown_table(&text) {
        Some(table) => missing_table(context, table),
        None => text,
    }
}

fn unknown_column(field: &Column, valid: &[Column]) -> String {
    let name = event::show::brief(field.name(), 60);
    let names: Vec<&str> = valid.iter().map(Column::name).collect();
    let message = format!("there is no column `{name}`");
    match nearest(field.name(), &names) {
        Some(near) => format!("{message}\nhint: did you mean `{near}`?"),
        None if names.is_empty() => format!("{message}\nhint: say FROM which table"),
        None => format!("{message}\nhint: the columns are {}", names.join(", ")),
    }
}

/// The name in `table 'chaperone.record.event' not found`.
fn unknown_table(text: &str) -> Option<&str> {
    let name = text.strip_prefix("table '")?.strip_suffix("' not found")?;
    Some(name.strip_prefix(&format!("{CATALOG}.{SCHEMA}.")).unwrap_or(name))
}

fn missing_table(context: &SessionContext, table: &str) -> String {
    let schema = context.catalog(CATALOG).and_then(|catalog| catalog.schema(SCHEMA));
    let names = schema.map(|schema| schema.table_names()).unwrap_or_default();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let message = format!("there is no table `{}`", event::show::brief(table, 60));
    match nearest(table, &names) {
        Some(near) => format!("{message}\nhint: did you mean `{near}`?"),
        None => format!("{message}\nhint: the tables are {}", names.join(", ")),
    }
}

/// The name that differs from `name` in at most a third of its characters.
fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let name = name.to_lowercase();
    let far = (name.chars().count() / 3).max(1);
    let mut near: Vec<_> = known.iter().map(|known| (levenshtein(&name, known), *known)).collect();
    near.sort_unstable();
    near.first().filter(|(distance, _)| *distance <= far).map(|(_, known)| *known)
}
