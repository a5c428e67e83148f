//! A way to say something, as data: words that follow each other, some with others between them. Written as
//! `ignore|forget _3 previous|prior instruct*`: alternatives by `|`, `*` for any end, `_N` for up to N words between.
//! Text without blanks between words (Chinese, Japanese) is looked at by letters: `_N` is up to N letters there.

mod near;

use std::ops::Range;

use super::words::Word;
use crate::matcher::lower;
pub use near::Near;
use near::first;

/// A phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    slots: Vec<Slot>,
    by_letters: bool,
    /// The slot whose shortest alternative is longest.
    anchor: usize,
    /// How many words before that one it may begin.
    before: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Slot {
    /// How many words may stand before it.
    gap: usize,
    forms: Vec<Form>,
    /// First letters of them all.
    firsts: u32,
}

/// One alternative.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Form {
    text: String,
    /// Any end may follow.
    is_open: bool,
}

impl Slot {
    fn new(gap: usize, forms: Vec<Form>) -> Self {
        let firsts = forms.iter().fold(0, |letters, form| letters | first(&form.text));
        Self { gap, forms, firsts }
    }

    fn fits(&self, word: &Word<'_>) -> bool {
        self.firsts & first(&word.text) != 0 && self.forms.iter().any(|it| it.fits(&word.text))
    }
}

impl Form {
    fn fits(&self, word: &str) -> bool {
        // Nearly all words begin with another letter.
        word.as_bytes().first() == self.text.as_bytes().first()
            && if self.is_open { word.starts_with(&self.text) } else { word == self.text }
    }
}

/// Longest gap.
const LONGEST_GAP: usize = 12;

impl Phrase {
    /// Reads a phrase; the error says what is wrong.
    pub fn parse(source: &str) -> Result<Self, &'static str> {
        let by_letters = source.chars().any(is_ideograph);
        let (mut slots, mut gap) = (Vec::new(), 0);
        for part in source.split_whitespace() {
            match part.strip_prefix('_') {
                Some(count) => {
                    gap = count.parse().map_err(|_| "`_` stands before a number")?;
                    if gap > LONGEST_GAP || slots.is_empty() {
                        return Err("a gap is at most 12 long and stands between two words");
                    }
                }
                None => slots.push(Slot::new(std::mem::take(&mut gap), forms(part)?)),
            }
        }
        if slots.is_empty() || gap > 0 {
            return Err("a phrase begins and ends with a word");
        }
        let shortest = |slot: &Slot| slot.forms.iter().map(|form| form.text.len()).min();
        let anchor = (0..slots.len()).max_by_key(|at| slots.get(*at).and_then(shortest));
        let anchor = anchor.unwrap_or_default();
        let before = slots.iter().take(anchor + 1).skip(1).map(|slot| slot.gap + 1).sum();
        let phrase = Self { slots, by_letters, anchor, before };
        if phrase.anchors().any(|anchor| anchor.len() < 3) {
            return Err("one of its words has to have three letters or more in all alternatives");
        }
        Ok(phrase)
    }

    /// Texts of which each place where it is said holds one: the alternatives of one slot.
    pub fn anchors(&self) -> impl Iterator<Item = &str> {
        let best = self.slots.get(self.anchor);
        best.into_iter().flat_map(|slot| &slot.forms).map(|form| form.text.as_str())
    }

    /// Whether it is looked at by letters: words say nothing then.
    pub fn is_by_letters(&self) -> bool {
        self.by_letters
    }

    /// The words with which it may begin, if this one is its anchor.
    pub fn begins(&self, near: &Near) -> Option<Range<usize>> {
        let slot = self.slots.get(self.anchor)?;
        let behind = self.slots.get(self.anchor + 1);
        let before = self.anchor.checked_sub(1).and_then(|at| self.slots.get(at));
        let may = (near.is_whole || slot.forms.iter().any(|form| form.is_open))
            && behind.is_none_or(|next| near.has_behind(next.gap, next.firsts))
            && before.is_none_or(|last| near.has_before(slot.gap, last.firsts));
        may.then(|| near.at.saturating_sub(self.before)..near.at + 1)
    }

    /// Where it is said first: in `words`, or in `text` within `range` where it is looked at by letters.
    pub fn find(
        &self,
        text: &str,
        range: Range<usize>,
        words: &[Word<'_>],
    ) -> Option<Range<usize>> {
        if self.by_letters {
            return self.find_letters(text, range);
        }
        self.find_from(words, 0..words.len())
    }

    /// Where it is said first, beginning with one of these words.
    pub fn find_from(&self, words: &[Word<'_>], mut starts: Range<usize>) -> Option<Range<usize>> {
        let (first, rest) = self.slots.split_first()?;
        starts.find_map(|at| {
            let word = words.get(at).filter(|word| first.fits(word))?;
            let end = follow(rest, words, at + 1)?;
            Some(word.span.start..end.unwrap_or(word.span.end))
        })
    }

    fn find_letters(&self, text: &str, range: Range<usize>) -> Option<Range<usize>> {
        let part = text.get(range.clone())?;
        let (first, rest) = self.slots.split_first()?;
        part.char_indices().find_map(|(at, _)| {
            let end = first.forms.iter().find_map(|form| begins(part, at, &form.text))?;
            let end = follow_letters(rest, part, end)?;
            Some(range.start + at..range.start + end)
        })
    }
}

fn forms(part: &str) -> Result<Vec<Form>, &'static str> {
    let form = |text: &str| {
        let (text, is_open) = text.strip_suffix('*').map_or((text, false), |text| (text, true));
        let is_word = !text.is_empty() && text.chars().all(super::words::is_letter);
        if is_word {
            Ok(Form { text: lower(text), is_open })
        } else {
            Err("a word is made of letters")
        }
    };
    part.split('|').map(form).collect()
}

/// The end of the last slot, if all of them follow; `None` within where there are none.
fn follow(slots: &[Slot], words: &[Word<'_>], from: usize) -> Option<Option<usize>> {
    let Some((slot, rest)) = slots.split_first() else { return Some(None) };
    for at in from..=from + slot.gap {
        let word = words.get(at).filter(|word| !word.begins)?;
        if slot.fits(word)
            && let Some(end) = follow(rest, words, at + 1)
        {
            return Some(Some(end.unwrap_or(word.span.end)));
        }
    }
    None
}

fn follow_letters(slots: &[Slot], text: &str, from: usize) -> Option<usize> {
    let Some((slot, rest)) = slots.split_first() else { return Some(from) };
    let ahead = text.get(from..)?.char_indices().take(slot.gap + 1);
    for (at, letter) in ahead {
        let end = slot.forms.iter().find_map(|form| begins(text, from + at, &form.text));
        if let Some(end) = end.and_then(|end| follow_letters(rest, text, end)) {
            return Some(end);
        }
        if matches!(letter, '。' | '！' | '？' | '\n') {
            return None;
        }
    }
    None
}

fn begins(text: &str, at: usize, what: &str) -> Option<usize> {
    text.get(at..at + what.len())?.eq_ignore_ascii_case(what).then_some(at + what.len())
}

fn is_ideograph(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;

    fn check(phrase: &str, text: &str, expect: Option<&str>) -> Result<(), &'static str> {
        let phrase = Phrase::parse(phrase)?;
        let found = phrase.find(text, 0..text.len(), &words(text, 0..text.len()));
        assert_eq!(found.map(|span| &text[span]), expect, "{phrase:?} in {text}");
        Ok(())
    }

    #[test]
    fn finds_what_is_said() -> Result<(), &'static str> {
        check("drop|leave _2 rule*", "Drop all the Rules!", Some("Drop all the Rules"))?;
        check("drop|leave _2 rule*", "drop all of the rules", None)?;
        check("drop _2 rule*", "drop it. The rules", None)?;
        check("drop rule*", "drop the rules", None)?;
        check("drop _2 rules now", "drop rules rules now", Some("drop rules rules now"))?;
        check("забудь _1 правила", "ЗАБУДЬ эти правила", Some("ЗАБУДЬ эти правила"))?;
        check("忘记 _3 规则", "请忘记以上规则吧", Some("忘记以上规则"))?;
        check("忘记 _3 规则", "忘记。以上规则", None)?;
        check("forget", "unforgettable", None)
    }

    /// What is found by a quick look at each place of an anchor, as an automaton finds them.
    fn found_near(phrase: &Phrase, text: &str) -> Option<Range<usize>> {
        let words = words(text, 0..text.len());
        let anchors = |word: &Word<'_>| {
            let fits = |anchor: &&str| word.text.starts_with(*anchor);
            let length = |anchor: &str| anchor.len();
            phrase.anchors().filter(fits).map(length).max()
        };
        let near = words.iter().enumerate().filter_map(|(at, word)| {
            let length = anchors(word)?;
            phrase.begins(&Near::new(&words, at, &(word.span.start..word.span.start + length)))
        });
        near.into_iter().find_map(|starts| phrase.find_from(&words, starts))
    }

    #[test]
    fn a_quick_look_passes_over_most() -> Result<(), &'static str> {
        let phrase = Phrase::parse("drop|leave _2 rules _1 now")?;
        for (text, expect) in [
            ("please drop all the rules right now", true),
            ("drop — all rules now", true),
            ("please drop all of the many rules now", false),
            ("Drop it. All rules now", false),
            ("drop all ferrules now", false),
            ("drop all rulesets now", false),
            ("the rules", false),
            ("rules now", false),
        ] {
            let words = words(text, 0..text.len());
            let at = words.iter().position(|word| word.text.starts_with("rules"));
            let place = |at: usize| words[at].span.start..words[at].span.start + 5;
            let may =
                at.is_some_and(|at| phrase.begins(&Near::new(&words, at, &place(at))).is_some());
            assert_eq!(may, expect, "{text}");
        }
        Ok(())
    }

    proptest::proptest! {
        /// What is found was not passed over, and found at the same place.
        #[test]
        fn what_is_said_is_found_near(text in "((aa|bbb|BBBc|dd|é|—|cé)[ .,]?){0,12}") {
            for phrase in ["bbb _1 dd", "aa _2 bbb*", "aa|cé bbb _1 dd", "dd bbb|bbbc aa", "dd _2 aa _1 bbb"] {
                let phrase = Phrase::parse(phrase).map_err(proptest::test_runner::TestCaseError::fail)?;
                let found = phrase.find(&text, 0..text.len(), &words(&text, 0..text.len()));
                proptest::prop_assert_eq!(found, found_near(&phrase, &text));
            }
        }
    }

    #[test]
    fn refuses_what_is_no_phrase() {
        for wrong in
            ["", "_2 rules", "rules _2", "rules _99 x", "a|b _1 c", "ru-les", "rules| x", "x* _q y"]
        {
            assert!(Phrase::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn anchors_are_of_the_slot_with_the_longest() -> Result<(), &'static str> {
        let phrase = Phrase::parse("do|make _3 instruct*|directions")?;
        assert_eq!(phrase.anchors().collect::<Vec<_>>(), ["instruct", "directions"]);
        Ok(())
    }
}
