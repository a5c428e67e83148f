//! Regular expressions in linear time, and the literals without which they cannot match: so that
//! a rule's expression runs only on a text that holds one.

use regex_automata::meta::Regex;
use regex_automata::util::syntax;
use regex_syntax::hir::{Class, Hir, HirKind};

use crate::matcher::lower;

/// A compiled expression.
#[derive(Clone, Debug)]
pub struct Pattern {
    regex: Regex,
    source: String,
    needs: Vec<String>,
    beyond_ascii: bool,
}

/// How an expression is read; Sigma's `i`, `m` and `s`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flags {
    /// Case does not matter.
    pub ignore_case: bool,
    /// `^` and `$` also match at line ends.
    pub multi_line: bool,
    /// `.` also matches a line end.
    pub dot_all: bool,
}

/// An expression that was not understood, or is too large.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a regular expression that runs in linear time: {1}\nhint: {2}")]
pub struct PatternError(String, String, &'static str);

/// Most memory one expression may take, in bytes.
const MAX_BYTES: usize = 1 << 20;

impl Pattern {
    /// Compiles `source`; it matches anywhere in a text unless it says `^` or `$`.
    pub fn new(source: &str, flags: Flags) -> Result<Self, PatternError> {
        let config = syntax::Config::new()
            .case_insensitive(flags.ignore_case)
            .multi_line(flags.multi_line)
            .dot_matches_new_line(flags.dot_all);
        let hir = syntax::parse_with(source, &config).map_err(|error| refuse(source, &error))?;
        let regex = Regex::builder()
            .configure(Regex::config().nfa_size_limit(Some(MAX_BYTES)))
            .syntax(config)
            .build_from_hir(&hir)
            .map_err(|error| {
                let hint = "shorten the repetitions";
                PatternError(source.to_owned(), error.to_string(), hint)
            })?;
        let beyond_ascii = is_beyond_ascii(&hir);
        Ok(Self { regex, source: source.to_owned(), needs: needs(&hir), beyond_ascii })
    }

    /// The expression is found in `text`.
    pub fn is_match(&self, text: &str) -> bool {
        !(self.beyond_ascii && text.is_ascii()) && self.regex.is_match(text)
    }

    /// The first place where it is found at or after `from`, in bytes: of its groups
    /// the first that took part, else all of it.
    pub fn find_at(&self, text: &str, from: usize) -> Option<std::ops::Range<usize>> {
        if !text.is_char_boundary(from) {
            return None;
        }
        let mut groups = self.regex.create_captures();
        self.regex.captures(regex_automata::Input::new(text).range(from..), &mut groups);
        let group = (1..groups.group_len()).find_map(|index| groups.get_group(index));
        Some(group.or_else(|| groups.get_group(0))?.range())
    }

    /// The expression as it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Case-folded literals of which a matching text holds at least one. Empty: nothing is known.
    pub fn needs(&self) -> &[String] {
        &self.needs
    }
}

fn refuse(source: &str, error: &regex_syntax::Error) -> PatternError {
    let message = error.to_string();
    let hint = if message.contains("look-around") || message.contains("backreference") {
        "look-around and back references are not supported; write the condition with `and not`"
    } else {
        "escape the special characters, or use contains"
    };
    let last = message.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
    PatternError(source.to_owned(), last, hint)
}

/// Every match holds a letter that is not ASCII, as few texts do.
fn is_beyond_ascii(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Literal(literal) => !literal.0.is_ascii(),
        HirKind::Class(Class::Unicode(set)) => set.iter().all(|range| !range.start().is_ascii()),
        HirKind::Capture(capture) => is_beyond_ascii(&capture.sub),
        HirKind::Repetition(repetition) => repetition.min > 0 && is_beyond_ascii(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().any(is_beyond_ascii),
        HirKind::Alternation(branches) => branches.iter().all(is_beyond_ascii),
        HirKind::Class(Class::Bytes(_)) | HirKind::Empty | HirKind::Look(_) => false,
    }
}

/// Most alternatives that are still worth looking for.
const MAX_NEEDS: usize = 24;

fn needs(hir: &Hir) -> Vec<String> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            std::str::from_utf8(&literal.0).map(|text| vec![lower(text)]).unwrap_or_default()
        }
        HirKind::Capture(capture) => needs(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => needs(&repetition.sub),
        HirKind::Concat(parts) => concat_needs(parts),
        HirKind::Alternation(branches) => {
            let mut all = Vec::new();
            for branch in branches {
                let branch = needs(branch);
                if branch.is_empty() {
                    return Vec::new();
                }
                all.extend(branch);
            }
            if all.len() > MAX_NEEDS { Vec::new() } else { all }
        }
        HirKind::Empty | HirKind::Class(_) | HirKind::Look(_) | HirKind::Repetition(_) => {
            Vec::new()
        }
    }
}

/// Of the parts that must all match, the one whose literals are longest. Letters that were made
/// into two-letter classes by `i` are joined to literals first.
fn concat_needs(parts: &[Hir]) -> Vec<String> {
    let mut best: Vec<String> = Vec::new();
    let mut run = String::new();
    for part in parts {
        if let Some(text) = single(part) {
            run.push_str(&text);
            continue;
        }
        best = better(best, vec![std::mem::take(&mut run)]);
        best = better(best, needs(part));
    }
    better(best, vec![run])
}

fn better(one: Vec<String>, other: Vec<String>) -> Vec<String> {
    let worth = |list: &[String]| list.iter().map(String::len).min().unwrap_or(0);
    if worth(&other) > worth(&one) { other } else { one }
}

/// The folded text of a part that matches only one text but for case.
fn single(hir: &Hir) -> Option<String> {
    match hir.kind() {
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok().map(lower),
        HirKind::Class(regex_syntax::hir::Class::Unicode(class)) => {
            let mut folded = None;
            for range in class.iter() {
                if range.end() as u32 - range.start() as u32 > 2 {
                    return None;
                }
                for letter in range.start()..=range.end() {
                    let small: String = letter.to_lowercase().collect();
                    if folded.get_or_insert_with(|| small.clone()) != &small {
                        return None;
                    }
                }
            }
            folded
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, ignore_case: bool, expect: &[&str]) -> Result<(), PatternError> {
        let pattern = Pattern::new(source, Flags { ignore_case, ..Flags::default() })?;
        assert_eq!(pattern.needs(), expect, "{source}");
        Ok(())
    }

    #[test]
    fn knows_what_it_needs() -> Result<(), PatternError> {
        check("curl +https?://[0-9.]+", false, &["curl"])?;
        check("(wget|Curl).*x", false, &["wget", "curl"])?;
        // `s` has a third form (`ſ`), which a fold does not reach.
        check("bash -i", true, &["h -i"])?;
        check("a?[0-9]*", false, &[])?;
        check("(foo|[a-z])", false, &[])?;
        check("x{0,3}y{2}", false, &["y"])
    }

    #[test]
    fn what_needs_more_than_ascii_passes_over_the_rest() -> Result<(), PatternError> {
        for (source, ignore_case, beyond, text) in [
            ("[\u{200b}-\u{200f}\u{2060}]", false, true, "a\u{200b}b"),
            ("a(é|ü+)b", false, true, "aüb"),
            ("(é|e)", false, false, "e"),
            ("é?x", false, false, "x"),
            ("[^a]", false, false, "b"),
            ("\u{212a}", true, false, "k"),
        ] {
            let pattern = Pattern::new(source, Flags { ignore_case, ..Flags::default() })?;
            assert_eq!((pattern.beyond_ascii, pattern.is_match(text)), (beyond, true), "{source}");
            assert!(!pattern.is_match(""), "{source}");
        }
        Ok(())
    }

    #[test]
    fn matches_in_linear_time_and_refuses_the_rest() -> Result<(), PatternError> {
        let evil = Pattern::new("(a+)+$", Flags::default())?;
        assert!(!evil.is_match(&format!("{}b", "a".repeat(20_000))));
        assert!(Pattern::new("(?=x)y", Flags::default()).is_err());
        assert!(Pattern::new("((a{500}){500}){500}", Flags::default()).is_err());
        assert!(Pattern::new("a.b", Flags { dot_all: true, ..Flags::default() })?.is_match("a\nb"));
        Ok(())
    }
}
