//! A text as words, marks and signs, told in one pass over its bytes: what the classifier counts.

/// One word, sign or run of marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Where it begins, in bytes of the text.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What it says, without case; all digits are one.
    pub hash: u32,
    /// What it is.
    pub kind: Kind,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Letters and digits.
    Word,
    /// A sign of a script that writes without blanks.
    Sign,
    /// ASCII punctuation.
    Mark,
    /// The end of a line or sentence; has no length to speak of.
    Break,
}

/// Bytes after which a word is cut: scripts without blanks have no other end.
const LONGEST: usize = 48;

/// The beginning of all hashes here.
pub const SEED: u32 = 0x811c_9dc5;

/// One step of a hash.
pub fn step(hash: u32, unit: u32) -> u32 {
    (hash ^ unit).wrapping_mul(0x9e37_79b1).rotate_left(7)
}

/// What a byte begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Blank,
    Line,
    Stop,
    Letter,
    Mark,
    /// A letter of two bytes that may have a case.
    Pair,
    /// A letter of three or four bytes.
    Long,
    /// A sign that is a token.
    Sign,
    /// Punctuation of two, three bytes.
    Apart(usize),
}

const CLASSES: [Class; 256] = classes();

const fn classes() -> [Class; 256] {
    let mut table = [Class::Blank; 256];
    let mut at = 0;
    while at < 256 {
        // When compiled, and up to the length alone.
        table[at] = match at as u8 {
            b'\n' => Class::Line,
            b'.' | b'!' | b'?' => Class::Stop,
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => Class::Letter,
            b' ' | b'_' | b'\'' | b',' | 0..=0x1f | 0x7f => Class::Blank,
            0x21..=0x7e => Class::Mark,
            0xc2 => Class::Apart(2),
            0xc3..=0xdf => Class::Pair,
            0xe2 | 0xef => Class::Apart(3),
            0xe3..=0xe9 => Class::Sign,
            0xe0..=0xff => Class::Long,
            _ => Class::Blank,
        };
        at += 1;
    }
    table
}

/// Tells each token of a text in order.
pub fn each(text: &str, mut told: impl FnMut(Token)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let class = CLASSES.get(usize::from(*byte)).copied().unwrap_or(Class::Blank);
        let token = match class {
            Class::Blank => {
                at += 1;
                continue;
            }
            Class::Apart(length) => {
                at += length;
                continue;
            }
            Class::Line | Class::Stop => one(at, 1, SEED, Kind::Break),
            Class::Mark => marks(bytes, at),
            Class::Sign => sign(bytes, at),
            Class::Letter | Class::Pair | Class::Long => word(bytes, at),
        };
        at = token.end.max(at + 1);
        told(token);
    }
}

fn one(at: usize, length: usize, hash: u32, kind: Kind) -> Token {
    Token { start: at, end: at + length, hash, kind }
}

fn class(byte: u8) -> Class {
    CLASSES.get(usize::from(byte)).copied().unwrap_or(Class::Blank)
}

/// A run of the same marks: `###` is not `#`, `####` is `###`.
fn marks(bytes: &[u8], at: usize) -> Token {
    let (mut hash, mut end) = (SEED, at);
    while let Some(byte) = bytes.get(end).filter(|byte| class(**byte) == Class::Mark) {
        if end < at + 3 {
            hash = step(hash, u32::from(*byte));
        }
        end += 1;
    }
    Token { start: at, end, hash, kind: Kind::Mark }
}

fn sign(bytes: &[u8], at: usize) -> Token {
    match bytes.get(at..at + 3) {
        // Punctuation of East Asia; what ends a sentence there is told as such.
        Some([0xe3, 0x80, 0x82]) => one(at, 3, SEED, Kind::Break),
        Some(sign) => {
            let hash = sign.iter().fold(SEED, |hash, byte| step(hash, u32::from(*byte)));
            one(at, 3, hash, Kind::Sign)
        }
        None => one(at, bytes.len().saturating_sub(at), SEED, Kind::Break),
    }
}

/// Letters and digits of ASCII as they count: letters small, a digit as any digit; 0 for all else.
const SMALL: [u8; 256] = small();

const fn small() -> [u8; 256] {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        table[at] = match at as u8 {
            b'0'..=b'9' => b'0',
            letter @ (b'a'..=b'z' | b'A'..=b'Z') => letter | 0x20,
            _ => 0,
        };
        at += 1;
    }
    table
}

#[inline]
fn word(bytes: &[u8], at: usize) -> Token {
    let (mut hash, mut end) = (SEED, at);
    for byte in bytes.get(at..).unwrap_or_default().iter().take(LONGEST) {
        match SMALL.get(usize::from(*byte)) {
            Some(0) | None => break,
            Some(unit) => hash = step(hash, u32::from(*unit)),
        }
        end += 1;
    }
    while let Some(byte) = bytes.get(end) {
        if end - at >= LONGEST {
            break;
        }
        match class(*byte) {
            Class::Letter => {
                hash = step(hash, u32::from(SMALL.get(usize::from(*byte)).copied().unwrap_or(0)));
                end += 1;
            }
            Class::Pair => {
                hash = step(hash, pair(*byte, bytes.get(end + 1).copied().unwrap_or(0x80)));
                end += 2;
            }
            Class::Long => {
                let length = if *byte >= 0xf0 { 4 } else { 3 };
                let letter = bytes.get(end..end + length).unwrap_or(&[]);
                hash = letter.iter().fold(hash, |hash, byte| step(hash, u32::from(*byte)));
                end += length;
            }
            _ => break,
        }
    }
    Token { start: at, end: end.min(bytes.len()), hash, kind: Kind::Word }
}

/// A letter of two bytes without case.
fn pair(first: u8, second: u8) -> u32 {
    let code = u32::from(first & 0x1f) << 6 | u32::from(second & 0x3f);
    match code {
        // Latin-1, Greek, Cyrillic and Armenian.
        0xc0..=0xde | 0x391..=0x3a9 | 0x410..=0x42f => code + 0x20,
        0x400..=0x40f => code + 0x50,
        0x531..=0x556 => code + 0x30,
        // Latin Extended-A: capitals are even there, but for two runs.
        0x139..=0x148 | 0x179..=0x17e => code + (code & 1),
        0x100..=0x137 | 0x14a..=0x177 => code | 1,
        _ => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[(&str, Kind)]) {
        let mut found = Vec::new();
        each(text, |token| found.push((&text[token.start..token.end], token.kind)));
        assert_eq!(found, expect, "{text}");
    }

    fn hashes(text: &str) -> Vec<u32> {
        let mut found = Vec::new();
        each(text, |token| found.push(token.hash));
        found
    }

    #[test]
    fn words_signs_and_marks_are_told_apart() {
        use Kind::{Break, Mark, Sign, Word};
        check("", &[]);
        check(
            "Use send_money, now!",
            &[("Use", Word), ("send", Word), ("money", Word), ("now", Word), ("!", Break)],
        );
        check("### System:", &[("###", Mark), ("System", Word), (":", Mark)]);
        check("“Größe” 12", &[("Größe", Word), ("12", Word)]);
        check("忽略。请", &[("忽", Sign), ("略", Sign), ("。", Break), ("请", Sign)]);
        check("अपने ไทย", &[("अपने", Word), ("ไทย", Word)]);
        check("a\n🙂b", &[("a", Word), ("\n", Break), ("🙂b", Word)]);
    }

    #[test]
    fn case_and_digits_do_not_count() {
        for (one, other) in [
            ("IGNORE Größe", "ignore größe"),
            ("ÄÖÜ", "äöü"),
            ("ИГНОРИРУЙ Ё", "игнорируй ё"),
            ("ŚCIEŻKA ŁÓDŹ", "ścieżka łódź"),
            ("2024", "1999"),
        ] {
            assert_eq!(hashes(one), hashes(other), "{one}");
        }
        assert_ne!(hashes("ignore"), hashes("ignorant"));
    }

    #[test]
    fn places_are_borders_of_letters() {
        for text in
            ["ก".repeat(40), "é".repeat(99), format!("{}é", "a".repeat(47)), "🙂".repeat(30)]
        {
            let mut last = 0;
            each(&text, |token| {
                assert!(text.is_char_boundary(token.start) && text.is_char_boundary(token.end));
                assert!(token.start >= last && token.end > token.start);
                last = token.end;
            });
            assert_eq!(last, text.len());
        }
    }
}
