//! Texts behind an encoding: what stands in base64 or hexadecimal digits in code is read too.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::{Form, Piece};

/// Shortest run of letters that is tried.
const SHORTEST: usize = 16;
/// Most runs of one piece.
const MOST: usize = 64;
/// Longest decoded text that is read.
const LONGEST: usize = 64 << 10;

/// A decoded text, at the line where it stands.
pub struct Decoded {
    pub piece: Piece,
}

impl Decoded {
    /// It is an address or a command.
    pub fn is_telling(&self) -> bool {
        let text = self.piece.text.to_ascii_lowercase();
        ["http://", "https://", "/bin/", "curl ", "wget ", "bash", "import ", "eval(", "exec("]
            .iter()
            .any(|word| text.contains(word))
    }
}

pub fn of(piece: &Piece) -> Vec<Decoded> {
    if piece.form != Form::Code {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (number, line) in (piece.line..).zip(piece.text.split('\n')) {
        let texts = [numbers(line), escapes(line), backwards(line)];
        found.extend(texts.into_iter().flatten().map(|text| {
            let place = piece.place.clone();
            Decoded { piece: Piece { line: number, form: Form::Code, text, place } }
        }));
    }
    let mut from = 0;
    for run in piece.text.split(|c: char| !is_digit(c)) {
        let at = from;
        from += run.len() + 1;
        if run.len() < SHORTEST || found.len() >= MOST {
            continue;
        }
        if let Some(text) = decode(run.trim_end_matches('=')) {
            let line = piece.line_of(at.min(piece.text.len()));
            let piece = Piece { line, form: Form::Code, text, place: piece.place.clone() };
            found.push(Decoded { piece });
        }
    }
    found
}

/// Fewer letters in numbers are no address.
const LETTERS: usize = 8;

/// `104, 116, 116, 112`: letters by their numbers.
fn numbers(line: &str) -> Option<String> {
    let letters: Vec<char> = line
        .split(|c: char| !c.is_ascii_digit() && c != ' ' && c != ',')
        .max_by_key(|run| run.len())?
        .split(',')
        .filter_map(|number| number.trim().parse::<u8>().ok())
        .filter(u8::is_ascii_graphic)
        .map(char::from)
        .collect();
    (letters.len() >= LETTERS).then(|| letters.into_iter().collect())
}

/// `\\x68\\x74`: letters by their hexadecimal numbers.
fn escapes(line: &str) -> Option<String> {
    let letters: String = line
        .split("\\x")
        .skip(1)
        .filter_map(|rest| u8::from_str_radix(rest.get(..2)?, 16).ok())
        .filter(u8::is_ascii_graphic)
        .map(char::from)
        .collect();
    (letters.len() >= LETTERS).then_some(letters)
}

/// An address from its end to its beginning.
fn backwards(line: &str) -> Option<String> {
    let at = line.find("//:sptth").or_else(|| line.find("//:ptth"))?;
    let text = line.get(..at + 8)?.rsplit(['"', '\'', '`']).next()?;
    Some(text.chars().rev().collect())
}

fn is_digit(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '+' | '/' | '=' | '_' | '-')
}

fn decode(run: &str) -> Option<String> {
    if run.len() > LONGEST * 2 {
        return None;
    }
    let hexadecimal = || {
        let even = run.len().is_multiple_of(2) && run.bytes().all(|byte| byte.is_ascii_hexdigit());
        let digits = run.as_bytes().chunks_exact(2).filter(|_| even);
        let bytes: Option<Vec<u8>> =
            digits.map(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok()).collect();
        bytes.filter(|bytes| !bytes.is_empty())
    };
    let bytes = hexadecimal()
        .filter(|bytes| is_text(bytes))
        .or_else(|| STANDARD_NO_PAD.decode(run).ok())
        .filter(|bytes| is_text(bytes))
        .or_else(|| URL_SAFE_NO_PAD.decode(run).ok().filter(|bytes| is_text(bytes)))?;
    String::from_utf8(bytes).ok()
}

/// Words by chance are rare: all of it has to be letters that can be read.
fn is_text(bytes: &[u8]) -> bool {
    bytes.len() >= 8
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_graphic() || matches!(byte, b' ' | b'\n' | b'\t' | b'\r'))
}
