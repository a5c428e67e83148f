//! Words: quotes, expansions and plain text up to what ends a word.

use super::cursor::Cursor;
use super::dollar::{backticks, dollar};
use super::quote::ansi;
use super::{Node, Part, Quoting, Why, Word, grammar};

/// Passes blanks and line ends that a backslash took away.
pub fn blanks(cursor: &mut Cursor<'_>) {
    loop {
        cursor.take_while(|byte| byte == b' ' || byte == b'\t');
        if !cursor.take("\\\n") && !cursor.take("\\\r\n") {
            return;
        }
    }
}

/// What ends a word wherever it is not quoted.
pub fn ends_word(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'|' | b'&' | b';' | b'(' | b')' | b'<' | b'>')
}

/// The word that begins here, if one does.
pub fn word(cursor: &mut Cursor<'_>) -> Option<Word> {
    let begin = cursor.at();
    let mut parts = Parts::default();
    while let Some(byte) = cursor.peek() {
        match byte {
            b'<' | b'>' if cursor.peek_at(1) == Some(b'(') && cursor.at() == begin => {
                cursor.skip(2);
                let nodes = cursor.deeper(inner_list);
                parts.push(Part::Pipe(nodes));
            }
            b'(' if parts.opens_pattern() => {
                // `@(a|b)`, `!(x)`: some name that only the disk knows.
                cursor.skip(1);
                let inner = cursor.deeper(pattern);
                parts.push(Part::Unknown(inner));
            }
            _ if ends_word(byte) => break,
            // A line end of another system.
            b'\r' if cursor.peek_at(1) == Some(b'\n') => break,
            b'\r' => parts.plain(one_letter(cursor)),
            b'\\' => {
                cursor.skip(1);
                if !cursor.take("\n") {
                    parts.quoted(one_letter(cursor));
                }
            }
            b'\'' => {
                cursor.skip(1);
                let text = cursor.take_until(b'\'');
                parts.push(Part::Quoted(text.to_owned()));
            }
            b'"' => {
                cursor.skip(1);
                parts.append(cursor.deeper(|cursor| double(cursor, Some(b'"'))));
            }
            b'$' if cursor.starts_with("$'") => {
                cursor.skip(2);
                parts.push(ansi(cursor));
            }
            b'$' if cursor.starts_with("$\"") => cursor.skip(1),
            b'$' => parts.push(dollar(cursor, Quoting::Bare)),
            b'`' => parts.push(backticks(cursor, Quoting::Bare)),
            _ => {
                let plain = |byte: u8| !ends_word(byte) && !b"\\'\"$`\r".contains(&byte);
                parts.plain(cursor.take_while(plain));
            }
        }
    }
    (cursor.at() > begin).then_some(Word { parts: parts.0 })
}

/// The text of a here-document whose end was not quoted.
pub fn here_text(cursor: &mut Cursor<'_>) -> Word {
    Word { parts: double(cursor, None) }
}

/// Inside double quotes, up to `end`, which is passed; the whole text where there is none.
pub fn double(cursor: &mut Cursor<'_>, end: Option<u8>) -> Vec<Part> {
    let mut parts = Parts::default();
    loop {
        let Some(byte) = cursor.peek() else {
            if end.is_some() {
                cursor.note(Why::Unclosed);
            }
            break;
        };
        match byte {
            _ if Some(byte) == end => {
                cursor.skip(1);
                break;
            }
            b'\\' => {
                cursor.skip(1);
                match cursor.peek() {
                    Some(b'\n') => cursor.skip(1),
                    Some(b'$' | b'`' | b'\\') => parts.quoted(one_letter(cursor)),
                    Some(b'"') if end.is_some() => parts.quoted(one_letter(cursor)),
                    _ => parts.quoted("\\"),
                }
            }
            b'$' => parts.push(dollar(cursor, Quoting::Double)),
            b'`' => parts.push(backticks(cursor, Quoting::Double)),
            _ => {
                let plain = |byte: u8| !b"\\$`".contains(&byte) && Some(byte) != end;
                parts.quoted(cursor.take_while(plain));
            }
        }
    }
    if parts.0.is_empty() {
        parts.push(Part::Quoted(String::new()));
    }
    parts.0
}

/// A list up to its `)`, which is passed.
pub fn inner_list(cursor: &mut Cursor<'_>) -> Vec<Node> {
    let nodes = grammar::list(cursor, grammar::Until::Parenthesis);
    if !cursor.take(")") {
        cursor.note(Why::Unclosed);
    }
    nodes
}

/// Words of a pattern up to its `)`, which is passed.
fn pattern(cursor: &mut Cursor<'_>) -> Vec<Word> {
    let mut words = Vec::new();
    loop {
        match cursor.peek() {
            None => {
                cursor.note(Why::Unclosed);
                return words;
            }
            Some(b')') => {
                cursor.skip(1);
                return words;
            }
            Some(_) => match word(cursor) {
                Some(word) => words.push(word),
                None if cursor.peek() == Some(b'(') => {
                    cursor.skip(1);
                    words.append(&mut cursor.deeper(pattern));
                }
                None => cursor.skip(1),
            },
        }
    }
}

/// The letter that stands here.
fn one_letter<'t>(cursor: &mut Cursor<'t>) -> &'t str {
    let rest = cursor.rest();
    cursor.skip(1);
    rest.get(..rest.len() - cursor.rest().len()).unwrap_or_default()
}

/// Parts as they come; neighbours of one kind are one.
#[derive(Default)]
struct Parts(Vec<Part>);

impl Parts {
    fn push(&mut self, part: Part) {
        match (self.0.last_mut(), part) {
            (Some(Part::Plain(before)), Part::Plain(text)) => before.push_str(&text),
            (Some(Part::Quoted(before)), Part::Quoted(text)) => before.push_str(&text),
            (_, part) => self.0.push(part),
        }
    }

    fn append(&mut self, parts: Vec<Part>) {
        parts.into_iter().for_each(|part| self.push(part));
    }

    fn plain(&mut self, text: &str) {
        self.push(Part::Plain(text.to_owned()));
    }

    fn quoted(&mut self, text: &str) {
        self.push(Part::Quoted(text.to_owned()));
    }

    /// Whether a bracket that follows belongs to a pattern.
    fn opens_pattern(&self) -> bool {
        matches!(self.0.last(), Some(Part::Plain(text)) if text.ends_with(['@', '!', '?', '+', '*']))
    }
}
