//! The daemon's end: takes orders, and answers them when they are in force.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::process::{ChildStdin, Command};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use event::{EveryRun, KernelRules, Label, Order, OrderError, Orders, Regime, Runs, Text};

use super::answer::move_sessions;
use super::supervisor::supervise;
use super::wire::{Manners, Told, tell};
use crate::kernel::KernelOrders;

/// Makes the command that runs [`super::respond`].
pub type Launch = dyn Fn() -> Command + Send + Sync;

/// An order waits so long for the responder. What it orders comes into force later, all the same.
const PATIENCE: Duration = Duration::from_secs(5);

/// Guards files by a responder of its own; gives orders to it. One for a source; see [`crate::KernelSource::guard_files`].
pub struct FileGuard {
    shared: Arc<Shared>,
    orders: Arc<KernelOrders>,
    launch: Arc<Launch>,
    runs: Arc<dyn Runs>,
    manners: Manners,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl FileGuard {
    /// Starts nothing before rules are given that hold something.
    pub fn new(orders: Arc<KernelOrders>, launch: Arc<Launch>) -> Self {
        let (shared, runs) = (Arc::default(), Arc::new(EveryRun));
        let (manners, thread) = (Manners::default(), Mutex::default());
        Self { shared, orders, launch, runs, manners, thread }
    }

    /// The same, asking somebody about programs before they run.
    pub fn asking(mut self, runs: Arc<dyn Runs>, manners: Manners) -> Self {
        (self.runs, self.manners) = (runs, manners);
        self
    }

    /// The process that answers now; none: every open goes on.
    pub fn responder(&self) -> Option<u32> {
        self.shared.state().responder
    }

    /// Places of the rules in force that nobody guards, each with the reason.
    pub fn left_out(&self) -> BTreeMap<Text, Text> {
        self.shared.state().left_out.clone()
    }

    /// These rules hold from now on, instead of all earlier ones.
    pub fn rules(&self, rules: &Arc<KernelRules>) -> Result<(), OrderError> {
        if rules.books.is_empty() {
            return self.disarm();
        }
        self.run()?;
        let mut state = self.shared.state();
        move_sessions(rules, &mut state.regimes);
        state.rules = Some(Arc::clone(rules));
        state.left_out.clear();
        state.tell(&Told::Rules(Some(Cow::Borrowed(rules))));
        // The supervisor may have begun to wait for them already.
        self.shared.changed.notify_all();
        self.in_force(state)
    }

    /// So a session is held from now on.
    pub fn govern(&self, regime: &Regime) -> Result<(), OrderError> {
        let mut state = self.shared.state();
        state.regimes.insert(regime.label, regime.clone());
        state.tell(&Told::Govern(Cow::Borrowed(regime)));
        self.in_force(state)
    }

    /// Every open goes on, and nobody is asked.
    pub fn disarm(&self) -> Result<(), OrderError> {
        let mut state = self.shared.state();
        state.rules = None;
        state.left_out.clear();
        state.tell(&Told::Rules(None));
        self.in_force(state)
    }

    /// A session is over.
    fn forget(&self, label: Label) -> Result<(), OrderError> {
        let mut state = self.shared.state();
        if state.regimes.remove(&label).is_some() {
            state.tell(&Told::Forget(label));
        }
        Ok(())
    }

    fn run(&self) -> Result<(), OrderError> {
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if thread.is_none() {
            let (shared, orders) = (Arc::clone(&self.shared), Arc::clone(&self.orders));
            let (launch, runs) = (Arc::clone(&self.launch), Arc::clone(&self.runs));
            let manners = self.manners;
            let run = move || supervise(&shared, &orders, &*launch, &runs, manners);
            *thread = Some(std::thread::Builder::new().name("files".into()).spawn(run)?);
        }
        Ok(())
    }

    /// Waits until what was told has been done, where there is something to be done.
    fn in_force(&self, mut state: MutexGuard<'_, State>) -> Result<(), OrderError> {
        state.number += 1;
        let number = state.number;
        state.tell(&Told::Upto(number));
        let open = |state: &mut State| state.done < number && state.waits();
        let (state, waited) = self
            .shared
            .changed
            .wait_timeout_while(state, PATIENCE, open)
            .unwrap_or_else(PoisonError::into_inner);
        drop(state);
        if waited.timed_out() {
            let late = "the responder for files does not answer";
            return Err(OrderError::Refused(io::Error::new(io::ErrorKind::TimedOut, late)));
        }
        Ok(())
    }
}

impl Orders for FileGuard {
    fn carry_out(&self, order: &Order) -> Result<(), OrderError> {
        match order {
            Order::Rules(rules) => self.rules(rules),
            Order::Govern(regime) => self.govern(regime),
            Order::Disarm => self.disarm(),
            Order::Clear(label) | Order::Over(label) => self.forget(*label),
            // Of others.
            Order::Confirm(_)
            | Order::Adopt { .. }
            | Order::Watch(_)
            | Order::Know(_)
            | Order::Freeze(_)
            | Order::Release(_)
            | Order::Cut(_)
            | Order::Kill(_)
            | Order::End(_)
            | Order::PutBack(_) => Ok(()),
        }
    }
}

impl Drop for FileGuard {
    fn drop(&mut self) {
        self.shared.state().ends();
        self.shared.changed.notify_all();
        let thread = self.thread.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        // A panic of it has been said.
        let _ = thread.map(JoinHandle::join);
    }
}

/// What the guard and its supervisor both know.
#[derive(Default)]
pub struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    rules: Option<Arc<KernelRules>>,
    regimes: HashMap<Label, Regime>,
    /// Orders so far, and those that are in force.
    number: u64,
    done: u64,
    wire: Option<ChildStdin>,
    responder: Option<u32>,
    left_out: BTreeMap<Text, Text>,
    ending: bool,
}

impl State {
    /// To a responder, if there is one; one that is dead is replaced and told everything.
    fn tell(&mut self, told: &Told<'_>) {
        if self.wire.as_mut().is_some_and(|wire| tell(wire, told).is_err()) {
            self.wire = None;
        }
    }

    /// Whether an order has to wait: where nothing is held there is nothing to be done.
    fn waits(&self) -> bool {
        !self.ending && (self.rules.is_some() || self.wire.is_some())
    }

    fn ends(&mut self) {
        self.ending = true;
        self.wire = None;
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until there are rules; false at the end.
    pub fn wanted(&self) -> bool {
        let idle = |state: &mut State| state.rules.is_none() && !state.ending;
        let state = self.changed.wait_while(self.state(), idle);
        !state.unwrap_or_else(PoisonError::into_inner).ending
    }

    pub fn wanted_now(&self) -> bool {
        !self.state().ending
    }

    /// A responder is there; it is told everything that holds.
    pub fn here(&self, to: ChildStdin, maps: [u32; 3], pid: u32, manners: Manners) {
        let mut state = self.state();
        state.wire = (!state.ending).then_some(to);
        state.responder = Some(pid);
        let daemon = std::process::id();
        state.tell(&Told::Hello { daemon, maps, manners });
        for regime in state.regimes.clone().values() {
            state.tell(&Told::Govern(Cow::Borrowed(regime)));
        }
        let rules = state.rules.clone();
        state.tell(&Told::Rules(rules.as_deref().map(Cow::Borrowed)));
        let number = state.number;
        state.tell(&Told::Upto(number));
    }

    pub fn gone(&self) {
        let mut state = self.state();
        state.wire = None;
        state.responder = None;
    }

    pub fn done(&self, number: u64) {
        let mut state = self.state();
        state.done = state.done.max(number);
        self.changed.notify_all();
    }

    pub fn left_out(&self, place: Text, why: Text) {
        self.state().left_out.insert(place, why);
    }

    /// Waits, but not beyond the end.
    pub fn pause(&self, time: Duration) {
        let waited = self.changed.wait_timeout_while(self.state(), time, |state| !state.ending);
        drop(waited);
    }
}
