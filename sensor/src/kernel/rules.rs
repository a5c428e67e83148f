//! The rules in force: `event::KernelRules` lowered to the maps of `bpf/rules.h` and `bpf/egress.h`, put in force as
//! a whole; and how each session is held.
//!
//! Every entry carries the generation of its set. A new set is written beside the one in force, then the number is
//! turned: no program finds half of either. The set before stays until the next one comes, for programs that have
//! read the old number.

mod clauses;
mod ends;
mod identity;
mod places;

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use event::{End, KernelRules, Label, OrderError, Regime};
use libbpf_rs::{MapCore, MapFlags, MapHandle};

use super::load::Loaded;
use super::orders::refused;
use crate::decode::PolicyNames;
use crate::source::SourceError;
use clauses::VerbBook;
use ends::{Ends, Written};
use identity::{Files, Known};
use places::{Entries, Table};

/// How a session is held apart from its book: `REGIME_*` in `bpf/rules.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    Cut = 1,
    Frozen = 2,
    Dead = 4,
}

/// Sessions held at a time; above, those of which no process lives are forgotten.
const SESSIONS: usize = 8_192;
const NO_BOOK: u32 = u32::MAX;
/// Places are looked for again when a session begins, but not more often.
const SETTLED: Duration = Duration::from_secs(1);

/// Puts rules in force. Shared between threads.
pub struct RulesInForce {
    in_force: MapHandle,
    verb_books: MapHandle,
    known_ends: MapHandle,
    regimes: MapHandle,
    spilled: MapHandle,
    process_labels: MapHandle,
    /// By `Table`.
    tables: [MapHandle; 5],
    place_bits: MapHandle,
    files: Files,
    protected: MapHandle,
    policies: Arc<PolicyNames>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The last one that was in force, whether or not it is now.
    generation: u32,
    set: Option<Set>,
    /// The set before, still in the maps.
    before: Option<Set>,
    held: HashMap<Label, Held>,
}

impl Held {
    /// The book of a generation.
    fn book(&mut self, generation: u32) -> &mut Option<u16> {
        let [even, odd] = &mut self.books;
        if generation.is_multiple_of(2) { even } else { odd }
    }
}

/// What is in the maps for one generation.
struct Set {
    generation: u32,
    rules: Arc<KernelRules>,
    books: Vec<VerbBook>,
    ends: Ends,
    entries: Entries,
    settled: Instant,
}

/// `struct regime` in `bpf/rules.h`.
#[derive(Clone, Copy, Default)]
struct Held {
    /// Of even and of odd generations.
    books: [Option<u16>; 2],
    flags: u32,
    workspace: identity::Identity,
}

impl RulesInForce {
    pub fn new(loaded: &Loaded, policies: Arc<PolicyNames>) -> Result<Self, SourceError> {
        Ok(Self {
            in_force: loaded.map("in_force")?,
            verb_books: loaded.map("verb_books")?,
            known_ends: loaded.map("known_ends")?,
            regimes: loaded.map("regimes")?,
            spilled: loaded.map("spilled")?,
            process_labels: loaded.map("process_labels")?,
            tables: [
                loaded.map("places")?,
                loaded.map("names_in")?,
                loaded.map("endings")?,
                loaded.map("own_tools")?,
                loaded.map("rule_sets")?,
            ],
            place_bits: loaded.map("place_bits")?,
            files: Files::new(loaded.iterator("list_files")),
            protected: loaded.map("protected_processes")?,
            policies,
            state: Mutex::default(),
        })
    }

    /// These rules instead of all earlier ones; on an error the earlier ones stay.
    pub fn put(&self, rules: &Arc<KernelRules>) -> Result<(), OrderError> {
        let mut state = self.state();
        let generation = state.generation.checked_add(1).unwrap_or(1);
        let books = clauses::lower(rules, generation).map_err(OrderError::Unsupported)?;
        let all = rules.ends.iter().copied().chain(rules.ends_by_nature());
        let (ends, written) = Ends::of(all).map_err(OrderError::Unsupported)?;
        if let Some(before) = state.before.take() {
            self.take_out(&before);
        }
        let (entries, untold) = places::lower(rules, generation, &self.files);
        if untold > 0 {
            tracing::debug!(untold, "places of files are not there by now");
        }
        let (rules, settled) = (Arc::clone(rules), Instant::now());
        let set = Set { generation, rules, books, ends, entries, settled };
        self.policies.remember(generation, set.rules.policies.clone());
        let done = self
            .write_bits([Some(&set.entries), state.set.as_ref().map(|it| &it.entries)])
            .and_then(|()| self.write(&set, &written))
            .and_then(|()| self.move_sessions(&mut state, &set))
            .and_then(|()| self.turn(generation));
        if let Err(error) = done {
            self.take_out(&set);
            return Err(error);
        }
        state.generation = generation;
        state.before = state.set.replace(set);
        Ok(())
    }

    /// Every session has its book of the next generation before that comes into force.
    fn move_sessions(&self, state: &mut State, next: &Set) -> Result<(), OrderError> {
        let generation = state.generation;
        for (label, held) in &mut state.held {
            let before = *held.book(generation);
            *held.book(next.generation) = next.rules.sessions.get(label).copied().unwrap_or(before);
            self.write_held(*label, held)?;
        }
        Ok(())
    }

    /// Ends of these classes, too, as long as the rules in force are. Without rules there is nothing to know.
    pub fn know(&self, known: &[End]) -> Result<(), OrderError> {
        let mut state = self.state();
        let Some(set) = &mut state.set else { return Ok(()) };
        for end in known {
            for written in set.ends.learn(*end) {
                self.write_end(set.generation, &written)?;
            }
        }
        Ok(())
    }

    /// Nothing is stopped any more: no rules, nobody cut off. Returns who was frozen.
    pub fn disarm(&self) -> Result<Vec<Label>, OrderError> {
        let mut state = self.state();
        self.turn(0)?;
        for set in [state.set.take(), state.before.take()].into_iter().flatten() {
            self.take_out(&set);
        }
        let mut frozen = Vec::new();
        for (label, held) in &mut state.held {
            if held.flags & Hold::Frozen as u32 != 0 {
                frozen.push(*label);
            }
            held.flags = 0;
            self.write_held(*label, held)?;
        }
        Ok(frozen)
    }

    /// How a session is held by its book; whether it is cut off or frozen stays as it is.
    pub fn govern(&self, regime: &Regime) -> Result<(), OrderError> {
        let folder = regime.workspace.to_string();
        let known = self.files.identities(std::slice::from_ref(&folder));
        let workspace = known.get(&folder).copied().unwrap_or_default();
        self.change(regime.label, |held, generation| {
            *held.book(generation) = regime.book;
            held.workspace = workspace;
        })?;
        // Behind it: what the session may not reach anyhow does not wait for what lies where.
        self.settle()
    }

    /// Places that were made, removed or replaced since the rules came.
    fn settle(&self) -> Result<(), OrderError> {
        let mut state = self.state();
        let State { set: Some(set), before, .. } = &mut *state else { return Ok(()) };
        if set.settled.elapsed() < SETTLED {
            return Ok(());
        }
        set.settled = Instant::now();
        let (entries, _) = places::lower(&set.rules, set.generation, &self.files);
        let earlier = before.as_ref().map(|it| &it.entries);
        self.write_bits([Some(&entries), Some(&set.entries), earlier])?;
        for (entry, value) in
            entries.iter().filter(|(entry, value)| set.entries.get(*entry) != Some(*value))
        {
            self.write_entry(entry, value)?;
        }
        let before = std::mem::replace(&mut set.entries, entries);
        for (table, key) in before.keys().filter(|entry| !set.entries.contains_key(*entry)) {
            let _ = self.table(*table).delete(key);
        }
        Ok(())
    }

    fn table(&self, table: Table) -> &MapHandle {
        let [places, names_in, endings, own_tools, rule_sets] = &self.tables;
        match table {
            Table::Places => places,
            Table::NamesIn => names_in,
            Table::Endings => endings,
            Table::OwnTools => own_tools,
            Table::RuleSets => rule_sets,
        }
    }

    /// Of all places that are in the maps, or will be.
    fn write_bits<'a>(
        &self,
        sets: impl IntoIterator<Item = Option<&'a Entries>>,
    ) -> Result<(), OrderError> {
        let bits = places::bits(sets.into_iter().flatten());
        self.place_bits.update(&0u32.to_ne_bytes(), &bits, MapFlags::ANY).map_err(refused)
    }

    fn write_entry(&self, (table, key): &(Table, Vec<u8>), value: &[u8]) -> Result<(), OrderError> {
        self.table(*table).update(key, value, MapFlags::ANY).map_err(refused)
    }

    pub fn hold(&self, label: Label, hold: Hold) -> Result<(), OrderError> {
        self.hold_as(label, hold as u32)
    }

    /// By several of [`Hold`] at once.
    pub fn hold_as(&self, label: Label, holds: u32) -> Result<(), OrderError> {
        self.change(label, |held, _| held.flags |= holds)
    }

    pub fn let_go(&self, label: Label, holds: &[Hold]) -> Result<(), OrderError> {
        let flags = holds.iter().fold(0, |sum, hold| sum | *hold as u32);
        self.change(label, |held, _| held.flags &= !flags)
    }

    /// The session is no agent's.
    pub fn forget(&self, label: Label) {
        if self.state().held.remove(&label).is_some() {
            self.erase(label);
        }
    }

    /// Nobody who is held lays hands on this process of ours.
    pub fn protect(&self, pid: u32) -> Result<(), OrderError> {
        let on = 1u32.to_ne_bytes();
        self.protected.update(&pid.to_ne_bytes(), &on, MapFlags::ANY).map_err(refused)
    }

    /// It is gone; what was never there is as good as gone.
    pub fn unprotect(&self, pid: u32) {
        let _ = self.protected.delete(&pid.to_ne_bytes());
    }

    /// `change` is told the generation in force.
    fn change(&self, label: Label, change: impl FnOnce(&mut Held, u32)) -> Result<(), OrderError> {
        let mut state = self.state();
        if state.held.len() >= SESSIONS {
            self.forget_ended(&mut state.held);
        }
        let mut held = state.held.get(&label).copied().unwrap_or_default();
        change(&mut held, state.generation);
        self.write_held(label, &held)?;
        state.held.insert(label, held);
        Ok(())
    }

    fn forget_ended(&self, held: &mut HashMap<Label, Held>) {
        let all = self.process_labels.lookup_batch(1 << 16, MapFlags::ANY, MapFlags::ANY);
        let Ok(all) = all else { return };
        let label = |value: Vec<u8>| value.try_into().ok().map(u64::from_ne_bytes).map(Label);
        let living: HashSet<Label> = all.filter_map(|(_, value)| label(value)).collect();
        for (label, _) in held.extract_if(|label, _| !living.contains(label)) {
            self.erase(label);
        }
    }

    fn erase(&self, label: Label) {
        // Not there is as good as gone.
        let _ = self.regimes.delete(&label.0.to_ne_bytes());
        let _ = self.spilled.delete(&label.0.to_ne_bytes());
    }

    fn write_held(&self, label: Label, held: &Held) -> Result<(), OrderError> {
        let mut value = Vec::with_capacity(32);
        for book in held.books {
            value.extend(book.map_or(NO_BOOK, u32::from).to_ne_bytes());
        }
        value.extend(held.flags.to_ne_bytes());
        value.extend([0; 4]);
        value.extend(u64::from(held.workspace.device).to_ne_bytes());
        value.extend(held.workspace.inode.to_ne_bytes());
        self.regimes.update(&label.0.to_ne_bytes(), &value, MapFlags::ANY).map_err(refused)
    }

    fn write(&self, set: &Set, ends: &[Written]) -> Result<(), OrderError> {
        for book in &set.books {
            self.verb_books.update(&book.key, &book.value, MapFlags::ANY).map_err(refused)?;
        }
        set.entries.iter().try_for_each(|(entry, value)| self.write_entry(entry, value))?;
        ends.iter().try_for_each(|end| self.write_end(set.generation, end))
    }

    fn write_end(&self, generation: u32, end: &Written) -> Result<(), OrderError> {
        let key = end.prefix.key(generation);
        match end.classes {
            Some(classes) => {
                let value = classes.0.to_ne_bytes();
                self.known_ends.update(&key, &value, MapFlags::ANY).map_err(refused)
            }
            None => self.known_ends.delete(&key).map_err(refused),
        }
    }

    /// From now on, these.
    fn turn(&self, generation: u32) -> Result<(), OrderError> {
        let value = u64::from(generation).to_ne_bytes();
        self.in_force.update(&0u32.to_ne_bytes(), &value, MapFlags::ANY).map_err(refused)
    }

    /// What was never written is as good as gone.
    fn take_out(&self, set: &Set) {
        for book in &set.books {
            let _ = self.verb_books.delete(&book.key);
        }
        for (table, key) in set.entries.keys() {
            let _ = self.table(*table).delete(key);
        }
        for prefix in set.ends.prefixes() {
            let _ = self.known_ends.delete(&prefix.key(set.generation));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
