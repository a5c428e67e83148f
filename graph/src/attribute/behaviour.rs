//! Agents that no signature names, by what they do: a tree of processes asks a model, then starts
//! programs or changes files, and asks again.
//!
//! Two shapes. A *direct* talker holds the connection itself (one may serve many requests), so an act
//! after the first request is enough. A *driver* sends each request through a transport like `curl`,
//! so its loop can be seen: it is an agent only when it asks again after acting.

use std::collections::VecDeque;
use std::hash::{BuildHasher, BuildHasherDefault};

use event::{EventId, Label, ProcessId, Text};
use rustc_hash::{FxHashMap, FxHasher};

use crate::signature::{Launch, base_name};

use super::endpoints::ModelEndpoints;
use super::program::Program;
use super::table::{Entry, Table};

/// Acts this long after the last request do not count.
const WINDOW_NS: u64 = 30 * 60 * 1_000_000_000;
/// Most trees watched at once; the one that asked a model first is forgotten for a new one.
const MAX_TALKS: usize = 1_024;
/// How far up a start looks for a tree that asked a model.
const MAX_CLIMB: usize = 8;
/// Events and words of evidence kept.
const MAX_EVENTS: usize = 16;
/// Distinct acts remembered, so that the same program again adds nothing.
const MAX_SEEN: usize = 32;

/// What acts weigh. A direct talker is an agent at [`DIRECT`], a driver at [`DRIVER`] when it asks again.
const SHELL: u32 = 4;
const PROGRAM: u32 = 2;
const CHANGED_FILE: u32 = 2;
const NEW_FILE: u32 = 1;
const ASKED_AGAIN: u32 = 2;
const DIRECT: u32 = 4;
const DRIVER: u32 = 6;
/// New files alone never make an agent: a batch job writes its results.
const MAX_NEW_FILES: u32 = 2;

/// One tree that asked a model.
#[derive(Clone, Debug)]
pub(super) struct Talk {
    pub endpoint: Text,
    pub acts: Vec<Text>,
    pub events: Vec<EventId>,
    /// Each request went through a transport.
    pub driver: bool,
    last_ns: u64,
    weight: u32,
    new_files: u32,
    acted: bool,
    seen: Vec<u64>,
    /// The tree's files are recorded by this label, until it is known what the tree is.
    look: Option<Label>,
    first_ns: u64,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Behaviour {
    talks: FxHashMap<ProcessId, Talk>,
    order: VecDeque<ProcessId>,
    /// Labels of looks that are over, until the source is told.
    over: Vec<Label>,
}

/// What a question to a model says of who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Nothing yet.
    Noted,
    /// The tree of this root asked for the first time: its files are worth a look.
    First(ProcessId),
    /// The tree of this root is an agent.
    Agent(ProcessId),
}

/// An act of a process, with its place in the record.
#[derive(Clone, Copy)]
pub(super) struct At {
    pub process: ProcessId,
    pub event: EventId,
    pub now_ns: u64,
}

impl Behaviour {
    /// True if nothing has to be looked at.
    pub fn is_idle(&self) -> bool {
        self.talks.is_empty()
    }

    /// The tree is over, or is a session now.
    pub fn forget(&mut self, root: ProcessId) -> Option<Talk> {
        let talk = self.talks.remove(&root)?;
        self.order.retain(|other| *other != root);
        self.over.extend(talk.look);
        Some(talk)
    }

    /// The files of the tree of `root` are recorded by `label` from now on.
    pub fn looked_at(&mut self, root: ProcessId, label: Label) {
        if let Some(talk) = self.talks.get_mut(&root) {
            talk.look = Some(label);
        }
    }

    /// The label is one of a tree that is looked at.
    pub fn looks_by(&self, label: Label) -> bool {
        self.talks.values().any(|talk| talk.look == Some(label))
    }

    /// Labels of looks that are over.
    pub fn take_over_looks(&mut self) -> Vec<Label> {
        std::mem::take(&mut self.over)
    }

    /// A process asked a model.
    pub fn asked(&mut self, table: &Table, at: At, endpoint: &Text) -> Asked {
        let Some((root, driver)) = root_of(table, at.process) else { return Asked::Noted };
        let mut first = false;
        let talk = self.talks.entry(root).or_insert_with(|| {
            self.order.push_back(root);
            first = true;
            Talk::new(endpoint, driver, at.now_ns)
        });
        if at.now_ns.saturating_sub(talk.last_ns) > WINDOW_NS {
            let look = talk.look;
            *talk = Talk { look, ..Talk::new(endpoint, driver, at.now_ns) };
        }
        // Who asks for so long and is no agent is a service that uses a model: its files are its own.
        if at.now_ns.saturating_sub(talk.first_ns) > WINDOW_NS {
            self.over.extend(talk.look.take());
        }
        talk.last_ns = at.now_ns;
        talk.driver &= driver;
        if talk.events.is_empty() {
            talk.events.push(at.event);
        }
        let again = std::mem::take(&mut talk.acted);
        // A batch job asks and writes its results; that alone is no loop that acts.
        if again && talk.weight > talk.new_files.min(MAX_NEW_FILES) * NEW_FILE {
            talk.add(ASKED_AGAIN, "asks it again".into(), at.event);
        }
        let complete = talk.weight >= if talk.driver { DRIVER } else { DIRECT };
        let known = complete && again;
        if self.order.len() > MAX_TALKS
            && let Some(oldest) = self.order.front().copied()
        {
            self.forget(oldest);
        }
        match (known, first) {
            (true, _) => Asked::Agent(root),
            (false, true) => Asked::First(root),
            (false, false) => Asked::Noted,
        }
    }

    /// A program was started below a tree that asked a model.
    pub fn started(
        &mut self,
        table: &Table,
        at: At,
        launch: &Launch<'_>,
        known: &ModelEndpoints,
    ) -> Option<ProcessId> {
        let entry = table.get(at.process)?;
        let up = table.ancestors(at.process).take(MAX_CLIMB);
        let (root, above) = up.into_iter().find(|(id, _)| self.talks.contains_key(id))?;
        let talk = self.talks.get_mut(&root)?;
        if at.now_ns.saturating_sub(talk.last_ns) > WINDOW_NS {
            return None;
        }
        let weight = weight_of(entry, above, launch, talk.driver, known)?;
        let repeats = !matches!(entry.program, Program::OneLiner | Program::Carrier);
        if repeats && !talk.is_new(&(&*entry.process.exe, launch.script)) {
            talk.acted = true;
            return None;
        }
        let command = event::show::brief(&entry.process.command_line, 80);
        talk.add(weight, format!("starts {command}").into(), at.event);
        talk.acted = true;
        (!talk.driver && talk.weight >= DIRECT).then_some(root)
    }

    /// The talker itself changed a file, or made one.
    pub fn wrote(
        &mut self,
        at: At,
        path: &str,
        made: bool,
        known: &ModelEndpoints,
    ) -> Option<ProcessId> {
        let talk = self.talks.get_mut(&at.process)?;
        if at.now_ns.saturating_sub(talk.last_ns) > WINDOW_NS
            || known.is_quiet_path(path)
            || !talk.is_new(&path)
        {
            return None;
        }
        if made {
            talk.new_files += 1;
            if talk.new_files > MAX_NEW_FILES {
                return None;
            }
        }
        let (weight, verb) = if made { (NEW_FILE, "makes") } else { (CHANGED_FILE, "changes") };
        talk.add(weight, format!("{verb} {}", event::show::brief(path, 80)).into(), at.event);
        talk.acted = true;
        (!talk.driver && talk.weight >= DIRECT).then_some(at.process)
    }
}

impl Talk {
    fn new(endpoint: &Text, driver: bool, now_ns: u64) -> Self {
        Self {
            endpoint: endpoint.clone(),
            acts: Vec::new(),
            events: Vec::new(),
            driver,
            last_ns: 0,
            weight: 0,
            new_files: 0,
            acted: false,
            seen: Vec::new(),
            look: None,
            first_ns: now_ns,
        }
    }

    fn add(&mut self, weight: u32, act: Text, event: EventId) {
        self.weight += weight;
        if self.acts.len() < MAX_EVENTS {
            self.acts.push(act);
            self.events.push(event);
        }
    }

    fn is_new(&mut self, what: &impl std::hash::Hash) -> bool {
        let hash = BuildHasherDefault::<FxHasher>::default().hash_one(what);
        let new = !self.seen.contains(&hash);
        if new && self.seen.len() < MAX_SEEN {
            self.seen.push(hash);
        }
        new
    }
}

/// What a start below `above` weighs; none if it is no act.
fn weight_of(
    entry: &Entry,
    above: &Entry,
    launch: &Launch<'_>,
    driver: bool,
    known: &ModelEndpoints,
) -> Option<u32> {
    match entry.program {
        Program::Transport | Program::Plumbing | Program::Wrapper | Program::Unknown => None,
        Program::Carrier if driver => None,
        Program::OneLiner | Program::Carrier => {
            (!launch.code.is_some_and(|code| known.is_quiet_command(code))).then_some(SHELL)
        }
        Program::ShellScript | Program::Prompt => Some(SHELL),
        Program::Console | Program::Exempt | Program::Other => {
            let worker = entry.process.exe == above.process.exe && is_worker(entry, above, launch);
            (!worker).then_some(PROGRAM)
        }
    }
}

/// The same program again for its own ends: a worker, a renderer, a re-exec.
fn is_worker(entry: &Entry, above: &Entry, launch: &Launch<'_>) -> bool {
    launch.family.is_none()
        || launch.code.is_some_and(|code| code.contains("multiprocessing"))
        || launch
            .script
            .is_some_and(|script| above.process.command_line.contains(base_name(script)))
        || entry.process.command_line == above.process.command_line
}

/// The process that decides behind a request of `id`, and whether it used a transport for it.
fn root_of(table: &Table, id: ProcessId) -> Option<(ProcessId, bool)> {
    let entry = table.get(id)?;
    match entry.program {
        Program::Other | Program::ShellScript | Program::OneLiner | Program::Carrier => {
            Some((first_of_image(table, id, entry), false))
        }
        Program::Transport => driver_of(table, id).map(|root| (root, true)),
        Program::Unknown
        | Program::Prompt
        | Program::Console
        | Program::Exempt
        | Program::Plumbing
        | Program::Wrapper => None,
    }
}

/// The oldest ancestor that runs the same image: forks and subshells are one program.
fn first_of_image(table: &Table, id: ProcessId, entry: &Entry) -> ProcessId {
    let same = |other: &Entry| {
        other.process.exe == entry.process.exe
            && other.process.command_line == entry.process.command_line
            && !other.exited
    };
    table.ancestors(id).take_while(|(_, other)| same(other)).last().map_or(id, |(id, _)| id)
}

/// Who uses the transport `id`: the script or program above it, through wrappers and one-liners.
fn driver_of(table: &Table, id: ProcessId) -> Option<ProcessId> {
    let mut one_liner = None;
    for (at, entry) in table.ancestors(id) {
        match entry.program {
            Program::Transport | Program::Wrapper | Program::Plumbing => {}
            Program::OneLiner | Program::Carrier => {
                one_liner = Some(first_of_image(table, at, entry));
            }
            Program::ShellScript | Program::Other => {
                return Some(first_of_image(table, at, entry));
            }
            Program::Unknown | Program::Prompt | Program::Console | Program::Exempt => break,
        }
    }
    one_liner
}
