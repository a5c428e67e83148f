//! Where an entry stands in JSON, with comments as editors forgive them.

use jsonc_parser::ast::Value;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, parse_to_ast};

use super::{Entry, NAMES, with_comma};
use crate::tree::Lines;

type Range = (usize, usize);

/// Every place that fits, with one comma beside it.
pub(super) fn ranges(text: &str, entry: &Entry<'_>) -> Vec<Range> {
    let collect = CollectOptions { comments: CommentCollectionStrategy::Off, tokens: false };
    let options = ParseOptions { allow_comments: true, allow_trailing_commas: true, ..strict() };
    let mut found = Vec::new();
    if let Ok(parsed) = parse_to_ast(text, &collect, &options)
        && let Some(value) = &parsed.value
    {
        below(&Lines::of(text), value, entry, &mut found);
    }
    found.into_iter().map(|(from, until)| with_comma(text, from, until)).collect()
}

fn strict() -> ParseOptions {
    ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    }
}

/// True if the text that an item must hold is in here, or the item was found below.
fn below(lines: &Lines, value: &Value<'_>, entry: &Entry<'_>, found: &mut Vec<Range>) -> bool {
    match value {
        Value::Object(object) => {
            let mut inside = false;
            for property in &object.properties {
                let range = (property.start(), property.end());
                let here = matches!(entry, Entry::Key(line, key)
                    if property.name.as_str() == *key && lines.place(range.0).0 == *line);
                if here {
                    found.push(range);
                } else {
                    inside |= below(lines, &property.value, entry, found);
                }
            }
            inside
        }
        Value::Array(array) => {
            for element in &array.elements {
                let (from, until) = (element.start(), element.end());
                let named = matches!(entry, Entry::Key(line, name)
                    if lines.place(from).0 == *line && is_called(element, name));
                if named || below(lines, element, entry, found) {
                    found.push((from, until));
                }
            }
            // Found in the deepest list: those around it stay.
            false
        }
        Value::StringLit(literal) => matches!(entry, Entry::Item(line, holds)
            if lines.place(literal.start()).0 == *line && literal.value == *holds),
        _ => false,
    }
}

fn is_called(value: &Value<'_>, name: &str) -> bool {
    let Value::Object(object) = value else { return false };
    let own = NAMES.iter().find_map(|key| object.get_string(key));
    own.is_some_and(|own| own.value == name)
}
