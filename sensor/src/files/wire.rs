//! What the daemon and its responder say to each other: orders as one JSON value a line through a pipe; beats, refusals,
//! questions and answers as one JSON value a message through a socket, so that no answer waits behind an order.

use std::io::{self, Write};
use std::os::fd::AsFd;
use std::time::Duration;

use event::{Effect, KernelRules, Label, ProcessId, Regime, Run, RunRefusal, Text, Verb};
use rustix::net::{RecvFlags, SendFlags, recv, send};
use serde::{Deserialize, Serialize};

/// How often the responder says that it is well.
pub const BEAT: Duration = Duration::from_millis(200);
/// How long an answer may take before no more beats are sent.
pub const SLOWEST: Duration = Duration::from_millis(300);

/// From the daemon.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told<'a> {
    /// The first line: who is always let through, and in which maps the kernel keeps who is whose, what is in force,
    /// and what processes hold.
    Hello {
        daemon: u32,
        maps: [u32; 3],
        manners: Manners,
    },
    /// What holds from now on; nothing: everything goes on, and nothing waits.
    Rules(Option<std::borrow::Cow<'a, KernelRules>>),
    Govern(std::borrow::Cow<'a, Regime>),
    /// A session is over.
    Forget(Label),
    /// Everything until here is to be in force when this is said back.
    Upto(u64),
}

/// How the responder behaves where rules do not say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manners {
    /// Who is refused reads why, on its standard error where that is no file.
    pub tell: bool,
    /// A run about which nobody answers in time does not happen; else it goes on, and is told as a loss.
    pub closed: bool,
}

impl Default for Manners {
    fn default() -> Self {
        Self { tell: true, closed: false }
    }
}

/// From the daemon, to one question.
#[derive(Debug, Serialize, Deserialize)]
pub struct Answered {
    pub number: u64,
    /// Why it does not happen; none: it goes on.
    pub refusal: Option<RunRefusal>,
}

/// From the responder.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// Nobody waits longer than he should.
    Beat,
    Upto(u64),
    Refused {
        /// When: who hears it may be late.
        unix_ns: u64,
        refused: Refused,
    },
    /// Somebody waits in its call; to be answered.
    Asks {
        number: u64,
        run: Run,
    },
    /// Runs about which nobody answered in time.
    Unanswered(u64),
    /// Refusals that were not told, because nobody listened fast enough.
    Untold(u64),
    /// A place that nobody guards, and why.
    LeftOut {
        place: Text,
        why: Text,
    },
}

/// An open or a run that did not happen.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Refused {
    /// Its start as procfs has it, to a hundredth of a second.
    pub process: ProcessId,
    pub label: Label,
    pub verb: Verb,
    pub path: Text,
    /// Of a run that was asked about, and where it would have been.
    pub command_line: Text,
    pub folder: Text,
    pub effect: Effect,
    pub policy: Text,
}

/// Most of a path that is told.
pub const MOST_PATH: usize = 4096;
/// The longest message; and the room of the socket, in which one has to fit.
const AT_ONCE: usize = 384 << 10;
pub const ROOM: usize = 2 * AT_ONCE;

/// Says one thing, without waiting; an error if there is no room, or it is too long for a message.
pub fn say(to: impl AsFd, said: &impl Serialize) -> io::Result<()> {
    let message = serde_json::to_vec(said)?;
    if message.len() > AT_ONCE {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    send(to, &message, SendFlags::DONTWAIT | SendFlags::NOSIGNAL)?;
    Ok(())
}

/// Room for one message.
pub fn room() -> Vec<u8> {
    vec![0; AT_ONCE]
}

/// The next message as far as it is understood, into `room`; none at the end.
pub fn hear<T: for<'m> Deserialize<'m>>(
    from: impl AsFd,
    room: &mut [u8],
    flags: RecvFlags,
) -> io::Result<Option<serde_json::Result<T>>> {
    let (length, _) = recv(from, &mut *room, flags)?;
    let message = room.get(..length).unwrap_or_default();
    Ok((length > 0).then(|| serde_json::from_slice(message)))
}

/// Tells one thing, however long it is.
pub fn tell(mut to: impl Write, told: &Told<'_>) -> io::Result<()> {
    let mut line = serde_json::to_vec(told)?;
    line.push(b'\n');
    to.write_all(&line)
}
