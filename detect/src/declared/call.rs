//! A declaration: one call of a tool, as the agent, its hook or its model tells of it.

use std::collections::BTreeSet;

use content::hooks::{self, Use};
use event::{EventId, ProcessId, Teller, Text, Utterance};
use serde_json::Value;

use super::bounds::{OPEN_NS, SLACK_NS, TELLERS_NS};

/// One call, from whichever teller; told by several it is still one.
#[derive(Clone, Debug)]
pub struct Call {
    /// As the agent names it; empty: nobody said.
    pub id: Text,
    pub tool: Text,
    /// The command line, or JSON.
    pub text: Text,
    /// The text was longer.
    pub cut: bool,
    pub said_ns: u64,
    pub heard_ns: u64,
    pub tellers: BTreeSet<Teller>,
    pub event: EventId,
    pub means: Means,
    pub over: Option<Over>,
    /// It is known which processes it started.
    pub joined: bool,
    /// The root of those.
    pub root: Option<ProcessId>,
    pub judged: bool,
    /// Whether both tellers told of it has been looked at.
    pub compared: bool,
}

/// What came of a call.
#[derive(Clone, Debug)]
pub struct Over {
    pub said_ns: u64,
    pub heard_ns: u64,
    pub failed: bool,
    /// It says that somebody refused the call.
    pub refused: bool,
    pub event: EventId,
}

/// What a call is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Means {
    /// Runs a command line.
    Shell,
    /// Reads these files.
    Read(Vec<String>),
    /// Makes, changes or removes these files.
    Write(Vec<String>),
    /// Fetches these addresses.
    Fetch(Vec<String>),
    /// Does nothing outside of the conversation, or only looks.
    Nothing,
    /// Anything: another agent, a server of tools, what cannot be read.
    Anything,
}

impl Call {
    /// What `words`, heard at `heard_ns`, declare.
    pub fn of(words: &Utterance, event: EventId, heard_ns: u64) -> Self {
        let cut = words.bytes > words.text.len() as u64;
        Self {
            id: words.call.clone(),
            tool: words.tool.clone(),
            text: words.text.clone(),
            cut,
            said_ns: said(words, heard_ns),
            heard_ns,
            // Others explain acts; they are nobody who had to tell of a call.
            tellers: words.tellers().each().filter(|it| it.is_agent()).collect(),
            event,
            means: Means::of(&words.tool, &words.text, cut),
            over: None,
            joined: false,
            root: None,
            judged: false,
            compared: false,
        }
    }

    /// Whether `other`, of another teller, is the same call.
    pub fn is_same(&self, other: &Self) -> bool {
        let begins = self.text.starts_with(&*other.text) || other.text.starts_with(&*self.text);
        if other.tellers.iter().any(|teller| self.tellers.contains(teller)) {
            // Some models number the calls of each conversation, so those of an agent's agent are called alike.
            return !self.id.is_empty() && self.id == other.id && begins;
        }
        if !self.id.is_empty() && !other.id.is_empty() && self.id == other.id {
            return true;
        }
        let near = self.said_ns.abs_diff(other.said_ns) <= TELLERS_NS;
        let text = if self.cut || other.cut { begins } else { self.text == other.text };
        near && text && self.means == other.means
    }

    /// Takes in what another teller said of the same call; the earlier words count.
    pub fn merge(&mut self, other: Self) {
        self.said_ns = self.said_ns.min(other.said_ns);
        self.tellers.extend(other.tellers);
        if self.cut && !other.cut {
            (self.text, self.cut, self.means) = (other.text, false, other.means);
        }
        if self.id.is_empty() {
            self.id = other.id;
        }
    }

    /// Whether it was open at `ns`, with some slack.
    pub fn is_around(&self, ns: u64) -> bool {
        let until = self.over.as_ref().map_or_else(|| self.open_until(), |over| over.said_ns);
        self.said_ns <= ns.saturating_add(SLACK_NS) && ns <= until.saturating_add(SLACK_NS)
    }

    /// Only the transcript tells of results: other tellers' calls are not open for long.
    fn open_until(&self) -> u64 {
        let long = match self.tellers.contains(&Teller::Transcript) {
            true => OPEN_NS,
            false => TELLERS_NS,
        };
        self.said_ns.saturating_add(long)
    }
}

impl Means {
    fn of(tool: &str, text: &str, cut: bool) -> Self {
        if hooks::command_line(tool, &serde_json::json!({ "command": "x" })).is_some() {
            return Self::Shell;
        }
        let Ok(input) = serde_json::from_str::<Value>(text) else { return Self::Anything };
        if cut {
            return Self::Anything;
        }
        match hooks::use_of(tool, "", &input) {
            Use::Shell(_) => Self::Shell,
            Use::Read(paths) => Self::Read(paths),
            Use::Write(paths) | Use::Delete(paths) => Self::Write(paths),
            Use::Patch(patch) => {
                Self::Write(hooks::patched(&patch).into_iter().map(|(_, path)| path).collect())
            }
            Use::Fetch(urls) => Self::Fetch(urls),
            Use::Nothing => Self::Nothing,
            Use::Agent(_) | Use::Call(..) | Use::Unreadable => Self::Anything,
        }
    }
}

/// When words were said: as the agent wrote it, and never later than they were heard.
pub fn said(words: &Utterance, heard_ns: u64) -> u64 {
    if words.said_unix_ns == 0 { heard_ns } else { words.said_unix_ns.min(heard_ns) }
}
