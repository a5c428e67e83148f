//! Texts as the numbers that a model knows: by the `tokenizer.json` that it was trained with. WordPiece and Unigram are
//! understood; what is not is refused, for a model that is told other numbers says nothing.

use std::collections::HashMap;
use std::ops::Range;

use serde_json::Value;

use crate::normal::{Step, is_punctuation};
use crate::unigram::Unigram;
use crate::wordpiece::WordPiece;

/// A piece of a text, and where its word stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub id: i64,
    pub at: Range<usize>,
}

/// From texts to numbers.
#[derive(Debug)]
pub struct Tokenizer {
    steps: Vec<Step>,
    pieces: Pieces,
    /// Stands before each word; none: punctuation is parted from words instead.
    before: Option<String>,
    /// Before and behind a text.
    pub begin: Vec<i64>,
    pub end: Vec<i64>,
    /// Where nothing is.
    pub pad: i64,
}

#[derive(Debug)]
enum Pieces {
    Words(WordPiece),
    Likely(Unigram),
}

/// Why a tokenizer cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenizerError {
    /// It is none.
    #[error("it cannot be read: {0}\nhint: use the `tokenizer.json` that came with the model")]
    Unread(String),
    /// It works in a way that is not known here.
    #[error(
        "its {0} `{1}` is not understood\nhint: WordPiece (BERT) and Unigram (SentencePiece) are"
    )]
    Unknown(&'static str, String),
    /// It has no numbers.
    #[error("it has no `{0}`")]
    Lacks(&'static str),
}

impl Tokenizer {
    /// Reads a `tokenizer.json`.
    pub fn read(text: &[u8]) -> Result<Self, TokenizerError> {
        let root: Value = serde_json::from_slice(text)
            .map_err(|error| TokenizerError::Unread(error.to_string()))?;
        let mut steps = Vec::new();
        normal(&root["normalizer"], &mut steps)?;
        let before = before(&root["pre_tokenizer"])?;
        let pieces = pieces(&root["model"])?;
        let (begin, end) = around(&root["post_processor"])?;
        let named = |name: &str| {
            let added = root["added_tokens"].as_array().into_iter().flatten();
            { added }.find(|it| it["content"] == name).and_then(|it| it["id"].as_i64())
        };
        let pad = root["padding"]["pad_id"].as_i64();
        let pad = pad.or_else(|| named("[PAD]")).or_else(|| named("<pad>")).unwrap_or(0);
        Ok(Self { steps, pieces, before, begin, end, pad })
    }

    /// The first `most` tokens of a text.
    pub fn tokens(&self, text: &str, most: usize) -> Vec<Token> {
        let mut tokens = Vec::new();
        for word in text.split_whitespace() {
            if tokens.len() >= most {
                break;
            }
            let start = word.as_ptr().addr() - text.as_ptr().addr();
            let at = start..start + word.len();
            let ids = self.word(word).into_iter();
            tokens.extend(ids.map(|id| Token { id, at: at.clone() }));
        }
        tokens.truncate(most);
        tokens
    }

    /// What stands for anything that is not known.
    pub fn unknown(&self) -> Token {
        let word = self.word("\u{10fffd}").first().copied();
        Token { id: word.unwrap_or(self.pad), at: 0..0 }
    }

    fn word(&self, word: &str) -> Vec<i64> {
        let normal = self.steps.iter().fold(word.to_owned(), |word, step| step.take(&word));
        let words = normal.split_whitespace();
        match (&self.pieces, &self.before) {
            (Pieces::Words(pieces), None) => {
                words.flat_map(parted).flat_map(|it| pieces.pieces(it)).collect()
            }
            (Pieces::Words(pieces), Some(before)) => {
                words.flat_map(|it| pieces.pieces(&format!("{before}{it}"))).collect()
            }
            (Pieces::Likely(pieces), before) => {
                let before = before.as_deref().unwrap_or_default();
                words.flat_map(|it| pieces.pieces(&format!("{before}{it}"))).collect()
            }
        }
    }
}

/// A word and its punctuation, each for itself.
fn parted(word: &str) -> Vec<&str> {
    let (mut parts, mut from) = (Vec::new(), 0);
    for (at, c) in word.char_indices().filter(|(_, c)| is_punctuation(*c)) {
        parts.extend(word.get(from..at).filter(|it| !it.is_empty()));
        parts.extend(word.get(at..at + c.len_utf8()));
        from = at + c.len_utf8();
    }
    parts.extend(word.get(from..).filter(|it| !it.is_empty()));
    parts
}

fn kind(value: &Value) -> &str {
    value["type"].as_str().unwrap_or_default()
}

fn unknown(what: &'static str, value: &Value) -> TokenizerError {
    TokenizerError::Unknown(what, kind(value).chars().take(60).collect())
}

fn normal(value: &Value, steps: &mut Vec<Step>) -> Result<(), TokenizerError> {
    let is = |key: &str, otherwise: bool| value[key].as_bool().unwrap_or(otherwise);
    match kind(value) {
        "" if value.is_null() => {}
        // Blanks part words here in any case.
        "Strip" | "StripLeft" | "StripRight" | "Replace" => {}
        "Lowercase" => steps.push(Step::Small),
        "NFC" | "NFD" => steps.push(Step::Composed),
        "NFKC" | "NFKD" | "Nmt" | "Precompiled" => steps.push(Step::Compatible),
        "StripAccents" => steps.push(Step::Plain),
        "BertNormalizer" => {
            let small = is("lowercase", true);
            let bert = [
                (is("clean_text", true), Step::Clean),
                (is("handle_chinese_chars", true), Step::Chinese),
                (is("strip_accents", small), Step::Plain),
                (small, Step::Small),
            ];
            steps.extend(bert.into_iter().filter(|(is, _)| *is).map(|(_, step)| step));
        }
        "Sequence" => {
            for one in value["normalizers"].as_array().into_iter().flatten() {
                normal(one, steps)?;
            }
        }
        _ => return Err(unknown("normalizer", value)),
    }
    Ok(())
}

/// What stands before each word.
fn before(value: &Value) -> Result<Option<String>, TokenizerError> {
    match kind(value) {
        "" if value.is_null() => Ok(None),
        "BertPreTokenizer" | "Whitespace" | "WhitespaceSplit" => Ok(None),
        "Metaspace" => Ok(Some(value["replacement"].as_str().unwrap_or("▁").to_owned())),
        "Sequence" => {
            let mut found = None;
            for one in value["pretokenizers"].as_array().into_iter().flatten() {
                found = before(one)?.or(found);
            }
            Ok(found)
        }
        _ => Err(unknown("pre-tokenizer", value)),
    }
}

fn pieces(model: &Value) -> Result<Pieces, TokenizerError> {
    match kind(model) {
        "WordPiece" => {
            let vocabulary = model["vocab"].as_object().ok_or(TokenizerError::Lacks("vocab"))?;
            let known: HashMap<String, i64> = vocabulary
                .iter()
                .filter_map(|(piece, id)| Some((piece.clone(), id.as_i64()?)))
                .collect();
            let unknown = model["unk_token"].as_str().unwrap_or("[UNK]");
            let unknown = *known.get(unknown).ok_or(TokenizerError::Lacks("unk_token"))?;
            let goes_on = model["continuing_subword_prefix"].as_str().unwrap_or("##").to_owned();
            Ok(Pieces::Words(WordPiece { known, unknown, goes_on }))
        }
        "Unigram" => {
            let vocabulary = model["vocab"].as_array().ok_or(TokenizerError::Lacks("vocab"))?;
            let read = |it: &Value| Some((it[0].as_str()?.to_owned(), it[1].as_f64()?));
            let all: Option<Vec<(String, f64)>> = vocabulary.iter().map(read).collect();
            let all = all.filter(|it| !it.is_empty()).ok_or(TokenizerError::Lacks("vocab"))?;
            let unknown = model["unk_id"].as_i64().ok_or(TokenizerError::Lacks("unk_id"))?;
            Ok(Pieces::Likely(Unigram::new(all, unknown)))
        }
        _ => Err(unknown("model", model)),
    }
}

/// What stands before and behind a text.
fn around(value: &Value) -> Result<(Vec<i64>, Vec<i64>), TokenizerError> {
    let id = |key: &str| value[key][1].as_i64().into_iter().collect();
    match kind(value) {
        "" if value.is_null() => Ok((Vec::new(), Vec::new())),
        "BertProcessing" | "RobertaProcessing" => Ok((id("cls"), id("sep"))),
        "TemplateProcessing" => {
            let (mut begin, mut end, mut text) = (Vec::new(), Vec::new(), false);
            for one in value["single"].as_array().into_iter().flatten() {
                text |= !one["Sequence"].is_null();
                let Some(name) = one["SpecialToken"]["id"].as_str() else { continue };
                let ids = value["special_tokens"][name]["ids"].as_array().into_iter().flatten();
                let side = if text { &mut end } else { &mut begin };
                side.extend(ids.filter_map(Value::as_i64));
            }
            Ok((begin, end))
        }
        _ => Err(unknown("post-processor", value)),
    }
}
