//! What is said that only somebody with a say should say: phrases of many languages (`wording.yaml`), looked for
//! around the words without which they are not there.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::phrase::{Near, Phrase};
use super::table::{At, SignsError, Wordings, read, refuse};
use super::words::{Word, is_letter, words};
use crate::inspect::{Family, Position, Spot};

const TABLE: &str = "wording.yaml";

/// All phrases.
#[derive(Debug)]
pub struct Wording {
    kinds: Vec<Kind>,
    phrases: Vec<(usize, Phrase)>,
    /// Each literal to look for, and the phrases that it is an anchor of.
    literals: Vec<(String, Vec<usize>)>,
}

#[derive(Debug)]
struct Kind {
    name: String,
    sure: u8,
    at: At,
}

/// The number of a literal, and where it stands.
pub type Anchor = (usize, Range<usize>);

/// How far around an anchor a phrase is looked for, in bytes.
const REACH: usize = 200;
/// Longest stretch that is looked at as one.
const STRETCH: usize = 2_048;

impl Wording {
    /// Reads the table.
    pub fn parse(text: &str) -> Result<Self, SignsError> {
        let (mut kinds, mut phrases) = (Vec::new(), Vec::new());
        for sign in read::<Wordings>(TABLE, text)?.signs {
            for source in sign.phrases.values().flatten() {
                let phrase =
                    Phrase::parse(&source.value).map_err(|why| refuse(TABLE, source, why))?;
                phrases.push((kinds.len(), phrase));
            }
            kinds.push(Kind { name: sign.kind, sure: sign.sure.min(100), at: sign.at });
        }
        let literals = literals(&phrases);
        Ok(Self { kinds, phrases, literals })
    }

    /// The literals to look for with their numbers, each as often as there are phrases of it.
    pub fn anchors(&self) -> impl Iterator<Item = (&str, usize)> {
        let all = self.literals.iter().enumerate();
        all.flat_map(|(it, (text, phrases))| phrases.iter().map(move |_| (text.as_str(), it)))
    }

    /// Names of all kinds.
    pub fn kinds(&self) -> impl Iterator<Item = &str> {
        self.kinds.iter().map(|kind| kind.name.as_str())
    }

    /// What is said in `text`, where anchors were found: numbers of literals and places, in order of place.
    pub fn find(&self, text: &str, hits: &[Anchor], position: Position) -> Vec<Spot> {
        let (mut spots, mut from) = (Vec::new(), 0);
        while let Some(rest) = hits.get(from..).filter(|rest| !rest.is_empty()) {
            let first = rest.first().map_or(0, |(_, place)| place.start);
            let reaches = |at: &usize| *at < first.saturating_add(STRETCH);
            let near = chain(rest).take_while(reaches).count().max(1);
            self.look(text, hits, from..from + near, position, &mut spots);
            from += near;
        }
        spots
    }

    /// Looks at a stretch of hits that are near each other.
    fn look(
        &self,
        text: &str,
        hits: &[Anchor],
        stretch: Range<usize>,
        position: Position,
        spots: &mut Vec<Spot>,
    ) {
        let near = hits.get(stretch).unwrap_or_default();
        let (Some((_, first)), Some((_, last))) = (near.first(), near.last()) else { return };
        if !near.iter().any(|anchor| self.may_be_word(text, anchor)) {
            return;
        }
        let range = around(text, first.start..last.start, REACH);
        let words = words(text, range.clone());
        let tried = self.worth_a_look(text, hits, &range, &words, position);
        for tries in tried.chunk_by(|one, other| one.phrase == other.phrase) {
            if let Some(spot) = self.said(text, near, &range, &words, tries) {
                push(spots, spot);
            }
        }
    }

    /// What one phrase says, if a hit that is `near` is an anchor of it.
    fn said(
        &self,
        text: &str,
        near: &[Anchor],
        range: &Range<usize>,
        words: &[Word<'_>],
        tries: &[Try],
    ) -> Option<Spot> {
        let number = tries.first()?.phrase;
        let (kind, phrase) = self.phrases.get(number)?;
        let kind = self.kinds.get(*kind)?;
        near.iter().find(|(literal, _)| self.phrases_of(*literal).contains(&number))?;
        let span = match phrase.is_by_letters() {
            true => phrase.find(text, range.clone(), words),
            false => tries.iter().find_map(|it| phrase.find_from(words, it.starts.clone())),
        }?;
        let sure = if is_quoted(text, &span) { kind.sure / 2 } else { kind.sure };
        Some(Spot { family: Family::Injection, kind: kind.name.clone().into(), span, sure })
    }

    fn phrases_of(&self, literal: usize) -> &[usize] {
        self.literals.get(literal).map_or(&[], |(_, phrases)| phrases)
    }

    /// A hit begins a word, or is of a phrase that knows no words.
    fn may_be_word(&self, text: &str, (literal, place): &Anchor) -> bool {
        let before = text.get(..place.start).and_then(|before| before.chars().next_back());
        !before.is_some_and(is_letter)
            || self.phrases_of(*literal).iter().any(|number| {
                self.phrases.get(*number).is_some_and(|(_, phrase)| phrase.is_by_letters())
            })
    }

    /// The phrases that may be said within `range` by any hit there, and where they may begin; in order.
    fn worth_a_look(
        &self,
        text: &str,
        hits: &[Anchor],
        range: &Range<usize>,
        words: &[Word<'_>],
        position: Position,
    ) -> Vec<Try> {
        let from = hits.partition_point(|(_, place)| place.start < range.start);
        let rest = hits.get(from..).unwrap_or_default();
        let within = rest.iter().take_while(|(_, place)| place.start < range.end);
        let is_odd = words.iter().any(|word| is_odd(text, word));
        let (mut tried, mut at) = (Vec::new(), 0);
        for (literal, place) in within {
            let behind = words.get(at..).unwrap_or_default();
            at += behind.iter().take_while(|word| word.span.end <= place.start).count();
            let begins = words.get(at).is_some_and(|word| word.span.start == place.start);
            let near = begins.then(|| Near::new(words, at, place));
            let all = is_odd.then_some(0..words.len());
            tried.extend(self.phrases_of(*literal).iter().filter_map(|number| {
                let (kind, phrase) = self.phrases.get(*number)?;
                self.kinds.get(*kind).filter(|kind| kind.at.holds(position))?;
                let all = all.clone().or(phrase.is_by_letters().then_some(0..words.len()));
                let starts = all.or_else(|| phrase.begins(near.as_ref()?))?;
                Some(Try { phrase: *number, starts })
            }));
        }
        tried.sort_by_key(|it| (it.phrase, it.starts.start));
        tried.dedup();
        tried
    }
}

/// A phrase that is worth a look, and the words with which it may begin.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Try {
    phrase: usize,
    starts: Range<usize>,
}

/// Each anchor, and the numbers of the phrases that it is one of.
fn literals(phrases: &[(usize, Phrase)]) -> Vec<(String, Vec<usize>)> {
    let mut literals: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (number, (_, phrase)) in phrases.iter().enumerate() {
        for anchor in phrase.anchors() {
            let list = literals.entry(anchor).or_default();
            if list.last() != Some(&number) {
                list.push(number);
            }
        }
    }
    literals.into_iter().map(|(text, phrases)| (text.to_owned(), phrases)).collect()
}

/// A word with letters beyond ASCII that is written in none of the ways in which anchors are looked for: `ПрАвИлА`.
fn is_odd(text: &str, word: &Word<'_>) -> bool {
    let Cow::Owned(small) = &word.text else { return false };
    let written = text.get(word.span.clone()).unwrap_or_default();
    let mut letters = written.chars();
    letters.next();
    !written.is_ascii() && !small.ends_with(letters.as_str()) && written.to_uppercase() != written
}

/// The places of hits of which each is near the one before it.
fn chain(hits: &[Anchor]) -> impl Iterator<Item = usize> {
    let mut last = None;
    hits.iter().map(|(_, place)| place.start).take_while(move |at| {
        last.replace(*at).is_none_or(|before| at.saturating_sub(before) <= REACH)
    })
}

/// One spot for what several phrases of one kind say at one place.
fn push(spots: &mut Vec<Spot>, spot: Spot) {
    let same = spots.iter_mut().rev().take(16).find(|known| {
        known.kind == spot.kind
            && known.span.start < spot.span.end
            && spot.span.start < known.span.end
    });
    match same {
        Some(known) => {
            known.span = known.span.start.min(spot.span.start)..known.span.end.max(spot.span.end);
            known.sure = known.sure.max(spot.sure);
        }
        None => spots.push(spot),
    }
}

/// `range` and `reach` bytes on both sides of it, not cutting a letter.
pub fn around(text: &str, range: Range<usize>, reach: usize) -> Range<usize> {
    let (mut from, mut to) =
        (range.start.saturating_sub(reach), (range.end + reach).min(text.len()));
    while !text.is_char_boundary(from) {
        from -= 1;
    }
    while !text.is_char_boundary(to) {
        to += 1;
    }
    from..to
}

/// Whether it is told as somebody's words: text about attacks quotes them.
fn is_quoted(text: &str, span: &Range<usize>) -> bool {
    let before = text.get(..span.start).and_then(|it| it.chars().next_back());
    let after = text
        .get(span.end..)
        .and_then(|it| it.chars().find(|letter| !matches!(letter, '.' | ',' | '!' | '…')));
    matches!(
        (before, after),
        (Some('"'), Some('"'))
            | (Some('`'), Some('`'))
            | (Some('\''), Some('\''))
            | (Some('“'), Some('”'))
            | (Some('„'), Some('“'))
            | (Some('«'), Some('»'))
            | (Some('「'), Some('」'))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_with_the_line() {
        let table = "signs:\n- kind: x\n  says: y\n  sure: 1\n  phrases:\n    en:\n    - good words\n    - _2 bad\n";
        let error = Wording::parse(table).err().map(|error| error.to_string());
        let expect = "wording.yaml, line 8: `_2 bad`: a gap is at most 12 long and stands between two words\nhint: correct it or take it out";
        assert_eq!(error.as_deref(), Some(expect));
        let error = Wording::parse("signs:\n- kid: x\n").err().map(|error| error.to_string());
        assert!(error.is_some_and(|error| error.contains("line 2")));
    }

    #[test]
    fn quoted_words_count_half() {
        for (text, expect) in [
            ("say \"drop it\" to them", true),
            ("say `drop it.` to them", true),
            ("say drop it to them", false),
            ("„drop it“", true),
            ("drop it", false),
        ] {
            let at = text.find("drop it").unwrap_or_default();
            assert_eq!(is_quoted(text, &(at..at + 7)), expect, "{text}");
        }
    }
}
