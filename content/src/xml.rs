//! The XML reader of the house: elements as maps of their attributes and children, into [`Node`]s that keep
//! order and place. Document types, and with them entities, are refused.

use roxmltree::{Document, ParsingOptions};

use crate::tree::{Entry, Kind, Lines, Node, Unread, first_words};

/// Most elements that are read.
pub(crate) const MAX_ELEMENTS: u32 = 200_000;
/// Deepest nesting that is read.
const MAX_DEPTH: usize = 128;

/// Reads a text. The root has one entry: its outermost element. An element is its text where it has nothing
/// else; the text of one that has is called `$text`.
pub fn parse(text: &str) -> Result<Node, Unread> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if depth(text) > MAX_DEPTH {
        return Err(Unread::too_deep(MAX_DEPTH));
    }
    let options = ParsingOptions { nodes_limit: MAX_ELEMENTS, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| {
        let at = error.pos();
        Unread { line: at.row, column: at.col, message: first_words(&error.to_string()) }
    })?;
    let lines = Lines::of(text);
    let root = document.root_element();
    let (line, column) = lines.place(root.range().start);
    let entry =
        Entry { key: root.tag_name().name().into(), line, column, value: node(root, &lines) };
    Ok(Node { line: 1, column: 1, kind: Kind::Map(vec![entry]) })
}

/// How deep elements may nest: opened and not closed, an upper bound that costs no stack.
fn depth(text: &str) -> usize {
    let (mut now, mut most) = (0usize, 0usize);
    let mut letters = text.bytes().peekable();
    while let Some(letter) = letters.next() {
        match (letter, letters.peek()) {
            (b'<', Some(b'/')) | (b'/', Some(b'>')) => now = now.saturating_sub(1),
            (b'<', Some(b'!' | b'?')) => {}
            (b'<', _) => now += 1,
            _ => continue,
        }
        most = most.max(now);
    }
    most
}

fn node(element: roxmltree::Node<'_, '_>, lines: &Lines) -> Node {
    let (line, column) = lines.place(element.range().start);
    let mut entries: Vec<Entry> = element
        .attributes()
        .map(|attribute| {
            let (line, column) = lines.place(attribute.range().start);
            let value = Node { line, column, kind: Kind::Text(attribute.value().to_owned()) };
            Entry { key: attribute.name().to_owned(), line, column, value }
        })
        .collect();
    for child in element.children().filter(roxmltree::Node::is_element) {
        let (line, column) = lines.place(child.range().start);
        let key = child.tag_name().name().to_owned();
        entries.push(Entry { key, line, column, value: node(child, lines) });
    }
    let text = element.text().map(str::trim).unwrap_or_default();
    if entries.is_empty() {
        return Node { line, column, kind: Kind::Text(text.to_owned()) };
    }
    if !text.is_empty() {
        let value = Node { line, column, kind: Kind::Text(text.to_owned()) };
        entries.push(Entry { key: "$text".into(), line, column, value });
    }
    Node { line, column, kind: Kind::Map(entries) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let told = parse(text).map_or_else(|error| format!("! {error}"), |node| node.to_string());
        assert_eq!(told, expect, "{text}");
    }

    #[test]
    fn elements_are_maps_of_attributes_and_children() {
        check("<a/>", "{a: \"\"}");
        check("<a x='1'><b>t</b><b y='2'/></a>", "{a: {x: \"1\", b: \"t\", b: {y: \"2\"}}}");
        check("<a x='1'>text</a>", "{a: {x: \"1\", $text: \"text\"}}");
    }

    #[test]
    fn bombs_are_refused() {
        let entity = "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>";
        assert!(parse(entity).is_err(), "entities");
        check(&"<a>".repeat(100_000), "! it nests deeper than 128 levels");
    }
}
