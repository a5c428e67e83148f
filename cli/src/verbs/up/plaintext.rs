//! Plain text of TLS in `up` (`sensor.plaintext`): a process of an agent that connects somewhere is listened to until it
//! ends. What it says to models goes down the hall like calls that a proxy measured; nothing is ever refused by it.
//!
//! ```text
//! engine ── acts: connects, ends ──▶ Taps ── Piece ──▶ Ears ── Exchange ──▶ Knows ──▶ Calls ──▶ engine, words
//! ```

mod ears;
mod heard;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use content::exchange::Exchange;
use event::{
    Act, Actor, AgentId, Attributed, Endpoint, Event, ProcessId, Record, Redact, Teller, Text,
};
use rustix::time::{ClockId, clock_gettime};
use sensor::{Library, Piece, Taps};

use super::calls::{Calls, Speaker};
use super::gauges::Gauges;
use crate::ancestry::TICK_NS;
use crate::config::Config;
use crate::status::Plaintext;
use crate::{host, out};
use ears::Ears;
use heard::Knows;

/// Batches of records that may wait to be looked at.
const WAITING: usize = 256;
/// How long to wait for records while somebody is listened to, and while nobody is.
const PACE: Duration = Duration::from_millis(25);
const IDLE: Duration = Duration::from_millis(250);
/// A process that is listened to may have loaded another library by its next connection.
const AGAIN: Duration = Duration::from_secs(1);
/// Agents of which the product is remembered.
const MOST_AGENTS: usize = 4_096;

/// At work.
pub struct Listening {
    /// Where the engine's records go: who connects.
    pub lane: SyncSender<Vec<Record>>,
    /// Ends when the stop flag is raised.
    pub thread: JoinHandle<()>,
}

/// What goes out.
pub struct To {
    pub calls: Arc<Calls>,
    pub engine: SyncSender<Vec<Event>>,
    pub gauges: Arc<Gauges>,
    pub stop: Arc<AtomicBool>,
}

/// Starts it where the configuration wants it. What cannot be had is told and is no reason not to watch.
pub fn start(config: &Config, redact: Arc<dyn Redact>, to: To) -> Result<Option<Listening>> {
    let libraries = config.sensor.plaintext.libraries().to_vec();
    if libraries.is_empty() {
        return Ok(None);
    }
    let knows = Knows::new(config)?;
    let (lane, records) = sync_channel(WAITING);
    let work = move || match Taps::open(&libraries) {
        Ok(taps) => {
            say(&libraries);
            let about = Plaintext::default();
            let (who, agents) = (HashMap::new(), HashMap::new());
            Listener { taps, knows, redact, to, ears: Ears::default(), who, agents, about }
                .run(&records);
        }
        Err(error) => {
            let warning = out::label("warning: ", out::Colour::Yellow);
            crate::say!("{warning}no plain text of TLS is heard: {error}");
            let trouble = Some(error.cause());
            to.gauges.plaintext(Plaintext { trouble, ..Plaintext::default() });
        }
    };
    let thread = thread::Builder::new().name("plaintext".into()).spawn(work);
    Ok(Some(Listening { lane, thread: thread.context("cannot start a thread")? }))
}

fn say(libraries: &[Library]) {
    let names: Vec<&str> = libraries.iter().map(|it| it.name()).collect();
    crate::say!("what agents say to models by {} is heard as plain text", names.join(", "));
}

struct Listener {
    taps: Taps,
    knows: Knows,
    redact: Arc<dyn Redact>,
    to: To,
    ears: Ears,
    /// Who is listened to, by pid.
    who: HashMap<u32, Heard>,
    agents: HashMap<AgentId, Text>,
    about: Plaintext,
}

/// A process that is listened to.
struct Heard {
    speaker: Speaker,
    looked: Instant,
}

impl Listener {
    fn run(mut self, records: &Receiver<Vec<Record>>) {
        let mut pieces = Vec::new();
        while !self.to.stop.load(Ordering::Relaxed) {
            let pace = if self.who.is_empty() { IDLE } else { PACE };
            let batch = match records.recv_timeout(pace) {
                Ok(batch) => batch,
                Err(RecvTimeoutError::Timeout) => Vec::new(),
                Err(RecvTimeoutError::Disconnected) => break,
            };
            let batches = std::iter::once(batch).chain(records.try_iter());
            let ended: Vec<ProcessId> =
                batches.flatten().filter_map(|record| self.seen(&record)).collect();
            if !self.listen(&mut pieces) {
                break;
            }
            ended.into_iter().for_each(|process| self.let_go(process));
            self.send(self.to.calls.ready(Instant::now()));
            self.tell();
        }
        self.listen(&mut pieces);
        self.send(self.to.calls.rest());
    }

    /// An act, or a session; gives the process that ended.
    fn seen(&mut self, record: &Record) -> Option<ProcessId> {
        match record {
            Record::Agent(agent) if self.agents.len() < MOST_AGENTS => {
                self.agents.insert(agent.id, agent.product.clone());
            }
            Record::Session(session) if session.ended_unix_ns.is_none() => {
                // It may have connected before it was known.
                let product = self.agents.get(&session.agent).cloned().unwrap_or_default();
                let (session, process) = (session.id, session.root);
                self.tap(Speaker { session, process, product });
            }
            Record::Act(act) => return self.act(act),
            _ => {}
        }
        None
    }

    fn act(&mut self, act: &Attributed) -> Option<ProcessId> {
        let process = act.event.process;
        match (&act.event.act, &act.actor) {
            (Act::ProcessExit(_), _) => {
                return self.who.contains_key(&process.pid).then_some(process);
            }
            (Act::NetworkConnect(flow), Some(actor)) if matches!(flow.remote, Endpoint::Ip(..)) => {
                self.tap(speaker(actor, process));
            }
            (Act::DnsQuery(_), Some(actor)) => self.tap(speaker(actor, process)),
            _ => {}
        }
        None
    }

    fn tap(&mut self, speaker: Speaker) {
        let (process, now) = (speaker.process, Instant::now());
        let is_known = |it: &Heard| it.speaker.process == process && now - it.looked < AGAIN;
        if self.who.get(&process.pid).is_some_and(is_known) {
            return;
        }
        if self.taps.tap(process.pid) > 0 {
            self.who.insert(process.pid, Heard { speaker, looked: now });
        }
    }

    fn let_go(&mut self, process: ProcessId) {
        let left = self.ears.end(process);
        if let Some(heard) = self.who.remove(&process.pid) {
            left.iter().for_each(|exchange| self.hear(&heard.speaker, exchange));
        }
        self.taps.let_go(process.pid);
    }

    /// What was said since the last time; false: nothing can be heard any more.
    fn listen(&mut self, pieces: &mut Vec<Piece>) -> bool {
        if let Err(error) = self.taps.poll(Duration::ZERO, pieces) {
            tracing::error!(%error, "plain text of TLS is not heard any more");
            self.about.trouble = Some(error.cause());
            self.tell();
            return false;
        }
        for mut piece in pieces.drain(..) {
            let Some(heard) = self.who.get(&piece.process.pid) else { continue };
            let speaker = heard.speaker.clone();
            // Whoever was found in procfs has its start in whole ticks.
            if speaker.process.start_ns / TICK_NS != piece.process.start_ns / TICK_NS {
                continue;
            }
            piece.process = speaker.process;
            for exchange in self.ears.take(&piece) {
                self.hear(&speaker, &exchange);
            }
        }
        true
    }

    fn hear(&mut self, speaker: &Speaker, exchange: &Exchange) {
        let offset_ns = host::now_unix_ns().wrapping_sub(since_boot_ns());
        let Some(heard) = self.knows.of(exchange, offset_ns, &*self.redact) else { return };
        self.about.calls += 1;
        self.about.unread += u64::from(!heard.read);
        let call = Act::ModelCall(Box::new(heard.call));
        let event = Event::new(host::now_unix_ns(), speaker.process, call);
        self.to.calls.heard(event, Instant::now());
        self.to.calls.say(speaker, Teller::Plaintext, heard.said, heard.answered);
    }

    fn send(&self, events: Vec<Event>) {
        if !events.is_empty() {
            // The engine ends after us; without it nobody listens.
            let _ = self.to.engine.send(events);
        }
    }

    fn tell(&mut self) {
        let about = Plaintext {
            processes: self.taps.tapped(),
            bytes_left_out: self.taps.left_out(),
            refused: self.taps.refused(),
            let_go: self.ears.let_go,
            other: self.ears.other,
            ..self.about.clone()
        };
        if about != self.about || about == Plaintext::default() {
            self.to.gauges.plaintext(about.clone());
            self.about = about;
        }
    }
}

fn speaker(actor: &Actor, process: ProcessId) -> Speaker {
    Speaker { session: actor.session, process, product: actor.product.clone() }
}

fn since_boot_ns() -> u64 {
    let time = clock_gettime(ClockId::Boottime);
    time.tv_sec.unsigned_abs() * 1_000_000_000 + time.tv_nsec.unsigned_abs()
}
