//! What agents write of their conversations, as words: the transcript of any product as it grows.
//!
//! ```text
//! bytes of a file ──Reader::take──▶ Utterance … ──keep (redaction, length)──▶ Utterance, ready for the record
//! ```
//!
//! A transcript is hostile text: the agent writes it, and what it reads is in it. What is not understood is counted;
//! nothing is too long, too deep or too broken to go on behind it.

mod called;
mod claude;
mod codex;
mod gemini;
mod hooked;
mod kept;
mod lines;
mod mini;
mod tables;
mod time;

use std::collections::VecDeque;

use event::{Named, Speech, Text, Utterance};
use serde_json::Value;

pub use called::{Turn, of_answer, of_request, of_tool_call, of_tool_result};
pub use hooked::of_hook;
use kept::MOST_RESULT;
pub use kept::{Kept, Words, keep};
use lines::Lines;
pub use tables::{Again, Tables, Told};

use crate::hooks;
use crate::named::named;

/// Longest text that is passed on, in bytes; [`keep`] keeps less of it.
const MOST_TEXT: usize = 32 << 10;
/// Longest name, in bytes.
const MOST_NAME: usize = 200;
/// Most names that are remembered, so that what is written twice is told once.
const MOST_REMEMBERED: usize = 512;
/// Longest transcript that is one document, in bytes.
pub const MOST_DOCUMENT: usize = 16 << 20;

/// The transcript of one conversation.
#[derive(Debug)]
pub struct Reader {
    form: Form,
    lines: Lines,
    memory: Memory,
    unread: Unread,
}

/// How products write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Lines: `{timestamp, type, payload}`.
    Codex,
    /// Lines: `{type, timestamp, message}`, as the Messages API has them.
    Claude,
    /// Lines: messages, of which the last with an id counts.
    Gemini,
    /// One document, written anew at every step.
    Mini,
}

/// What could not be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unread {
    /// Entries that are no JSON, or too long.
    pub broken: u64,
    /// Entries of a kind that is not known.
    pub unknown: u64,
}

/// What earlier entries said.
#[derive(Debug, Default)]
struct Memory {
    conversation: Text,
    model: Text,
    /// Names of what was told.
    told: VecDeque<Box<str>>,
    /// Messages of a document that were told.
    messages: usize,
}

impl Memory {
    /// Whether this is the first time that `name` is said.
    fn is_new(&mut self, name: &str) -> bool {
        if self.told.iter().any(|known| **known == *name) {
            return false;
        }
        self.told.push_back(name.into());
        if self.told.len() > MOST_REMEMBERED {
            self.told.pop_front();
        }
        true
    }
}

/// Whether an entry was understood, also where it says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Yes,
    No,
}

impl Form {
    fn of(product: &str) -> Option<Self> {
        match product {
            "codex-cli" => Some(Self::Codex),
            "claude-code" => Some(Self::Claude),
            "gemini-cli" => Some(Self::Gemini),
            "mini-swe-agent" => Some(Self::Mini),
            _ => None,
        }
    }
}

/// Whether all conversations of `product` are in one database, to be read by [`Tables`].
pub fn is_database(product: &str) -> bool {
    product == "opencode"
}

/// Whether `product` keeps transcripts of which it is known how they are written.
pub fn is_kept_by(product: &str) -> bool {
    is_database(product) || Form::of(product).is_some()
}

/// Whether it is known how `product` writes a transcript of that name: older versions wrote others.
pub fn is_understood(product: &str, name: &str) -> bool {
    if is_database(product) {
        return name.ends_with(".db");
    }
    match Form::of(product) {
        Some(Form::Mini) => name.ends_with(".json"),
        Some(Form::Codex | Form::Claude | Form::Gemini) => name.ends_with(".jsonl"),
        None => false,
    }
}

impl Reader {
    /// Reads what `product` writes, from where `at` says ([`Self::at`]); none: nobody knows how it writes.
    pub fn of(product: &str, at: u64) -> Option<Self> {
        let form = Form::of(product)?;
        let messages = if form == Form::Mini { usize::try_from(at).unwrap_or(0) } else { 0 };
        let lines = Lines::from(if form == Form::Mini { 0 } else { at });
        let memory = Memory { messages, ..Memory::default() };
        Some(Self { form, lines, memory, unread: Unread::default() })
    }

    /// Whether the transcript is one document, to be given as a whole.
    pub fn is_document(&self) -> bool {
        self.form == Form::Mini
    }

    /// How far was told: bytes of whole lines, or messages of a document.
    pub fn at(&self) -> u64 {
        if self.is_document() { self.memory.messages as u64 } else { self.lines.at() }
    }

    /// What could not be told so far.
    pub fn unread(&self) -> Unread {
        Unread { broken: self.unread.broken + self.lines.too_long(), ..self.unread }
    }

    /// Takes the next bytes of a transcript of lines, or all of a document; tells what it says.
    pub fn take(&mut self, bytes: &[u8], tell: &mut dyn FnMut(Utterance)) {
        let Self { form, lines, memory, unread } = self;
        let mut read = |text: &[u8]| {
            let text = String::from_utf8_lossy(text);
            if text.trim().is_empty() {
                return;
            }
            let Ok(value) = serde_json::from_str::<Value>(&text) else {
                unread.broken += 1;
                return;
            };
            let known = match form {
                Form::Codex => codex::read(&value, memory, tell),
                Form::Claude => claude::read(&value, memory, tell),
                Form::Gemini => gemini::read(&value, memory, tell),
                Form::Mini => mini::read(&value, memory, tell),
            };
            unread.unknown += u64::from(known == Known::No);
        };
        match form {
            Form::Mini => read(bytes),
            _ => lines.each(bytes, &mut read),
        }
    }
}

/// Words of a kind, at a time as it stands in an entry.
fn words(speech: Speech, memory: &Memory, said_unix_ns: u64) -> Utterance {
    Utterance {
        speech,
        said_unix_ns,
        conversation: memory.conversation.clone(),
        ..Utterance::default()
    }
}

/// A call of `tool`, with what it is given.
fn call(memory: &Memory, at: u64, id: &str, tool: &str, input: &Value) -> Utterance {
    let given = hooks::given(tool, input);
    Utterance {
        call: name(id),
        tool: name(tool),
        ..said(words(Speech::ToolCall, memory, at), &given)
    }
}

/// What came of the call `id`.
fn result(memory: &Memory, at: u64, id: &str, output: &str, failed: bool) -> Utterance {
    let named = if output.len() > MOST_RESULT { named(output) } else { Named::default() };
    let words = said(words(Speech::ToolResult, memory, at), output);
    Utterance { call: name(id), failed, named, ..words }
}

/// The words with their text.
pub(crate) fn said(words: Utterance, text: &str) -> Utterance {
    let text = text.trim();
    let cut = kept::cut(text, MOST_TEXT);
    Utterance { text: cut.into(), bytes: text.len() as u64, ..words }
}

/// A name, if it is none that somebody made to be long.
pub(crate) fn name(text: &str) -> Text {
    kept::cut(text, MOST_NAME).into()
}

/// The text below `key`.
fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// A number below `key`.
fn number(value: &Value, key: &str) -> u64 {
    value.get(key).and_then(Value::as_u64).unwrap_or(0)
}

/// Text that is a text, or a list of parts with texts.
pub(crate) fn joined(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let texts = parts.iter().filter_map(|part| match part {
                Value::String(text) => Some(text.as_str()),
                part => part.get("text").and_then(Value::as_str),
            });
            texts.collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    }
}

/// What a program around the agent says in a person's name: it begins with a tag.
fn is_by_program(text: &str, tags: &[&str]) -> bool {
    let begins = text.trim_start().strip_prefix('<');
    begins.is_some_and(|rest| tags.iter().any(|tag| rest.starts_with(tag)))
}

#[cfg(test)]
pub(crate) mod tests;
