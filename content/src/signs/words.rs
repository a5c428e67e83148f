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
    let mut found = Vec::with_capacity(part.len() / 5 + 1);
    let (mut at, mut gap) = (0, Gap::default());
    while let Some(letter) = letter(part, at) {
        let (end, is_small) = word_end(part, at);
        if end == at {
            gap.add(letter);
            at += letter.len_utf8();
            continue;
        }
        let begins = found.is_empty() || gap.ends;
        gap = Gap::default();
        let text = part.get(at..end).unwrap_or_default();
        let text = if is_small { Cow::Borrowed(text) } else { Cow::Owned(lower(text)) };
        found.push(Word { text, span: range.start + at..range.start + end, begins });
        at = end;
    }
    found
}

#[inline]
fn letter(text: &str, at: usize) -> Option<char> {
    match text.as_bytes().get(at)? {
        byte if byte.is_ascii() => Some(char::from(*byte)),
        _ => text.get(at..)?.chars().next(),
    }
}

/// What a byte of ASCII is in a word: nothing, a small letter or digit, a capital.
const SMALL: u8 = 1;
const CAPITAL: u8 = 2;
const CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        // When compiled, and up to the length alone.
        table[at] = match at as u8 {
            b'0'..=b'9' | b'a'..=b'z' => SMALL,
            b'A'..=b'Z' => CAPITAL,
            _ => 0,
        };
        at += 1;
    }
    table
}

/// Where the word there ends, and whether all its letters are small.
#[inline]
fn word_end(text: &str, mut at: usize) -> (usize, bool) {
    let (mut seen, mut is_small) = (0, true);
    loop {
        for byte in text.as_bytes().get(at..).unwrap_or_default() {
            match CLASSES.get(usize::from(*byte)) {
                Some(0) | None => break,
                Some(class) => seen |= class,
            }
            at += 1;
        }
        match letter(text, at).filter(|letter| !letter.is_ascii() && is_letter(*letter)) {
            Some(letter) => {
                at += letter.len_utf8();
                is_small &= is_lower(letter);
            }
            None => return (at, is_small && seen & CAPITAL == 0),
        }
    }
}

/// A letter beyond ASCII is its own small letter.
fn is_lower(letter: char) -> bool {
    match letter {
        'ß'..='ö' | 'ø'..='ÿ' | 'ά'..='ώ' | 'а'..='џ' => true,
        // Scripts without case.
        '\u{590}'..='\u{109f}' | '\u{2e80}'..='\u{a63f}' | '\u{ac00}'..='\u{d7ff}' => true,
        _ => letter.to_lowercase().eq([letter]),
    }
}

/// Whether a letter is part of a word.
#[inline]
pub fn is_letter(letter: char) -> bool {
    match letter {
        '\0'..='\x7f' => letter.is_ascii_alphanumeric(),
        // What most texts are made of is known without a table.
        'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ˁ' | 'Ѐ'..='ҁ' | 'Ҋ'..='ԯ' | 'Ύ'..='Ρ' | 'Σ'..='ϵ' => {
            true
        }
        'ا'..='ي'
        | 'अ'..='ह'
        | 'ぁ'..='ゖ'
        | 'ァ'..='ヺ'
        | '㐀'..='䶿'
        | '一'..='鿿'
        | '가'..='힣' => true,
        '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' => false,
        _ => letter.is_alphanumeric(),
    }
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
    fn letters_are_those_of_unicode() {
        for letter in '\0'..=char::MAX {
            let is_known =
                letter.is_ascii() || is_lower(letter) == letter.to_lowercase().eq([letter]);
            assert!(is_known, "{letter:?}");
            let expect =
                letter.is_alphanumeric() && (!letter.is_ascii() || letter.is_ascii_alphanumeric());
            assert_eq!(is_letter(letter), expect, "{letter:?}");
        }
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
