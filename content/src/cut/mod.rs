//! Takes one entry out of a text of settings and leaves every other byte as it was. A place to cut is only a guess:
//! what comes out is read again and must say the same but for that entry, else it is not cut.

mod block;
mod flow;
mod json;
#[cfg(test)]
mod tests;
mod xml;

use crate::json::Dialect;
use crate::tree::{Kind, Node};

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// JSON, with comments as editors forgive them.
    Json,
    /// TOML.
    Toml,
    /// YAML.
    Yaml,
    /// XML.
    Xml,
}

/// Which entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry<'a> {
    /// The line that it begins in, from 1, and its key in a map; or, of an item of a list or an element, the name
    /// that it gives itself.
    Key(u32, &'a str),
    /// The item of a list that holds this text on this line.
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

/// Under these an entry gives itself a name, the first that is there.
const NAMES: [&str; 3] = ["name", "title", "id"];
/// Most places that are tried: each is a reading of the whole text.
const MOST_TRIES: usize = 6;

/// Takes `entry` out of `text`.
pub fn cut(form: Form, text: &str, entry: &Entry<'_>) -> Result<Cut, Uncut> {
    let mut expect = parse(form, text).ok_or(Uncut::Form)?;
    match take_out(form, &mut expect, entry) {
        0 => return Err(Uncut::Absent),
        1 => {}
        _ => return Err(Uncut::Twice),
    }
    settle(form, &mut expect);
    let ranges = match form {
        Form::Json => json::ranges(text, entry),
        Form::Xml => xml::ranges(text, entry),
        Form::Toml | Form::Yaml => {
            let mut ranges = block::ranges(form, text, entry);
            ranges.extend(flow::ranges(form, text, entry));
            ranges
        }
    };
    let tried = ranges.into_iter().take(MOST_TRIES).find_map(|(from, until)| {
        let (head, piece, tail) = (text.get(..from)?, text.get(from..until)?, text.get(until..)?);
        let rest = format!("{head}{tail}");
        let mut after = parse(form, &rest)?;
        settle(form, &mut after);
        // Places are others now: in words.
        let same = after.to_string() == expect.to_string();
        same.then(|| Cut { rest, piece: piece.to_owned() })
    });
    tried.ok_or(Uncut::Form)
}

fn parse(form: Form, text: &str) -> Option<Node> {
    if text.trim().is_empty() {
        return Some(Node { line: 1, column: 1, kind: Kind::Map(Vec::new()) });
    }
    match form {
        Form::Json => crate::json::parse(text, Dialect::Commented).ok(),
        Form::Toml => crate::toml::parse(text).ok(),
        Form::Yaml => crate::yaml::parse::<Node>(text).ok(),
        Form::Xml => crate::xml::parse(text).ok(),
    }
}

/// Without what is left of a map or a list that lost its last entry: some forms keep nothing of it, others its name.
fn settle(form: Form, node: &mut Node) {
    let is_nothing = |node: &Node| match &node.kind {
        Kind::Null => true,
        Kind::Map(entries) => entries.is_empty(),
        Kind::List(items) => items.is_empty(),
        Kind::Text(text) => form == Form::Xml && text.is_empty(),
        _ => false,
    };
    match &mut node.kind {
        Kind::Map(entries) => {
            entries.iter_mut().for_each(|entry| settle(form, &mut entry.value));
            entries.retain(|entry| !is_nothing(&entry.value));
        }
        // The places of items count.
        Kind::List(items) => items.iter_mut().for_each(|item| settle(form, item)),
        _ => {}
    }
    if is_nothing(node) {
        node.kind = Kind::Null;
    }
}

/// Removes what fits from the value. Returns how much that was.
fn take_out(form: Form, node: &mut Node, entry: &Entry<'_>) -> usize {
    match &mut node.kind {
        Kind::Map(entries) => {
            let fits = |it: &crate::tree::Entry| match entry {
                Entry::Key(line, key) if form == Form::Xml => {
                    it.line == *line && is_called(&it.value, key)
                }
                Entry::Key(line, key) => it.line == *line && it.key == *key,
                Entry::Item(..) => false,
            };
            let before = entries.len();
            entries.retain(|it| !fits(it));
            let below = entries.iter_mut().map(|it| take_out(form, &mut it.value, entry));
            below.sum::<usize>() + before - entries.len()
        }
        Kind::List(items) => {
            // The deepest list is meant: those around it stay.
            let below: usize = items.iter_mut().map(|item| take_out(form, item, entry)).sum();
            if below > 0 {
                return below;
            }
            let before = items.len();
            items.retain(|item| match entry {
                Entry::Key(line, name) => !(item.line == *line && is_called(item, name)),
                Entry::Item(line, holds) => !has(item, *line, holds),
            });
            before - items.len()
        }
        _ => 0,
    }
}

fn has(node: &Node, line: u32, text: &str) -> bool {
    node.line == line && node.text() == Some(text)
        || node.entries().iter().any(|entry| has(&entry.value, line, text))
        || node.items().iter().any(|item| has(item, line, text))
}

/// Whether it gives itself this name: also as editors write it, `<option name="name" value="x"/>`.
fn is_called(node: &Node, name: &str) -> bool {
    let option = |key: &str| {
        let mut options = node.entries().iter().filter(|it| it.key == "option");
        let own = options.find(|it| it.value.get("name").and_then(Node::text) == Some(key));
        own.and_then(|it| it.value.get("value")?.text())
    };
    let own =
        NAMES.iter().find_map(|key| node.get(key).and_then(Node::text).or_else(|| option(key)));
    own == Some(name)
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
