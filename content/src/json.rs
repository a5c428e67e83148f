//! The JSON reader of the house, as products read their own settings: with comments, trailing commas and, where
//! asked for, the loose forms of JSON5; into [`Node`]s that keep order and place. What is plain JSON on a
//! hot path has serde.

use std::collections::HashSet;

use jsonc_parser::ast::{Object, ObjectPropName, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, parse_to_ast};

use crate::tree::{Entry, Kind, Lines, Node, Unread, first_words};

/// Deepest nesting that is read.
const MAX_DEPTH: usize = 128;

/// How much is forgiven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Comments and trailing commas, as editors forgive them.
    Commented,
    /// Keys without quotes, single quotes, hexadecimal numbers too.
    Json5,
}

/// Reads a text.
pub fn parse(text: &str, dialect: Dialect) -> Result<Node, Unread> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if depth(text) > MAX_DEPTH {
        return Err(Unread::too_deep(MAX_DEPTH));
    }
    let loose = dialect == Dialect::Json5;
    let options = ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: loose,
        allow_missing_commas: false,
        allow_single_quoted_strings: loose,
        allow_hexadecimal_numbers: loose,
        allow_unary_plus_numbers: loose,
        allow_bare_decimal_point_numbers: loose,
        allow_non_finite_numbers: loose,
        allow_extended_string_escapes: loose,
    };
    let collect = CollectOptions { comments: CommentCollectionStrategy::Off, tokens: false };
    let lines = Lines::of(text);
    let parsed = parse_to_ast(text, &collect, &options).map_err(|error| {
        let (line, column) = lines.place(error.range().start);
        Unread { line, column, message: first_words(&error.kind().to_string()) }
    })?;
    parsed.value.map_or_else(|| Err(Unread::empty()), |value| Ok(node(value, &lines)))
}

/// How deep brackets nest, those in strings included: an upper bound that costs no stack.
fn depth(text: &str) -> usize {
    let (mut now, mut most) = (0usize, 0usize);
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => {
                now += 1;
                most = most.max(now);
            }
            b']' | b'}' => now = now.saturating_sub(1),
            _ => {}
        }
    }
    most
}

fn node(value: Value<'_>, lines: &Lines) -> Node {
    let (line, column) = lines.place(value.range().start);
    let kind = match value {
        Value::StringLit(text) => Kind::Text(text.value.into_owned()),
        Value::NumberLit(number) => number_of(number.value),
        Value::BooleanLit(flag) => Kind::Bool(flag.value),
        Value::NullKeyword(_) => Kind::Null,
        Value::Array(array) => {
            Kind::List(array.elements.into_iter().map(|item| node(item, lines)).collect())
        }
        Value::Object(object) => Kind::Map(entries(object, lines)),
    };
    Node { line, column, kind }
}

/// Of keys that stand twice the last holds, as every product has it: what stands before is never read.
fn entries(object: Object<'_>, lines: &Lines) -> Vec<Entry> {
    let mut known = HashSet::new();
    let mut entries = Vec::new();
    for property in object.properties.into_iter().rev() {
        let (line, column) = lines.place(property.range.start);
        let key = match property.name {
            ObjectPropName::String(name) => name.value.into_owned(),
            ObjectPropName::Word(name) => name.value.to_owned(),
        };
        if known.insert(key.clone()) {
            entries.push(Entry { key, line, column, value: node(property.value, lines) });
        }
    }
    entries.reverse();
    entries
}

fn number_of(text: &str) -> Kind {
    let hexadecimal = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let whole = match hexadecimal {
        Some(digits) => i64::from_str_radix(digits, 16).ok(),
        None => text.trim_start_matches('+').parse().ok(),
    };
    let float = || text.parse().map_or_else(|_| Kind::Text(text.to_owned()), Kind::Float);
    whole.map_or_else(float, Kind::Integer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let told = match parse(text, Dialect::Commented) {
            Ok(node) => node.to_string(),
            Err(error) => format!("! {error}"),
        };
        assert_eq!(told, expect, "{text}");
    }

    #[test]
    fn what_editors_forgive_is_forgiven() {
        check("{\"a\": [1, 2.5, true, null, \"x\\ny\"]}", "{a: [1, 2.5, true, null, \"x\\ny\"]}");
        check("// note\n{ /* more */ \"a\": 1, }", "{a: 1}");
        check("\u{feff}{}", "{}");
    }

    #[test]
    fn the_last_of_equal_keys_holds() {
        check("{\"a\": 1, \"b\": 2, \"a\": 3}", "{b: 2, a: 3}");
    }

    #[test]
    fn what_is_wrong_has_its_line() {
        check("", "! it is empty");
        check("{\n \"a\": 1\n \"b\": 2}", "! line 2: expected comma");
        check(&"[".repeat(200_000), "! it nests deeper than 128 levels");
    }

    #[test]
    fn places_are_those_of_the_text() {
        let node = parse("{\n  \"a\": {\"b\": 7}\n}", Dialect::Commented).expect("read");
        let b = node.get("a").and_then(|a| a.entries().first()).expect("there");
        assert_eq!((b.line, b.column, b.value.column), (2, 9, 14));
    }

    #[test]
    fn the_loose_dialect_takes_bare_words() {
        let node = parse("{a: 'x', b: 0x1F, c: .5}", Dialect::Json5).expect("read");
        assert_eq!(node.to_string(), "{a: \"x\", b: 31, c: 0.5}");
        assert!(parse("{a: 1}", Dialect::Commented).is_err());
    }
}
