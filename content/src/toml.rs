//! The TOML reader of the house: into [`Node`]s that keep order and place.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::tree::{Entry, Kind, Lines, Node, Unread, first_words};

/// Deepest nesting that is read.
const MAX_DEPTH: usize = 80;

/// Reads a text.
pub fn parse(text: &str) -> Result<Node, Unread> {
    if deepest(text) > MAX_DEPTH {
        return Err(Unread::too_deep(MAX_DEPTH));
    }
    let lines = Lines::of(text);
    let table = DeTable::parse(text).map_err(|error| {
        let (line, column) = error.span().map_or((0, 0), |span| lines.place(span.start));
        Unread { line, column, message: first_words(error.message()) }
    })?;
    let mut root = table_node(table.get_ref(), 0, &lines);
    (root.line, root.column) = (1, 1);
    Ok(root)
}

/// How deep brackets and dotted names nest in a line or a value, those in strings included: an upper bound
/// that costs no stack.
fn deepest(text: &str) -> usize {
    let (mut brackets, mut dots, mut most) = (0usize, 0usize, 0usize);
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => brackets += 1,
            b']' | b'}' => brackets = brackets.saturating_sub(1),
            b'.' => dots += 1,
            b'\n' => dots = 0,
            _ => continue,
        }
        most = most.max(brackets + dots);
    }
    most
}

fn table_node(table: &DeTable<'_>, at: usize, lines: &Lines) -> Node {
    let mut entries: Vec<(usize, Entry)> = table
        .iter()
        .map(|(key, value)| {
            let at = key.span().start;
            let (line, column) = lines.place(at);
            let entry =
                Entry { key: key.get_ref().to_string(), line, column, value: node(value, lines) };
            (at, entry)
        })
        .collect();
    // The table is sorted by name; the text has its own order.
    entries.sort_by_key(|(at, _)| *at);
    let (line, column) = lines.place(at);
    let kind = Kind::Map(entries.into_iter().map(|(_, entry)| entry).collect());
    Node { line, column, kind }
}

fn node(value: &Spanned<DeValue<'_>>, lines: &Lines) -> Node {
    let at = value.span().start;
    let (line, column) = lines.place(at);
    let kind = match value.get_ref() {
        DeValue::String(text) => Kind::Text(text.to_string()),
        DeValue::Boolean(flag) => Kind::Bool(*flag),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| Kind::Text(number.as_str().to_owned()), Kind::Integer),
        DeValue::Float(number) => number
            .as_str()
            .parse()
            .map_or_else(|_| Kind::Text(number.as_str().to_owned()), Kind::Float),
        DeValue::Datetime(time) => Kind::Text(time.to_string()),
        DeValue::Array(items) => Kind::List(items.iter().map(|item| node(item, lines)).collect()),
        DeValue::Table(table) => return table_node(table, at, lines),
    };
    Node { line, column, kind }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let told = parse(text).map_or_else(|error| format!("! {error}"), |node| node.to_string());
        assert_eq!(told, expect, "{text}");
    }

    #[test]
    fn tables_keep_the_order_of_the_text() {
        check("z = 1\na = 'x'\n[t]\nf = 0x10\n", "{z: 1, a: \"x\", t: {f: 16}}");
        check("[[s]]\nn = 1\n[[s]]\nn = 2\n", "{s: [{n: 1}, {n: 2}]}");
        check("d = 2026-11-21\nf = 1.5\nb = true\n", "{d: \"2026-11-21\", f: 1.5, b: true}");
    }

    #[test]
    fn what_is_wrong_has_its_line() {
        let error = parse("a = 1\nb = = 2\n").expect_err("refused");
        assert_eq!(error.line, 2);
        check(&format!("a = {}", "[".repeat(100_000)), "! it nests deeper than 80 levels");
    }

    #[test]
    fn places_are_those_of_the_text() {
        let node = parse("[a]\nb = 1\n").expect("read");
        let b = node.get("a").and_then(|a| a.entries().first()).expect("there");
        assert_eq!((b.line, b.column), (2, 1));
    }
}
