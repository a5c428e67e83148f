//! Whether a text holds any letter that hides something: one pass, after which nearly all texts in other alphabets than
//! ASCII are not looked at again.

use super::unseen;

/// What kinds of odd letters a text holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Odd {
    /// Letters without a shape.
    pub unseen: bool,
    /// Letters that look like Latin ones, or of their alphabets, in one word with ASCII letters.
    pub mixed: bool,
    /// Latin letters of another style.
    pub styled: bool,
}

impl Odd {
    /// What `text` holds; of `mixed` it may say so of two words with a mark between them that is not ASCII.
    pub fn of(text: &str) -> Self {
        let (mut odd, mut alike, mut at) = (Self::default(), false, 0);
        while let Some(letter) = next_beyond(text, &mut at) {
            match letter {
                // What most texts are made of.
                '\u{3165}'..='\u{d7ff}' | '\u{620}'..='\u{10ff}' => {}
                '\u{370}'..='\u{52f}' => alike = true,
                _ => {
                    odd.unseen |= unseen(letter).is_some();
                    odd.styled |= is_styled(letter);
                    alike |= is_alike(letter);
                }
            }
        }
        odd.mixed = alike && is_mixed(text);
        odd
    }

    /// It holds any.
    pub fn is_any(self) -> bool {
        self != Self::default()
    }
}

/// The next letter beyond ASCII from `at` on, which is then behind it.
#[inline]
fn next_beyond(text: &str, at: &mut usize) -> Option<char> {
    let rest = text.as_bytes().get(*at..)?;
    let ahead = if rest.first().is_some_and(|byte| byte.is_ascii()) { ascii(rest) } else { 0 };
    let letter = text.get(*at + ahead..)?.chars().next()?;
    *at += ahead + letter.len_utf8();
    Some(letter)
}

/// How many bytes at the begin are ASCII.
fn ascii(bytes: &[u8]) -> usize {
    let all = |chunk: &&[u8; 16]| chunk.iter().fold(0, |all, byte| all | byte) < 0x80;
    let (chunks, _) = bytes.as_chunks::<16>();
    let whole = chunks.iter().take_while(all).count() * 16;
    let rest = bytes.get(whole..).unwrap_or_default();
    whole + rest.iter().take_while(|byte| byte.is_ascii()).count()
}

/// One word has both an ASCII letter and one that looks like such.
fn is_mixed(text: &str) -> bool {
    let (mut latin, mut alike) = (false, false);
    text.chars().any(|letter| {
        if letter.is_ascii() {
            let goes_on = letter.is_ascii_alphanumeric();
            latin = goes_on && (latin | letter.is_ascii_alphabetic());
            alike &= goes_on;
        } else {
            alike |= is_alike(letter);
        }
        latin & alike
    })
}

/// Greek and Cyrillic, and single letters of others that look like Latin ones.
fn is_alike(letter: char) -> bool {
    matches!(letter, '\u{370}'..='\u{52f}' | 'ɑ' | 'ɡ' | 'ı' | 'ⅼ' | 'օ' | 'ո' | 'ս' | 'ᴏ')
}

/// Of full width, in circles, mathematical.
fn is_styled(letter: char) -> bool {
    matches!(letter, '\u{ff10}'..='\u{ff5a}' | '\u{24b6}'..='\u{24e9}' | '\u{1d400}'..='\u{1d7ff}')
}

#[cfg(test)]
mod tests {
    use super::super::mixed::{self, latin};
    use super::super::plain::Plain;
    use super::super::{find, unseen};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn knows_every_letter_that_looks_like_another() {
        for letter in ('\u{80}'..=char::MAX).filter(|letter| latin(*letter).is_some()) {
            assert!(is_alike(letter) || is_styled(letter), "{letter}");
        }
    }

    #[test]
    fn tells_what_a_text_holds() {
        let check = |text: &str, unseen, mixed, styled| {
            assert_eq!(Odd::of(text), Odd { unseen, mixed, styled }, "{text:?}");
        };
        check("Übersicht “quoted” – Привет, мир. API-ключ 你好", false, false, false);
        check("a\u{200b}b", true, false, false);
        check("pаypal", false, true, false);
        check("ｉｔ", false, false, true);
    }

    proptest! {
        /// What is not odd holds nothing that the close looks find.
        #[test]
        fn nothing_odd_is_passed_over(text in "[ a-eéаеοı０ｉ“«\u{200b}\u{fe0f}\u{202e}\u{ad}.\n]{0,24}") {
            let odd = Odd::of(&text);
            prop_assert_eq!(odd.unseen, text.chars().any(|letter| unseen(letter).is_some()));
            prop_assert!(odd.unseen || find(&text).is_empty());
            prop_assert!(odd.mixed || mixed::find(&text).is_empty());
            prop_assert!(odd.is_any() || Plain::of(&text).is_none());
        }
    }
}
