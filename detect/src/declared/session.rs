//! What is remembered of one session: its words, its trees, what its own processes did.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use event::{
    Access, Act, Actor, Attributed, Caveats, EventId, Exit, Process, ProcessId, Speech, Teller,
    Text, Utterance,
};

use super::bounds::{MOST_CALLS, MOST_OWN, MOST_TREES};
use super::call::{Call, Over, said};
use super::deed::{Contact, Ended, Touched, Tree};
use super::host::{self, Hosts};
use super::kind::Kind;
use super::table::Table;

/// One session.
#[derive(Debug)]
pub struct Session {
    pub actor: Arc<Actor>,
    pub process: Arc<Process>,
    pub calls: VecDeque<Call>,
    pub trees: BTreeMap<ProcessId, Tree>,
    /// Files that the agent's own processes wrote.
    pub wrote: VecDeque<Touched>,
    /// Keys that they opened.
    pub opened: VecDeque<Touched>,
    /// Hosts that they spoke to.
    pub spoke: VecDeque<Contact>,
    pub words: Heard,
    /// Before this some of the above was forgotten.
    pub forgotten_ns: u64,
    pub told: BTreeMap<Kind, u32>,
    pub last_ns: u64,
    /// When the agent's process ended.
    pub gone_ns: Option<u64>,
}

/// What was heard.
#[derive(Debug, Default)]
pub struct Heard {
    /// The first words of the session.
    pub first_ns: u64,
    /// The youngest words, as the agent dates them.
    pub last_ns: u64,
    /// They were an answer: nothing is asked for now.
    pub rests: bool,
    /// Hosts in what a person and the model wrote.
    pub trusted: Hosts,
    /// Hosts in what tools brought.
    pub brought: Hosts,
    /// Hosts that the agent's own processes spoke to.
    pub own: Hosts,
    /// Somebody told of a call, by teller.
    pub calls: BTreeMap<Teller, u32>,
    /// Calls of which the transcript and another teller told, by tool.
    pub both: BTreeMap<Text, u32>,
}

impl Session {
    pub fn of(actor: &Arc<Actor>, act: &Attributed) -> Self {
        Self {
            actor: Arc::new(Actor { tool_call: None, tool_root: None, ..(**actor).clone() }),
            process: Arc::clone(&act.process),
            calls: VecDeque::new(),
            trees: BTreeMap::new(),
            wrote: VecDeque::new(),
            opened: VecDeque::new(),
            spoke: VecDeque::new(),
            words: Heard::default(),
            forgotten_ns: 0,
            told: BTreeMap::new(),
            last_ns: 0,
            gone_ns: None,
        }
    }

    pub fn take(&mut self, act: &Attributed, table: &Table) {
        self.last_ns = self.last_ns.max(act.event.time_unix_ns);
        if let Act::Utterance(words) = &act.event.act {
            return self.hear(act, words, table);
        }
        let root = act.actor.as_ref().and_then(|actor| actor.tool_root);
        match root {
            Some(root) => {
                self.make_room();
                let began = act.event.time_unix_ns;
                let tree = self.trees.entry(root).or_insert_with(|| Tree::of(root, began));
                grow(tree, act, table);
            }
            None => self.own(act, table),
        }
    }

    fn make_room(&mut self) {
        if self.trees.len() < MOST_TREES {
            return;
        }
        let done = self.trees.iter().find(|(_, tree)| tree.claimed && tree.alive.is_empty());
        let oldest = done.or_else(|| self.trees.iter().next()).map(|(root, _)| *root);
        if let Some(tree) = oldest.and_then(|root| self.trees.remove(&root))
            && !tree.claimed
        {
            self.forgotten_ns = self.forgotten_ns.max(tree.began_ns);
        }
    }

    /// An act of the agent's own processes.
    fn own(&mut self, act: &Attributed, table: &Table) {
        if let Act::ProcessExit(exit) = &act.event.act {
            self.leave(act, exit);
        }
        let touched = |path: &Text| Touched {
            path: path.clone(),
            image: None,
            process: Arc::clone(&act.process),
            ns: act.event.time_unix_ns,
            event: act.id,
            judged: false,
        };
        if let Some(path) = opened(&act.event.act)
            && table.keeps_a_secret(path).is_some_and(|secret| secret.never_own)
        {
            self.forgotten_ns = self.forgotten_ns.max(push(&mut self.opened, touched(path)));
        }
        if let Some(path) = written(act) {
            let again = self.wrote.back().is_some_and(|last| last.path == *path);
            if !again {
                self.forgotten_ns = self.forgotten_ns.max(push(&mut self.wrote, touched(path)));
            }
        }
        if let Some(host) = host::of(act) {
            if self.words.own.first(&host).is_none() && self.spoke.len() < MOST_OWN {
                self.spoke.push_back(Contact {
                    host: host.clone(),
                    image: None,
                    process: Arc::clone(&act.process),
                    ns: act.event.time_unix_ns,
                    event: act.id,
                });
            }
            self.words.own.note(&host, act.event.time_unix_ns);
        }
    }

    /// A call's shell may run the agent's own program, which is nobody's tool from then on: it leaves its tree.
    fn leave(&mut self, act: &Attributed, exit: &Exit) {
        let process = act.event.process;
        if process == self.process.id {
            self.gone_ns = Some(act.event.time_unix_ns);
        }
        for tree in self.trees.values_mut().filter(|tree| tree.alive.contains_key(&process)) {
            tree.exit(process, ended(act, exit));
        }
    }

    fn hear(&mut self, act: &Attributed, words: &Utterance, table: &Table) {
        let heard_ns = act.event.time_unix_ns;
        let said_ns = said(words, heard_ns);
        self.process = Arc::clone(&act.process);
        if words.tellers().has(Teller::Transcript) && said_ns >= self.words.last_ns {
            self.words.last_ns = said_ns;
            self.words.rests = words.speech == Speech::Answer;
        }
        if self.words.first_ns == 0 || said_ns < self.words.first_ns {
            self.words.first_ns = said_ns;
        }
        match words.speech {
            Speech::Prompt | Speech::Answer => self.words.trusted.read(&words.text, said_ns),
            Speech::ToolCall => {
                self.words.trusted.read(&words.text, said_ns);
                self.declare(Call::of(words, act.id, heard_ns));
            }
            Speech::ToolResult => {
                self.words.brought.read(&words.text, said_ns);
                self.words.brought.read_all(&words.named.hosts, said_ns);
                let failed = words.failed;
                let refused = failed && table.says_refused(&words.text);
                self.end(words, Over { said_ns, heard_ns, failed, refused, event: act.id });
            }
        }
    }

    fn declare(&mut self, call: Call) {
        for teller in &call.tellers {
            *self.words.calls.entry(*teller).or_default() += 1;
        }
        if call.tellers.len() > 1 {
            *self.words.both.entry(call.tool.clone()).or_default() += 1;
        }
        if let Some(known) = self.calls.iter_mut().rev().find(|known| known.is_same(&call)) {
            if !call.tellers.is_subset(&known.tellers) {
                // A hook may know the tool by another name.
                for tool in [&call.tool, &known.tool] {
                    *self.words.both.entry(tool.clone()).or_default() += 1;
                }
            }
            return known.merge(call);
        }
        self.calls.push_back(call);
        if self.calls.len() > MOST_CALLS
            && let Some(oldest) = self.calls.pop_front()
        {
            self.forgotten_ns = self.forgotten_ns.max(oldest.said_ns);
        }
    }

    /// A result of the call that it names; of one without a name, of the last one.
    fn end(&mut self, words: &Utterance, over: Over) {
        let open = self.calls.iter_mut().rev().filter(|call| call.over.is_none());
        let mut named = open.filter(|call| call.id == words.call);
        if let Some(call) = named.next() {
            call.over = Some(over);
        }
    }
}

/// An act of a tree.
fn grow(tree: &mut Tree, act: &Attributed, table: &Table) {
    let process = act.event.process;
    match &act.event.act {
        Act::ProcessExec(exec) => tree.exec(act, exec),
        Act::ProcessClone(forked) => tree.fork(process, forked.child),
        Act::ProcessExit(exit) => tree.exit(process, ended(act, exit)),
        Act::Stopped(_) => tree.stopped.push(act.id),
        _ => {}
    }
    tree.stopped.truncate(super::bounds::MOST_DEEDS);
    if let Some(path) = opened(&act.event.act).filter(|path| table.keeps_a_secret(path).is_some()) {
        tree.secret(path, act);
    }
    if let Some(path) = written(act) {
        if table.starts(path).is_some() {
            tree.start(path, act);
        }
        tree.write(path);
    }
    if let Some(host) = host::of(act) {
        tree.contact(host, act);
    }
}

fn ended(act: &Attributed, exit: &Exit) -> Ended {
    Ended { ns: act.event.time_unix_ns, code: exit.code, signal: exit.signal, event: act.id }
}

/// The file that was opened to be read.
fn opened(act: &Act) -> Option<&Text> {
    match act {
        Act::FileOpen(open) if open.error == 0 => {
            matches!(open.access, Access::Read | Access::ReadWrite).then_some(&open.file.path)
        }
        _ => None,
    }
}

/// The file that was written, and is nobody's state.
fn written(act: &Attributed) -> Option<&Text> {
    let path = match &act.event.act {
        Act::FileCreate(open) if open.error == 0 => &open.file.path,
        Act::FileWrite(write) if !act.event.caveats.contains(Caveats::CLOSED) => &write.file.path,
        Act::FileRename(pair) => &pair.to.path,
        Act::FileUnlink(file) | Act::FileTruncate(file) => &file.path,
        _ => return None,
    };
    (path.starts_with('/') && !act.event.caveats.contains(Caveats::FAILED)).then_some(path)
}

/// Adds to a bounded list; when what was forgotten for it happened.
fn push(list: &mut VecDeque<Touched>, one: Touched) -> u64 {
    list.push_back(one);
    match list.len() > MOST_OWN {
        true => list.pop_front().map_or(0, |oldest| oldest.ns),
        false => 0,
    }
}

impl Session {
    /// Whether one more of a kind is told: each so many times at most.
    pub fn may_tell(&mut self, kind: Kind) -> bool {
        let told = self.told.entry(kind).or_default();
        *told += 1;
        *told <= super::bounds::MOST_FINDINGS
    }

    /// Words of the transcript that are younger than `ns` were heard.
    pub fn heard_after(&self, ns: u64) -> bool {
        self.words.last_ns > ns
    }

    /// The event of the last words of any call, for findings that stand on none.
    pub fn first_event(&self) -> EventId {
        self.calls.front().map(|call| call.event).unwrap_or_default()
    }
}
