//! Deeds: the process tree that one call of a tool started, with its programs, hosts and files.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use event::{Attributed, Caveats, EventId, Exec, Process, ProcessId, Text};

use super::bounds::{MOST_DEEDS, MOST_IMAGES, MOST_PROCESSES};

/// The processes below one root.
#[derive(Debug)]
pub struct Tree {
    pub began_ns: u64,
    /// Programs in the order they began; the first one is the root's.
    pub images: Vec<Image>,
    /// The image that each living process runs.
    pub alive: BTreeMap<ProcessId, usize>,
    pub ended: BTreeMap<ProcessId, Ended>,
    pub root: ProcessId,
    pub hosts: Vec<Contact>,
    pub secrets: Vec<Touched>,
    /// Files by which things start that it wrote.
    pub starts: Vec<Touched>,
    pub written: BTreeSet<Text>,
    /// Refusals in it.
    pub stopped: Vec<EventId>,
    /// More happened than is remembered.
    pub full: bool,
    /// A call that started it is known, or nobody looks for one.
    pub claimed: bool,
    /// No call declares it, which is as it should be: its own product or its settings run it.
    pub stray: bool,
}

/// One program in one process.
#[derive(Debug)]
pub struct Image {
    /// What the process ran before: the program that started this one.
    pub before: Option<usize>,
    pub process: Arc<Process>,
    pub argv: Vec<Text>,
    pub script: Option<Text>,
    pub cut: bool,
    pub event: EventId,
}

/// How a process ended.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    pub ns: u64,
    pub code: i32,
    pub signal: u8,
    pub event: EventId,
}

/// A host was spoken to, or asked for.
#[derive(Clone, Debug)]
pub struct Contact {
    pub host: Text,
    pub image: Option<usize>,
    pub process: Arc<Process>,
    pub ns: u64,
    pub event: EventId,
}

/// A file was touched.
#[derive(Clone, Debug)]
pub struct Touched {
    pub path: Text,
    pub image: Option<usize>,
    pub process: Arc<Process>,
    pub ns: u64,
    pub event: EventId,
    pub judged: bool,
}

impl Tree {
    pub fn of(root: ProcessId, began_ns: u64) -> Self {
        Self {
            began_ns,
            images: Vec::new(),
            alive: BTreeMap::new(),
            ended: BTreeMap::new(),
            root,
            hosts: Vec::new(),
            secrets: Vec::new(),
            starts: Vec::new(),
            written: BTreeSet::new(),
            stopped: Vec::new(),
            full: false,
            claimed: false,
            stray: false,
        }
    }

    /// A program started in `act`'s process.
    pub fn exec(&mut self, act: &Attributed, exec: &Exec) {
        if self.images.len() >= MOST_IMAGES || self.alive.len() >= MOST_PROCESSES {
            self.full = true;
            return;
        }
        let process = act.event.process;
        let before = self.before(process, exec.parent);
        if !self.ended.contains_key(&process) {
            self.alive.insert(process, self.images.len());
        }
        self.images.push(Image {
            before,
            process: Arc::clone(&act.process),
            argv: exec.argv.clone(),
            script: exec.script.clone(),
            cut: act.event.caveats.contains(Caveats::TRUNCATED),
            event: act.id,
        });
    }

    /// What started a program in a process: what the process ran itself, else what its parent runs now, for news of its
    /// birth may have come before those of the parent's program.
    fn before(&self, process: ProcessId, parent: ProcessId) -> Option<usize> {
        let inherited = self.alive.get(&process).copied();
        let is_own = |at: &usize| self.images.get(*at).is_some_and(|it| it.process.id == process);
        inherited.filter(is_own).or_else(|| self.alive.get(&parent).copied()).or(inherited)
    }

    /// `parent` got a child that runs what it runs.
    pub fn fork(&mut self, parent: ProcessId, child: ProcessId) {
        let Some(image) = self.alive.get(&parent).copied() else { return };
        // News of its end may come before those of its birth.
        if self.ended.contains_key(&child) {
            return;
        }
        if self.alive.len() >= MOST_PROCESSES {
            self.full = true;
            return;
        }
        self.alive.entry(child).or_insert(image);
    }

    /// A process ended.
    pub fn exit(&mut self, process: ProcessId, ended: Ended) {
        self.alive.remove(&process);
        if self.ended.len() < MOST_PROCESSES {
            self.ended.insert(process, ended);
        } else {
            self.full = true;
        }
    }

    /// A host was spoken to: once for each program.
    pub fn contact(&mut self, host: Text, act: &Attributed) {
        let image = self.alive.get(&act.event.process).copied();
        if self.hosts.iter().any(|it| it.host == host && it.image == image) {
            return;
        }
        let (process, ns, event) = (Arc::clone(&act.process), act.event.time_unix_ns, act.id);
        match self.hosts.len() < MOST_DEEDS {
            true => self.hosts.push(Contact { host, image, process, ns, event }),
            false => self.full = true,
        }
    }

    /// A file that holds a secret was opened.
    pub fn secret(&mut self, path: &Text, act: &Attributed) {
        let touched = self.touched(path, act);
        note(&mut self.secrets, touched);
    }

    /// A file by which things start was written.
    pub fn start(&mut self, path: &Text, act: &Attributed) {
        let touched = self.touched(path, act);
        note(&mut self.starts, touched);
    }

    fn touched(&self, path: &Text, act: &Attributed) -> Touched {
        Touched {
            path: path.clone(),
            image: self.alive.get(&act.event.process).copied(),
            process: Arc::clone(&act.process),
            ns: act.event.time_unix_ns,
            event: act.id,
            judged: false,
        }
    }

    /// A file was written.
    pub fn write(&mut self, path: &Text) {
        if self.written.len() < MOST_DEEDS {
            self.written.insert(path.clone());
        } else {
            self.full = true;
        }
    }

    /// The programs from `image` up to the root's.
    pub fn above(&self, image: Option<usize>) -> impl Iterator<Item = &Image> {
        let first = image.and_then(|at| self.images.get(at));
        std::iter::successors(first, |image| image.before.and_then(|at| self.images.get(at)))
            .take(MOST_IMAGES)
    }

    /// How the process of an image ended.
    pub fn end_of(&self, image: &Image) -> Option<Ended> {
        self.ended.get(&image.process.id).copied()
    }

    /// The program of the root, as it began.
    pub fn first(&self) -> Option<&Image> {
        self.images.first()
    }
}

/// Whether a program of this name runs texts of shells.
pub fn is_shell(name: &str) -> bool {
    ["sh", "bash", "zsh", "dash", "ash", "ksh", "fish", "busybox"].contains(&name)
}

/// Each file once.
fn note(list: &mut Vec<Touched>, one: Touched) {
    if list.len() < MOST_DEEDS && !list.iter().any(|it| it.path == one.path) {
        list.push(one);
    }
}

impl Image {
    /// The names that it may be called by: its file, its first word, its script.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let first = self.argv.first().map(|word| &**word);
        let words = self.argv.iter().skip(1).map(|word| &**word);
        // An interpreter is what it interprets, too.
        let script = words.into_iter().find(|word| !word.starts_with('-'));
        [Some(&*self.process.exe), first, self.script.as_deref(), script]
            .into_iter()
            .flatten()
            .map(super::place::base)
    }

    /// The text that a shell was given to run.
    pub fn shell_text(&self) -> Option<&str> {
        if !is_shell(self.process.name()) && !self.is_called(is_shell) {
            return None;
        }
        let mut words = self.argv.iter().skip(1).map(|word| &**word);
        let runs =
            |word: &str| word.starts_with('-') && !word.starts_with("--") && word.contains('c');
        words.by_ref().find(|word| runs(word))?;
        words.find(|word| !word.starts_with('-'))
    }

    /// A hook of version control.
    pub fn is_repository_hook(&self) -> bool {
        let mut words = self.script.iter().chain(self.argv.iter().take(2));
        words.any(|word| word.contains(".git/hooks/") || word.contains("/.husky/"))
    }

    fn is_called(&self, is_one: fn(&str) -> bool) -> bool {
        let first = self.argv.first().map_or("", |word| super::place::base(word));
        is_one(first.trim_start_matches('-'))
    }

    /// A program of the system that is asked what it is, and does nothing. Any other may do what it likes with that word.
    pub fn asks_what_it_is(&self) -> bool {
        let words: Vec<&str> = self.argv.iter().skip(1).map(|word| &**word).collect();
        let is_installed = ["/usr/", "/bin/"].iter().any(|it| self.process.exe.starts_with(it));
        is_installed && matches!(words.as_slice(), ["--version" | "-V" | "version" | "--help"])
    }

    /// A shell that reads what it runs from somewhere else: no text, no file.
    pub fn is_open_shell(&self) -> bool {
        let shells = ["sh", "bash", "zsh", "dash", "fish"];
        let options_only = self.argv.iter().skip(1).all(|word| word.starts_with('-'));
        shells.contains(&self.process.name())
            && options_only
            && self.script.is_none()
            && self.shell_text().is_none()
    }
}
