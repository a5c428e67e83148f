//! Names under which code knows what it brought in: `import os as o`, `from os import system as s`,
//! `const { execSync: x } = require(…)`, `require("fs").rm`.

use std::borrow::Cow;
use std::collections::HashMap;

use super::Language;
use super::tokens::Token;

/// Most names that are remembered.
const MOST: usize = 256;

/// Short names, and what they stand for.
#[derive(Default)]
pub struct Names<'t>(HashMap<&'t str, String>);

impl<'t> Names<'t> {
    pub fn of(language: Language, tokens: &'t [Token]) -> Self {
        let mut names = Self::default();
        for at in 0..tokens.len() {
            match language {
                Language::Python if name(tokens, at) == Some("import") => names.import(tokens, at),
                Language::JavaScript if tokens.get(at) == Some(&Token::Sign(':')) => {
                    let before = at.checked_sub(1).and_then(|at| name(tokens, at));
                    if let (Some(whole), Some(short)) = (before, name(tokens, at + 1))
                        && super::does(language, whole).is_some()
                    {
                        names.put(short, whole.to_owned());
                    }
                }
                _ => {}
            }
        }
        names
    }

    fn put(&mut self, short: &'t str, whole: String) {
        if self.0.len() < MOST {
            self.0.insert(short, whole);
        }
    }

    /// At `import`, with `from X` before it or not.
    fn import(&mut self, tokens: &'t [Token], at: usize) {
        let from = at.checked_sub(2).filter(|at| name(tokens, *at) == Some("from"));
        let from = from.and_then(|at| name(tokens, at + 1));
        let mut at = at + 1;
        while let Some(whole) = name(tokens, at) {
            let renamed = name(tokens, at + 1) == Some("as");
            let short = if renamed { name(tokens, at + 2) } else { Some(whole) };
            if let Some(short) = short {
                let whole = from.map_or(whole.to_owned(), |from| format!("{from}.{whole}"));
                self.put(short, whole);
            }
            at += if renamed { 3 } else { 1 };
            if tokens.get(at) != Some(&Token::Sign(',')) {
                return;
            }
            at += 1;
        }
    }

    /// The whole name of what `text` at `at` calls.
    pub fn whole<'n>(&self, tokens: &[Token], at: usize, text: &'n str) -> Cow<'n, str> {
        if let Some(brought) = required(tokens, at) {
            return Cow::Owned(format!("{brought}.{text}"));
        }
        let (first, rest) = text.split_once('.').unwrap_or((text, ""));
        match self.0.get(first) {
            Some(whole) if rest.is_empty() => Cow::Owned(whole.clone()),
            Some(whole) => Cow::Owned(format!("{whole}.{rest}")),
            None => Cow::Borrowed(text),
        }
    }
}

fn name(tokens: &[Token], at: usize) -> Option<&str> {
    match tokens.get(at) {
        Some(Token::Name(name)) => Some(name),
        _ => None,
    }
}

/// `require("fs") . rm`: what was brought in right before the name.
fn required(tokens: &[Token], at: usize) -> Option<&str> {
    let begin = at.checked_sub(5)?;
    let known =
        matches!(name(tokens, begin), Some("require" | "__import__" | "importlib.import_module"));
    match tokens.get(begin + 1..at)? {
        [Token::Sign('('), Token::Text(text), Token::Sign(')'), Token::Sign('.')] if known => {
            Some(text.rsplit(':').next().unwrap_or(text).split('/').next().unwrap_or(text))
        }
        _ => None,
    }
}
