//! What `$` and backticks begin: variables, the output of commands, arithmetic.

use super::cursor::Cursor;
use super::grammar;
use super::word::{double, inner_list, word};
use super::{Change, Part, Quoting, Why, Word};

/// At a `$`.
pub fn dollar(cursor: &mut Cursor<'_>, quoting: Quoting) -> Part {
    cursor.skip(1);
    while cursor.take("\\\n") {}
    match cursor.peek() {
        Some(b'(') if cursor.peek_at(1) == Some(b'(') && arithmetic_end(cursor).is_some() => {
            arithmetic(cursor)
        }
        Some(b'(') => {
            cursor.skip(1);
            Part::Output { nodes: cursor.deeper(inner_list), quoting }
        }
        Some(b'{') => {
            cursor.skip(1);
            cursor.deeper(|cursor| Some(braced(cursor, quoting))).unwrap_or(UNKNOWN)
        }
        Some(b'[') => {
            cursor.skip(1);
            let text = cursor.take_until(b']');
            Part::Unknown(vec![cursor.inside(text, super::word::here_text)])
        }
        Some(byte) if is_name(byte) && !byte.is_ascii_digit() => {
            let name = cursor.take_while(is_name).to_owned();
            Part::Variable { name, change: Change::None, quoting }
        }
        Some(byte) if byte.is_ascii_digit() || b"@*#?$!-".contains(&byte) => {
            cursor.skip(1);
            Part::Variable { name: char::from(byte).to_string(), change: Change::None, quoting }
        }
        _ => match quoting {
            Quoting::Bare => Part::Plain("$".to_owned()),
            Quoting::Double => Part::Quoted("$".to_owned()),
        },
    }
}

const UNKNOWN: Part = Part::Unknown(Vec::new());

/// Part of a variable's name.
pub fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// At the first backtick.
pub fn backticks(cursor: &mut Cursor<'_>, quoting: Quoting) -> Part {
    cursor.skip(1);
    let mut text = String::new();
    loop {
        text.push_str(cursor.take_while(|byte| byte != b'`' && byte != b'\\'));
        match cursor.peek() {
            None => {
                cursor.note(Why::Unclosed);
                break;
            }
            Some(b'`') => {
                cursor.skip(1);
                break;
            }
            Some(_) => {
                // A backslash is taken away only before these.
                let kept = !matches!(cursor.peek_at(1), Some(b'`' | b'\\' | b'$'));
                cursor.skip(1);
                if kept {
                    text.push('\\');
                } else {
                    text.extend(cursor.rest().chars().next());
                    cursor.skip(1);
                }
            }
        }
    }
    Part::Output { nodes: cursor.inside(&text, grammar::script), quoting }
}

/// Behind `${`.
fn braced(cursor: &mut Cursor<'_>, quoting: Quoting) -> Part {
    // `${#name}` and `${!name}`: a length, a variable named by another.
    let marked = matches!(cursor.peek(), Some(b'#' | b'!')) && cursor.peek_at(1) != Some(b'}');
    if marked {
        cursor.skip(1);
    }
    let mut name = cursor.take_while(is_name).to_owned();
    if name.is_empty() && cursor.peek().is_some_and(|byte| b"@*#?$!-".contains(&byte)) {
        name.extend(cursor.rest().chars().next());
        cursor.skip(1);
    }
    // All values of an array: they were joined by blanks, and are told apart again.
    let all = ["[@]", "[*]"].into_iter().any(|index| cursor.take(index));
    let quoting = if all { Quoting::Bare } else { quoting };
    let mut change = change(cursor);
    if marked || name.is_empty() {
        change = Change::Other(match change {
            Change::Other(words) => words,
            Change::Default(word) | Change::Instead(word) => vec![word],
            Change::None | Change::Required | Change::Slice(..) => Vec::new(),
        });
    }
    Part::Variable { name, change, quoting }
}

/// Behind the name, up to the `}`, which is passed.
fn change(cursor: &mut Cursor<'_>) -> Change {
    let colon = cursor.peek() == Some(b':');
    let operator = if colon { cursor.peek_at(1) } else { cursor.peek() };
    match operator {
        Some(b'}') if !colon => {
            cursor.skip(1);
            Change::None
        }
        Some(sign @ (b'-' | b'=' | b'?' | b'+')) => {
            cursor.skip(if colon { 2 } else { 1 });
            let word = until_brace(cursor);
            match sign {
                b'-' | b'=' => Change::Default(word),
                b'+' => Change::Instead(word),
                _ => Change::Required,
            }
        }
        _ => {
            let word = until_brace(cursor);
            match word.literal().as_deref().and_then(slice) {
                Some((from, length)) => Change::Slice(from, length),
                None => Change::Other(vec![word]),
            }
        }
    }
}

/// `:1` and `:0:1`.
fn slice(text: &str) -> Option<(usize, Option<usize>)> {
    let mut numbers = text.strip_prefix(':')?.split(':').map(|part| part.trim().parse().ok());
    let from = numbers.next()??;
    match (numbers.next(), numbers.next()) {
        (None, _) => Some((from, None)),
        (Some(length), None) => Some((from, Some(length?))),
        _ => None,
    }
}

/// A word up to the `}` that belongs to it; blanks and all are part of it.
fn until_brace(cursor: &mut Cursor<'_>) -> Word {
    let mut parts = Vec::new();
    loop {
        match cursor.peek() {
            None => {
                cursor.note(Why::Unclosed);
                break;
            }
            Some(b'}') => {
                cursor.skip(1);
                break;
            }
            Some(_) => match braced_word(cursor) {
                Some(mut word) => parts.append(&mut word.parts),
                None => {
                    let rest = cursor.rest();
                    cursor.skip(1);
                    let letter = rest.get(..rest.len() - cursor.rest().len()).unwrap_or_default();
                    parts.push(Part::Plain(letter.to_owned()));
                }
            },
        }
    }
    Word { parts }
}

/// A piece of a word that stops before a `}`.
fn braced_word(cursor: &mut Cursor<'_>) -> Option<Word> {
    match cursor.peek() {
        Some(b'$' | b'`' | b'\'' | b'\\') => {
            let begin = cursor.at();
            let piece = single(cursor);
            (cursor.at() > begin).then_some(piece)
        }
        Some(b'"') => {
            cursor.skip(1);
            Some(Word { parts: cursor.deeper(|cursor| double(cursor, Some(b'"'))) })
        }
        _ => {
            let plain = cursor.take_while(|byte| !b"}$`'\\\"".contains(&byte));
            (!plain.is_empty()).then(|| Word { parts: vec![Part::Plain(plain.to_owned())] })
        }
    }
}

/// One quoted or expanded piece.
fn single(cursor: &mut Cursor<'_>) -> Word {
    let part = match cursor.peek() {
        Some(b'$') => dollar(cursor, Quoting::Double),
        Some(b'`') => backticks(cursor, Quoting::Double),
        Some(b'\'') => {
            cursor.skip(1);
            Part::Quoted(cursor.take_until(b'\'').to_owned())
        }
        _ => {
            cursor.skip(1);
            let letter = cursor.rest().chars().next().map(String::from).unwrap_or_default();
            cursor.skip(1);
            Part::Quoted(letter)
        }
    };
    Word { parts: vec![part] }
}

/// At `((`: how long the text between the double brackets is, if they are arithmetic.
pub fn arithmetic_end(cursor: &Cursor<'_>) -> Option<usize> {
    let mut open = 0u32;
    for (at, byte) in cursor.rest().bytes().enumerate() {
        match byte {
            b'(' => open += 1,
            b')' if open == 2 => {
                let closed = cursor.peek_at(at + 1) == Some(b')');
                return closed.then_some(at.saturating_sub(2));
            }
            b')' => open = open.checked_sub(1)?,
            // Quotes and lists do not stand in arithmetic, or it is not worth the doubt.
            b'\'' | b';' if open < 3 => return None,
            _ => {}
        }
    }
    None
}

/// At `((`, of which [`arithmetic_end`] said that they are arithmetic.
pub fn arithmetic(cursor: &mut Cursor<'_>) -> Part {
    let length = arithmetic_end(cursor).unwrap_or_default();
    cursor.skip(2);
    let text = cursor.rest().get(..length).unwrap_or_default();
    cursor.skip(length + 2);
    Part::Unknown(vec![cursor.inside(text, super::word::here_text)])
}

/// Words up to the end of a text: those of `[[ … ]]`, where brackets and angles mean nothing.
pub fn test_words(cursor: &mut Cursor<'_>) -> Vec<Word> {
    let mut words = Vec::new();
    loop {
        cursor.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n'));
        if cursor.is_done() {
            cursor.note(Why::Unclosed);
            return words;
        }
        if cursor.take("]]") {
            return words;
        }
        match word(cursor) {
            Some(word) => words.push(word),
            None => cursor.skip(1),
        }
    }
}
