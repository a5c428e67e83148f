//! What a text of instructions says of itself: the head between `---` lines, or the fields of a manifest.

use content::tree::Node;
use event::{Text, Wording};

use super::{Head, parse};
use crate::product::Form;

/// Longest description that is kept, in characters.
const MAX_DESCRIPTION: usize = 400;

pub fn head(place: &str, text: &str) -> Head {
    let bytes = text.len() as u64;
    let node = match place.rsplit_once('.').map(|(_, ending)| ending) {
        Some("json") => parse(Form::Json, text).ok(),
        Some("toml") => parse(Form::Toml, text).ok(),
        Some("yaml" | "yml") => parse(Form::Yaml, text).ok(),
        _ => between(text).and_then(|head| parse(Form::Yaml, head).ok()),
    };
    let Some(node) = node else {
        return Head { wording: Wording { bytes, ..Wording::default() }, ..Head::default() };
    };
    let text_of = |key: &str| node.get(key).and_then(Node::scalar).filter(|text| !text.is_empty());
    let tools = ["allowed-tools", "allowed_tools", "tools"].iter().find_map(|key| node.get(key));
    Head {
        name: text_of("name")
            .filter(|name| !name.contains(' '))
            .or_else(|| text_of("id"))
            .or_else(|| text_of("name"))
            .map(Text::from),
        version: text_of("version")
            .or_else(|| node.get("metadata")?.get("version")?.scalar())
            .map(Text::from),
        wording: Wording {
            description: text_of("description")
                .map(|text| text.chars().take(MAX_DESCRIPTION).collect::<String>().into()),
            tools: tools.map(list).unwrap_or_default(),
            model: text_of("model").map(Text::from),
            bytes,
            files: Vec::new(),
        },
    }
}

/// The lines between the first `---` and the next.
pub(crate) fn between(text: &str) -> Option<&str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let rest = text.strip_prefix("---")?;
    let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n'))?;
    if rest.starts_with("---") {
        return Some("");
    }
    rest.find("\n---").and_then(|end| rest.get(..end))
}

/// A list, words between commas or blanks outside of brackets, or the names that are switched on.
fn list(node: &Node) -> Vec<Text> {
    if !node.items().is_empty() {
        return node.items().iter().filter_map(Node::scalar).map(Text::from).collect();
    }
    if !node.entries().is_empty() {
        let on =
            |entry: &&content::tree::Entry| entry.value.kind != content::tree::Kind::Bool(false);
        return node.entries().iter().filter(on).map(|entry| entry.key.as_str().into()).collect();
    }
    let text = node.scalar().unwrap_or_default();
    let (mut words, mut word, mut depth) = (Vec::new(), String::new(), 0usize);
    for letter in text.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && (letter == ',' || letter.is_whitespace()) {
            words.push(std::mem::take(&mut word));
        } else {
            word.push(letter);
        }
    }
    words.push(word);
    words.into_iter().filter(|word| !word.is_empty()).map(Text::from).collect()
}
