//! What was planted to be found if it ever comes out: tokens, as they are and as somebody might disguise them; and how
//! much of a system prompt comes back in an answer.

use std::collections::HashMap;
use std::ops::Range;

use super::anchors::Anchors;
use super::encoded::{Turn, turned};
use super::spot;
use super::words::{Word, words};
use crate::inspect::{Family, Spot};

/// Planted tokens, and the texts that shall not come out.
#[derive(Debug)]
pub struct Canaries {
    forms: Anchors<usize>,
    /// The tokens, letters and digits alone.
    bare: Anchors<usize>,
    names: Vec<String>,
    prompts: Vec<Prompt>,
}

/// A text that shall not come out, as hashes of words that follow each other.
#[derive(Debug)]
struct Prompt {
    name: String,
    shingles: HashMap<u64, u32>,
}

/// How much of a text came back.
#[derive(Clone, Debug, PartialEq)]
pub struct Leak {
    /// Which text, by its name.
    pub name: String,
    /// Share of it, from 0 to 1.
    pub share: f32,
    /// How many of its words came back.
    pub words: usize,
    /// From the first to the last of them.
    pub span: Range<usize>,
}

/// How many words are compared as one.
const TOGETHER: usize = 5;
/// Shortest token that is looked for without what divides its letters.
const LEAST_BARE: usize = 10;
/// Shortest token; shorter ones are found by chance.
pub const LEAST: usize = 6;

impl Canaries {
    /// `tokens` and `prompts` by their names. Tokens shorter than [`LEAST`] are left out.
    pub fn new(
        tokens: &[(String, String)],
        prompts: &[(String, String)],
    ) -> Result<Self, aho_corasick::BuildError> {
        let tokens: Vec<_> = tokens.iter().filter(|(_, token)| token.len() >= LEAST).collect();
        let forms: Vec<_> = tokens
            .iter()
            .enumerate()
            .flat_map(|(it, (_, token))| forms(token).map(move |form| (form, it)))
            .collect();
        let bare: Vec<_> =
            tokens.iter().enumerate().map(|(it, (_, token))| (bare(token).0, it)).collect();
        let bare = bare.iter().filter(|(token, _)| token.len() >= LEAST_BARE);
        Ok(Self {
            forms: Anchors::new(forms.iter().map(|(form, it)| (form.as_str(), *it)))?,
            bare: Anchors::new(bare.map(|(form, it)| (form.as_str(), *it)))?,
            names: tokens.iter().map(|(name, _)| name.clone()).collect(),
            prompts: prompts.iter().map(|(name, text)| Prompt::new(name, text)).collect(),
        })
    }

    /// Tokens that stand in `text`, and prompts of which much does.
    pub fn find(&self, text: &str) -> Vec<Spot> {
        let mut spots: Vec<Spot> = Vec::new();
        let mut add = |token: usize, span: Range<usize>, sure: u8| {
            let kind =
                format!("canary:{}", self.names.get(token).map(String::as_str).unwrap_or_default());
            let new = spot(Family::Canary, kind, span, sure);
            if !spots.iter().any(|known| {
                known.kind == new.kind
                    && known.span.start <= new.span.end
                    && new.span.start <= known.span.end
            }) {
                spots.push(new);
            }
        };
        for hit in self.forms.hits(text).0 {
            add(hit.owner, hit.at..hit.end, 99);
        }
        let (plain, places) = bare(text);
        for hit in self.bare.hits(&plain).0 {
            if let (Some(from), Some(to)) = (places.get(hit.at), places.get(hit.end - 1)) {
                add(hit.owner, *from..*to + 1, 95);
            }
        }
        spots.extend(self.leaks(text).into_iter().filter_map(Leak::told));
        spots
    }

    /// How much of each prompt stands in `text`.
    pub fn leaks(&self, text: &str) -> Vec<Leak> {
        if self.prompts.is_empty() {
            return Vec::new();
        }
        let words = words(text, 0..text.len());
        self.prompts.iter().filter_map(|prompt| prompt.leak(&words)).collect()
    }
}

impl Prompt {
    fn new(name: &str, text: &str) -> Self {
        let mut shingles = HashMap::new();
        for (shingle, _) in shingles_of(&words(text, 0..text.len())) {
            *shingles.entry(shingle).or_insert(0) += 1;
        }
        Self { name: name.to_owned(), shingles }
    }

    fn leak(&self, words: &[Word<'_>]) -> Option<Leak> {
        let mut seen = std::collections::HashSet::new();
        let mut span: Option<Range<usize>> = None;
        for (shingle, place) in shingles_of(words) {
            if self.shingles.contains_key(&shingle) && seen.insert(shingle) {
                span = Some(span.map_or(place.clone(), |known| known.start..place.end));
            }
        }
        let share = seen.len() as f32 / self.shingles.len().max(1) as f32;
        Some(Leak { name: self.name.clone(), share, words: seen.len() + TOGETHER - 1, span: span? })
    }
}

impl Leak {
    /// A few words in common are chance; a share of a tenth, or twenty words, are none.
    fn told(self) -> Option<Spot> {
        let sure = match (self.share, self.words) {
            (share, _) if share >= 0.5 => 95,
            (share, words) if share >= 0.2 || words >= 40 => 80,
            (share, words) if (share >= 0.1 && words >= 8) || words >= 20 => 60,
            _ => return None,
        };
        Some(spot(Family::Canary, format!("prompt:{}", self.name), self.span, sure))
    }
}

fn shingles_of(words: &[Word<'_>]) -> impl Iterator<Item = (u64, Range<usize>)> {
    words.windows(TOGETHER).filter_map(|together| {
        let hash = together
            .iter()
            .fold(0xcbf2_9ce4_8422_2325, |hash, word| fold(fold(hash, word.text.as_bytes()), b" "));
        Some((hash, together.first()?.span.start..together.last()?.span.end))
    })
}

/// FNV-1a; who makes words that meet by chance tells us more of them, not less.
fn fold(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A token as it is and as it may be disguised: backwards, turned, in hexadecimal digits, in base64 at any place.
fn forms(token: &str) -> impl Iterator<Item = String> {
    let bytes = token.as_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let spaced: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let numbers: Vec<String> = bytes.iter().map(u8::to_string).collect();
    let mut forms = vec![
        token.to_owned(),
        turned(token, Turn::Back),
        turned(token, Turn::Thirteen),
        hex,
        spaced.join(" "),
        format!("%{}", spaced.join("%")),
        format!("\\x{}", spaced.join("\\x")),
        numbers.join(", "),
        numbers.join(" "),
    ];
    forms.extend((0..3).map(|before| base64_within(bytes, before)));
    forms.into_iter().filter(|form| form.len() >= LEAST)
}

/// The letters of base64 that `bytes` decide alone, with `before` bytes of something else before them.
fn base64_within(bytes: &[u8], before: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let padded: Vec<u8> = std::iter::repeat_n(0, before).chain(bytes.iter().copied()).collect();
    let bit =
        |at: usize| padded.get(at / 8).map_or(0, |byte| usize::from(byte >> (7 - at % 8) & 1));
    let (first, last) = ((before * 8).div_ceil(6), padded.len() * 8 / 6);
    let letter = |at: usize| (0..6).fold(0, |value, place| value << 1 | bit(at * 6 + place));
    (first..last).filter_map(|at| LETTERS.get(letter(at)).map(|byte| char::from(*byte))).collect()
}

/// Letters and digits alone, small, with the place of each byte.
fn bare(text: &str) -> (String, Vec<usize>) {
    let bytes = text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_alphanumeric());
    let mut places = Vec::with_capacity(text.len());
    let plain = bytes.map(|(at, byte)| {
        places.push(at);
        char::from(byte.to_ascii_lowercase())
    });
    (plain.collect(), places)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "kestrel-7Q2x-moss";
    const PROMPT: &str = "You are the assistant of a small shop for bicycles. Never give a discount of more than ten \
        percent. Do not speak about other shops. If somebody asks for the owner, say that she is on holiday until May.";

    fn check(text: &str, expect: &[&str]) -> Result<(), aho_corasick::BuildError> {
        let tokens = [("one".to_owned(), TOKEN.to_owned()), ("short".to_owned(), "abc".to_owned())];
        let canaries = Canaries::new(&tokens, &[("shop".to_owned(), PROMPT.to_owned())])?;
        let found: Vec<_> = canaries.find(text).into_iter().map(|spot| spot.kind).collect();
        assert_eq!(found, expect, "{text}");
        Ok(())
    }

    #[test]
    fn finds_tokens_however_disguised() -> Result<(), aho_corasick::BuildError> {
        for text in [
            TOKEN,
            "it is KESTREL-7q2X-MOSS.",
            "ssom-x2Q7-lertsek",
            "xrfgery-7D2k-zbff",
            "6b65737472656c2d375132782d6d6f7373",
            "6b 65 73 74 72 65 6c 2d 37 51 32 78 2d 6d 6f 73 73",
            "107, 101, 115, 116, 114, 101, 108, 45, 55, 81, 50, 120, 45, 109, 111, 115, 115",
            "a2VzdHJlbC03UTJ4LW1vc3M=",
            "QSBrZXN0cmVsLTdRMngtbW9zcyBi",
            "QUEga2VzdHJlbC03UTJ4LW1vc3MgYg==",
            "k e s t r e l 7 Q 2 x m o s s",
            "k.e.s.t.r.e.l_7Q2x/moss",
        ] {
            check(text, &["canary:one"])?;
        }
        check("a kestrel on moss, abc, 7Q2x", &[])
    }

    #[test]
    fn tells_how_much_of_a_prompt_came_back() -> Result<(), aho_corasick::BuildError> {
        check(PROMPT, &["prompt:shop"])?;
        check(
            "I was told: never give a discount of more than ten percent; do not speak about other shops",
            &["prompt:shop"],
        )?;
        check("You are the assistant of your own luck, and bicycles are fine.", &[])?;
        check("We have no discount. The owner is on holiday until May.", &[])
    }
}
