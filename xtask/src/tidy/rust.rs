//! What is read from the tokens of Rust files: unfinished places, who makes an `Attributed`, what
//! pure rooms touch, and `forbid(unsafe_code)` in crate roots.

use std::str::FromStr;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::house::Plan;
use super::tree::File;
use super::violation::{Rule, Violation};

const UNFINISHED: Rule = Rule {
    why: "what is on main works; a placeholder is found by a user at the worst moment",
    hint: "write it, or return an error that says what is missing",
};
const MAKER: Rule = Rule {
    why: "each stage takes the type that only the stage before can make",
    hint: "let the graph attribute the event; who may make one is in xtask/rooms.toml",
};
const PURE: Rule = Rule {
    why: "pure rooms run under test from a string: no socket, file or clock; time arrives in the event",
    hint: "take the value as an argument, or behind a trait the caller implements",
};
const UNSAFE: Rule = Rule {
    why: "unsafe code lives in `sensor` and `sandbox` only, and a crate that forbids it needs no reading",
    hint: "put `#![forbid(unsafe_code)]` below the crate's head",
};
const PARSE: Rule =
    Rule { why: "a file that does not lex cannot be checked", hint: "run cargo check" };

/// Checks every Rust file.
pub fn check(plan: &Plan, files: &[File]) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut sources = Vec::new();
    for file in files.iter().filter(|file| file.ends(".rs")) {
        match TokenStream::from_str(&file.text) {
            Ok(tokens) => sources.push((file, tokens)),
            Err(_) => found.push(Violation::error(&file.path, 0, "not Rust", PARSE)),
        }
    }
    let tests: Vec<String> =
        sources.iter().flat_map(|(file, tokens)| test_modules(file, tokens)).collect();
    for (file, tokens) in sources {
        let proof = file.is_proof() || tests.iter().any(|test| file.path.starts_with(test));
        if is_crate_root(&file.path)
            && !plan.unsafety.rooms.iter().any(|room| room == file.room())
            && !forbids_unsafe(&file.text)
        {
            found.push(Violation::error(&file.path, 1, "no `#![forbid(unsafe_code)]`", UNSAFE));
        }
        Walk { plan, file, found: &mut found }.tokens(tokens, proof);
    }
    found
}

/// Where the modules lie that `file` declares for tests only: `#[cfg(test)] mod name;`.
fn test_modules(file: &File, tokens: &TokenStream) -> Vec<String> {
    let (folder, name) = file.path.rsplit_once('/').unwrap_or_default();
    let folder = match name {
        "lib.rs" | "main.rs" | "mod.rs" => folder.to_owned(),
        _ => file.path.trim_end_matches(".rs").to_owned(),
    };
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let declared = (0..tokens.len()).filter(|&at| {
        let tested = matches!(&tokens[at], TokenTree::Group(group) if mentions_test(group));
        tested && is_attribute(&tokens, at) && text(&tokens, at + 1) == "mod"
    });
    let names = declared.map(|at| text(&tokens, at + 2));
    names.flat_map(|name| [format!("{folder}/{name}.rs"), format!("{folder}/{name}/")]).collect()
}

fn is_crate_root(path: &str) -> bool {
    path.ends_with("/src/lib.rs") || path.ends_with("/src/main.rs") || path.contains("/src/bin/")
}

fn forbids_unsafe(text: &str) -> bool {
    text.lines().any(|line| line.trim() == "#![forbid(unsafe_code)]")
}

struct Walk<'a> {
    plan: &'a Plan,
    file: &'a File,
    found: &'a mut Vec<Violation>,
}

impl Walk<'_> {
    /// `proof` is true below `#[cfg(test)]` and in test files.
    fn tokens(&mut self, tokens: TokenStream, proof: bool) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut test_item = false;
        for (at, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Ident(_) => self.ident(&tokens, at, proof || test_item),
                TokenTree::Group(group) => {
                    if is_attribute(&tokens, at) {
                        test_item |= mentions_test(group);
                        continue;
                    }
                    self.tokens(group.stream(), proof || test_item);
                    test_item &= group.delimiter() != Delimiter::Brace;
                }
                TokenTree::Punct(mark) if mark.as_char() == ';' => test_item = false,
                _ => {}
            }
        }
    }

    fn ident(&mut self, tokens: &[TokenTree], at: usize, proof: bool) {
        let word = text(tokens, at);
        let line = tokens[at].span().start().line;
        let macro_call = text(tokens, at + 1) == "!";
        if macro_call && ["todo", "unimplemented", "dbg"].contains(&word.as_str()) {
            self.say(line, format!("`{word}!`"), UNFINISHED);
        }
        if proof {
            return;
        }
        if word == "Attributed" && is_literal(tokens, at) && !self.is_maker() {
            self.say(line, "makes an `Attributed`".to_owned(), MAKER);
        }
        if self.plan.pure.rooms.iter().any(|room| room == self.file.room()) {
            self.pure(tokens, at, line);
        }
    }

    fn pure(&mut self, tokens: &[TokenTree], at: usize, line: usize) {
        if at > 0 && text(tokens, at - 1) == ":" {
            return;
        }
        let path = path_at(tokens, at);
        for forbidden in &self.plan.pure.paths {
            if format!("::{path}::").contains(&format!("::{forbidden}::")) {
                self.say(line, format!("pure `{}` uses `{path}`", self.file.room()), PURE);
                return;
            }
        }
    }

    fn is_maker(&self) -> bool {
        self.plan.attributed.makers.iter().any(|maker| self.file.path.starts_with(maker.as_str()))
    }

    fn say(&mut self, line: usize, what: String, rule: Rule) {
        self.found.push(Violation::error(&self.file.path, line, what, rule));
    }
}

fn text(tokens: &[TokenTree], at: usize) -> String {
    match tokens.get(at) {
        Some(TokenTree::Ident(word)) => word.to_string(),
        Some(TokenTree::Punct(mark)) => mark.as_char().to_string(),
        _ => String::new(),
    }
}

/// `a::b::c` from `at` on.
fn path_at(tokens: &[TokenTree], mut at: usize) -> String {
    let mut path = text(tokens, at);
    while text(tokens, at + 1) == ":" && text(tokens, at + 2) == ":" {
        at += 3;
        match tokens.get(at) {
            Some(TokenTree::Ident(word)) => path = format!("{path}::{word}"),
            _ => break,
        }
    }
    path
}

/// Whether the bracket group at `at` belongs to `#` or `#!`.
fn is_attribute(tokens: &[TokenTree], at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).map(|at| text(tokens, at)).unwrap_or_default();
    before(1) == "#" || (before(1) == "!" && before(2) == "#")
}

/// `#[cfg(test)]`, `#[test]`, `#[cfg(any(test, …))]`.
fn mentions_test(attribute: &Group) -> bool {
    let words: Vec<TokenTree> = attribute.stream().into_iter().collect();
    match (text(&words, 0).as_str(), words.get(1)) {
        ("test", None) => true,
        ("cfg", Some(TokenTree::Group(group))) => {
            let condition = group.stream().to_string();
            !condition.starts_with("not") && has_word(&condition, "test")
        }
        _ => false,
    }
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|part| part == word)
}

/// `Name { … }` that makes a value: not a definition, an `impl`, a return type or a pattern.
fn is_literal(tokens: &[TokenTree], at: usize) -> bool {
    let Some(TokenTree::Group(body)) = tokens.get(at + 1) else { return false };
    if body.delimiter() != Delimiter::Brace {
        return false;
    }
    let before = at.checked_sub(1).map(|at| text(tokens, at)).unwrap_or_default();
    let after = text(tokens, at + 2);
    let fields: Vec<TokenTree> = body.stream().into_iter().collect();
    let rest = fields.len() >= 2
        && text(&fields, fields.len() - 1) == "."
        && text(&fields, fields.len() - 2) == ".";
    let defines = ["struct", "enum", "impl", "for", "let", ">", "trait"].contains(&before.as_str());
    !defines && !rest && after != "="
}
