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
    let before = parse(form, text).ok_or(Uncut::Form)?;
    let mut ways = Vec::new();
    find(form, &before, entry, &mut Vec::new(), &mut ways);
    let way = match ways.as_slice() {
        [] => return Err(Uncut::Absent),
        [way] => way,
        _ => return Err(Uncut::Twice),
    };
    let meant = without(form, before, way);
    let ranges = match form {
        Form::Json => json::ranges(text, entry),
        Form::Xml => xml::ranges(text, entry),
        Form::Toml | Form::Yaml => {
            let mut ranges = block::ranges(form, text, entry);
            ranges.extend(flow::ranges(form, text, entry));
            ranges
        }
    };
    let tried = ranges.into_iter().take(MOST_TRIES).filter_map(|(from, until)| {
        let (head, piece, tail) = (text.get(..from)?, text.get(from..until)?, text.get(until..)?);
        let rest = format!("{head}{tail}");
        // Places are others now: in words.
        let after = parse(form, &rest)?.to_string();
        let rank = meant.iter().position(|meant| *meant == after)?;
        Some((rank, Cut { rest, piece: piece.to_owned() }))
    });
    tried.min_by_key(|(rank, _)| *rank).map(|(_, cut)| cut).ok_or(Uncut::Form)
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

/// Ways to all that fits: which entry or item, from the root on.
fn find(
    form: Form,
    node: &Node,
    entry: &Entry<'_>,
    way: &mut Vec<usize>,
    found: &mut Vec<Vec<usize>>,
) {
    for (at, one) in node.entries().iter().enumerate() {
        let fits = match entry {
            Entry::Key(line, name) if form == Form::Xml => {
                one.line == *line && is_called(&one.value, name)
            }
            Entry::Key(line, key) => one.line == *line && one.key == *key,
            Entry::Item(..) => false,
        };
        way.push(at);
        if fits {
            found.push(way.clone());
        } else {
            find(form, &one.value, entry, way, found);
        }
        way.pop();
    }
    let before = found.len();
    for (at, item) in node.items().iter().enumerate() {
        way.push(at);
        find(form, item, entry, way, found);
        way.pop();
    }
    // Found in the deepest list: those around it stay.
    if found.len() > before {
        return;
    }
    for (at, item) in node.items().iter().enumerate() {
        let fits = match entry {
            Entry::Key(line, name) => item.line == *line && is_called(item, name),
            Entry::Item(line, holds) => has(item, *line, holds),
        };
        if fits {
            found.push(way.iter().copied().chain([at]).collect());
        }
    }
}

/// What a text without that entry may say. Of a map or list that lost its last entry some forms keep the brackets,
/// others its name, and others nothing.
fn without(form: Form, mut node: Node, way: &[usize]) -> Vec<String> {
    let mut way = way.to_vec();
    let mut meant = Vec::new();
    remove(&mut node, &way);
    loop {
        meant.push(node.to_string());
        way.pop();
        let Some(around) = at(&mut node, &way) else { return meant };
        if !around.entries().is_empty() || !around.items().is_empty() {
            return meant;
        }
        around.kind = if form == Form::Xml { Kind::Text(String::new()) } else { Kind::Null };
        meant.push(node.to_string());
        // An item that is nothing is an item still.
        let Some((_, above)) = way.split_last() else { return meant };
        if at(&mut node, above).is_none_or(|above| above.entries().is_empty()) {
            return meant;
        }
        remove(&mut node, &way);
    }
}

fn at<'n>(node: &'n mut Node, way: &[usize]) -> Option<&'n mut Node> {
    way.iter().try_fold(node, |node, at| match &mut node.kind {
        Kind::Map(entries) => Some(&mut entries.get_mut(*at)?.value),
        Kind::List(items) => items.get_mut(*at),
        _ => None,
    })
}

fn remove(node: &mut Node, way: &[usize]) {
    let Some((last, above)) = way.split_last() else { return };
    match at(node, above).map(|node| &mut node.kind) {
        Some(Kind::Map(entries)) if *last < entries.len() => drop(entries.remove(*last)),
        Some(Kind::List(items)) if *last < items.len() => drop(items.remove(*last)),
        _ => {}
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
