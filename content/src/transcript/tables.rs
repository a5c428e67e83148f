//! Conversations that are kept in a database: opencode's `~/.local/share/opencode/opencode*.db`, seen of 1.18. A row
//! is written anew as its part of the conversation goes on; each thing that it says is told once.

use std::collections::HashMap;
use std::ops::ControlFlow;

use event::{Speech, Text, Utterance};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Memory, Unread, call, name, number, result, said, text, words};
use crate::sqlite::{Behind, Bytes, Damage, Database, Flow, Log, Row};

/// Most rows of one table that one look reads.
const MOST_ROWS: usize = 2_000;
/// Longest row, in bytes.
const MOST_ROW: usize = 4 << 20;
/// Most conversations, and messages, that are remembered.
const MOST_KNOWN: usize = 4_096;
/// Looks at a database that changes under the eyes, before it counts as broken.
const TRIES: u32 = 5;
/// So long ago began what another reader may have left half told, in ms.
const HALF_TOLD_MS: u64 = 3_600_000;

/// The conversations in one database.
#[derive(Debug)]
pub struct Tables {
    log: Log,
    /// Parts that began earlier are told, or of no interest; ms since 1970.
    since_ms: u64,
    /// Another reader told what was said until then.
    told_before_ms: u64,
    /// What was said last of what is told.
    last_ms: u64,
    parts: HashMap<Text, Part>,
    messages: HashMap<Text, Message>,
    conversations: HashMap<Text, Conversation>,
    unread: Unread,
    tries: u32,
}

/// Words, and of which conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The folder that it is about, where many are in one place.
    pub folder: Text,
    /// What was said.
    pub words: Utterance,
}

/// Whether to look again at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// When it changes.
    No,
    /// There is more, or it changed meanwhile.
    Yes,
}

/// What was told of a part.
#[derive(Clone, Copy, Debug, Default)]
struct Part {
    began_ms: u64,
    changed_ms: u64,
    called: bool,
    done: bool,
}

#[derive(Clone, Debug)]
struct Message {
    by_model: bool,
    model: Text,
}

#[derive(Clone, Debug)]
struct Conversation {
    folder: Text,
    /// Another conversation asked for it.
    is_below: bool,
}

/// A part as it stands in the database.
struct Entry {
    id: Text,
    message: Text,
    conversation: Text,
    began_ms: u64,
    changed_ms: u64,
    data: Value,
}

impl Tables {
    /// Reads what `product` keeps in a database, from where `at` says ([`Self::at`]), at first what began at `since_ms`;
    /// none: it keeps none.
    pub fn of(product: &str, at: u64, since_ms: u64) -> Option<Self> {
        let since_ms = since_ms.max(at.saturating_sub(HALF_TOLD_MS));
        super::is_database(product).then(|| Self {
            log: Log::default(),
            since_ms,
            told_before_ms: at,
            last_ms: at,
            parts: HashMap::new(),
            messages: HashMap::new(),
            conversations: HashMap::new(),
            unread: Unread::default(),
            tries: 0,
        })
    }

    /// How far was told: when the last of it was said, in ms since 1970.
    pub fn at(&self) -> u64 {
        self.last_ms
    }

    /// What could not be told so far.
    pub fn unread(&self) -> Unread {
        self.unread
    }

    /// Looks at the database and its log, and tells what is new.
    pub fn look(&mut self, file: &dyn Bytes, log: &dyn Bytes, tell: &mut dyn FnMut(Told)) -> Again {
        if file.read_at(&mut [0], 0) == 0 {
            // It was made a moment ago.
            return Again::No;
        }
        if self.log.catch_up(log) == Behind::Yes {
            return Again::Yes;
        }
        let entries = self.entries(file, log);
        let is_one_state = self.log.is_as_it_was(log);
        match entries {
            Ok(entries) if is_one_state => {
                self.tries = 0;
                for entry in entries {
                    self.tell(entry, tell);
                }
                self.forget();
                Again::No
            }
            _ if self.tries < TRIES => {
                self.tries += 1;
                Again::Yes
            }
            // It is told of again when it changes.
            _ => {
                self.unread.broken += u64::from(self.tries == TRIES);
                self.tries = TRIES + 1;
                Again::No
            }
        }
    }

    /// What changed, the oldest first; with the messages and conversations that it is of.
    fn entries(&mut self, file: &dyn Bytes, log: &dyn Bytes) -> Result<Vec<Entry>, Damage> {
        let database = Database::open(file, log, &self.log)?;
        let (mut entries, mut looked) = (Vec::new(), 0);
        let columns = ["id", "message_id", "session_id", "time_created", "time_updated", "data"];
        each(&database, "part", columns, &mut |row, [id, message, of, began, changed, data]| {
            looked += 1;
            let (began_ms, changed_ms) = (row.number(began), row.number(changed));
            if began_ms < self.since_ms || looked > MOST_ROWS {
                return Ok(ControlFlow::Break(()));
            }
            let known = self.parts.get(row.text(id));
            if known.is_some_and(|known| known.done || known.changed_ms == changed_ms) {
                return Ok(ControlFlow::Continue(()));
            }
            let data = match row.whole(MOST_ROW) {
                Ok(()) => serde_json::from_str(row.text(data)).unwrap_or(Value::Null),
                Err(Damage::TooLong) => Value::Null,
                Err(damage) => return Err(damage),
            };
            let (id, message, conversation) =
                (name(row.text(id)), name(row.text(message)), name(row.text(of)));
            entries.push(Entry { id, message, conversation, began_ms, changed_ms, data });
            Ok(ControlFlow::Continue(()))
        })?;
        entries.reverse();
        let messages = missing(&self.messages, entries.iter().map(|entry| &entry.message));
        learn(&database, &mut self.messages, messages, "message", ["id", "data"], message)?;
        let of = missing(&self.conversations, entries.iter().map(|entry| &entry.conversation));
        let columns = ["id", "parent_id", "directory"];
        learn(&database, &mut self.conversations, of, "session", columns, conversation)?;
        Ok(entries)
    }

    fn tell(&mut self, entry: Entry, tell: &mut dyn FnMut(Told)) {
        let Entry { id, message, conversation, began_ms, changed_ms, data } = entry;
        let (Some(message), Some(of)) =
            (self.messages.get(&message), self.conversations.get(&conversation))
        else {
            // They are written first: it is of a state that was half read, or nobody's.
            return;
        };
        let part = self.parts.entry(id).or_default();
        (part.began_ms, part.changed_ms) = (began_ms, changed_ms);
        let memory = Memory { conversation, model: message.model.clone(), ..Memory::default() };
        let (before_ms, last_ms) = (self.told_before_ms, &mut self.last_ms);
        let mut tell = |words: Utterance| {
            let said_ms = words.said_unix_ns / 1_000_000;
            if said_ms > before_ms {
                *last_ms = said_ms.max(*last_ms);
                tell(Told { folder: of.folder.clone(), words });
            }
        };
        match text(&data, "type") {
            "text" if message.by_model => answer(&data, &memory, part, &mut tell),
            "text" => {
                part.done = true;
                let flag = |key: &str| data.get(key) == Some(&Value::Bool(true));
                // What one agent asks another for is told as the call of the first.
                if !of.is_below && !flag("synthetic") && !flag("ignored") {
                    let words = words(Speech::Prompt, &memory, began_ms * 1_000_000);
                    tell(said(words, text(&data, "text")));
                }
            }
            "tool" => tool(&data, &memory, part, &mut tell),
            "step-finish" => {
                part.done = true;
                tell(tokens(&data, &memory, began_ms));
            }
            kind => {
                part.done = true;
                let beside = [
                    "step-start",
                    "snapshot",
                    "patch",
                    "file",
                    "agent",
                    "retry",
                    "compaction",
                    "subtask",
                    "reasoning",
                ];
                self.unread.broken += u64::from(data.is_null());
                self.unread.unknown += u64::from(!data.is_null() && !beside.contains(&kind));
            }
        }
    }

    /// Forgets what will not be asked for again: parts that began before all that are not done.
    fn forget(&mut self) {
        let open = self.parts.values().filter(|part| !part.done).map(|part| part.began_ms).min();
        let newest = self.parts.values().map(|part| part.began_ms).max();
        if let Some(since) = open.or(newest) {
            self.since_ms = since.min(newest.unwrap_or(since)).max(self.since_ms);
        }
        if self.parts.len() > MOST_ROWS {
            // Something is open for ever: what is oldest is given up.
            let mut began: Vec<u64> = self.parts.values().map(|part| part.began_ms).collect();
            began.sort_unstable();
            let given_up = began.len().saturating_sub(MOST_ROWS / 2);
            self.since_ms = began.get(given_up).copied().unwrap_or(self.since_ms);
        }
        self.parts.retain(|_, part| part.began_ms >= self.since_ms);
    }
}

/// The rows of `table`, the newest first, with the places of their columns.
fn each<const N: usize>(
    database: &Database<'_>,
    table: &str,
    columns: [&str; N],
    visit: &mut dyn FnMut(&mut Row<'_, '_>, [usize; N]) -> Flow,
) -> Result<(), Damage> {
    let Some(table) = database.table(table)? else { return Ok(()) };
    let places = table.places(columns).ok_or(Damage::NoDatabase)?;
    database.rows(&table, &mut |mut row| visit(&mut row, places))
}

/// Those that are not known yet.
fn missing<'e, T>(known: &HashMap<Text, T>, wanted: impl Iterator<Item = &'e Text>) -> Vec<Text> {
    let mut missing: Vec<Text> = wanted.filter(|id| !known.contains_key(*id)).cloned().collect();
    missing.sort_unstable();
    missing.dedup();
    missing
}

/// Learns what `table` says of the wanted.
fn learn<T, const N: usize>(
    database: &Database<'_>,
    known: &mut HashMap<Text, T>,
    mut wanted: Vec<Text>,
    table: &str,
    columns: [&str; N],
    read: fn(&Row<'_, '_>, [usize; N]) -> T,
) -> Result<(), Damage> {
    if wanted.is_empty() {
        return Ok(());
    }
    if known.len() > MOST_KNOWN {
        known.clear();
    }
    let mut looked = 0;
    each(database, table, columns, &mut |row, places| {
        looked += 1;
        if let Some(at) = wanted.iter().position(|id| **id == *row.text(places[0])) {
            let id = wanted.swap_remove(at);
            match row.whole(MOST_ROW) {
                Ok(()) | Err(Damage::TooLong) => known.insert(id, read(row, places)),
                Err(damage) => return Err(damage),
            };
        }
        let enough = wanted.is_empty() || looked >= MOST_ROWS;
        Ok(if enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })
}

fn message(row: &Row<'_, '_>, [_, data]: [usize; 2]) -> Message {
    let data: Value = serde_json::from_str(row.text(data)).unwrap_or(Value::Null);
    Message { by_model: text(&data, "role") != "user", model: name(text(&data, "modelID")) }
}

fn conversation(row: &Row<'_, '_>, [_, parent, folder]: [usize; 3]) -> Conversation {
    Conversation { folder: row.text(folder).into(), is_below: !row.text(parent).is_empty() }
}

/// What the model said, once it has said all of it.
fn answer(data: &Value, memory: &Memory, part: &mut Part, tell: &mut dyn FnMut(Utterance)) {
    let ended = data.get("time").map_or(0, |time| number(time, "end"));
    part.done = ended > 0;
    let text = text(data, "text");
    if part.done && !text.trim().is_empty() {
        let words = words(Speech::Answer, memory, ended.saturating_mul(1_000_000));
        tell(said(Utterance { model: memory.model.clone(), ..words }, text));
    }
}

/// A call, as soon as it is known what the tool is given, and what came of it.
fn tool(data: &Value, memory: &Memory, part: &mut Part, tell: &mut dyn FnMut(Utterance)) {
    let nothing = Value::Null;
    let state = data.get("state").unwrap_or(&nothing);
    let time = |key: &str| {
        let ms = state.get("time").map_or(0, |time| number(time, key));
        (if ms == 0 { part.began_ms } else { ms }).saturating_mul(1_000_000)
    };
    let (begun, ended) = (time("start"), time("end"));
    let (id, status) = (text(data, "callID"), text(state, "status"));
    if matches!(status, "running" | "completed" | "error") && !part.called {
        part.called = true;
        let input = state.get("input").unwrap_or(&nothing);
        tell(call(memory, begun, id, text(data, "tool"), input));
    }
    if !matches!(status, "completed" | "error") {
        return;
    }
    part.done = true;
    let exit = state.get("metadata").and_then(|about| about.get("exit")).and_then(Value::as_i64);
    let failed = status == "error" || exit.is_some_and(|exit| exit != 0);
    let output = text(state, if status == "error" { "error" } else { "output" });
    tell(result(memory, ended, id, output, failed));
}

/// What one request of the model cost.
fn tokens(data: &Value, memory: &Memory, at_ms: u64) -> Utterance {
    let nothing = Value::Null;
    let tokens = data.get("tokens").unwrap_or(&nothing);
    let cache = tokens.get("cache").unwrap_or(&nothing);
    let input = [number(tokens, "input"), number(cache, "read"), number(cache, "write")];
    Utterance {
        model: memory.model.clone(),
        input_tokens: input.into_iter().fold(0, u64::saturating_add),
        output_tokens: number(tokens, "output"),
        ..words(Speech::Answer, memory, at_ms.saturating_mul(1_000_000))
    }
}

#[cfg(test)]
mod tests;
