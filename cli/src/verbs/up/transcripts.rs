//! Words of sessions: which transcript a session's own process writes is the kernel's word; a worker reads it as it
//! grows, and what is said in it goes down the hall as acts of that process.
//!
//! What an agent tells its hooks comes from whoever answers them, what goes by in its calls from whoever heard it, and what
//! it sends of itself from the receiver of telemetry; all are joined with what its transcript says.
//!
//! ```text
//! engine ── acts that write a transcript ──▶ here ── Follow ──▶ worker
//!   ▲                                         │                   │
//!   └──── Utterance, without its secrets ◀────┼───── Words ◀──────┘
//!                                             └───── Hooked ◀── hooks (`serve`), calls (`calls`), telemetry (`telemetry`)
//! ```

pub mod hooked;
mod join;
mod ties;
mod told;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use content::transcript::{self, Kept, Words};
use event::{
    Access, Act, Attributed, Caveats, Event, FileRef, Loss, LossCause, ProcessId, Record, Redact,
    Session, SessionId, Text, Utterance,
};
use inventory::product::Products;

use crate::config::Config;
use crate::host;
use crate::worker::{self, Follow, HeardWords, Listener, Place};
use hooked::{Heard, Hooked, Hooks};
use join::Joining;
use ties::{Tie, Ties};
use told::Told;

/// Batches of records that may wait to be looked at.
const WAITING: usize = 256;
/// Requests of telemetry that may wait.
const REQUESTS: usize = 16;
/// Sessions of which the beginning is known.
const MOST_SESSIONS: usize = 4_096;
/// How long the last acts are waited for when `up` ends.
const LAST_ACTS: Duration = Duration::from_millis(500);
/// How long what a hook was told waits for the transcript to say it, too: on a busy machine it is read late.
const FOR_TRANSCRIPT: Duration = Duration::from_secs(5);
/// How long what a transcript says waits for the hook, which is asked at about the same time.
const FOR_HOOK: Duration = Duration::from_millis(1_500);
/// How often hooks are listened to where no transcript is read.
const PAUSE: Duration = Duration::from_millis(100);
/// An agent writes its first words before its session is known.
const BEFORE_NS: u64 = 5_000_000_000;

/// Words at work.
pub struct Transcripts {
    /// Where hooks' words go; none: they are not wanted.
    pub hooked: Option<Hooked>,
    /// Where what goes by in calls is told; none: it is not wanted.
    pub calls: Option<Hooked>,
    /// Where what telemetry says goes.
    pub telemetry: SyncSender<Vec<Heard>>,
    /// Where the engine's records go, so that it is known who writes which transcript.
    pub lane: SyncSender<Vec<Record>>,
    /// Ends when the stop flag is raised.
    pub thread: JoinHandle<()>,
}

/// Starts the thread.
pub fn start(
    config: &Config,
    to_engine: SyncSender<Vec<Event>>,
    redact: Arc<dyn Redact>,
    stop: &Arc<AtomicBool>,
) -> Result<Transcripts> {
    let (products, wrong) = Products::shipped();
    if let Some(wrong) = wrong.first() {
        bail!("{wrong}");
    }
    let (lane, records) = sync_channel(WAITING);
    let (hooked, hooks) = hooked::lane();
    let (telemetry, sent) = sync_channel(REQUESTS);
    let mut hearing = Hearing {
        records,
        hooks,
        sent,
        joining: Joining::default(),
        for_transcript: FOR_TRANSCRIPT,
        to_engine,
        redact,
        reads: config.transcripts.read,
        words: config.transcripts.words,
        stop: Arc::clone(stop),
        ends: None,
        began_unix_ns: host::now_unix_ns(),
        products,
        sessions: HashMap::new(),
        ties: Ties::default(),
        told: Told::read(&config.data_dir()),
    };
    let start = thread::Builder::new().name("transcripts".into());
    let work = move || {
        if let Err(error) = worker::follow(&mut hearing) {
            tracing::error!(%error, "transcripts are not read any more");
            // Hooks still tell.
            while hearing.orders().is_some() {
                thread::sleep(PAUSE);
            }
        }
        hearing.end();
    };
    let thread = start.spawn(work).context("cannot start a thread for transcripts")?;
    let calls = config.transcripts.calls.then(|| hooked.clone());
    let hooked = config.transcripts.hooks.then_some(hooked);
    Ok(Transcripts { hooked, calls, telemetry, lane, thread })
}

struct Hearing {
    records: Receiver<Vec<Record>>,
    hooks: Hooks,
    sent: Receiver<Vec<Heard>>,
    joining: Joining,
    for_transcript: Duration,
    to_engine: SyncSender<Vec<Event>>,
    redact: Arc<dyn Redact>,
    /// Whether transcripts are wanted.
    reads: bool,
    words: Words,
    stop: Arc<AtomicBool>,
    ends: Option<Instant>,
    /// What was said before is history.
    began_unix_ns: u64,
    products: Products,
    sessions: HashMap<SessionId, u64>,
    ties: Ties,
    told: Told,
}

impl Listener for Hearing {
    fn orders(&mut self) -> Option<Vec<Follow>> {
        let mut orders = Vec::new();
        while let Ok(batch) = self.records.try_recv() {
            for record in &batch {
                match record {
                    Record::Session(session) => self.session(session),
                    Record::Act(act) if self.reads => orders.extend(self.seen(act)),
                    _ => {}
                }
            }
        }
        self.hear_hooks();
        self.told.write_now_and_then();
        if self.stop.load(Ordering::Relaxed) {
            let ends = *self.ends.get_or_insert_with(|| Instant::now() + LAST_ACTS);
            if Instant::now() >= ends && orders.is_empty() {
                return None;
            }
        }
        Some(orders)
    }

    fn hear(&mut self, heard: HeardWords) {
        let HeardWords { place, words, mark, broken, unknown } = heard;
        let transcript: Text = place.to_string_lossy().as_ref().into();
        if unknown > 0 {
            tracing::debug!(count = unknown, "entries of a transcript of an unknown kind");
        }
        // Whoever is told by a hook was told before it was written.
        self.hear_hooks();
        let mut session = None;
        for words in words {
            let runs = |session| self.sessions.contains_key(&session);
            let tie = self.ties.of(&place, &words.words.conversation, &words.folder, &runs);
            let Some(tie) = tie else { return };
            session = Some(tie.session);
            let words = Utterance { transcript: transcript.clone(), ..words.words };
            self.take(tie.session, tie.process, words, FOR_HOOK);
        }
        self.tell_ready();
        if broken > 0 {
            self.send(vec![not_heard(LossCause::Decode, broken, &transcript)]);
        }
        if let (Some(mark), Some(session)) = (mark, session) {
            self.told.note(place, session, mark);
        }
    }
}

impl Hearing {
    fn take(&mut self, session: SessionId, process: ProcessId, words: Utterance, wait: Duration) {
        let kept = transcript::keep(words, self.words, &*self.redact);
        self.joining.take(session, process, kept, Instant::now(), wait);
    }

    /// What hooks were told and telemetry said since the last time; what waited long enough is told.
    fn hear_hooks(&mut self) {
        while let Some(Heard { session, process, product, words }) = self.hooks.next() {
            let may_be_written = words.hook && self.reads && transcript::is_kept_by(&product);
            let wait = if may_be_written { self.for_transcript } else { Duration::ZERO };
            self.take(session, process, words, wait);
        }
        // It comes seconds after what it tells of.
        while let Ok(batch) = self.sent.try_recv() {
            for Heard { session, process, words, .. } in batch {
                self.take(session, process, words, Duration::ZERO);
            }
        }
        self.tell_ready();
        let lost = self.hooks.lost();
        if lost > 0 {
            self.send(vec![not_heard(
                LossCause::ChannelFull,
                lost,
                &"hooks and calls of agents".into(),
            )]);
        }
    }

    fn tell_ready(&mut self) {
        let ready = self.joining.ready(Instant::now());
        self.tell(ready);
    }

    /// Nobody says more.
    fn end(&mut self) {
        self.hear_hooks();
        let rest = self.joining.rest();
        self.tell(rest);
        self.told.write();
    }

    fn tell(&self, said: Vec<(ProcessId, Kept)>) {
        self.send(said.into_iter().map(|(process, kept)| event(process, kept)).collect());
    }

    fn send(&self, events: Vec<Event>) {
        if !events.is_empty() {
            // The engine ends after us; without it nobody listens.
            let _ = self.to_engine.send(events);
        }
    }

    fn session(&mut self, session: &Session) {
        if session.ended_unix_ns.is_some() {
            self.sessions.remove(&session.id);
        } else if self.sessions.len() < MOST_SESSIONS {
            self.sessions.insert(session.id, session.started_unix_ns);
        }
    }

    /// An act: whether it is the writing of a transcript by the agent itself that is not followed yet.
    fn seen(&mut self, act: &Attributed) -> Option<Follow> {
        // What its tools write there are no words of the agent.
        let actor = act.actor.as_ref().filter(|actor| actor.tool_call.is_none())?;
        let (file, anew) = written(&act.event.act)?;
        let path = Path::new(&*file.path);
        let last_ns = act.event.time_unix_ns;
        let session = actor.session;
        if self.ties.renew(path, session, file.inode, last_ns) && !anew {
            return None;
        }
        let (product, name) = (&*actor.product, &*file.path);
        if !transcript::is_understood(product, name) || !self.products.is_transcript(product, name)
        {
            return None;
        }
        let (process, folder) = (act.event.process, actor.workspace.clone());
        let tie = Tie { session, process, folder, file: file.inode, last_ns };
        if !transcript::is_database(product) {
            self.ties.alone(path, tie);
        } else if self.ties.has(path, file.inode) {
            // It is followed already, for another session.
            self.ties.beside(path, tie);
            return None;
        } else {
            self.ties.beside(path, tie);
        }
        let began = self.sessions.get(&session).copied().unwrap_or(last_ns);
        let from = self.told.of(path, session);
        let history = if from.is_some() { 0 } else { self.began_unix_ns };
        let since_unix_ns = began.saturating_sub(BEFORE_NS).max(history);
        let product = actor.product.clone();
        let uid = act.process.user.euid;
        Some(Follow { place: Place(path.to_owned()), uid, product, since_unix_ns, from })
    }
}

fn event(process: ProcessId, kept: Kept) -> Event {
    let mut event = Event::new(host::now_unix_ns(), process, Act::Utterance(Box::new(kept.words)));
    if kept.redacted {
        event.caveats.insert(Caveats::REDACTED);
    }
    if kept.truncated {
        event.caveats.insert(Caveats::TRUNCATED);
    }
    event
}

/// The file that an act writes, and whether it is another one than before.
fn written(act: &Act) -> Option<(&FileRef, bool)> {
    match act {
        Act::FileCreate(open) if open.error == 0 => Some((&open.file, true)),
        Act::FileOpen(open) if matches!(open.access, Access::Write | Access::ReadWrite) => {
            (open.error == 0).then_some((&open.file, false))
        }
        Act::FileWrite(write) => Some((&write.file, false)),
        Act::FileRename(pair) => Some((&pair.to, true)),
        _ => None,
    }
}

fn not_heard(cause: LossCause, count: u64, place: &Text) -> Event {
    let now = host::now_unix_ns();
    let place = place.clone();
    let loss = Loss { cause, count, from_unix_ns: now, until_unix_ns: now, place };
    Event::new(now, ProcessId::default(), Act::EventLoss(loss))
}

#[cfg(test)]
mod tests;
