//! Attacker-controlled text made safe to show: on a terminal, in a log line, on a page.

use std::borrow::Cow;

/// Text without anything that can move a cursor, colour a line, reverse or hide characters.
/// Control, bidirectional, zero-width and tag characters become `\u{…}`; the rest is untouched.
pub fn plain(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\n' => safe.push_str("\\n"),
            '\t' => safe.push_str("\\t"),
            '\r' => safe.push_str("\\r"),
            other if is_unsafe(other) => safe.extend(other.escape_unicode()),
            other => safe.push(other),
        }
    }
    Cow::Owned(safe)
}

/// JSON that no terminal acts upon: what [`plain`] would spell out stands as `\\uXXXX`, which a reader
/// of JSON takes for the same character. Such characters stand only inside strings.
pub fn json(text: &str) -> Cow<'_, str> {
    let acts = |character: char| is_unsafe(character) && character != '\n';
    if !text.chars().any(acts) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if acts(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                safe.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            safe.push(character);
        }
    }
    Cow::Owned(safe)
}

/// [`plain`], cut to at most `width` characters with an ellipsis.
pub fn brief(text: &str, width: usize) -> String {
    let safe = plain(text);
    if safe.chars().count() <= width {
        return safe.into_owned();
    }
    let mut cut: String = safe.chars().take(width.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{180b}'..='\u{180f}' | '\u{061c}'
            | '\u{fff9}'..='\u{fffb}' | '\u{ad}' | '\u{34f}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expect: &str) {
        assert_eq!(plain(input), expect);
    }

    #[test]
    fn neutralises_what_can_deceive() {
        check("plain text — ünïcode ✓", "plain text — ünïcode ✓");
        check("\x1b[31mred", "\\u{1b}[31mred");
        check("a\u{202e}b", "a\\u{202e}b");
        check("tag\u{e0041}", "tag\\u{e0041}");
        check("two\nlines\r", "two\\nlines\\r");
    }

    #[test]
    fn json_reads_the_same_and_shows_nothing_that_acts() {
        let text = "\"\u{9b}2J \u{202e} \u{e0041} ünï\"";
        assert_eq!(json(text), "\"\\u009b2J \\u202e \\udb40\\udc41 ünï\"");
        let read = |text: &str| serde_json::from_str::<String>(text).ok();
        assert_eq!(read(&json(text)), read(text));
    }

    #[test]
    fn cuts_by_characters() {
        assert_eq!(brief("ünïcode", 4), "ünï…");
        assert_eq!(brief("short", 10), "short");
    }
}
