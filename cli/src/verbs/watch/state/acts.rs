//! Acts as rows: cut to what a screen shows, equal neighbours folded, the oldest dropped.

use std::collections::{HashMap, VecDeque};

use event::show::{brief, plain};
use event::{Act, AgentId, Attributed, EventId, SessionId, ToolCallId};

use crate::lines;
use crate::out::Colour;

/// Most rows that are kept.
pub const MOST_ROWS: usize = 5_000;
/// Most tool calls whose command is known.
const MOST_CALLS: usize = 2_000;
/// How far back an equal act is looked for.
const FOLD_WITHIN: usize = 24;

/// One act, or several equal ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Grows by one with each row: the cursor holds on to it.
    pub number: u64,
    /// The first of the events, and the last.
    pub event: EventId,
    pub last: EventId,
    /// When the first one happened, UTC.
    pub time_unix_ns: u64,
    /// The agent.
    pub agent: Option<AgentId>,
    /// Its product.
    pub product: String,
    /// The session.
    pub session: Option<SessionId>,
    /// The tool call; none for acts of the agent's own processes.
    pub call: Option<ToolCallId>,
    /// The process.
    pub pid: u32,
    /// Name of its program.
    pub program: String,
    /// The act in a word, with its colour.
    pub verb: (&'static str, Colour),
    /// What it was done to.
    pub object: String,
    /// Bytes written, where it says so.
    pub bytes: Option<u64>,
    /// How many acts.
    pub count: u64,
    /// What the reader has to know about how it was seen.
    pub caveats: String,
    /// Command line, directory and account of the process.
    pub command: String,
    /// Working directory of the process.
    pub cwd: String,
    /// Account of the process.
    pub user: String,
}

impl Row {
    fn new(number: u64, act: &Attributed) -> Self {
        let actor = act.actor.as_deref();
        let process = &act.process;
        let caveats: Vec<&str> =
            act.event.caveats.names().filter(|name| *name != "user_memory").collect();
        let user = &process.user;
        let (object, bytes) = object(&act.event.act);
        Self {
            number,
            event: act.id,
            last: act.id,
            time_unix_ns: act.event.time_unix_ns,
            agent: actor.map(|actor| actor.agent),
            product: actor.map_or_else(String::new, |actor| brief(&actor.product, 24)),
            session: actor.map(|actor| actor.session),
            call: actor.and_then(|actor| actor.tool_call),
            pid: act.event.process.pid,
            program: brief(process.name(), 16),
            verb: (lines::verb(&act.event.act), lines::verb_colour(&act.event.act)),
            object: brief(&object, 300),
            bytes,
            count: u64::from(act.event.count),
            caveats: caveats.join(" "),
            command: brief(&process.command_line, 600),
            cwd: brief(&process.cwd, 200),
            user: user.name.as_deref().map_or_else(|| user.uid.to_string(), |name| brief(name, 32)),
        }
    }

    fn is_same(&self, other: &Self) -> bool {
        // Another process with the same command in the same tool call does the same: a loop.
        (self.verb.0, self.session, self.call) == (other.verb.0, other.session, other.call)
            && self.object == other.object
            && self.program == other.program
            && self.command == other.command
    }

    /// Everything a filter looks at.
    pub fn texts(&self) -> impl Iterator<Item = &str> + Clone {
        let pid: [&str; 5] =
            [&self.program, self.verb.0, &self.object, &self.product, &self.command];
        pid.into_iter()
    }
}

/// The rows that are kept, the oldest first, and the commands of their tool calls.
#[derive(Debug, Default)]
pub struct Acts {
    rows: VecDeque<Row>,
    /// Rows that came while the person reads.
    held: VecDeque<Row>,
    next: u64,
    calls: HashMap<ToolCallId, String>,
    call_order: VecDeque<ToolCallId>,
}

impl Acts {
    /// Takes an act. While the screen is paused it waits aside.
    pub fn add(&mut self, act: &Attributed, paused: bool) {
        self.learn_call(act);
        let row = Row::new(self.next, act);
        let rows = if paused { &mut self.held } else { &mut self.rows };
        let same = rows.iter_mut().rev().take(FOLD_WITHIN).find(|one| one.is_same(&row));
        if let Some(same) = same {
            same.count += row.count;
            same.last = row.last;
            same.bytes = same.bytes.zip(row.bytes).map(|(one, other)| one + other);
            return;
        }
        self.next += 1;
        rows.push_back(row);
        if rows.len() > MOST_ROWS {
            rows.pop_front();
        }
    }

    fn learn_call(&mut self, act: &Attributed) {
        let Some(actor) = act.actor.as_deref() else { return };
        let Some(call) = actor.tool_call else { return };
        if self.calls.contains_key(&call) || actor.tool_root != Some(act.process.id) {
            return;
        }
        self.calls.insert(call, brief(&act.process.command_line, 300));
        self.call_order.push_back(call);
        if self.call_order.len() > MOST_CALLS
            && let Some(oldest) = self.call_order.pop_front()
        {
            self.calls.remove(&oldest);
        }
    }

    /// Shows what came meanwhile.
    pub fn resume(&mut self) {
        self.rows.append(&mut self.held);
        let more = self.rows.len().saturating_sub(MOST_ROWS);
        self.rows.drain(..more);
    }

    /// Rows, the oldest first.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = &Row> {
        self.rows.iter()
    }

    /// How many rows wait aside.
    pub fn held(&self) -> usize {
        self.held.len()
    }

    /// The command of a tool call, where its beginning was seen.
    pub fn command(&self, call: ToolCallId) -> Option<&str> {
        self.calls.get(&call).map(String::as_str)
    }
}

/// What an act was done to, and how many bytes were written: equal acts are added up.
pub fn object(act: &Act) -> (String, Option<u64>) {
    match act {
        Act::FileWrite(write) => (plain(&write.file.path).into_owned(), Some(write.bytes)),
        other => (lines::object(other), None),
    }
}

/// Text of a row's actor for a heading.
pub fn heading(row: &Row) -> String {
    match row.session {
        Some(session) => format!("{} {}", row.product, lines::short(session)),
        None => plain("no agent").into_owned(),
    }
}
