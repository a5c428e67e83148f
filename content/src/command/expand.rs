//! Words with what is known put in for what they expand to.

use std::sync::Arc;

use crate::shell::{Change, Part, Quoting, Why, Word, alternatives};

use super::walk::{Walk, append};
use super::{UNKNOWN, Where};

impl Walk<'_> {
    /// The arguments that a word becomes.
    pub fn words(&mut self, word: &Word) -> Vec<String> {
        let mut words = Vec::new();
        if self.is_spent() {
            return vec![UNKNOWN.into()];
        }
        for word in alternatives(word) {
            let mut fields = Fields::default();
            for (at, part) in word.parts.iter().enumerate() {
                self.part(part, at == 0 && tilde_ends(&word), &mut fields);
            }
            words.append(&mut self.finished(fields).done());
        }
        self.spend(words.iter().map(String::len).sum::<usize>() + 16 * words.len());
        words
    }

    /// The one text that a word becomes where it is not split: behind `=`, as a here-document.
    pub fn text(&mut self, word: &Word) -> String {
        let mut text = String::new();
        if self.is_spent() {
            return UNKNOWN.into();
        }
        for (at, part) in word.parts.iter().enumerate() {
            let mut fields = Fields::default();
            self.part(part, at == 0 && tilde_ends(word), &mut fields);
            let fields = self.finished(fields);
            if !append(&mut text, &fields.whole) {
                self.unclear(Why::TooMuch, "");
            }
        }
        self.spend(text.len());
        text
    }

    /// What did not fit is said.
    fn finished(&mut self, fields: Fields) -> Fields {
        if fields.lost {
            self.unclear(Why::TooMuch, "");
        }
        fields
    }

    fn part(&mut self, part: &Part, tilde: bool, fields: &mut Fields) {
        match part {
            Part::Plain(text) if tilde => {
                let text = self.tilde(text);
                fields.keep(&text);
            }
            Part::Plain(text) | Part::Quoted(text) => fields.keep(text),
            Part::Variable { name, change: Change::None, quoting: Quoting::Double }
                if name == "@" =>
            {
                let values = self.state.positional.clone();
                fields.each(&values);
            }
            Part::Variable { name, change, quoting } => match self.instead(name, change) {
                // The word that stands in for the value keeps its own quotes.
                Some(word) => word.parts.iter().for_each(|part| match part {
                    Part::Plain(text) => fields.add(text, *quoting),
                    part => self.part(part, false, fields),
                }),
                None => {
                    let value = self.changed(name, change);
                    fields.add(&value, *quoting);
                }
            },
            Part::Output { nodes, quoting } => {
                let out = self.apart(|walk| walk.list(nodes));
                fields.add(out.trim_end_matches('\n'), *quoting);
            }
            Part::Pipe(nodes) => {
                let out = self.apart(|walk| walk.list(nodes));
                // The output is read as a file: one that was written here.
                let name = format!("/dev/fd/{}", 63 + self.written.len());
                self.write(name.clone(), out);
                fields.keep(&name);
            }
            Part::Unknown(words) => {
                words.iter().for_each(|word| drop(self.words(word)));
                fields.keep(UNKNOWN.encode_utf8(&mut [0; 4]));
            }
        }
    }

    fn tilde(&self, text: &str) -> String {
        let end = text.find('/').unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        let home = match name {
            "~" => self.home(),
            "~+" => self.state.cwd.clone(),
            "~root" => "/root".to_owned(),
            "~-" => UNKNOWN.into(),
            _ => format!("/home/{}", name.trim_start_matches('~')),
        };
        home + rest
    }

    /// The home of whoever runs it.
    fn home(&self) -> String {
        if let Some(home) = self.state.variables.get("HOME") {
            return home.to_string();
        }
        match self.at {
            Where::Here => self.place.home.to_owned(),
            Where::Remote(_) | Where::NewContainer => format!("/home/{UNKNOWN}"),
        }
    }

    /// What a variable holds, as far as it is known.
    pub fn variable(&self, name: &str) -> String {
        if let Some(value) = self.state.variables.get(name) {
            return value.to_string();
        }
        let positional = &self.state.positional;
        match name {
            "HOME" => self.home(),
            "PWD" => self.state.cwd.clone(),
            "IFS" => " \t\n".to_owned(),
            "@" | "*" if !positional.is_empty() => positional.join(" "),
            _ => match name.parse::<usize>() {
                Ok(number) if number > 0 => {
                    positional.get(number - 1).map_or(UNKNOWN.into(), |it| it.to_string())
                }
                _ => UNKNOWN.into(),
            },
        }
    }

    /// The word that `${name:-word}` or `${name:+word}` is, if it is not the value.
    fn instead<'c>(&self, name: &str, change: &'c Change) -> Option<&'c Word> {
        match change {
            Change::Instead(word) => Some(word),
            Change::Default(word) => {
                let value = self.variable(name);
                (value.is_empty() || value == UNKNOWN.to_string()).then_some(word)
            }
            _ => None,
        }
    }

    fn changed(&mut self, name: &str, change: &Change) -> String {
        let value = self.variable(name);
        match change {
            Change::None | Change::Required | Change::Default(_) | Change::Instead(_) => value,
            Change::Slice(from, length) if !value.contains(UNKNOWN) => {
                value.chars().skip(*from).take(length.unwrap_or(usize::MAX)).collect()
            }
            Change::Slice(..) => UNKNOWN.into(),
            Change::Other(words) => {
                words.iter().for_each(|word| drop(self.words(word)));
                UNKNOWN.into()
            }
        }
    }
}

/// Whether a word begins with `~` or `~name`, with nothing quoted or expanded in it.
fn tilde_ends(word: &Word) -> bool {
    let Some(Part::Plain(text)) = word.parts.first() else { return false };
    let name = text.split('/').next().unwrap_or(text);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-+".contains(&byte);
    let ends = text.contains('/') || word.parts.len() == 1;
    ends && name.strip_prefix('~').is_some_and(|name| name.bytes().all(plain))
}

/// Most words that one word becomes.
const MOST: usize = 16_384;

/// The words that come of one, as its parts are put in.
#[derive(Default)]
struct Fields {
    done: Vec<String>,
    open: Option<String>,
    /// All of it, not split.
    whole: String,
    /// Something did not fit.
    lost: bool,
}

impl Fields {
    fn keep(&mut self, text: &str) {
        self.lost |= !append(self.open.get_or_insert_default(), text);
        self.lost |= !append(&mut self.whole, text);
    }

    fn add(&mut self, value: &str, quoting: Quoting) {
        if quoting == Quoting::Double {
            return self.keep(value);
        }
        self.lost |= !append(&mut self.whole, value);
        let mut pieces = value.split([' ', '\t', '\n']).peekable();
        while let Some(piece) = pieces.next() {
            if !piece.is_empty() {
                self.lost |= !append(self.open.get_or_insert_default(), piece);
            }
            if pieces.peek().is_some() {
                self.close();
            }
        }
    }

    fn each(&mut self, values: &[Arc<str>]) {
        for (at, value) in values.iter().enumerate() {
            if at > 0 {
                self.close();
            }
            self.keep(value);
        }
    }

    fn close(&mut self) {
        if self.done.len() < MOST {
            self.done.extend(self.open.take());
        } else if self.open.take().is_some() {
            self.lost = true;
        }
    }

    fn done(mut self) -> Vec<String> {
        self.close();
        self.done
    }
}
