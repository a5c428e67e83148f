//! Servers of tools behind a proxy of ours: what they offer is held against their pins, their calls stand in the record as
//! acts of the process that stands between.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread;
use std::time::Duration;

use anyhow::Result;
use event::{
    Act, Action, AgentRef, Because, Circumstances, Decision, Effect, Enforcer, Event, Judged,
    Object, Offered, Offering, Outcome, Principal, ProcessId, Record, Redact, Severity, Stand,
    Standing, Text, ToolCall, ToolRules, Verb,
};
use inventory::pins::{Pins, User};
use link::{Asker, Refusal, Why};

use super::account_of;
use super::tree::{self, Tree};
use crate::config::Config;
use crate::host;

/// The policy that is named where an offer is not as it was.
const POLICY: &str = "mcp-pins";
/// Calls that may wait for the hall.
const WAITING: usize = 1_024;
/// How often it is looked whether `up` ends.
const LOOK: Duration = Duration::from_millis(100);
/// Offers of which it is remembered that they were told.
const MOST_TOLD: usize = 4_096;

/// A call that is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotKept {
    /// Too many at once.
    Busy,
    /// `up` is about to end.
    Ends,
}

impl From<NotKept> for Refusal {
    fn from(why: NotKept) -> Self {
        match why {
            NotKept::Busy => Self::new(Why::Busy, "too many calls at once"),
            NotKept::Ends => Self::new(Why::Failed, "`up` is about to end"),
        }
    }
}

/// Where calls go.
pub struct Hall {
    /// The engine.
    pub engine: SyncSender<Vec<Event>>,
    /// Decisions.
    pub journal: SyncSender<Vec<Record>>,
    /// Takes secrets out of what is told.
    pub redact: Arc<dyn Redact>,
    /// `up` ends.
    pub stop: Arc<AtomicBool>,
}

/// What is kept of servers of tools.
pub struct Tools {
    rules: ToolRules,
    pins: Mutex<Pins>,
    told: Mutex<HashSet<(Text, Text, Text)>>,
    pub(super) redact: Arc<dyn Redact>,
    calls: SyncSender<Event>,
    journal: SyncSender<Vec<Record>>,
    tree: Arc<RwLock<Tree>>,
}

impl Tools {
    /// By the configuration. A thread hands calls on until `up` ends: the engine waits for nobody who could still speak.
    pub fn start(config: &Config, tree: Arc<RwLock<Tree>>, to: Hall) -> Result<Self> {
        let (calls, waiting) = sync_channel(WAITING);
        let Hall { engine, journal, redact, stop } = to;
        let run = move || hand_on(&waiting, &engine, &stop);
        thread::Builder::new().name("link-tools".into()).spawn(run)?;
        Ok(Self {
            rules: config.mcp.rules(),
            pins: Mutex::new(Pins::open(&config.data_dir(), config.mcp.pins())),
            told: Mutex::default(),
            redact,
            calls,
            journal,
            tree,
        })
    }

    /// What becomes of what is found in results.
    pub fn rules(&self) -> ToolRules {
        self.rules
    }
}

fn hand_on(calls: &Receiver<Event>, engine: &SyncSender<Vec<Event>>, stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        match calls.recv_timeout(LOOK) {
            Ok(first) => {
                let batch = std::iter::once(first).chain(calls.try_iter()).collect();
                if engine.send(batch).is_err() {
                    return;
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// Whose offers and calls they are.
pub struct Whose {
    /// The account.
    pub account: Text,
    /// As policies name it; none: no session is known.
    pub principal: Option<Principal>,
    /// Who speaks with the server: pid, and when it began.
    pub proxy: (u32, u64),
    /// The process that acts, where it is known.
    pub process: Option<ProcessId>,
}

/// Who asks at the socket: the process that stands between.
pub(super) fn whose(tree: &RwLock<Tree>, asker: &Asker) -> Whose {
    let own = tree::process(asker.peer.pid);
    let tree = tree.read().unwrap_or_else(PoisonError::into_inner);
    Whose {
        account: account_of(asker.peer.uid),
        principal: asker.principal.clone(),
        proxy: (asker.peer.pid, own.map_or(0, |process| process.start_ns)),
        process: own.map(|own| tree.exact(own).unwrap_or(own)),
    }
}

impl Tools {
    /// How offers stand; what is new of it is told.
    pub fn offered(&self, whose: &Whose, offering: &Offering) -> Result<Vec<Stand>, String> {
        let user = User { account: whose.account.clone(), proxy: whose.proxy };
        let judged = {
            let mut pins = self.pins.lock().unwrap_or_else(PoisonError::into_inner);
            pins.judge(&user, offering, host::now_unix_ns())
        };
        let stands = judged.map_err(|error| error.to_string())?;
        let wrong = offering.offers.iter().zip(&stands).filter(|(_, stand)| !stand.why.is_empty());
        let news = wrong.filter(|(offer, _)| self.is_news(&offering.server, offer));
        let records: Vec<Record> =
            news.map(|(offer, stand)| self.record(whose, &offering.server, offer, stand)).collect();
        if !records.is_empty() && self.journal.send(records).is_err() {
            tracing::error!("the journal has stopped, a decision is not kept");
        }
        Ok(stands)
    }

    /// Keeps a call as an act of who called. Does not wait.
    pub fn called(&self, process: Option<ProcessId>, mut call: ToolCall) -> Result<(), NotKept> {
        for text in [&mut call.server, &mut call.tool] {
            if let Some(without) = self.redact.text(text) {
                *text = without;
            }
        }
        self.hand_on(process.unwrap_or_default(), Act::ToolCall(Box::new(call)))
    }

    /// An act on its way to the hall.
    pub(super) fn hand_on(&self, process: ProcessId, act: Act) -> Result<(), NotKept> {
        let event = Event::new(host::now_unix_ns(), process, act);
        self.calls.try_send(event).map_err(|error| match error {
            TrySendError::Full(_) => NotKept::Busy,
            TrySendError::Disconnected(_) => NotKept::Ends,
        })
    }

    fn is_news(&self, server: &Text, offer: &Offered) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let one = (server.clone(), offer.name.clone(), offer.digest.clone());
        told.len() < MOST_TOLD && told.insert(one)
    }

    fn record(&self, whose: &Whose, server: &Text, offer: &Offered, stand: &Stand) -> Record {
        let held = stand.standing == Standing::Held;
        let effect = if held { Effect::Deny } else { Effect::Notify };
        let because = Because {
            policy: POLICY.into(),
            effect,
            severity: if held { Severity::High } else { Severity::Medium },
            reason: stand.why.join("; ").into(),
            techniques: vec!["owasp.asi04".into()],
            ..Because::default()
        };
        let name =
            event::show::brief(if offer.name.is_empty() { &offer.thing } else { &offer.name }, 200);
        let unknown = || AgentRef { owner: whose.account.clone(), ..AgentRef::default() };
        let principal = whose.principal.clone().unwrap_or_else(|| Principal::Agent(unknown()));
        let tree = self.tree.read().unwrap_or_else(PoisonError::into_inner);
        let root = principal.session().and_then(|id| tree.root(id));
        let process = root.or(whose.process);
        Record::Decision(Box::new(Judged {
            time_unix_ns: host::now_unix_ns(),
            action: Action {
                principal,
                verb: Verb::CallTool,
                object: Object::Tool { server: server.clone(), name: name.into() },
                context: Circumstances::default(),
            },
            decision: Decision {
                effect,
                would: effect,
                because: vec![because],
                ..Decision::default()
            },
            by: Enforcer::Proxy,
            outcome: if held { Outcome::Prevented } else { Outcome::WentOn },
            process,
            event: None,
            count: 1,
            sources: Vec::new(),
        }))
    }
}
