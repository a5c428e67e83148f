//! Quoting: what `$'…'` stands for, and a text as a word that means just it.

use super::cursor::Cursor;
use super::{Part, Why};

/// A text as one shell word that stands for itself.
pub fn quote(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./:=@%+,".contains(&byte);
    if !text.is_empty() && text.bytes().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Behind `$'`: up to the closing quote.
pub fn ansi(cursor: &mut Cursor<'_>) -> Part {
    let mut bytes = Vec::new();
    loop {
        let Some(byte) = cursor.peek() else {
            cursor.note(Why::Unclosed);
            break;
        };
        match byte {
            b'\'' => {
                cursor.skip(1);
                break;
            }
            b'\\' => {
                cursor.skip(1);
                escape(cursor, &mut bytes);
            }
            _ => {
                let plain = cursor.take_while(|byte| byte != b'\'' && byte != b'\\');
                bytes.extend_from_slice(plain.as_bytes());
            }
        }
    }
    // A zero byte ends the text in the shell, too.
    let length = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    bytes.truncate(length);
    Part::Quoted(String::from_utf8_lossy(&bytes).into_owned())
}

fn escape(cursor: &mut Cursor<'_>, bytes: &mut Vec<u8>) {
    let Some(letter) = cursor.peek() else { return };
    cursor.skip(1);
    let known = match letter {
        b'n' => b'\n',
        b't' => b'\t',
        b'r' => b'\r',
        b'a' => 7,
        b'b' => 8,
        b'e' | b'E' => 27,
        b'f' => 12,
        b'v' => 11,
        b'\\' | b'\'' | b'"' | b'?' => letter,
        b'x' => return bytes.push(number(cursor, 16, 2) as u8),
        b'u' => return letter_of(number(cursor, 16, 4), bytes),
        b'U' => return letter_of(number(cursor, 16, 8), bytes),
        b'0'..=b'7' => {
            cursor.back_to(cursor.at() - 1);
            return bytes.push(number(cursor, 8, 3) as u8);
        }
        b'c' => {
            let control = cursor.peek().unwrap_or(b'@') & 0x1f;
            cursor.skip(1);
            return bytes.push(control);
        }
        _ if letter.is_ascii() => {
            bytes.push(b'\\');
            letter
        }
        // Part of a longer letter: stands for itself with its backslash.
        _ => {
            bytes.push(b'\\');
            let skipped = String::from(char::REPLACEMENT_CHARACTER);
            return bytes.extend_from_slice(skipped.as_bytes());
        }
    };
    bytes.push(known);
}

fn number(cursor: &mut Cursor<'_>, base: u32, most: usize) -> u32 {
    let mut value = 0u32;
    for _ in 0..most {
        let Some(digit) = cursor.peek().and_then(|byte| char::from(byte).to_digit(base)) else {
            break;
        };
        value = value.wrapping_mul(base).wrapping_add(digit);
        cursor.skip(1);
    }
    value
}

fn letter_of(code: u32, bytes: &mut Vec<u8>) {
    let letter = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
}
