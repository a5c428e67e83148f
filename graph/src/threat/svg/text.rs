//! Attacker-controlled text made fit for a picture of the threat graph: neutralised, cut to the room
//! there is, and escaped for XML.

use event::show::plain;

/// Safe between tags and in quoted attributes.
pub(super) fn xml(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    for character in plain(text).chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&apos;"),
            // Not characters: XML allows them nowhere.
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            other => safe.push(other),
        }
    }
    safe
}

/// Which end of a text matters more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    Begin,
    /// Of a path, the file.
    End,
}

/// The text in at most `width` points at `size`, with an ellipsis where it was cut.
pub(super) fn fit(text: &str, width: f64, size: f64, keep: Keep) -> String {
    let safe = plain(text);
    let room = (width / size * 1000.0) as u64;
    if safe.chars().map(em).sum::<u64>() <= room {
        return safe.into_owned();
    }
    let room = room.saturating_sub(em('…'));
    match keep {
        Keep::Begin => {
            let mut cut: String = take(safe.chars(), room).collect();
            cut.push('…');
            cut
        }
        Keep::End => {
            let mut cut: Vec<char> = take(safe.chars().rev(), room).collect();
            cut.push('…');
            cut.into_iter().rev().collect()
        }
    }
}

/// Points that `text` takes at `size`.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(em).sum::<u64>() as f64 * size / 1000.0
}

fn take(characters: impl Iterator<Item = char>, room: u64) -> impl Iterator<Item = char> {
    characters.scan(0, move |used, character| {
        *used += em(character);
        (*used <= room).then_some(character)
    })
}

/// Width of a character in thousandths of the size: of common sans-serif faces, on the wide side.
fn em(character: char) -> u64 {
    match character {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' => 280,
        'f' | 't' | 'r' | ' ' | '/' | '(' | ')' | '-' | '[' | ']' => 360,
        'm' | 'w' | 'M' | 'W' | '@' | '%' | '…' => 900,
        'A'..='Z' => 690,
        '\u{1100}'.. => 1_000,
        _ => 570,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_its_tag() {
        assert_eq!(xml("<a b=\"c\" d='e'>&"), "&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt;&amp;");
        assert_eq!(xml("\u{ffff}\u{0}\n\u{202e}"), "\u{fffd}\\u{0}\\n\\u{202e}");
    }

    #[test]
    fn a_cut_keeps_the_end_that_matters() {
        assert_eq!(fit("short", 100.0, 10.0, Keep::Begin), "short");
        assert!(fit("/a/very/long/path/to/file.rs", 60.0, 10.0, Keep::End).ends_with("file.rs"));
        assert!(fit(&"x".repeat(10_000), 60.0, 10.0, Keep::Begin).chars().count() < 12);
    }
}
