//! The serving end. One thread at a time reads all connections without waiting for any, and answers the first question
//! that is whole while another one takes its place. So a slow client costs a buffer, and nobody waits for it.

mod door;
mod work;

use std::io;
use std::os::unix::net::UnixListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use event::{Action, Decision, Offering, Principal, Stand, ToolCall, ToolRules, Utterance};
use serde_json::Value;

use crate::{HookCall, Launched, Operation, Peer, Refusal, Verdict};
use door::Door;

/// Who answers. Asked from several threads at once.
pub trait Answers: Send + Sync {
    /// The agent's run whose tree the process is in; none for people and what is not known.
    fn who(&self, pid: u32) -> Option<Principal>;
    /// What is to be done about an action.
    fn check(&self, asker: &Asker, action: &Action) -> Result<Arc<Decision>, Refusal>;
    /// What a hook is told; what it said may make no sense.
    fn hook(&self, asker: &Asker, call: &HookCall) -> Result<Verdict, Refusal>;
    /// What becomes of what is found in results of tools.
    fn tool_rules(&self, asker: &Asker) -> ToolRules;
    /// How each thing stands that a server of tools offers.
    fn offered(&self, asker: &Asker, offering: &Offering) -> Result<Vec<Stand>, Refusal>;
    /// Keeps that a tool was called.
    fn called(&self, asker: &Asker, call: ToolCall) -> Result<(), Refusal>;
    /// Keeps what went by between an agent and a server of tools.
    fn said(&self, asker: &Asker, words: Vec<Utterance>) -> Result<(), Refusal>;
    /// Keeps a call of a model by what the asker launched.
    fn asked(&self, asker: &Asker, launched: Launched) -> Result<(), Refusal>;
    /// How the daemon is, and how it takes who asks.
    fn status(&self, asker: &Asker) -> Value;
    /// Does what an operator asks for. Who comes here is below no agent; what is of the whole host is asked by root or
    /// the daemon's own account.
    fn operate(&self, asker: &Asker, operation: &Operation) -> Result<Value, Refusal>;
}

/// Who asks.
#[derive(Debug)]
pub struct Asker {
    /// The process.
    pub peer: Peer,
    /// The agent's run that it belongs to.
    pub principal: Option<Principal>,
}

/// A running server; it ends when it is dropped.
#[derive(Debug)]
pub struct Server {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

/// Threads that read and answer: four may be at an answer while one reads.
const WORKERS: usize = 5;

impl Server {
    /// Serves at `listener`.
    pub fn start(listener: UnixListener, answers: &Arc<dyn Answers>) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let stop = Arc::new(AtomicBool::new(false));
        let door = Arc::new(Mutex::new(Door::new(listener, Arc::clone(&stop))));
        let mut threads = Vec::with_capacity(WORKERS);
        for _ in 0..WORKERS {
            let (door, answers) = (Arc::clone(&door), Arc::clone(answers));
            let run = move || work::run(&door, &*answers);
            threads.push(thread::Builder::new().name("link".into()).spawn(run)?);
        }
        Ok(Self { stop, threads })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            // A thread that panicked has ended, too.
            let _ = thread.join();
        }
    }
}
