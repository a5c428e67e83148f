//! A stretch of text as words, for phrases: small letters, where each stands, and where a sentence ended before it.

use std::borrow::Cow;
use std::ops::Range;

use crate::matcher::lower;

/// A word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word<'t> {
    /// In small letters: nearly always as it stands in the text.
    pub text: Cow<'t, str>,
    /// Where it stands.
    pub span: Range<usize>,
    /// A sentence, or a paragraph, ended before it.
    pub begins: bool,
}

/// The words of `text` within `range`, which begins and ends between letters. Words that the range cuts are left out
/// at its beginning.
pub fn words(text: &str, range: Range<usize>) -> Vec<Word<'_>> {
    let Some(part) = text.get(range.clone()) else { return Vec::new() };
    let mut found = Vec::with_capacity(part.len() / 6 + 1);
    let (mut at, mut gap) = (0, Gap::default());
    while let Some(letter) = letter(part, at) {
        let end = word_end(part, at);
        if end == at {
            gap.add(letter);
            at += letter.len_utf8();
            continue;
        }
        let begins = found.is_empty() || gap.ends;
        gap = Gap::default();
        let text = small(part.get(at..end).unwrap_or_default());
        found.push(Word { text, span: range.start + at..range.start + end, begins });
        at = end;
    }
    found
}

fn letter(text: &str, at: usize) -> Option<char> {
    match text.as_bytes().get(at)? {
        byte if byte.is_ascii() => Some(char::from(*byte)),
        _ => text.get(at..)?.chars().next(),
    }
}

/// Where the word there ends.
fn word_end(text: &str, mut at: usize) -> usize {
    loop {
        let bytes = text.as_bytes().get(at..).unwrap_or_default();
        at += bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        match letter(text, at).filter(|letter| !letter.is_ascii() && is_letter(*letter)) {
            Some(letter) => at += letter.len_utf8(),
            None => return at,
        }
    }
}

/// A word in small letters.
fn small(word: &str) -> Cow<'_, str> {
    let is_small = |letter: char| match letter.is_ascii() {
        true => !letter.is_ascii_uppercase(),
        false => letter.to_lowercase().eq([letter]),
    };
    if word.chars().all(is_small) { Cow::Borrowed(word) } else { Cow::Owned(lower(word)) }
}

/// Whether a letter is part of a word.
pub fn is_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || (!letter.is_ascii() && letter.is_alphanumeric())
}

/// What stands between two words.
#[derive(Default)]
struct Gap {
    lines: u8,
    ends: bool,
}

impl Gap {
    fn add(&mut self, letter: char) {
        match letter {
            '.' | '!' | '?' | ';' | '。' | '！' | '？' | '；' | '|' => self.ends = true,
            '\n' => {
                self.lines = self.lines.saturating_add(1);
                self.ends |= self.lines > 1;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[(&str, bool)]) {
        let found = words(text, 0..text.len());
        let found: Vec<_> = found.iter().map(|word| (word.text.as_ref(), word.begins)).collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn words_and_where_sentences_end() {
        check(
            "Ignore the\nRULES. Now",
            &[("ignore", true), ("the", false), ("rules", false), ("now", true)],
        );
        check("a\n\nÜber-b", &[("a", true), ("über", true), ("b", false)]);
        check("...", &[]);
        check("", &[]);
    }
}
