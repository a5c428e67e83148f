//! `[gateway.classifiers.NAME]`: models that somebody brings to look at texts.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use content::inspect::Position;
use serde::{Deserialize, Serialize};

/// A model with its tokenizer, and what it is asked about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneClassifier {
    /// The model, in ONNX.
    pub model: PathBuf,
    /// Its `tokenizer.json`.
    pub tokenizer: PathBuf,
    /// How sure it has to be, from 0 to 1.
    #[serde(default = "half")]
    pub threshold: f32,
    /// Where texts stand that it is asked about.
    #[serde(default = "goes_in")]
    pub positions: Vec<String>,
    /// Which of its classes is meant; none: the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<usize>,
    /// Tokens of a window, where the model leaves that open.
    #[serde(default = "window")]
    pub window: usize,
}

fn half() -> f32 {
    0.5
}

fn window() -> usize {
    256
}

/// What others than the model say.
fn goes_in() -> Vec<String> {
    let others = Position::ALL.iter().filter(|it| it.is_data() || **it == Position::User);
    others.map(|it| it.name().to_owned()).collect()
}

impl OneClassifier {
    /// Where it is asked; an error where something of it makes no sense.
    pub fn asked_at(&self, name: &str) -> Result<Vec<Position>> {
        let sound = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_".contains(&b);
        ensure!(
            !name.is_empty() && name.bytes().all(sound),
            "`{name}` is no name for a find\nhint: use a-z, 0-9, `-` and `_`"
        );
        ensure!(
            (0.0..1.0).contains(&self.threshold),
            "`threshold` is {}\nhint: from 0 to less than 1",
            self.threshold
        );
        let known = |word: &String| {
            let names = || Position::ALL.map(Position::name).join("`, `");
            let found = Position::ALL.into_iter().find(|it| it.name() == word);
            found.with_context(|| format!("`{word}` is no place of a text\nhint: `{}`", names()))
        };
        self.positions.iter().map(known).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_sense_says_what_to_do() {
        let check = |name: &str, text: &str, expect: Result<usize, &str>| {
            let text = format!("model = 'm'\ntokenizer = 't'\n{text}");
            let one: OneClassifier = toml::from_str(&text).expect("it is read");
            match (one.asked_at(name), expect) {
                (Ok(at), Ok(count)) => assert_eq!(at.len(), count, "{text}"),
                (Err(error), Err(expect)) => assert!(error.to_string().contains(expect), "{error}"),
                other => panic!("{text}: {other:?}"),
            }
        };
        check("mine", "", Ok(5));
        check("mine", "positions = ['answer']\nthreshold = 0.9", Ok(1));
        check("mine", "positions = ['tool']", Err("hint: `system`, `user`"));
        check("mine", "threshold = 1", Err("hint: from 0"));
        check("my/own", "", Err("no name for a find"));
    }
}
