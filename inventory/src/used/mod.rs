//! What an agent really used, gathered from its acts, and held against what it is told that it may: every difference.

mod compare;
mod grant;

use std::collections::{BTreeMap, BTreeSet};

use event::{Access, Act, Attributed, Flow, SessionId, Text};
use serde::Serialize;

pub use compare::{Declared, Difference, Of, Side, differences, observed, tool_servers};
pub(crate) use grant::{Grant, fits_command, fits_host, fits_path};

/// Most different files, hosts and programs that are kept of each.
const MOST: usize = 200_000;

/// What an agent used.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Used {
    /// Its runs.
    pub sessions: BTreeSet<SessionId>,
    /// Folders in which they began.
    pub workspaces: BTreeSet<Text>,
    /// First and last act, UTC.
    pub from_unix_ns: u64,
    /// See [`Used::from_unix_ns`].
    pub until_unix_ns: u64,
    /// Files, by path.
    pub files: BTreeMap<Text, FileUse>,
    /// Hosts by name, or by address where nothing told the name; with the port.
    pub hosts: BTreeMap<Text, u64>,
    /// When each host was asked first and last, UTC.
    pub host_times: BTreeMap<Text, (u64, u64)>,
    /// Addresses at which it listened, and when first and last, UTC.
    pub listened: BTreeMap<Text, (u64, u64)>,
    /// Programs by path.
    pub programs: BTreeMap<Text, u64>,
    /// Command lines, the program by its last name.
    pub commands: BTreeMap<Text, u64>,
    /// Uses that found no place any more.
    pub uncounted: u64,
}

/// How often a file was used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FileUse {
    /// Opened to read.
    pub read: u64,
    /// Made, opened to write, renamed to, changed.
    pub written: u64,
    /// Removed or renamed away.
    pub removed: u64,
}

impl Used {
    /// Takes over an act of the agent.
    pub fn take(&mut self, act: &Attributed) {
        if let Some(actor) = &act.actor {
            self.sessions.insert(actor.session);
            if !actor.workspace.is_empty() && !self.workspaces.contains(&actor.workspace) {
                self.workspaces.insert(actor.workspace.clone());
            }
        }
        let (time, count) = (act.event.time_unix_ns, u64::from(act.event.count.max(1)));
        if self.from_unix_ns == 0 {
            self.from_unix_ns = time;
        }
        self.until_unix_ns = self.until_unix_ns.max(time);
        match &act.event.act {
            Act::ProcessExec(exec) => {
                let line = command(&exec.command_line());
                Self::count(&mut self.programs, &exec.exe.path, count, &mut self.uncounted);
                Self::count(&mut self.commands, &line, count, &mut self.uncounted);
            }
            Act::FileOpen(open) | Act::FileCreate(open) if open.error == 0 => {
                let created = matches!(act.event.act, Act::FileCreate(_));
                let (read, write) = match open.access {
                    Access::Read => (1, 0),
                    Access::Write => (0, 1),
                    Access::ReadWrite => (1, 1),
                    Access::Path => (0, 0),
                };
                let written = if created { 1 } else { write };
                if let Some(file) = self.file(&open.file.path) {
                    file.read += read * count;
                    file.written += written * count;
                }
            }
            Act::FileWrite(write) => self.write(&write.file.path, count),
            Act::FileChmod(mode) => self.write(&mode.file.path, count),
            Act::FileChown(owner) => self.write(&owner.file.path, count),
            Act::FileTruncate(file) => self.write(&file.path, count),
            Act::FileRename(pair) => {
                self.remove(&pair.from.path, count);
                self.write(&pair.to.path, count);
            }
            Act::FileLink(pair) | Act::FileSymlink(pair) => self.write(&pair.to.path, count),
            Act::FileUnlink(file) => self.remove(&file.path, count),
            Act::NetworkConnect(flow) | Act::NetworkSend(flow) => self.host(flow, count, time),
            Act::NetworkListen(flow) => self.listen(flow, time),
            _ => {}
        }
    }

    fn listen(&mut self, flow: &Flow, time: u64) {
        let local = flow.local.to_string();
        // A Unix socket is for this host alone.
        if local.starts_with(['/', '@']) || self.listened.len() >= MOST {
            return;
        }
        let times = self.listened.entry(local.into()).or_insert((time, time));
        *times = (times.0.min(time), times.1.max(time));
    }

    fn file(&mut self, path: &Text) -> Option<&mut FileUse> {
        // What has no name is no file of anybody.
        if !path.starts_with('/') {
            return None;
        }
        if !self.files.contains_key(path) && self.files.len() >= MOST {
            self.uncounted += 1;
            return None;
        }
        Some(self.files.entry(path.clone()).or_default())
    }

    fn write(&mut self, path: &Text, count: u64) {
        if let Some(file) = self.file(path) {
            file.written += count;
        }
    }

    fn remove(&mut self, path: &Text, count: u64) {
        if let Some(file) = self.file(path) {
            file.removed += count;
        }
    }

    fn host(&mut self, flow: &Flow, count: u64, time: u64) {
        let remote = flow.remote.to_string();
        // A Unix socket is no host.
        let Some((address, port)) =
            remote.rsplit_once(':').filter(|_| !remote.starts_with(['/', '@']))
        else {
            return;
        };
        let name = flow.host.as_deref().unwrap_or(address);
        let host = format!("{name}:{port}").into();
        Self::count(&mut self.hosts, &host, count, &mut self.uncounted);
        if self.hosts.contains_key(&host) {
            let times = self.host_times.entry(host).or_insert((time, time));
            *times = (times.0.min(time), times.1.max(time));
        }
    }

    fn count(map: &mut BTreeMap<Text, u64>, key: &Text, count: u64, uncounted: &mut u64) {
        if let Some(known) = map.get_mut(key) {
            *known += count;
        } else if map.len() < MOST {
            map.insert(key.clone(), count);
        } else {
            *uncounted += 1;
        }
    }
}

/// A command line as a person writes it: the program without its folder.
fn command(line: &str) -> Text {
    let (program, rest) = line.split_once(' ').unwrap_or((line, ""));
    let program = program.rsplit('/').next().unwrap_or(program);
    if rest.is_empty() { program.into() } else { format!("{program} {rest}").into() }
}
