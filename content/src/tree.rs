//! A value out of a text of any form (YAML, JSON, TOML, XML) that keeps the order of its keys and
//! the place of each part: what readers of foreign settings walk, so that what they say can point at a line.

use std::fmt;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// The value.
    pub kind: Kind,
}

/// The value of a node.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// `null` or nothing.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// Text, quoted or plain.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A map, in the order of the text.
    Map(Vec<Entry>),
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key as text.
    pub key: String,
    /// Line of the key, from 1.
    pub line: u32,
    /// Column of the key, from 1.
    pub column: u32,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The value of `key`, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }
    /// The entries of a map; none of anything else.
    pub fn entries(&self) -> &[Entry] {
        if let Kind::Map(entries) = &self.kind { entries } else { &[] }
    }
    /// The items of a list; none of anything else.
    pub fn items(&self) -> &[Node] {
        if let Kind::List(items) = &self.kind { items } else { &[] }
    }
    /// The items of a list, or the value itself as the only one.
    pub fn one_or_many(&self) -> &[Node] {
        if let Kind::List(items) = &self.kind { items } else { std::slice::from_ref(self) }
    }
    /// The text, if it is text.
    pub fn text(&self) -> Option<&str> {
        if let Kind::Text(text) = &self.kind { Some(text) } else { None }
    }
    /// A scalar as text: what a person wrote where a word is expected.
    pub fn scalar(&self) -> Option<String> {
        match &self.kind {
            Kind::Text(text) => Some(text.clone()),
            Kind::Bool(value) => Some(value.to_string()),
            Kind::Integer(value) => Some(value.to_string()),
            Kind::Float(value) => Some(value.to_string()),
            Kind::Null | Kind::List(_) | Kind::Map(_) => None,
        }
    }
    /// What kind of value it is, in words.
    pub fn kind_name(&self) -> &'static str {
        match &self.kind {
            Kind::Null => "nothing",
            Kind::Bool(_) => "a truth value",
            Kind::Integer(_) | Kind::Float(_) => "a number",
            Kind::Text(_) => "text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a map",
        }
    }
}

/// In one line, for tests and messages.
impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Null => f.write_str("null"),
            Kind::Bool(value) => value.fmt(f),
            Kind::Integer(value) => value.fmt(f),
            Kind::Float(value) => value.fmt(f),
            Kind::Text(text) => write!(f, "{text:?}"),
            Kind::List(items) => {
                f.write_str("[")?;
                for (at, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if at > 0 { ", " } else { "" })?;
                }
                f.write_str("]")
            }
            Kind::Map(entries) => {
                f.write_str("{")?;
                for (at, entry) in entries.iter().enumerate() {
                    let comma = if at > 0 { ", " } else { "" };
                    write!(f, "{comma}{}: {}", entry.key, entry.value)?;
                }
                f.write_str("}")
            }
        }
    }
}

/// A text that was not understood, with its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Unread {
    /// Line, from 1; 0 where the text as a whole is meant.
    pub line: u32,
    /// Column, from 1; 0 where the text as a whole is meant.
    pub column: u32,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.message),
            line => write!(f, "line {line}: {}", self.message),
        }
    }
}

impl Unread {
    /// It nests too deep.
    pub fn too_deep(most: usize) -> Self {
        Self { line: 0, column: 0, message: format!("it nests deeper than {most} levels") }
    }

    /// There is nothing in it.
    pub fn empty() -> Self {
        Self { line: 0, column: 0, message: "it is empty".into() }
    }
}

/// The message in the house's form: one line, lower case, without the place, which we say ourselves.
pub(crate) fn first_words(text: &str) -> String {
    let line = text.lines().next().unwrap_or("not understood");
    let line = line.split(" at line ").next().unwrap_or(line).trim_end_matches(['.', ':', ' ']);
    let mut letters = line.chars();
    let shout = line.chars().nth(1).is_some_and(char::is_uppercase);
    match letters.next() {
        Some(first) if !shout => first.to_lowercase().chain(letters).collect(),
        _ => line.to_owned(),
    }
}

/// Where lines begin, to turn an offset into a place.
pub(crate) struct Lines(Vec<usize>);

impl Lines {
    pub fn of(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Self(std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect())
    }

    /// Line and column, from 1; columns count bytes.
    pub fn place(&self, at: usize) -> (u32, u32) {
        let line = self.0.partition_point(|start| *start <= at);
        let start = line.checked_sub(1).and_then(|line| self.0.get(line)).copied().unwrap_or(0);
        let small = |number: usize| number.try_into().unwrap_or(u32::MAX);
        (small(line), small(at.saturating_sub(start) + 1))
    }
}

/// A way to parts of a value: names joined by dots, `*` for every entry or item, `\.` for a dot in a name.
/// An empty way is the value itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Name(String),
    Each,
}

impl Way {
    /// Reads a way as it is written.
    pub fn new(text: &str) -> Self {
        let (mut steps, mut name, mut escaped) = (Vec::new(), String::new(), false);
        for letter in text.chars() {
            match letter {
                '\\' if !escaped => escaped = true,
                '.' if !escaped => steps.push(Step::of(std::mem::take(&mut name))),
                letter => {
                    escaped = false;
                    name.push(letter);
                }
            }
        }
        if !name.is_empty() {
            steps.push(Step::of(name));
        }
        Self(steps)
    }

    /// Calls `found` with each part it leads to: the names that `*` stood for, and the value.
    pub fn follow<'n>(&self, node: &'n Node, found: &mut impl FnMut(&[&'n str], &'n Node)) {
        walk(&self.0, node, &mut Vec::new(), found);
    }
}

impl Step {
    fn of(name: String) -> Self {
        if name == "*" { Self::Each } else { Self::Name(name) }
    }
}

fn walk<'n>(
    steps: &[Step],
    node: &'n Node,
    names: &mut Vec<&'n str>,
    found: &mut impl FnMut(&[&'n str], &'n Node),
) {
    let Some((step, rest)) = steps.split_first() else { return found(names, node) };
    match step {
        Step::Name(name) => {
            if let Some(value) = node.get(name) {
                walk(rest, value, names, found);
            }
        }
        Step::Each => {
            for entry in node.entries() {
                names.push(&entry.key);
                walk(rest, &entry.value, names, found);
                names.pop();
            }
            for item in node.items() {
                walk(rest, item, names, found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::json::{Dialect, parse};

    use super::*;

    fn check(way: &str, text: &str, expect: &[&str]) {
        let node = parse(text, Dialect::Commented).expect("read");
        let mut found = Vec::new();
        Way::new(way).follow(&node, &mut |names, value| {
            found.push(format!("{}={value}", names.join("/")));
        });
        assert_eq!(found, expect, "{way} in {text}");
    }

    #[test]
    fn a_way_leads_to_every_part_it_names() {
        check("", "1", &["=1"]);
        check("a.b", r#"{"a":{"b":1,"c":2}}"#, &["=1"]);
        check("a.*.c", r#"{"a":{"x":{"c":1},"y":{"d":2},"z":{"c":3}}}"#, &["x=1", "z=3"]);
        check("a.*.c", r#"{"a":[{"c":1},{"c":2}]}"#, &["=1", "=2"]);
        check(r"a\.b", r#"{"a.b":1,"a":{"b":2}}"#, &["=1"]);
        check("a.b.c", r#"{"a":{"b":"text"}}"#, &[]);
    }
}
