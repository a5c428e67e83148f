//! What the daemon and its responder say to each other: one JSON value a line.

use std::io::{self, Write};
use std::time::Duration;

use event::{Effect, KernelRules, Label, ProcessId, Regime, Text, Verb};
use serde::{Deserialize, Serialize};

/// How often the responder says that it is well.
pub const BEAT: Duration = Duration::from_millis(200);
/// How long an answer may take before no more beats are sent.
pub const SLOWEST: Duration = Duration::from_millis(300);

/// From the daemon.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told<'a> {
    /// The first line: who is always let through, and in which maps the kernel keeps who is whose.
    Hello {
        daemon: u32,
        process_labels: u32,
        labels: u32,
    },
    /// What holds from now on; nothing: everything goes on, and nothing waits.
    Rules(Option<std::borrow::Cow<'a, KernelRules>>),
    Govern(std::borrow::Cow<'a, Regime>),
    /// A session is over.
    Forget(Label),
    /// Everything until here is to be in force when this is said back.
    Upto(u64),
}

/// From the responder.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// Nobody waits longer than he should.
    Beat,
    Upto(u64),
    Refused(Refused),
    /// Refusals that were not told, because nobody listened fast enough.
    Untold(u64),
    /// A place that nobody guards, and why.
    LeftOut {
        place: Text,
        why: Text,
    },
}

/// An open that did not happen.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Refused {
    /// Its start as procfs has it, to a hundredth of a second.
    pub process: ProcessId,
    pub label: Label,
    pub verb: Verb,
    pub path: Text,
    pub effect: Effect,
    pub policy: Text,
}

/// Most of a path that is told: a line has to go into a pipe at once, or two writers would mix theirs.
pub const MOST_PATH: usize = 600;
/// What the kernel writes to a pipe without interruption.
const AT_ONCE: usize = 4096;

/// Says one thing by one write; an error if it is too long for that.
pub fn say(mut to: impl Write, said: &Said) -> io::Result<()> {
    let mut line = serde_json::to_vec(said)?;
    line.push(b'\n');
    if line.len() > AT_ONCE {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    to.write_all(&line)
}

/// Tells one thing, however long it is.
pub fn tell(mut to: impl Write, told: &Told<'_>) -> io::Result<()> {
    let mut line = serde_json::to_vec(told)?;
    line.push(b'\n');
    to.write_all(&line)
}
