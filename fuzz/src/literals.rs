//! The matcher and the expressions that rules are made of.

use content::matcher::{Matcher, Place, fold, lower};
use content::pattern::{Flags, Pattern};

/// Lines are literals, the last line is the text.
pub fn matcher(data: &[u8]) {
    let input = String::from_utf8_lossy(data);
    let (literals, text) = input.rsplit_once('\n').unwrap_or(("", &input));
    let literals: Vec<&str> = literals.split('\n').take(50).collect();
    let Ok(matcher) = Matcher::new(&literals) else { return };
    let mut found = Vec::new();
    matcher.scan(text, |literal, place| found.push((literal, place)));
    found.sort_by_key(|(literal, place)| (*literal, place.0));
    assert_eq!(found, naive(&literals, text));
}

fn naive(literals: &[&str], text: &str) -> Vec<(u32, Place)> {
    let text = lower(text);
    let mut found = Vec::new();
    for (number, literal) in literals.iter().map(|literal| lower(literal)).enumerate() {
        for start in 0..text.len() {
            if literal.is_empty() || !text.as_bytes()[start..].starts_with(literal.as_bytes()) {
                continue;
            }
            let mut place = Place::ANYWHERE.0;
            let (first, last) = (start == 0, start + literal.len() == text.len());
            for (holds, mark) in
                [(first, Place::START), (last, Place::END), (first && last, Place::WHOLE)]
            {
                place |= if holds { mark.0 } else { 0 };
            }
            found.push((number as u32, Place(place)));
        }
    }
    found.sort_by_key(|(literal, place)| (*literal, place.0));
    found
}

/// Flags, the expression up to the end of the line, the text.
pub fn pattern(data: &[u8]) {
    let Some((flags, input)) = data.split_first() else { return };
    let input = String::from_utf8_lossy(input);
    let (source, text) = input.split_once('\n').unwrap_or((&input, ""));
    let flags =
        Flags { ignore_case: flags & 1 != 0, multi_line: flags & 2 != 0, dot_all: flags & 4 != 0 };
    let Ok(pattern) = Pattern::new(source, flags) else { return };
    if pattern.is_match(text) && !pattern.needs().is_empty() {
        let folded = lower(&fold(text));
        let needs = pattern.needs();
        assert!(
            needs.iter().any(|literal| folded.contains(literal.as_str())),
            "{source:?} needs one of {needs:?}, matches {text:?}"
        );
    }
    for from in (0..=text.len()).filter(|from| text.is_char_boundary(*from)).take(20) {
        if let Some(span) = pattern.find_at(text, from) {
            assert!(span.start >= from && text.get(span).is_some());
        }
    }
}
