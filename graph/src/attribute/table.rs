//! The processes of a host, as far as events told them: who started whom, and whose each one is.
//! Bounded; the entry of an exited process stays a while for events that come late.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::Arc;

use event::{Actor, Process, ProcessId, Text};
use rustc_hash::FxHashMap;

use super::program::Program;
use super::runs::RunKey;

/// Longest chain of ancestors that is kept: beyond it the oldest are forgotten, so that a program
/// that forks itself for ever holds no more memory than one that does not.
const MAX_DEPTH: u16 = 64;

/// What a process is to a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing: a person's or the system's.
    Nobody,
    /// The agent's own program.
    Own,
    /// In the subtree of a helper: what the agent starts for itself, not at the model's wish.
    Helper,
    /// In the subtree of a tool call.
    Tool,
    /// In an editor's tree, but a person's terminal.
    Person,
}

/// One process.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub process: Arc<Process>,
    pub parent: ProcessId,
    pub actor: Option<Arc<Actor>>,
    pub run: RunKey,
    pub role: Role,
    pub program: Program,
    /// Child of the process that holds an editor's terminals, not yet another program.
    pub in_terminal_host: bool,
    pub exited: bool,
    /// Its pid namespace; 0 is not known.
    pub pid_ns: u32,
    /// Its controlling terminal as device number; 0 is none.
    pub tty: u32,
    /// Its container.
    pub container: Option<Text>,
    /// The other end of the connection that an ssh server above it took last.
    pub peer: Option<IpAddr>,
    /// Sessions that began with it as their root.
    pub began: u32,
    depth: u16,
    last_ns: u64,
}

impl Entry {
    /// A process of which only the id is known.
    pub fn unknown(id: ProcessId, now_ns: u64) -> Self {
        Self {
            process: Arc::new(Process { id, ..Process::default() }),
            parent: ProcessId::default(),
            actor: None,
            run: RunKey::NONE,
            role: Role::Nobody,
            program: Program::Unknown,
            in_terminal_host: false,
            exited: false,
            pid_ns: 0,
            tty: 0,
            container: None,
            peer: None,
            began: 0,
            depth: 0,
            last_ns: now_ns,
        }
    }

    /// The same with a parent that is not in the table.
    pub fn child_of(self, parent: ProcessId) -> Self {
        Self { parent, ..self }
    }

    /// The child of this process right after its fork: everything is inherited.
    pub fn fork(&self, child: ProcessId, now_ns: u64) -> Self {
        let parent = if self.depth < MAX_DEPTH { Some(self.process.clone()) } else { None };
        let depth = if parent.is_some() { self.depth + 1 } else { 0 };
        let process = Process { id: child, parent, ..(*self.process).clone() };
        Self {
            process: Arc::new(process),
            parent: self.process.id,
            actor: self.actor.clone(),
            container: self.container.clone(),
            began: 0,
            exited: false,
            depth,
            last_ns: now_ns,
            ..*self
        }
    }

    /// True if the process belongs to a session.
    pub fn is_a_members(&self) -> bool {
        matches!(self.role, Role::Own | Role::Helper | Role::Tool)
    }
}

/// All processes.
#[derive(Debug)]
pub(super) struct Table {
    entries: FxHashMap<ProcessId, Entry>,
    /// Who holds, or held last, each pid.
    holders: FxHashMap<u32, ProcessId>,
    /// Exited, oldest first.
    exited: VecDeque<ProcessId>,
    most: usize,
    pub evicted: u64,
}

impl Table {
    /// A table of at most `most` processes.
    pub fn new(most: usize) -> Self {
        let most = most.max(64);
        Self {
            entries: FxHashMap::default(),
            holders: FxHashMap::default(),
            exited: VecDeque::new(),
            most,
            evicted: 0,
        }
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }
    pub fn get(&self, id: ProcessId) -> Option<&Entry> {
        self.entries.get(&id)
    }
    pub fn get_mut(&mut self, id: ProcessId) -> Option<&mut Entry> {
        self.entries.get_mut(&id)
    }
    pub fn iter(&self) -> impl Iterator<Item = (&ProcessId, &Entry)> {
        self.entries.iter()
    }

    /// The entry of `id`, touched; made if it is not there.
    pub fn touch(&mut self, id: ProcessId, now_ns: u64) -> &mut Entry {
        if !self.entries.contains_key(&id) {
            if self.entries.len() >= self.most {
                self.make_room();
            }
            self.holds(id);
        }
        let entry = self.entries.entry(id).or_insert_with(|| Entry::unknown(id, now_ns));
        entry.last_ns = now_ns;
        entry
    }

    pub fn insert(&mut self, id: ProcessId, entry: Entry) {
        if self.entries.len() >= self.most {
            self.make_room();
        }
        self.holds(id);
        self.entries.insert(id, entry);
    }

    /// The process that holds the pid, or held it last.
    pub fn holder(&self, pid: u32) -> Option<ProcessId> {
        self.holders.get(&pid).copied()
    }

    /// The one that started last holds a pid: news of an older one may come late.
    fn holds(&mut self, id: ProcessId) {
        let holder = self.holders.entry(id.pid).or_insert(id);
        if holder.start_ns < id.start_ns {
            *holder = id;
        }
    }

    fn remove(&mut self, id: ProcessId) {
        self.entries.remove(&id);
        if self.holders.get(&id.pid) == Some(&id) {
            self.holders.remove(&id.pid);
        }
    }

    /// Marks an exit; the entry goes when 1/16 of the table's size have exited after it.
    pub fn exit(&mut self, id: ProcessId) {
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.exited = true;
            self.exited.push_back(id);
        }
        while self.exited.len() > self.most / 16 {
            let Some(oldest) = self.exited.pop_front() else { break };
            self.remove(oldest);
        }
    }

    /// Ids of the entry's ancestors, nearest first, as far as they are in the table.
    pub fn ancestors(&self, id: ProcessId) -> impl Iterator<Item = (ProcessId, &Entry)> {
        let up = move |at: ProcessId| {
            let parent = self.entries.get(&at)?.parent;
            self.entries.get(&parent).map(|entry| (parent, entry))
        };
        std::iter::successors(up(id), move |(at, _)| up(*at)).take(MAX_DEPTH as usize)
    }

    /// Makes room for an eighth: exited first, then those of nobody, longest quiet first.
    fn make_room(&mut self) {
        for id in std::mem::take(&mut self.exited) {
            self.remove(id);
        }
        let goal = self.most - self.most / 8;
        if self.entries.len() <= goal {
            return;
        }
        let mut by_age: Vec<(bool, u64, ProcessId)> =
            self.entries.iter().map(|(id, e)| (e.is_a_members(), e.last_ns, *id)).collect();
        by_age.sort_unstable();
        let surplus = self.entries.len() - goal;
        for (_, _, id) in by_age.into_iter().take(surplus) {
            self.remove(id);
            self.evicted += 1;
        }
    }
}
