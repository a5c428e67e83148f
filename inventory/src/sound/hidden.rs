//! Characters that nobody sees, and those that change the order in which a line is shown.

use super::{Piece, Sign};

/// Fewer than these in a row can be part of a picture or of a language.
const ENOUGH_SELECTORS: usize = 3;

pub fn of(piece: &Piece) -> Vec<Sign> {
    if piece.text.is_ascii() {
        return Vec::new();
    }
    let mut signs = Vec::new();
    for (number, line) in (piece.line..).zip(piece.text.split('\n')) {
        if line.is_ascii() {
            continue;
        }
        if let Some(said) = unseen(line, number == 1) {
            let mut sign = piece.sign("hidden_characters".into(), number);
            sign.shows = Some(said.into());
            signs.push(sign);
        }
        if line.contains(is_direction) && !isolates_well(line, piece.form) {
            let mut sign = piece.sign("bidirectional_controls".into(), number);
            let named = line.chars().filter(|c| is_direction(*c)).map(name).collect::<Vec<_>>();
            sign.shows = Some(named.join(" ").into());
            signs.push(sign);
        }
    }
    signs
}

fn is_direction(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Words of a language that is written from the right, set apart as they should be.
fn isolates_well(line: &str, form: super::Form) -> bool {
    let of_the_right = |c: char| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}');
    let count = |wanted: fn(char) -> bool| line.chars().filter(|c| wanted(*c)).count();
    form == super::Form::Prose
        && line.contains(of_the_right)
        && !line.contains(|c| matches!(c, '\u{202a}'..='\u{202e}'))
        && count(|c| matches!(c, '\u{2066}'..='\u{2068}')) == count(|c| c == '\u{2069}')
}

fn name(letter: char) -> String {
    format!("U+{:04X}", u32::from(letter))
}

/// What cannot be seen in a line: tags as the words they spell, others by their numbers.
fn unseen(line: &str, first: bool) -> Option<String> {
    let letters: Vec<char> = line.chars().collect();
    let (mut words, mut others) = (String::new(), Vec::new());
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        let before = at.checked_sub(1).and_then(|before| letters.get(before)).copied();
        let after = letters.get(at + 1).copied();
        match letter {
            '\u{1f3f4}' => {
                // A flag of a region is a black flag, tags and an end.
                while letters.get(at + 1).is_some_and(|next| is_tag(*next)) {
                    at += 1;
                }
            }
            tag if is_tag(tag) => {
                words.push(
                    char::from_u32(u32::from(tag) & 0x7f)
                        .filter(|c| !c.is_control())
                        .unwrap_or(' '),
                );
            }
            // Scripts without blanks have these between their words.
            '\u{200b}' if plain(before) || plain(after) => others.push(letter),
            '\u{2060}'..='\u{2064}' | '\u{180e}' | '\u{3164}' | '\u{115f}' | '\u{1160}' => {
                others.push(letter);
            }
            '\u{feff}' if !(first && at == 0) => others.push(letter),
            // Joiners belong into some scripts and into pictures, not between letters of this one.
            '\u{200c}' | '\u{200d}' if plain(before) && plain(after) => others.push(letter),
            '\u{e0100}'..='\u{e01ef}' | '\u{fe00}'..='\u{fe0f}' => {
                let run = letters.get(at..).unwrap_or_default().iter();
                let run = run
                    .take_while(
                        |c| matches!(**c, '\u{e0100}'..='\u{e01ef}' | '\u{fe00}'..='\u{fe0f}'),
                    )
                    .count();
                if run >= ENOUGH_SELECTORS {
                    others.push(letter);
                }
                at += run.saturating_sub(1);
            }
            _ => {}
        }
        at += 1;
    }
    if !words.is_empty() {
        return Some(format!("spelled in tags: {}", words.trim()));
    }
    others.dedup();
    let named: Vec<String> = others.into_iter().take(8).map(name).collect();
    (!named.is_empty()).then(|| format!("holds {}", named.join(" ")))
}

fn is_tag(letter: char) -> bool {
    matches!(letter, '\u{e0000}'..='\u{e007f}')
}

fn plain(letter: Option<char>) -> bool {
    letter.is_some_and(|letter| letter.is_ascii_graphic() || letter == ' ')
}
