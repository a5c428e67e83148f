//! What stands in a body that is there as a whole, and the body without it.

use std::sync::Mutex;

use aho_corasick::{AhoCorasick, MatchKind};

use super::echo::{Echo, marks};
use super::flow::Judge;
use super::{Examiner, Memory};
use crate::inspect::{Position, Spot};
use crate::llm::{Answer, Form, Part};
use crate::raw::{self, Edit};

/// What stands in one part of a body.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Which part.
    pub part: usize,
    /// What.
    pub spot: Spot,
}

impl Examiner {
    /// What stands in the parts of a body.
    pub fn parts(&self, parts: &[Part<'_>], memory: &Mutex<Memory>) -> Vec<Found> {
        let texts = parts.iter().enumerate().filter(|(_, part)| !part.text.text.is_empty());
        texts
            .flat_map(|(number, part)| {
                let spots = self.examine_once(&part.text.text, part.position, memory);
                spots.into_iter().map(move |spot| Found { part: number, spot })
            })
            .collect()
    }
}

/// Whether all that was said is text that was looked at.
pub fn is_all_text(parts: &[Part<'_>]) -> bool {
    parts.iter().all(|part| !matches!(part.form, Form::Media { .. }))
}

/// The body with a mark where each of `found` stood; none where one of them does not stand in the body. Of finds that
/// meet one mark is left.
pub fn without(
    body: &[u8],
    parts: &[Part<'_>],
    found: &[&Found],
    mark: &dyn Fn(&Spot, &str) -> String,
) -> Option<Vec<u8>> {
    let mut sorted: Vec<&Found> = found.to_vec();
    sorted.sort_by_key(|it| (it.part, it.spot.span.start, std::cmp::Reverse(it.spot.span.end)));
    let mut edits: Vec<Edit> = Vec::new();
    let mut last: Option<(usize, usize)> = None;
    for Found { part: number, spot } in sorted {
        let text = &parts.get(*number)?.text;
        let covered = last.filter(|(part, _)| part == number).map_or(0, |(_, end)| end);
        let span = spot.span.start.max(covered)..spot.span.end;
        if span.is_empty() {
            continue;
        }
        let with = match span.start == spot.span.start {
            true => mark(spot, text.text.get(span.clone())?),
            false => String::new(),
        };
        edits.push(text.edit(body, span.clone(), &with)?);
        last = Some((*number, span.end));
    }
    raw::apply(body, &mut edits)
}

/// Shorter texts stand in others by chance.
const LEAST: usize = 5;

/// `found` and each other place in `parts` that says the same as one of them: what is taken out at one place is not said
/// at another one, where no detector knows it. All places are in order.
pub fn wherever(parts: &[Part<'_>], found: &[&Found]) -> Vec<Found> {
    let said = |it: &&Found| parts.get(it.part)?.text.text.get(it.spot.span.clone());
    let known: Vec<(&Found, &str)> = found.iter().filter_map(|it| Some((*it, said(it)?))).collect();
    let known: Vec<_> = known.into_iter().filter(|(_, text)| text.len() >= LEAST).collect();
    let mut all: Vec<Found> = found.iter().copied().cloned().collect();
    let texts = known.iter().map(|(_, text)| *text);
    let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(texts);
    // Too many to be looked for at once: those that were found are taken out.
    let Ok(finder) = finder else { return all };
    for (number, part) in parts.iter().enumerate() {
        let places = finder.find_iter(&*part.text.text).filter_map(|it| {
            let (first, _) = known.get(it.pattern().as_usize())?;
            Some(Found { part: number, spot: Spot { span: it.range(), ..first.spot.clone() } })
        });
        all.extend(places);
    }
    all.sort_by_key(|it| (it.part, it.spot.span.start, std::cmp::Reverse(it.spot.span.end)));
    all.dedup();
    all
}

/// The body of an answer with what its marks stand for, as far as `judge` gives it back; none where nothing is.
pub fn turned_back(body: &[u8], answer: &Answer<'_>, judge: &mut dyn Judge) -> Option<Vec<u8>> {
    let mut edits = Vec::new();
    let said = |part: &&Part<'_>| {
        part.form == Form::Words && matches!(part.position, Position::Answer | Position::ToolCall)
    };
    for part in answer.parts.iter().filter(said) {
        // Calls without an id of the same tool: what one of them is given counts for all.
        let same = answer.calls.iter().filter(|it| it.id == part.call && it.name == part.tool);
        let given: Vec<&str> = same.map(|it| &*it.arguments).collect();
        let given = match given.as_slice() {
            [] => String::new(),
            [one] => (*one).to_owned(),
            many => format!("[{}]", many.join(",")),
        };
        edits.append(&mut back_in(part, &part.tool, &given, false, body, judge)?);
    }
    if edits.is_empty() { None } else { raw::apply(body, &mut edits) }
}

/// The edits that put what marks stand for in their place in one whole text; none: one of them does not stand in `body`.
pub(super) fn back_in(
    part: &Part<'_>,
    tool: &str,
    given: &str,
    again: bool,
    body: &[u8],
    judge: &mut dyn Judge,
) -> Option<Vec<Edit>> {
    let (text, position) = (&part.text, part.position);
    let mut edits = Vec::new();
    for it in marks(&text.text) {
        let before = text.text.get(..it.span.start).unwrap_or_default();
        let echo = Echo { mark: &it.mark, position, tool, before, given, again };
        if let Some(said) = judge.back(&echo) {
            edits.push(text.edit(body, it.span, &said)?);
        }
    }
    Some(edits)
}
