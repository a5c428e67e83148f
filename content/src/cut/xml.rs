//! Where an element stands in XML.

use roxmltree::{Document, Node, ParsingOptions};

use super::{Entry, NAMES};
use crate::tree::Lines;

/// Every element that begins on the line and gives itself the name, with its own line where it has one.
pub(super) fn ranges(text: &str, entry: &Entry<'_>) -> Vec<(usize, usize)> {
    let Entry::Key(line, name) = entry else { return Vec::new() };
    let options =
        ParsingOptions { nodes_limit: crate::xml::MAX_ELEMENTS, ..ParsingOptions::default() };
    let Ok(document) = Document::parse_with_options(text, options) else { return Vec::new() };
    let lines = Lines::of(text);
    let elements = document.root_element().descendants().filter(Node::is_element);
    elements
        .filter(|element| own_name(*element) == Some(*name))
        .map(|element| element.range())
        .filter(|range| lines.place(range.start).0 == *line)
        .map(|range| with_line(text, range.start, range.end))
        .collect()
}

/// As its attributes or its options say.
fn own_name<'d>(element: Node<'d, 'd>) -> Option<&'d str> {
    NAMES.iter().find_map(|key| {
        let mut options = element.children().filter(|child| child.has_tag_name("option"));
        let option = options.find(|child| child.attribute("name") == Some(*key));
        element.attribute(*key).or_else(|| option?.attribute("value"))
    })
}

/// With the blanks before it and the end of the line, where nothing else stands on its lines.
fn with_line(text: &str, from: usize, until: usize) -> (usize, usize) {
    let before = text.get(..from).unwrap_or_default();
    let behind = text.get(until..).unwrap_or_default();
    let start = before.trim_end_matches([' ', '\t']);
    match behind.strip_prefix("\r\n").or_else(|| behind.strip_prefix('\n')) {
        Some(rest) if start.ends_with('\n') => (start.len(), text.len() - rest.len()),
        _ => (from, until),
    }
}
