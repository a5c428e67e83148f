//! Sigma's wildcards: how a value is read (`\*` is a star, `\\` a backslash), and matching.

use content::matcher::{Place, fold, lower};

/// A value with wildcards inside, which a plain comparison cannot say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    parts: Vec<Part>,
    cased: bool,
}

/// A part of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text that must stand there.
    Text(String),
    /// `*`: any text, also none.
    Any,
    /// `?`: one letter.
    One,
}

/// Reads a value into its parts. A backslash before anything but `*`, `?` and `\` is itself.
pub fn parts(value: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut text = String::new();
    let mut letters = value.chars().peekable();
    while let Some(letter) = letters.next() {
        let wildcard = match letter {
            '\\' => {
                text.push(letters.next_if(|next| ['*', '?', '\\'].contains(next)).unwrap_or('\\'));
                continue;
            }
            '*' => Part::Any,
            '?' => Part::One,
            other => {
                text.push(other);
                continue;
            }
        };
        if !text.is_empty() {
            parts.push(Part::Text(std::mem::take(&mut text)));
        }
        if wildcard != Part::Any || parts.last() != Some(&Part::Any) {
            parts.push(wildcard);
        }
    }
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
    parts
}

/// What a value with its place comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Anything at all.
    Anything,
    /// One literal at one place.
    Literal(String, Place),
    /// It needs a [`Glob`].
    Glob(Glob),
}

/// Joins a value's parts with the place that its modifiers ask for.
pub fn shape(mut parts: Vec<Part>, place: Place, cased: bool) -> Shape {
    if place == Place::ANYWHERE || place == Place::END {
        parts.insert(0, Part::Any);
    }
    if place == Place::ANYWHERE || place == Place::START {
        parts.push(Part::Any);
    }
    parts.dedup_by(|one, other| *one == Part::Any && *other == Part::Any);
    match parts.as_slice() {
        [Part::Any] => Shape::Anything,
        [] => Shape::Literal(String::new(), Place::WHOLE),
        [Part::Text(text)] => Shape::Literal(text.clone(), Place::WHOLE),
        [Part::Any, Part::Text(text)] => Shape::Literal(text.clone(), Place::END),
        [Part::Text(text), Part::Any] => Shape::Literal(text.clone(), Place::START),
        [Part::Any, Part::Text(text), Part::Any] => Shape::Literal(text.clone(), Place::ANYWHERE),
        _ => Shape::Glob(Glob::new(parts, cased)),
    }
}

impl Glob {
    fn new(mut parts: Vec<Part>, cased: bool) -> Self {
        if !cased {
            for part in &mut parts {
                if let Part::Text(text) = part {
                    *text = lower(text);
                }
            }
        }
        Self { parts, cased }
    }

    /// The longest literal, folded, with the place where it must stand.
    pub fn needs(&self) -> Option<(String, Place)> {
        let last = self.parts.len().saturating_sub(1);
        let texts = self.parts.iter().enumerate().filter_map(|(index, part)| match part {
            Part::Text(text) if index == 0 => Some((lower(text), Place::START)),
            Part::Text(text) if index == last => Some((lower(text), Place::END)),
            Part::Text(text) => Some((lower(text), Place::ANYWHERE)),
            Part::Any | Part::One => None,
        });
        texts.max_by_key(|(text, _)| text.len())
    }

    /// The whole of `text` fits.
    pub fn is_match(&self, text: &str) -> bool {
        if self.cased {
            return fits(&self.parts, text);
        }
        let folded = fold(text);
        if folded.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return fits(&self.parts, &folded.to_ascii_lowercase());
        }
        fits(&self.parts, &folded)
    }
}

/// Greedy matching with one point of return, the last star: at most length × parts steps.
fn fits(parts: &[Part], text: &str) -> bool {
    let mut rest = text;
    let mut at = 0;
    let mut star: Option<(usize, &str)> = None;
    loop {
        let step = match parts.get(at) {
            Some(Part::Any) => {
                star = Some((at + 1, rest));
                at += 1;
                continue;
            }
            Some(Part::Text(literal)) => rest.strip_prefix(literal.as_str()),
            Some(Part::One) => skip_letter(rest),
            None if rest.is_empty() => return true,
            None => None,
        };
        if let Some(after) = step {
            rest = after;
            at += 1;
            continue;
        }
        let Some((after_star, from)) = star else { return false };
        // The next place from which the part after the star may begin.
        let next = match parts.get(after_star) {
            None => return true,
            Some(Part::Text(literal)) => {
                let Some(shorter) = skip_letter(from) else { return false };
                let Some(found) = shorter.find(literal.as_str()) else { return false };
                shorter.get(found..)
            }
            Some(_) => skip_letter(from),
        };
        let Some(next) = next else { return false };
        star = Some((after_star, next));
        rest = next;
        at = after_star;
    }
}

fn skip_letter(text: &str) -> Option<&str> {
    let mut letters = text.chars();
    letters.next().map(|_| letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(value: &str, text: &str, expect: bool) {
        let matched = match shape(parts(value), Place::WHOLE, false) {
            Shape::Anything => true,
            Shape::Literal(literal, place) => match place {
                Place::WHOLE => lower(text) == lower(&literal),
                Place::START => lower(text).starts_with(&lower(&literal)),
                Place::END => lower(text).ends_with(&lower(&literal)),
                _ => lower(text).contains(&lower(&literal)),
            },
            Shape::Glob(glob) => glob.is_match(text),
        };
        assert_eq!(matched, expect, "{value} on {text}");
    }

    #[test]
    fn matches_wildcards() {
        check("a*c", "abbbC", true);
        check("a*c", "abbb", false);
        check("*a*b*", "xxaxxbxx", true);
        check("*a*b", "xxaxxbx", false);
        check("*ab*ab", "abab", true);
        check("*ab*ab", "ab", false);
        check("a?c", "aäc", true);
        check("a?c", "ac", false);
        check("?", "", false);
        check("*", "", true);
        check(r"a\*c", "a*c", true);
        check(r"a\*c", "abc", false);
        check(r"C:\\x\y", r"c:\X\y", true);
        check("wget * - http* | sh", "wget -q -O - - http://x | sh", true);
        check("*foo?bar*", "xxfoo-barxx", true);
        check("", "x", false);
    }

    #[test]
    fn stays_quick_on_evil_input() {
        check(&"*a".repeat(40), &"a".repeat(20_000), true);
        check(&format!("{}b", "*a".repeat(40)), &"a".repeat(20_000), false);
    }
}
