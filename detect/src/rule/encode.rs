//! Sigma's modifiers that rewrite a value: base64, UTF-16, dashes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The bytes in base64.
pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes).trim_end_matches('=').to_owned()
}

/// What base64 of any text shows of `bytes`, for each of the three places they can have in it.
pub fn base64_offset(bytes: &[u8]) -> [String; 3] {
    // Letters that also depend on what stands before, and after.
    const BEFORE: [usize; 3] = [0, 2, 3];
    const AFTER: [usize; 3] = [0, 3, 2];
    [0, 1, 2].map(|offset| {
        let mut padded = vec![b' '; offset];
        padded.extend_from_slice(bytes);
        let encoded = STANDARD.encode(&padded);
        let from = BEFORE.get(offset).copied().unwrap_or(0);
        let cut = AFTER.get(padded.len() % 3).copied().unwrap_or(0);
        encoded.get(from..encoded.len().saturating_sub(cut)).unwrap_or_default().to_owned()
    })
}

/// UTF-16, little end first.
pub fn utf16le(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// UTF-16, big end first.
pub fn utf16be(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

const DASHES: [char; 5] = ['-', '/', '–', '—', '―'];

/// The value with each dash that begins an option written in all five ways; `None` if these are too many.
pub fn windash(value: &str) -> Option<Vec<String>> {
    let mut variants = vec![String::new()];
    let mut before = ' ';
    let mut letters = value.chars().peekable();
    while let Some(letter) = letters.next() {
        let next_is_word =
            letters.peek().is_some_and(|next| next.is_alphanumeric() || *next == '_');
        let begins = DASHES.contains(&letter)
            && next_is_word
            && !(before.is_alphanumeric() || before == '_');
        if begins {
            variants = variants
                .iter()
                .flat_map(|variant| DASHES.map(|dash| format!("{variant}{dash}")))
                .collect();
            if variants.len() > 625 {
                return None;
            }
        } else {
            variants.iter_mut().for_each(|variant| variant.push(letter));
        }
        before = letter;
    }
    Some(variants)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_offset_is_found() {
        let wanted = "https://x.y/";
        let variants = base64_offset(wanted.as_bytes());
        for before in ["", "a", "ab", "abc", "curl "] {
            for after in ["", "z", "zz", "zzz"] {
                let encoded = STANDARD.encode(format!("{before}{wanted}{after}"));
                let found = variants.iter().any(|variant| encoded.contains(variant.as_str()));
                assert!(found, "{before}{wanted}{after}: {encoded} {variants:?}");
            }
        }
    }

    #[test]
    fn encodes() {
        assert_eq!(base64(b"sh"), "c2g");
        assert_eq!(utf16le("hi"), b"h\0i\0");
        assert_eq!(utf16be("hi"), b"\0h\0i");
        assert_eq!(windash(" -e x-y").map(|v| v.len()), Some(5));
        assert!(windash("-a -b").is_some_and(|v| v.len() == 25 && v.contains(&"/a —b".into())));
        assert!(windash("-a -b -c -d -e").is_none());
    }
}
