//! What stands encoded in a text, decoded to a depth of three with bounds on size and work: base64, base32,
//! hexadecimal, numbers, escapes, packed bytes, letters turned by thirteen, text written backwards.

mod escapes;
mod letters;
mod runs;

use std::ops::Range;

use escapes::stretches;

/// Something encoded, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// Where it stands.
    pub span: Range<usize>,
    /// What it says.
    pub text: String,
    /// How it is encoded: `base64`, `percent` …
    pub form: &'static str,
}

/// Shortest run of base64 or digits that is decoded, in bytes.
const LEAST: usize = 20;
/// Shortest list of numbers, in bytes.
const LEAST_NUMBERS: usize = 24;
/// Shortest word that is long, in bytes.
const LONG: usize = 24;
/// Most bytes of one text that are decoded.
const MOST: usize = 256 << 10;

/// What stands encoded in `text`, one step deep.
pub fn find(text: &str) -> Vec<Encoded> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut left = MOST;
    for span in runs::joined(bytes, runs::runs(bytes, &runs::BASE64, LEAST)) {
        let part = bytes.get(span.clone()).unwrap_or_default();
        if part.len() > left {
            break;
        }
        if let Some((text, form)) = of_run(part) {
            left -= part.len();
            found.push(Encoded { span, text, form });
        }
    }
    for span in runs::runs(bytes, &runs::NUMBERS, LEAST_NUMBERS) {
        let part = text.get(span.clone()).filter(|part| part.len() <= left).unwrap_or_default();
        if let Some(said) = of_numbers(part) {
            left -= part.len();
            found.push(Encoded { span, text: said, form: "numbers" });
        }
    }
    let escaped = stretches(text).into_iter();
    found.extend(escaped.map(|it| Encoded { span: it.span, text: it.text, form: it.form }));
    found
}

/// Long runs of letters and digits, where names may carry data.
pub fn long_words(text: &str) -> impl Iterator<Item = Range<usize>> {
    runs::runs(text.as_bytes(), &runs::WORDS, LONG).into_iter().take(2_000)
}

/// What a run says, by the first way in which it says anything.
fn of_run(part: &[u8]) -> Option<(String, &'static str)> {
    let is_hex = part.iter().all(u8::is_ascii_hexdigit);
    let is_upper = part.iter().all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'2'..=b'7'));
    // The beginning decides, so that a long path costs no more than a short one.
    let begin = part.get(..64).unwrap_or(part);
    type Way = fn(&[u8]) -> Vec<u8>;
    let ways: [(bool, Way, &'static str); 3] = [
        (is_hex, letters::hex, "hex"),
        (is_upper, letters::base32, "base32"),
        (!is_hex, letters::base64, "base64"),
    ];
    ways.into_iter().filter(|(may, _, _)| *may).find_map(|(_, decode, form)| {
        if !may_be_text(&decode(begin)) {
            return None;
        }
        Some((letters::text(&decode(part))?.into_owned(), form))
    })
}

/// Whether the beginning of something decoded could be text, or packed.
fn may_be_text(bytes: &[u8]) -> bool {
    let is_packed = matches!(bytes, [0x1f, 0x8b, ..] | [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..]);
    is_packed || letters::text(bytes).is_some()
}

fn of_numbers(part: &str) -> Option<String> {
    // The run may have taken letters of the words around it.
    let inner = || {
        part.trim_end_matches(|it: char| it.is_ascii_alphabetic())
            .trim_start_matches(|it: char| it.is_ascii_alphabetic())
    };
    let bytes = match letters::numbers(part) {
        bytes if bytes.is_empty() => letters::numbers(inner()),
        bytes => bytes,
    };
    let is_text =
        bytes.len() >= 8 && bytes.iter().all(|byte| matches!(byte, 9 | 10 | 13 | 32..=126));
    (is_text && bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).count() * 2 > bytes.len())
        .then(|| String::from_utf8(bytes).ok())?
}

/// Words that are looked for turned by thirteen letters, and backwards: `(what stands there, how)`.
pub const TURNED: [(&str, Turn); 12] = [
    ("vafgehpgvba", Turn::Thirteen),
    ("cerivbhf", Turn::Thirteen),
    ("vtaber", Turn::Thirteen),
    ("cnffjbeq", Turn::Thirteen),
    ("nffvfgnag", Turn::Thirteen),
    ("flfgrz", Turn::Thirteen),
    ("noitcurtsni", Turn::Back),
    ("suoiverp", Turn::Back),
    ("erongi", Turn::Back),
    ("drowssap", Turn::Back),
    ("tnatsissa", Turn::Back),
    ("metsys", Turn::Back),
];

/// How letters were turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// By thirteen places of the alphabet.
    Thirteen,
    /// The last first.
    Back,
}

/// `text` turned back.
pub fn turned(text: &str, turn: Turn) -> String {
    match turn {
        Turn::Back => text.chars().rev().collect(),
        Turn::Thirteen => text
            .chars()
            .map(|letter| match letter {
                'a'..='m' | 'A'..='M' => (letter as u8 + 13) as char,
                'n'..='z' | 'N'..='Z' => (letter as u8 - 13) as char,
                other => other,
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[(&str, &str)]) {
        let found = find(text);
        let found: Vec<_> = found.iter().map(|one| (one.text.as_str(), one.form)).collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn finds_what_is_encoded() {
        check("x: cGxlYXNlIHJlYWQgdGhpcyBub3c= y", &[("please read this now", "base64")]);
        check("706c65617365207265616420746869 x", &[("please read thi", "hex")]);
        check("OBWGKYLTMUQHEZLBMQQHI2DJOM", &[("please read this", "base32")]);
        check("say 112, 108, 101, 97, 115, 101, 32, 114 and", &[("please r", "numbers")]);
        check("%70%6c%65%61%73%65", &[("please", "percent")]);
    }

    #[test]
    fn leaves_what_is_not() {
        for text in [
            "/usr/lib/python3/dist-packages/requests/adapters_more_abc.py",
            "d41d8cd98f00b204e9800998ecf8427e",
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "a-very-long-identifier-of-some-kind-in-kebab-case",
            "123e4567-e89b-12d3-a456-426614174000",
            "1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15",
            "2026-11-22 11:32:51, 2026-11-22 11:32:52",
        ] {
            check(text, &[]);
        }
    }

    #[test]
    fn turns_back() {
        assert_eq!(turned("Cerivbhf 1", Turn::Thirteen), "Previous 1");
        assert_eq!(turned("suoiverp", Turn::Back), "previous");
    }
}
