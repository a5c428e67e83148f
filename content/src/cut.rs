//! Takes one entry out of a text of settings and leaves every other byte as it was; and puts it back. What comes
//! out is read again and must say the same but for that entry: what cannot be cut cleanly is not cut.

use jsonc_parser::ast::Value;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, parse_to_ast};

use crate::json::{self, Dialect};
use crate::tree::{Kind, Node};

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// JSON, with comments as editors forgive them.
    Json,
    /// TOML.
    Toml,
    /// YAML, in blocks.
    Yaml,
}

/// Which entry: the line that it begins in, from 1, and its key; or of an item of a list a text that it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry<'a> {
    /// `key: …` in a map.
    Key(u32, &'a str),
    /// The item that holds this text on this line.
    Item(u32, &'a str),
}

/// A text without an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// What is left.
    pub rest: String,
    /// What was taken out, as it stood there.
    pub piece: String,
}

/// Why it cannot be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Uncut {
    /// The text is not what it was when the entry was found.
    #[error("the entry is not there")]
    Absent,
    /// Two entries fit.
    #[error("it cannot be told from its neighbours")]
    Twice,
    /// The rest would say something else than before.
    #[error("it is written in a form that cannot be cut cleanly")]
    Form,
}

/// Takes `entry` out of `text`.
pub fn cut(form: Form, text: &str, entry: &Entry<'_>) -> Result<Cut, Uncut> {
    let before = parse(form, text).ok_or(Uncut::Form)?;
    let ranges = match form {
        Form::Json => json_ranges(text, entry)?,
        Form::Toml | Form::Yaml => vec![block(form, text, entry)?],
    };
    let [(from, until)] = ranges.as_slice() else {
        return Err(if ranges.is_empty() { Uncut::Absent } else { Uncut::Twice });
    };
    let (piece, head, tail) = match (text.get(*from..*until), text.get(..*from), text.get(*until..))
    {
        (Some(piece), Some(head), Some(tail)) => (piece, head, tail),
        _ => return Err(Uncut::Form),
    };
    let rest = format!("{head}{tail}");
    let after = parse(form, &rest).map_or_else(String::new, |node| node.to_string());
    let mut expect = before;
    if !take_out(&mut expect, entry) {
        return Err(Uncut::Absent);
    }
    // A list or map that has nothing left may be gone in some forms.
    let same = after == expect.to_string() || bare(&after) == bare(&expect.to_string());
    if same { Ok(Cut { rest, piece: piece.to_owned() }) } else { Err(Uncut::Form) }
}

fn parse(form: Form, text: &str) -> Option<Node> {
    if text.trim().is_empty() {
        return Some(Node { line: 1, column: 1, kind: Kind::Map(Vec::new()) });
    }
    match form {
        Form::Json => json::parse(text, Dialect::Commented).ok(),
        Form::Toml => crate::toml::parse(text).ok(),
        Form::Yaml => crate::yaml::parse::<Node>(text).ok(),
    }
}

/// Without maps that are empty: `a: {}` and `a: null` are what is left of a block.
fn bare(text: &str) -> String {
    text.replace("null", "{}")
}

/// Removes the entry from the value.
fn take_out(node: &mut Node, entry: &Entry<'_>) -> bool {
    match (&mut node.kind, entry) {
        (Kind::Map(entries), Entry::Key(line, key)) => {
            let at = entries.iter().position(|it| it.line == *line && it.key == *key);
            if let Some(at) = at {
                entries.remove(at);
                return true;
            }
            entries.iter_mut().any(|it| take_out(&mut it.value, entry))
        }
        (Kind::List(items), _) => {
            if items.iter_mut().any(|item| take_out(item, entry)) {
                return true;
            }
            let Entry::Item(line, holds) = entry else { return false };
            let at = items.iter().position(|item| has(item, *line, holds));
            at.map(|at| items.remove(at)).is_some()
        }
        (Kind::Map(entries), Entry::Item(..)) => {
            entries.iter_mut().any(|it| take_out(&mut it.value, entry))
        }
        _ => false,
    }
}

fn has(node: &Node, line: u32, text: &str) -> bool {
    node.line == line && node.text() == Some(text)
        || node.entries().iter().any(|entry| has(&entry.value, line, text))
        || node.items().iter().any(|item| has(item, line, text))
}

/// Where the entry stands in JSON, with one comma beside it.
fn json_ranges(text: &str, entry: &Entry<'_>) -> Result<Vec<(usize, usize)>, Uncut> {
    let collect = CollectOptions { comments: CommentCollectionStrategy::Off, tokens: false };
    let options = ParseOptions { allow_comments: true, allow_trailing_commas: true, ..strict() };
    let parsed = parse_to_ast(text, &collect, &options).map_err(|_| Uncut::Form)?;
    let mut found = Vec::new();
    if let Some(value) = &parsed.value {
        json_below(text, value, entry, &mut found);
    }
    Ok(found.into_iter().map(|(from, until)| with_comma(text, from, until)).collect())
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

/// True if the entry is in here, or was found below.
fn json_below(
    text: &str,
    value: &Value<'_>,
    entry: &Entry<'_>,
    found: &mut Vec<(usize, usize)>,
) -> bool {
    match value {
        Value::Object(object) => {
            let mut inside = false;
            for property in &object.properties {
                let range = (property.start(), property.end());
                let here = matches!(entry, Entry::Key(line, key)
                    if property.name.as_str() == *key && line_of(text, range.0) == *line);
                if here {
                    found.push(range);
                } else {
                    inside |= json_below(text, &property.value, entry, found);
                }
            }
            inside
        }
        Value::Array(array) => {
            for element in &array.elements {
                if json_below(text, element, entry, found) {
                    found.push((element.start(), element.end()));
                }
            }
            // Found in the deepest list: those around it stay.
            false
        }
        Value::StringLit(literal) => matches!(entry, Entry::Item(line, holds)
            if line_of(text, literal.start()) == *line && literal.value == *holds),
        _ => false,
    }
}

fn line_of(text: &str, at: usize) -> u32 {
    let head = text.as_bytes().get(..at).unwrap_or_default();
    u32::try_from(head.iter().filter(|byte| **byte == b'\n').count() + 1).unwrap_or(u32::MAX)
}

/// With the comma behind it and what stands between, or with the one before it.
fn with_comma(text: &str, from: usize, until: usize) -> (usize, usize) {
    let behind = text.get(until..).unwrap_or_default();
    let blank = behind.len() - behind.trim_start().len();
    if behind.trim_start().starts_with(',') {
        let after = behind.get(blank + 1..).unwrap_or_default();
        let more = after.len() - after.trim_start().len();
        return (from, until + blank + 1 + more);
    }
    let before = text.get(..from).unwrap_or_default().trim_end();
    match before.strip_suffix(',') {
        Some(before) => (before.len(), until),
        None => (from, until),
    }
}

/// Where the entry stands in a text of lines: from its own line up to the next that is not below it.
fn block(form: Form, text: &str, entry: &Entry<'_>) -> Result<(usize, usize), Uncut> {
    let Entry::Key(line, _) = entry else { return Err(Uncut::Form) };
    let mut starts: Vec<usize> = vec![0];
    starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
    let first = usize::try_from(*line).unwrap_or(usize::MAX).saturating_sub(1);
    let from = *starts.get(first).ok_or(Uncut::Absent)?;
    let lines: Vec<&str> = text.lines().collect();
    let own = lines.get(first).ok_or(Uncut::Absent)?;
    let ends = |line: &&str| match form {
        Form::Toml => match own.trim().strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
            // A table ends at the next that is not inside it.
            Some(name) => line.starts_with('[') && !line.starts_with(&format!("[{name}.")),
            None => true,
        },
        _ => {
            let indent = |line: &str| line.len() - line.trim_start().len();
            !line.trim().is_empty() && indent(line) <= indent(own)
        }
    };
    let length = lines.iter().skip(first + 1).position(ends);
    let until = match length {
        Some(length) => starts.get(first + 1 + length).copied().unwrap_or(text.len()),
        None => text.len(),
    };
    Ok((from, until))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(form: Form, text: &str, entry: Entry<'_>, expect: Result<&str, Uncut>) {
        let cut = cut(form, text, &entry).map(|cut| cut.rest);
        assert_eq!(cut.as_deref(), expect.as_ref().map(|it| *it), "{text}");
    }

    #[test]
    fn json_loses_one_entry_and_nothing_else() {
        let text = "{ // mine\n  \"a\": {\n    \"x\": {\"command\": \"x\"},\n    \"y\": {\"command\": \"y\"}\n  },\n  \"b\": 1\n}\n";
        check(
            Form::Json,
            text,
            Entry::Key(3, "x"),
            Ok("{ // mine\n  \"a\": {\n    \"y\": {\"command\": \"y\"}\n  },\n  \"b\": 1\n}\n"),
        );
        check(
            Form::Json,
            text,
            Entry::Key(4, "y"),
            Ok("{ // mine\n  \"a\": {\n    \"x\": {\"command\": \"x\"}\n  },\n  \"b\": 1\n}\n"),
        );
        check(Form::Json, text, Entry::Key(3, "y"), Err(Uncut::Absent));
        check(Form::Json, "{\"a\":{\"x\":1}}", Entry::Key(1, "x"), Ok("{\"a\":{}}"));
    }

    #[test]
    fn of_a_list_the_item_goes_that_holds_the_text() {
        let text = "{\"hooks\":{\"Pre\":[{\"matcher\":\"*\",\"hooks\":[{\"command\":\"one\"},{\"command\":\"two\"}]}]}}";
        check(
            Form::Json,
            text,
            Entry::Item(1, "two"),
            Ok("{\"hooks\":{\"Pre\":[{\"matcher\":\"*\",\"hooks\":[{\"command\":\"one\"}]}]}}"),
        );
        let twice = "[{\"command\":\"one\"},{\"command\":\"one\"}]";
        check(Form::Json, twice, Entry::Item(1, "one"), Err(Uncut::Twice));
    }

    #[test]
    fn tables_and_blocks_go_whole() {
        let toml = "model = \"m\"\n\n[mcp_servers.x]\ncommand = \"x\"\n[mcp_servers.x.env]\nA = \"1\"\n\n[mcp_servers.y]\ncommand = \"y\"\n";
        check(
            Form::Toml,
            toml,
            Entry::Key(3, "x"),
            Ok("model = \"m\"\n\n[mcp_servers.y]\ncommand = \"y\"\n"),
        );
        let yaml = "extensions:\n  x:\n    cmd: x\n    args: [a]\n  y:\n    cmd: y\n";
        check(Form::Yaml, yaml, Entry::Key(2, "x"), Ok("extensions:\n  y:\n    cmd: y\n"));
        let flow = "extensions: {x: {cmd: x}, y: {cmd: y}}\n";
        check(Form::Yaml, flow, Entry::Key(1, "x"), Err(Uncut::Form));
    }
}
