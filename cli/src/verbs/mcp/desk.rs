//! Who remembers for a wrapped server: the daemon, where one answers. Without one a store of the account's own, which
//! whatever runs as that account can write to.

use std::iter;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result};
use event::{Offering, Stand, Standing, Text, ToolCall, ToolRules, Utterance};
use gateway::mcp::Desk;
use inventory::pins::{Pins, User};
use link::{Ask, Reply, ask};

use crate::config::Config;
use crate::host;

/// Calls and words that may wait to be told.
const WAITING: usize = 1_024;
/// What is called within it is told together, beside the calls that go on.
const MOMENT: Duration = Duration::from_millis(20);
/// Calls that are told together.
const TOGETHER: usize = 64;

/// Bytes of texts that a question has room for, whatever letters they are of.
const ROOM: usize = 96 << 10;

/// What goes by.
enum Passed {
    Called(ToolCall),
    Said(Vec<Utterance>),
}

/// The desk of one wrapped server.
pub struct Remembers {
    socket: PathBuf,
    patience: Duration,
    rules: ToolRules,
    alone: Mutex<Pins>,
    account: Text,
    /// It was said that no daemon answers.
    said: AtomicBool,
    calls: Mutex<Option<SyncSender<Passed>>>,
    lost: Arc<AtomicU64>,
}

impl Remembers {
    /// By the daemon at this socket; calls are told on the thread that comes with it.
    pub fn at(
        socket: PathBuf,
        patience: Duration,
        config: &Config,
    ) -> Result<(Arc<Self>, JoinHandle<()>)> {
        let (calls, waiting) = sync_channel(WAITING);
        let lost = Arc::new(AtomicU64::default());
        let telling = Telling { socket: socket.clone(), patience, lost: Arc::clone(&lost) };
        let thread =
            thread::Builder::new().name("calls".into()).spawn(move || telling.run(&waiting));
        let uid = rustix::process::geteuid().as_raw();
        let account = crate::accounts::name_of(uid).unwrap_or_else(|| uid.to_string().into());
        let desk = Self {
            socket,
            patience,
            rules: config.mcp.rules(),
            alone: Mutex::new(Pins::open(&config.data_dir(), config.mcp.pins())),
            account,
            said: AtomicBool::default(),
            calls: Mutex::new(Some(calls)),
            lost,
        };
        Ok((Arc::new(desk), thread.context("cannot start a thread")?))
    }

    /// No more calls come.
    pub fn end(&self) {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Calls that do not stand in the record.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Puts it into the queue; whether there was room.
    fn pass(&self, told: Passed) -> bool {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.as_ref().is_some_and(|calls| calls.try_send(told).is_ok())
    }

    fn ask(&self, question: &Ask) -> Option<Reply> {
        match ask(&self.socket, question, self.patience) {
            Ok(Reply::Refused(refusal)) => self.alone(&refusal.message),
            Ok(reply) => return Some(reply),
            Err(absence) => self.alone(&absence.to_string()),
        }
        None
    }

    fn alone(&self, why: &str) {
        if !self.said.swap(true, Ordering::Relaxed) {
            let place = self.socket.display();
            crate::say!(
                "chaperone: no daemon keeps what servers of tools offer ({place}: {why}); pins are this account's own, and what runs as it can change them\nhint: `sudo chaperone up`"
            );
        }
    }

    fn own(&self, offering: &Offering) -> Vec<Stand> {
        let user = User { account: self.account.clone(), proxy: (std::process::id(), 0) };
        let mut pins = self.alone.lock().unwrap_or_else(PoisonError::into_inner);
        match pins.judge(&user, offering, host::now_unix_ns()) {
            Ok(stands) => stands,
            Err(error) => {
                crate::say!("chaperone: {error}");
                let why = vec!["it cannot be told whether it is as it was".into()];
                let stand = Stand { standing: Standing::Held, why };
                offering.offers.iter().map(|_| stand.clone()).collect()
            }
        }
    }
}

impl Desk for Remembers {
    fn rules(&self) -> ToolRules {
        match self.ask(&Ask::ToolRules) {
            Some(Reply::ToolRules(rules)) => rules,
            _ => self.rules,
        }
    }

    fn offered(&self, offering: &Offering) -> Vec<Stand> {
        match self.ask(&Ask::Offered(Box::new(offering.clone()))) {
            Some(Reply::Stands(stands)) => stands,
            _ => self.own(offering),
        }
    }

    fn called(&self, call: ToolCall) {
        if !self.pass(Passed::Called(call)) {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn said(&self, words: Vec<Utterance>) {
        if !words.is_empty() && !self.pass(Passed::Said(words)) {
            tracing::debug!("words are not told: too many at once");
        }
    }
}

/// Tells the daemon of calls, beside those who make them.
struct Telling {
    socket: PathBuf,
    patience: Duration,
    lost: Arc<AtomicU64>,
}

impl Telling {
    fn run(&self, passed: &Receiver<Passed>) {
        while let Ok(first) = passed.recv() {
            thread::sleep(MOMENT);
            let (mut calls, mut words) = (Vec::new(), Vec::new());
            for one in iter::once(first).chain(passed.try_iter().take(TOGETHER - 1)) {
                match one {
                    Passed::Called(call) => calls.push(call),
                    Passed::Said(said) => words.extend(said),
                }
            }
            let count = calls.len() as u64;
            if count > 0 && !self.tell(&Ask::Called(calls)) {
                self.lost.fetch_add(count, Ordering::Relaxed);
            }
            self.say(words);
        }
    }

    fn tell(&self, told: &Ask) -> bool {
        matches!(ask(&self.socket, told, self.patience), Ok(Reply::Kept))
    }

    /// Words, as many at once as a question has room for.
    fn say(&self, mut words: Vec<Utterance>) {
        while !words.is_empty() {
            let mut left = ROOM;
            let fits = |it: &&Utterance| {
                let fits = it.text.len() <= left;
                left = left.saturating_sub(it.text.len());
                fits
            };
            let count = words.iter().take_while(fits).count().max(1);
            let rest = words.split_off(count);
            if !self.tell(&Ask::Said(std::mem::replace(&mut words, rest))) {
                tracing::debug!("words of a server of tools are not kept");
                return;
            }
        }
    }
}
