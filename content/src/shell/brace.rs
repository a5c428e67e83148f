//! Brace expansion: `{a,b}` and `{1..3}` become several words before anything else is expanded.

use super::{Part, Word};

/// Most words that one word may become, and most letters of one that is looked at.
const MOST: usize = 256;
const LONGEST: usize = 4_096;

/// The words that a word stands for: itself, where no brace opens a list in it. The last is unknown where
/// there are more.
pub fn alternatives(word: &Word) -> Vec<Word> {
    let opens = |part: &Part| matches!(part, Part::Plain(text) if text.contains('{'));
    if !word.parts.iter().any(opens) {
        return vec![word.clone()];
    }
    let mut pieces = Vec::new();
    for part in &word.parts {
        match part {
            Part::Plain(text) => pieces.extend(text.chars().map(Piece::Letter)),
            part => pieces.push(Piece::Whole(part)),
        }
    }
    let mut budget = if pieces.len() > LONGEST { 0 } else { MOST };
    let words = expand(&pieces, &mut budget);
    let lost = budget == 0 || words.len() >= MOST;
    let mut words: Vec<Word> = words.into_iter().map(joined).collect();
    if lost {
        words.push(Word { parts: vec![Part::Unknown(Vec::new())] });
    }
    words
}

#[derive(Clone)]
enum Piece<'w> {
    Letter(char),
    Whole(&'w Part),
}

fn joined(pieces: Vec<Piece<'_>>) -> Word {
    let mut parts: Vec<Part> = Vec::new();
    for piece in pieces {
        match (piece, parts.last_mut()) {
            (Piece::Letter(letter), Some(Part::Plain(text))) => text.push(letter),
            (Piece::Letter(letter), _) => parts.push(Part::Plain(letter.into())),
            (Piece::Whole(part), _) => parts.push(part.clone()),
        }
    }
    Word { parts }
}

/// Every text that the pieces stand for. Each expansion of a brace takes from the budget.
fn expand<'w>(pieces: &[Piece<'w>], budget: &mut usize) -> Vec<Vec<Piece<'w>>> {
    let Some((open, close, choices)) = first_list(pieces).filter(|_| *budget > 0) else {
        return vec![pieces.to_vec()];
    };
    *budget -= 1;
    let before = pieces.get(..open).unwrap_or_default();
    let behind = expand(pieces.get(close + 1..).unwrap_or_default(), budget);
    let mut all = Vec::new();
    for choice in choices {
        for middle in expand(&choice, budget) {
            for end in &behind {
                if all.len() < MOST {
                    all.push([before, &middle, end].concat());
                }
            }
        }
    }
    all
}

type List<'w> = (usize, usize, Vec<Vec<Piece<'w>>>);

/// The first brace that opens a list, its end, and what stands between its commas.
fn first_list<'w>(pieces: &[Piece<'w>]) -> Option<List<'w>> {
    let letter = |at: usize| match pieces.get(at) {
        Some(Piece::Letter(letter)) => Some(*letter),
        _ => None,
    };
    // A brace that is never closed is looked for once, not once for each brace before it.
    let mut tries = 0;
    for open in (0..pieces.len()).filter(|at| letter(*at) == Some('{')) {
        tries += 1;
        if tries > MOST {
            return None;
        }
        let (mut depth, mut begin, mut choices) = (0, open + 1, Vec::new());
        for at in open..pieces.len() {
            match letter(at) {
                Some('{') => depth += 1,
                Some(',') if depth == 1 => {
                    choices.push(pieces.get(begin..at).unwrap_or_default().to_vec());
                    begin = at + 1;
                }
                Some('}') => depth -= 1,
                _ => {}
            }
            if depth > 0 {
                continue;
            }
            let last = pieces.get(begin..at).unwrap_or_default();
            if !choices.is_empty() {
                choices.push(last.to_vec());
                return Some((open, at, choices));
            }
            if let Some(choices) = sequence(last) {
                return Some((open, at, choices));
            }
            break;
        }
    }
    None
}

/// `1..3`, `a..c`.
fn sequence<'w>(pieces: &[Piece<'w>]) -> Option<Vec<Vec<Piece<'w>>>> {
    let letters: Option<String> = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Letter(letter) => Some(*letter),
            Piece::Whole(_) => None,
        })
        .collect();
    let letters = letters.filter(|text| text.len() < 24)?;
    let (from, to) = letters.split_once("..")?;
    let texts: Vec<String> = match (from.parse::<i32>(), to.parse::<i32>()) {
        (Ok(from), Ok(to)) if from <= to => {
            (from..=to).take(MOST + 1).map(|it| it.to_string()).collect()
        }
        (Ok(from), Ok(to)) => (to..=from).rev().take(MOST + 1).map(|it| it.to_string()).collect(),
        _ => {
            let mut ends = from.chars().zip(to.chars());
            let (first, last) = ends.next().filter(|_| from.len() == 1 && to.len() == 1)?;
            (first.min(last)..=first.max(last)).map(String::from).collect()
        }
    };
    Some(texts.into_iter().map(|text| text.chars().map(Piece::Letter).collect()).collect())
}
