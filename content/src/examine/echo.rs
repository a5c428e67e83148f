//! Marks of ours that a model says back: found in what it says, however it is cut, and whether one stands where what it
//! stands for would leave: in a link, in a command or a call that reaches a host.

use serde_json::Value;

use super::Position;
use crate::hooks::{Use, use_of};
use crate::{command, named, shell};

/// Longest mark, in bytes.
const MOST_MARK: usize = 160;
/// How much of what was said stays for the look at what stands before a mark, in bytes.
const BEFORE: usize = 2 << 10;
/// Longest arguments of a tool in which marks are looked for; in longer ones they stay.
const MOST_GIVEN: usize = 256 << 10;
/// How a mark begins and ends, also as JSON may write it.
const BEGINS: [&str; 2] = ["‹", "\\u2039"];
const ENDS: [&str; 2] = ["›", "\\u203a"];

/// A mark that a model says.
#[derive(Clone, Copy, Debug)]
pub struct Echo<'s> {
    /// The mark, without escapes.
    pub mark: &'s str,
    /// Whether it stands in words or in what a tool is given.
    pub position: Position,
    /// The tool; empty: none, or it is not known here.
    pub tool: &'s str,
    /// What stands before it in its own text.
    pub before: &'s str,
    /// All that the tool is given; empty: it is not known here.
    pub given: &'s str,
    /// It was told before: the stream says the same text again.
    pub again: bool,
}

impl Echo<'_> {
    /// Whether what takes its place would be part of a link, or of what reaches a host that is not of `allowed`.
    pub fn leaves(&self, allowed: &[String]) -> bool {
        let is_allowed = |host: &str| allowed.iter().any(|it| it.eq_ignore_ascii_case(host));
        in_link(self.before, &is_allowed)
            || self.position == Position::ToolCall && reaches(self.tool, self.given, &is_allowed)
    }
}

/// A mark in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Where.
    pub span: std::ops::Range<usize>,
    /// Without escapes.
    pub mark: String,
}

/// All that could be marks in a text.
pub fn marks(text: &str) -> Vec<Mark> {
    let (mut found, mut from) = (Vec::new(), 0);
    while let Some((start, begin)) = first(text, from, &BEGINS) {
        from = start + begin.len();
        let Some((end, close)) = first(text, from, &ENDS) else { break };
        let inside = text.get(from..end).unwrap_or_default();
        let is_mark = inside.len() <= MOST_MARK
            && !inside.contains(|c: char| c.is_whitespace() || "\\‹".contains(c));
        if is_mark {
            from = end + close.len();
            found.push(Mark { span: start..from, mark: format!("‹{inside}›") });
        }
    }
    found
}

fn first<'w>(text: &str, from: usize, words: &[&'w str]) -> Option<(usize, &'w str)> {
    let rest = text.get(from..)?;
    let each = words.iter().filter_map(|word| Some((from + rest.find(word)?, *word)));
    each.min_by_key(|(at, _)| *at)
}

/// The marks of one text that comes in pieces.
#[derive(Debug)]
pub struct Echoes {
    /// Arguments of a tool: looked at when they are whole.
    whole: bool,
    /// The end of the text, from `from` on.
    text: String,
    from: usize,
    /// Behind this place of `text` no mark was looked for.
    looked: usize,
    /// Too long to be looked at as a whole.
    over: bool,
}

impl Echoes {
    /// Of words, or of what a tool is given.
    pub fn of(position: Position) -> Self {
        let whole = position == Position::ToolCall;
        Self { whole, text: String::new(), from: 0, looked: 0, over: false }
    }

    /// The next piece; tells the marks that are whole, with what stands before each. Places are those of the whole text.
    pub fn feed(&mut self, piece: &str) -> Vec<(Mark, String)> {
        if self.over {
            return Vec::new();
        }
        self.text.push_str(piece);
        if self.whole {
            self.over = self.text.len() > MOST_GIVEN;
            if self.over {
                self.text = String::new();
            }
            return Vec::new();
        }
        let found = marks(self.text.get(self.looked..).unwrap_or_default());
        let (looked, from) = (self.looked, self.from);
        let told = found.into_iter().map(|it| {
            let span = looked + it.span.start..looked + it.span.end;
            let before = self.text.get(..span.start).unwrap_or_default().to_owned();
            self.looked = span.end;
            (Mark { span: from + span.start..from + span.end, mark: it.mark }, before)
        });
        let told = told.collect();
        self.looked = self.open().unwrap_or(self.text.len());
        self.forget();
        told
    }

    /// The marks in arguments that are whole now, and all that the tool is given.
    pub fn end(&mut self) -> (Vec<(Mark, String)>, String) {
        if !self.whole {
            return Default::default();
        }
        let given = std::mem::take(&mut self.text);
        let told = marks(&given).into_iter().map(|it| {
            let before = given.get(..it.span.start).unwrap_or_default().to_owned();
            (it, before)
        });
        (told.collect(), given)
    }

    /// Before this place no mark stands any more that is waited for.
    pub fn settled(&self) -> usize {
        let open = if self.whole { self.first() } else { self.open() };
        open.map_or(usize::MAX, |at| self.from + at)
    }

    /// Bytes of memory that it takes.
    pub fn memory(&self) -> usize {
        self.text.capacity()
    }

    /// Where a mark begins whose end has not come.
    fn open(&self) -> Option<usize> {
        let at = self.text.rfind('‹').filter(|at| *at >= self.looked)?;
        let rest = self.text.get(at..).unwrap_or_default();
        (rest.len() <= MOST_MARK && !rest.contains(['›', '\n', ' '])).then_some(at)
    }

    /// Where the first of the arguments may stand, or the begin of one.
    fn first(&self) -> Option<usize> {
        let begins = first(&self.text, 0, &BEGINS).map(|(at, _)| at);
        begins.or_else(|| {
            let escape = BEGINS.get(1).copied().unwrap_or_default();
            let cut = (1..escape.len()).rev().filter_map(|length| escape.get(..length));
            cut.map(|part| self.text.strip_suffix(part)).find_map(|it| it.map(str::len))
        })
    }

    fn forget(&mut self) {
        if self.text.len() <= 2 * BEFORE {
            return;
        }
        let mut extra = (self.text.len() - BEFORE).min(self.looked);
        while !self.text.is_char_boundary(extra) {
            extra -= 1;
        }
        self.text.drain(..extra);
        self.from += extra;
        self.looked -= extra;
    }
}

/// What stands before a mark in JSON: the text of its own string.
pub fn in_json(before: &str) -> Option<String> {
    let opens = |at: usize| {
        let slashes = before.get(..at)?.bytes().rev().take_while(|byte| *byte == b'\\').count();
        (slashes % 2 == 0).then_some(at + 1)
    };
    let start = before.rmatch_indices('"').find_map(|(at, _)| opens(at))?;
    serde_json::from_str(&format!("\"{}\"", before.get(start..)?)).ok()
}

/// Whether text behind this is part of a link or of a tag: one to a host that is allowed is none here, once its host is
/// said to the end.
fn in_link(before: &str, is_allowed: &dyn Fn(&str) -> bool) -> bool {
    let tail = before.len().saturating_sub(BEFORE);
    let tail = (tail..=before.len()).find_map(|at| before.get(at..)).unwrap_or_default();
    let run = tail.rsplit(char::is_whitespace).next().unwrap_or_default();
    in_tag(tail) || in_target(tail, is_allowed) || !is_no_link(run, is_allowed)
}

/// Behind `<name ` and before its `>`.
fn in_tag(tail: &str) -> bool {
    let Some((_, inside)) = tail.rsplit_once('<') else { return false };
    let named = inside.starts_with(|c: char| c.is_ascii_alphabetic() || "!/?".contains(c));
    named && !inside.contains('>') && inside.contains(char::is_whitespace)
}

/// Behind `](` and before its `)`.
fn in_target(tail: &str, is_allowed: &dyn Fn(&str) -> bool) -> bool {
    let Some((_, target)) = tail.rsplit_once("](") else { return false };
    let plain = |target: &str| target.contains("://") && is_no_link(target, is_allowed);
    !target.contains(')') && target != "mailto:" && !plain(target)
}

/// Words without blanks in which no address stands but those of allowed hosts: with `//` or without, as long as a path
/// begins behind a name with a dot.
fn is_no_link(run: &str, is_allowed: &dyn Fn(&str) -> bool) -> bool {
    // Some readers take a backslash for a slash.
    if run.contains('\\') && run.replace('\\', "/").contains("//") {
        return false;
    }
    let bare = run.trim_start_matches(|c: char| !c.is_ascii_alphanumeric() && c != '/');
    let host = |rest: &str| {
        let end = rest.find(['/', '?', '#'])?;
        Some(without_port(rest.get(..end)?).to_owned())
    };
    if run.contains("//") {
        return run.split("//").skip(1).all(|rest| host(rest).is_some_and(|it| is_allowed(&it)));
    }
    match host(bare) {
        Some(host) => !host.contains('.') || is_allowed(&host),
        None => !bare.starts_with("www."),
    }
}

fn without_port(authority: &str) -> &str {
    authority.split_once(':').map_or(authority, |(name, _)| name)
}

/// Whether a call reaches a host that is not allowed, as far as what it is given says.
fn reaches(tool: &str, given: &str, is_allowed: &dyn Fn(&str) -> bool) -> bool {
    let Ok(value) = serde_json::from_str::<Value>(given) else { return true };
    match use_of(tool, "", &value) {
        Use::Shell(line) => by_command(&line, is_allowed),
        Use::Fetch(urls) => !urls.iter().all(|url| is_allowed_url(url, is_allowed)),
        Use::Unreadable => true,
        _ => by_address(&value, is_allowed),
    }
}

fn by_command(line: &str, is_allowed: &dyn Fn(&str) -> bool) -> bool {
    let place = command::Place { cwd: "/", workspace: "/", home: "/" };
    let acts = command::acts(&shell::parse(line), &place);
    let spoken = acts.hosts.iter().map(|it| &*it.host);
    let named = named::named(line).hosts;
    !acts.unclear.is_empty() || !spoken.chain(named.iter().map(|it| &**it)).all(is_allowed)
}

/// A text that is an address as a whole: where a tool of somebody's own goes.
fn by_address(value: &Value, is_allowed: &dyn Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => {
            let is_address = text.contains("://") && !text.trim().contains(char::is_whitespace);
            is_address && !is_allowed_url(text.trim(), is_allowed)
        }
        Value::Array(items) => items.iter().any(|it| by_address(it, is_allowed)),
        Value::Object(entries) => entries.values().any(|it| by_address(it, is_allowed)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn is_allowed_url(url: &str, is_allowed: &dyn Fn(&str) -> bool) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest).replace('\\', "/");
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    is_allowed(without_port(authority))
}
