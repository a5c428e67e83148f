//! Where an entry may stand between brackets: flow maps and lists of YAML, inline tables and arrays of TOML. What is
//! found is a guess at the text's grammar; the caller proves it by reading what is left.

use super::{Entry, Form, NAMES, with_comma};
use crate::tree::Lines;

type Range = (usize, usize);

/// Most members that are looked at.
const MOST: usize = 200_000;
/// Most places that are told.
const MOST_RANGES: usize = 3;

/// One of the things between two brackets.
#[derive(Clone, Copy, Debug)]
struct Member {
    from: usize,
    until: usize,
    open: u8,
}

/// Places that may be it, the shortest first.
pub(super) fn ranges(form: Form, text: &str, entry: &Entry<'_>) -> Vec<Range> {
    let lines = Lines::of(text);
    let mut fits = members(form, text);
    fits.retain(|one| may_be(text, &lines, *one, entry));
    fits.sort_by_key(|one| one.until - one.from);
    fits.truncate(MOST_RANGES);
    fits.into_iter().map(|one| with_comma(text, one.from, one.until)).collect()
}

fn may_be(text: &str, lines: &Lines, member: Member, entry: &Entry<'_>) -> bool {
    let line = |at: usize| lines.place(at).0;
    let Some(own) = text.get(member.from..member.until) else { return false };
    match entry {
        Entry::Key(begins, key) => {
            let starts = || line(member.from) == *begins;
            let is_key =
                member.open == b'{' && own.trim_start_matches(['"', '\'']).starts_with(key);
            let named = || NAMES.iter().any(|name| own.contains(name)) && own.contains(key);
            starts() && (is_key || member.open == b'[' && named())
        }
        Entry::Item(holds, _) => {
            member.open == b'[' && line(member.from) <= *holds && *holds <= line(member.until)
        }
    }
}

/// The end of the line at which all that was opened from `from` on is closed.
pub(super) fn closed(text: &str, from: usize) -> usize {
    let text_from = text.get(from..).unwrap_or_default();
    let mut scan = Scan::of(Form::Toml, text_from);
    while scan.step().is_some() {
        let ends = text_from.as_bytes().get(scan.at.saturating_sub(1)) == Some(&b'\n');
        if ends && scan.open.is_empty() {
            break;
        }
    }
    from + scan.at
}

fn members(form: Form, text: &str) -> Vec<Member> {
    let mut scan = Scan::of(form, text);
    let mut found = Vec::new();
    while let Some(member) = scan.step() {
        found.extend(member.map(|it| trimmed(text, it)).filter(|it| it.from < it.until));
        if found.len() >= MOST {
            break;
        }
    }
    found
}

fn trimmed(text: &str, member: Member) -> Member {
    let own = text.get(member.from..member.until).unwrap_or_default();
    let from = member.from + own.len() - own.trim_start().len();
    Member { from, until: from + own.trim().len(), ..member }
}

/// Goes through a text, letter by letter.
struct Scan<'t> {
    form: Form,
    bytes: &'t [u8],
    at: usize,
    /// The last letter that is no blank; a line's end outside of brackets.
    last: u8,
    /// Brackets that are open, and where their next member begins.
    open: Vec<(u8, usize)>,
}

impl<'t> Scan<'t> {
    fn of(form: Form, text: &'t str) -> Self {
        Self { form, bytes: text.as_bytes(), at: 0, last: b'\n', open: Vec::new() }
    }

    /// One letter, text or comment further; a member that ends there. None at the end.
    fn step(&mut self) -> Option<Option<Member>> {
        let at = self.at;
        let byte = *self.bytes.get(at)?;
        self.at += 1;
        // In a line of words a quote or a bracket is a letter like any other.
        let begins = matches!(self.last, b'\n' | b':' | b'=' | b',' | b'-' | b'[' | b'{');
        let mut member = None;
        match byte {
            b'\'' | b'"' if begins => self.quoted(byte),
            b'#' if self.is_comment(at) => {
                while self.bytes.get(self.at).is_some_and(|byte| *byte != b'\n') {
                    self.at += 1;
                }
                return Some(None);
            }
            b'{' | b'[' if begins || !self.open.is_empty() => self.open.push((byte, self.at)),
            b',' => {
                if let Some((open, from)) = self.open.last_mut() {
                    member = Some(Member { from: *from, until: at, open: *open });
                    *from = at + 1;
                }
            }
            b'}' | b']' => {
                member = self.open.pop().map(|(open, from)| Member { from, until: at, open });
            }
            b'\n' if self.open.is_empty() => self.last = b'\n',
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            self.last = byte;
        }
        Some(member)
    }

    fn is_comment(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.bytes.get(before));
        self.form == Form::Toml || before.is_none_or(u8::is_ascii_whitespace)
    }

    /// Up to the end of a text in quotes.
    fn quoted(&mut self, quote: u8) {
        let starts =
            |at: usize, with: &[u8]| self.bytes.get(at..).is_some_and(|it| it.starts_with(with));
        let triple = [quote; 3];
        let end: &[u8] = if self.form == Form::Toml && starts(self.at - 1, &triple) {
            &triple
        } else {
            &triple[..1]
        };
        let mut at = self.at - 1 + end.len();
        while at < self.bytes.len() {
            let doubled = self.form == Form::Yaml && quote == b'\'' && starts(at, b"\'\'");
            if quote == b'"' && starts(at, b"\\") || doubled {
                at += 2;
            } else if starts(at, end) {
                at += end.len();
                break;
            } else {
                at += 1;
            }
        }
        self.at = at.min(self.bytes.len());
    }
}
