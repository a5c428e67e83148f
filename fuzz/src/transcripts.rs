//! What agents write of their conversations.

use content::redact::Redactor;
use content::transcript::{Reader, Words, keep};

const PRODUCTS: [&str; 4] = ["codex-cli", "claude-code", "gemini-cli", "mini-swe-agent"];

/// The first byte says whose, the second where it is cut; the rest is the transcript.
pub fn any(data: &[u8]) {
    let [first, second, rest @ ..] = data else { return };
    let product = PRODUCTS[usize::from(*first) % PRODUCTS.len()];
    let Ok(redactor) = Redactor::new(b"key") else { return };
    let read = |pieces: &[&[u8]]| {
        let Some(mut reader) = Reader::of(product, 0) else { return Vec::new() };
        let mut told = Vec::new();
        for piece in pieces {
            reader.take(piece, &mut |words| {
                let kept = keep(words, Words::Full, &redactor);
                assert!(kept.words.text.len() <= 4 << 10);
                told.push(kept);
            });
        }
        assert!(reader.is_document() || reader.at() <= rest.len() as u64);
        told
    };
    let whole = read(&[rest]);
    if product != "mini-swe-agent" {
        let (one, other) = rest.split_at(usize::from(*second).min(rest.len()));
        assert_eq!(read(&[one, other]), whole, "in two pieces it says the same");
    }
}
