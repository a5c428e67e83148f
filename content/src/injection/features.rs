//! What is counted of a text: words with their neighbours, pieces of words, and its shape. Sums run along the text,
//! so that any window of it costs the same.

use std::ops::Range;

use super::sentences;
use super::tokens::{self, Kind, SEED, Token, step};

/// Numbers that say what a window looks like, whatever its words.
pub const SHAPE: usize = 8;

/// How many buckets there are for words and their pieces, as a power of two.
pub const BITS: u32 = 20;

/// Which of the two kinds of counted things a bucket stands for: they are weighed by their own number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gram {
    /// A word, or two or three that follow each other.
    Words,
    /// Three to five letters of a word.
    Piece,
}

/// All tokens of a text.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::with_capacity(text.len() / 5 + 1);
    tokens::each(text, |token| found.push(token));
    found
}

/// Tells the buckets of one token of a text.
pub fn grams(text: &str, tokens: &[Token], at: usize, told: &mut impl FnMut(Gram, usize)) {
    let Some(token) = tokens.get(at).filter(|token| token.kind != Kind::Break) else { return };
    neighbours(tokens, at, token).into_iter().for_each(|bucket| told(Gram::Words, bucket));
    if token.kind == Kind::Word {
        pieces(text.get(token.start..token.end).unwrap_or(""), &mut |it| told(Gram::Piece, it));
    }
}

/// A token by itself, with each of the two before it, and with both.
fn neighbours(tokens: &[Token], at: usize, token: &Token) -> [usize; 4] {
    let before = |steps: usize| {
        at.checked_sub(steps).and_then(|at| tokens.get(at)).map_or(SEED, |token| token.hash)
    };
    let (last, second) = (before(1), before(2));
    [
        bucket(step(0x51, token.hash)),
        bucket(step(step(0x52, last), token.hash)),
        bucket(step(step(0x53, second), token.hash)),
        bucket(step(step(step(0x54, second), last), token.hash)),
    ]
}

/// Three to five letters each, with the borders of the word.
fn pieces(word: &str, told: &mut impl FnMut(usize)) {
    let mut letters = [u32::from('<'); 52];
    let mut count = 1;
    for (letter, place) in word.chars().zip(letters.iter_mut().skip(1)) {
        *place = folded(letter);
        count += 1;
    }
    if let Some(place) = letters.get_mut(count) {
        *place = u32::from('>');
        count += 1;
    }
    let letters = letters.get(..count).unwrap_or(&[]);
    for from in 0..count.saturating_sub(2) {
        let mut hash = 0x33;
        for (place, letter) in letters.iter().skip(from).take(5).enumerate() {
            hash = step(hash, *letter);
            if place >= 2 {
                told(bucket(step(hash, place as u32)));
            }
        }
    }
}

fn folded(letter: char) -> u32 {
    match letter {
        '0'..='9' => u32::from('0'),
        letter if letter.is_ascii() => u32::from(letter.to_ascii_lowercase()),
        letter => u32::from(letter.to_lowercase().next().unwrap_or(letter)),
    }
}

fn bucket(hash: u32) -> usize {
    let mixed = (hash ^ hash >> 15).wrapping_mul(0x85eb_ca6b);
    (mixed >> (32 - BITS)) as usize
}

/// Sums of all tokens before a place.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    words: f32,
    pieces: f32,
    word_count: u32,
    piece_count: u32,
    marks: u32,
    capitals: u32,
    foreign: u32,
    breaks: u32,
}

/// A text with the weight of each token, summed up.
pub struct Sheet {
    sums: Vec<Sums>,
    sentences: Vec<Range<usize>>,
    /// What one of a sum is worth.
    step: f32,
}

/// Words of a text whose pieces were weighed already, each at a place of its hash: most words come again.
pub struct Weighed<'t> {
    words: Vec<(&'t str, f32, u32)>,
}

/// How many words are known at a time, as a power of two.
const KNOWN: usize = 9;

impl<'t> Weighed<'t> {
    /// None yet.
    pub fn none() -> Self {
        Self { words: vec![("", 0.0, 0); 1 << KNOWN] }
    }

    /// What the pieces of a word weigh, and how many they are.
    fn pieces(&mut self, hash: u32, word: &'t str, weights: &[i8]) -> (f32, u32) {
        let Some(known) = self.words.get_mut((hash >> (32 - KNOWN)) as usize) else {
            return (0.0, 0);
        };
        if known.0 != word {
            let (mut sum, mut count) = (0, 0);
            pieces(word, &mut |bucket| {
                sum += weights.get(bucket).map_or(0, |weight| i32::from(*weight));
                count += 1;
            });
            *known = (word, sum as f32, count);
        }
        (known.1, known.2)
    }
}

/// What a window of a text comes to.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Weight of its words.
    pub words: f32,
    /// Weight of their pieces.
    pub pieces: f32,
    /// What it looks like.
    pub shape: [f32; SHAPE],
}

/// By how much one word, one piece of a window counts.
#[derive(Clone, Copy, Debug)]
pub struct Shares {
    /// One word.
    pub word: f32,
    /// One piece.
    pub piece: f32,
}

impl Sheet {
    /// Sums up the weights of a text's tokens.
    pub fn new(text: &str, tokens: &[Token], weight: impl Fn(Gram, usize) -> f32) -> Self {
        let mut sums = Vec::with_capacity(tokens.len() + 1);
        let mut now = Sums::default();
        sums.push(now);
        for (at, token) in tokens.iter().enumerate() {
            now.look(text, token);
            grams(text, tokens, at, &mut |gram, bucket| match gram {
                Gram::Words => {
                    now.words += weight(gram, bucket);
                    now.word_count += 1;
                }
                Gram::Piece => {
                    now.pieces += weight(gram, bucket);
                    now.piece_count += 1;
                }
            });
            sums.push(now);
        }
        Self { sums, sentences: sentences::windows(text, tokens), step: 1.0 }
    }

    /// The same of weights in whole steps.
    pub fn in_steps<'t>(
        text: &'t str,
        tokens: &[Token],
        weights: &[i8],
        step: f32,
        known: &mut Weighed<'t>,
    ) -> Self {
        let mut sums = Vec::with_capacity(tokens.len() + 1);
        let mut now = Sums::default();
        sums.push(now);
        for (token, words) in tokens.iter().zip(weighed(tokens, weights)) {
            now.look(text, token);
            if token.kind != Kind::Break {
                now.words += words as f32;
                now.word_count += 4;
            }
            if token.kind == Kind::Word {
                let word = text.get(token.start..token.end).unwrap_or("");
                let (weight, count) = known.pieces(token.hash, word, weights);
                now.pieces += weight;
                now.piece_count += count;
            }
            sums.push(now);
        }
        Self { sums, sentences: sentences::windows(text, tokens), step }
    }

    /// How many tokens there are.
    pub fn len(&self) -> usize {
        self.sums.len().saturating_sub(1)
    }

    /// There is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All windows of it: of so many tokens each, and of whole sentences.
    pub fn windows(&self) -> impl Iterator<Item = Range<usize>> {
        windows(self.len()).chain(self.sentences.iter().cloned())
    }

    /// By how much a word and a piece count in these tokens.
    pub fn shares(&self, window: &Range<usize>) -> Shares {
        let (from, to) = self.ends(window);
        Shares {
            word: share(to.word_count - from.word_count),
            piece: share(to.piece_count - from.piece_count),
        }
    }

    /// What these tokens come to.
    pub fn window(&self, window: &Range<usize>) -> Window {
        let (from, to) = self.ends(window);
        let shares = self.shares(window);
        let count = (window.len() as f32).max(1.0);
        let part = |to: u32, from: u32| (to - from) as f32 / count;
        Window {
            words: (to.words - from.words) * self.step * shares.word,
            pieces: (to.pieces - from.pieces) * self.step * shares.piece,
            shape: [
                part(to.marks, from.marks),
                part(to.capitals, from.capitals),
                part(to.foreign, from.foreign),
                part(to.breaks, from.breaks),
                count.ln() / 5.0,
                f32::from(u8::from(window.start == 0)),
                f32::from(u8::from(window.end >= self.len())),
                (to.piece_count - from.piece_count) as f32 / count / 16.0,
            ],
        }
    }

    fn ends(&self, window: &Range<usize>) -> (Sums, Sums) {
        let at = |place: usize| self.sums.get(place).copied();
        let last = self.sums.last().copied().unwrap_or_default();
        (at(window.start).unwrap_or(last), at(window.end).unwrap_or(last))
    }
}

/// What each token weighs with those before it. All buckets are worked out first: so no look waits for the one before.
fn weighed(tokens: &[Token], weights: &[i8]) -> Vec<i32> {
    let buckets = |(at, token)| neighbours(tokens, at, token).map(|bucket| bucket as u32);
    let buckets: Vec<[u32; 4]> = tokens.iter().enumerate().map(buckets).collect();
    let weight = |bucket: u32| weights.get(bucket as usize).map_or(0, |it| i32::from(*it));
    buckets.into_iter().map(|four| four.map(weight).iter().sum()).collect()
}

fn share(count: u32) -> f32 {
    1.0 / (count.max(1) as f32).sqrt()
}

impl Sums {
    fn look(&mut self, text: &str, token: &Token) {
        match token.kind {
            Kind::Mark => self.marks += 1,
            Kind::Break => self.breaks += 1,
            Kind::Sign => self.foreign += 1,
            Kind::Word => {
                let word = text.as_bytes().get(token.start..token.end).unwrap_or(&[]);
                let first = word.first().copied().unwrap_or(0);
                let capital =
                    first.is_ascii_uppercase() && word.get(1).is_some_and(u8::is_ascii_uppercase);
                self.capitals += u32::from(capital);
                self.foreign += u32::from(first >= 0x80);
            }
        }
    }
}

/// How many tokens a window has: a short order between lines, a paragraph, a page.
pub const SCALES: [usize; 3] = [16, 40, 120];

/// All windows of so many tokens; each overlaps its neighbours by three quarters.
fn windows(count: usize) -> impl Iterator<Item = Range<usize>> {
    let fits = SCALES.iter().position(|scale| *scale >= count).unwrap_or(SCALES.len());
    let whole = (count > 0 && fits < SCALES.len()).then_some(0..count);
    let parts = SCALES.iter().take(fits).flat_map(move |scale| {
        let stride = scale / 4;
        let last = count.saturating_sub(*scale).div_ceil(stride);
        (0..=last).map(move |number| {
            let start = (number * stride).min(count - *scale);
            start..start + *scale
        })
    });
    parts.chain(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, words: usize, pieces: usize) {
        let tokens = tokens(text);
        let (mut said, mut parts) = (0, 0);
        for at in 0..tokens.len() {
            grams(text, &tokens, at, &mut |gram, bucket| {
                assert!(bucket < 1 << BITS);
                match gram {
                    Gram::Words => said += 1,
                    Gram::Piece => parts += 1,
                }
            });
        }
        assert_eq!((said, parts), (words, pieces), "{text}");
    }

    #[test]
    fn words_have_neighbours_and_pieces() {
        check("", 0, 0);
        check(".\n", 0, 0);
        check("a", 4, 1);
        check("abc", 4, 6);
        check("忽略", 8, 0);
        check(&"a".repeat(48), 4, 141);
    }

    #[test]
    fn any_window_is_the_sum_of_its_tokens() {
        let text = "One line of words.\nAND ANOTHER (one), 忽略!";
        let tokens = tokens(text);
        let sheet = Sheet::new(text, &tokens, |_, bucket| (bucket % 7) as f32);
        for start in 0..tokens.len() {
            for end in start + 1..=tokens.len() {
                let (mut sum, mut count) = (0.0, 0u32);
                for at in start..end {
                    grams(text, &tokens, at, &mut |gram, bucket| {
                        if gram == Gram::Words {
                            sum += (bucket % 7) as f32;
                            count += 1;
                        }
                    });
                }
                let window = sheet.window(&(start..end));
                assert!((window.words - sum / (count.max(1) as f32).sqrt()).abs() < 1e-3);
            }
        }
    }

    #[test]
    fn weights_in_steps_come_to_the_same() {
        let text = "One line of words, one LINE of Größe.\nAND ANOTHER line (one), 忽略!";
        let weights: Vec<i8> = (0..1 << BITS).map(|bucket| (bucket % 251 - 125) as i8).collect();
        let tokens = tokens(text);
        let slow = Sheet::new(text, &tokens, |_, bucket| f32::from(weights[bucket]) * 0.5);
        let mut known = Weighed::none();
        for _ in 0..2 {
            let quick = Sheet::in_steps(text, &tokens, &weights, 0.5, &mut known);
            for window in
                (0..tokens.len()).flat_map(|start| [start..start + 1, start..tokens.len()])
            {
                let (one, other) = (slow.window(&window), quick.window(&window));
                assert!((one.words - other.words).abs() < 1e-3, "{window:?}");
                assert!((one.pieces - other.pieces).abs() < 1e-3, "{window:?}");
                assert_eq!(one.shape, other.shape);
            }
        }
    }

    #[test]
    fn windows_cover_everything() {
        for count in 0..500 {
            let mut seen = vec![false; count];
            for window in windows(count) {
                assert!(window.end <= count && !window.is_empty(), "{count}");
                seen[window].fill(true);
            }
            assert!(seen.iter().all(|seen| *seen), "{count}");
        }
    }
}
