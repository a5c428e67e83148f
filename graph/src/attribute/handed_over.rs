//! Work that a session hands to a daemon: tmux, screen, sshd on this host, systemd, at, cron, a
//! container engine. The request is remembered with its words; what the daemon then starts with
//! those words belongs to the session, and says that it was handed over.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::Arc;

use event::{Actor, Endpoint, Exec, Flow, Process, ProcessId, Text};

use crate::signature::{Family, Launch, base_name};

use super::runs::RunKey;

const SECOND: u64 = 1_000_000_000;
/// Most requests, connections and accepts remembered; the oldest is forgotten for a new one.
const MAX_OPEN: usize = 256;
/// How far above a start its daemon may stand (a shim, a shell of the pane).
const MAX_CLIMB: usize = 4;
/// Shortest command that is looked for inside the text of a cron or terminal request.
const MIN_TEXT: usize = 6;

/// What asks a multiplexer to start a program.
const OPENS: [&str; 9] = [
    "new",
    "new-session",
    "new-window",
    "neww",
    "split-window",
    "splitw",
    "respawn-pane",
    "respawn-window",
    "screen",
];

/// Whose work it is.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub run: RunKey,
    pub actor: Arc<Actor>,
}

/// Who takes requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Daemon {
    Terminal,
    Sshd,
    Systemd,
    At,
    Cron,
    Containers,
}

/// How a request names its work.
#[derive(Debug)]
enum Work {
    /// Words of a command line: what is started ends them.
    Words(Vec<Text>),
    /// Text that holds the command somewhere (typed keys, a crontab line in a shell command).
    Text(String),
    /// Nothing to compare: the first start by this account.
    AnyOf(u32),
    /// A container without a command of its own: the first program below a shim that started after
    /// the request; the shims seen so far.
    NewContainer(Vec<ProcessId>),
}

#[derive(Debug)]
struct Request {
    daemon: Daemon,
    work: Work,
    claim: Claim,
    until_ns: u64,
    /// Stays open after a start matched it.
    many: bool,
}

/// A connection of a session to this host, or one that sshd took and that is nobody's yet.
#[derive(Debug)]
struct Connection {
    address: IpAddr,
    port: u16,
    claim: Claim,
}

#[derive(Debug)]
struct Accepted {
    address: IpAddr,
    port: u16,
    by: ProcessId,
    child: Option<ProcessId>,
}

/// Open requests.
#[derive(Debug, Default)]
pub(super) struct HandedOver {
    requests: VecDeque<Request>,
    connections: VecDeque<Connection>,
    accepted: VecDeque<Accepted>,
    /// The next fork of this sshd serves a session's connection.
    due: VecDeque<(ProcessId, Claim)>,
    /// What people asked a terminal multiplexer for, and until when that is waited for.
    people: VecDeque<(Vec<Text>, u64)>,
}

impl HandedOver {
    /// A process of a session starts a program: does it ask a daemon for work?
    pub fn note(&mut self, process: &Process, exec: &Exec, now_ns: u64, claim: &Claim) {
        let name = base_name(&exec.exe.path);
        let Some(daemon) = asks(name) else { return };
        let words = exec.argv.get(1..).unwrap_or_default();
        let has = |word: &str| words.iter().any(|given| &**given == word);
        let named = || Work::Words(words.to_vec());
        let (work, seconds, many) = match daemon {
            Daemon::Terminal if has("send-keys") || has("send") || has("stuff") => {
                (Work::Text(words.join(" ")), 10, true)
            }
            Daemon::Terminal => (named(), 5, false),
            Daemon::Sshd if words.iter().any(|word| is_this_host(word)) => (named(), 10, false),
            Daemon::Sshd => return,
            Daemon::Systemd if words.iter().any(|word| word.starts_with("--on-")) => {
                (named(), 86_400, false)
            }
            Daemon::Systemd => (named(), 5, false),
            Daemon::At => (Work::AnyOf(exec.user.uid), 86_400, false),
            Daemon::Cron if has("-l") => return,
            Daemon::Cron => (Work::Text(spoken_above(process)), 7 * 86_400, true),
            Daemon::Containers if has("exec") => (named(), 10, false),
            Daemon::Containers if has("run") || has("start") || has("up") || has("create") => {
                self.push(daemon, Work::NewContainer(Vec::new()), claim, now_ns, 30, has("up"));
                (named(), 30, false)
            }
            Daemon::Containers => return,
        };
        self.push(daemon, work, claim, now_ns, seconds, many);
    }

    /// A person starts the client of a terminal multiplexer: the window it asks for is the person's
    /// also where a session started the server.
    pub fn note_person(&mut self, exec: &Exec, now_ns: u64) {
        if asks(base_name(&exec.exe.path)) != Some(Daemon::Terminal) {
            return;
        }
        let words: Vec<Text> = exec.argv.get(1..).unwrap_or_default().to_vec();
        if words.iter().any(|word| OPENS.contains(&&**word)) {
            keep(&mut self.people, (words, now_ns + 5 * SECOND));
        }
    }

    /// A start below a multiplexer that a session began: did a person ask for it, and no session?
    pub fn is_a_persons(
        &mut self,
        process: &Process,
        exec: &Exec,
        launch: &Launch<'_>,
        now_ns: u64,
    ) -> bool {
        self.people.retain(|(_, until_ns)| *until_ns >= now_ns);
        if self.people.is_empty()
            || !process.parent.as_ref().is_some_and(|parent| Daemon::Terminal.is(parent))
            || self.claim(process, exec, launch, now_ns).is_some()
        {
            return false;
        }
        let asked = self.people.iter().position(|(words, _)| ends_with(words, exec, launch));
        asked.and_then(|at| self.people.remove(at)).is_some()
    }

    fn push(
        &mut self,
        daemon: Daemon,
        work: Work,
        claim: &Claim,
        now: u64,
        seconds: u64,
        many: bool,
    ) {
        let claim = claim.clone();
        let until_ns = now + seconds * SECOND;
        keep(&mut self.requests, Request { daemon, work, claim, until_ns, many });
    }

    /// A program that is nobody's starts: is it work that a session asked for?
    pub fn claim(
        &mut self,
        process: &Process,
        exec: &Exec,
        launch: &Launch<'_>,
        now_ns: u64,
    ) -> Option<Claim> {
        if self.requests.is_empty() {
            return None;
        }
        self.requests.retain(|request| request.until_ns >= now_ns);
        if is_shim(launch.name) {
            self.learn_shim(process.id);
            return None;
        }
        let matches = |r: &Request| r.daemon.stands_above(process, r) && r.work.is(exec, launch);
        // Words say more than nothing at all: they come first.
        let with_words = |r: &Request| !matches!(r.work, Work::NewContainer(_) | Work::AnyOf(_));
        let at = self.requests.iter().position(|r| with_words(r) && matches(r));
        let at = at.or_else(|| self.requests.iter().position(matches))?;
        let request = self.requests.get(at)?;
        let claim = request.claim.clone();
        if !request.many {
            let daemon = request.daemon;
            self.requests.remove(at);
            if daemon == Daemon::Containers {
                self.close_container_request(&claim);
            }
        }
        Some(claim)
    }

    /// A shim belongs to the oldest request for a new container that has none, or takes many.
    fn learn_shim(&mut self, shim: ProcessId) {
        for request in &mut self.requests {
            if let Work::NewContainer(shims) = &mut request.work
                && shims.len() < MAX_OPEN
            {
                shims.push(shim);
            }
        }
    }

    /// `docker run` made two requests, one with and one without words: one start answers both.
    fn close_container_request(&mut self, claim: &Claim) {
        let twin = self.requests.iter().position(|request| {
            request.daemon == Daemon::Containers
                && !request.many
                && Arc::ptr_eq(&request.claim.actor, &claim.actor)
        });
        if let Some(at) = twin {
            self.requests.remove(at);
        }
    }

    /// A process of a session connects: to this host, it may be ssh to itself. Returns the process
    /// that already serves the connection.
    pub fn connected(&mut self, flow: &Flow, claim: &Claim) -> Option<ProcessId> {
        let (Endpoint::Ip(address, port), Endpoint::Ip(remote, _)) = (&flow.local, &flow.remote)
        else {
            return None;
        };
        if *port == 0 || !(remote.is_loopback() || remote == address) {
            return None;
        }
        let taken = self.accepted.iter().position(|it| it.port == *port && it.address == *address);
        if let Some(accepted) = taken.and_then(|at| self.accepted.remove(at)) {
            if accepted.child.is_none() {
                keep(&mut self.due, (accepted.by, claim.clone()));
            }
            return accepted.child;
        }
        keep(
            &mut self.connections,
            Connection { address: *address, port: *port, claim: claim.clone() },
        );
        None
    }

    /// sshd takes a connection from this host.
    pub fn accepted(&mut self, by: ProcessId, flow: &Flow) {
        let Endpoint::Ip(address, port) = flow.remote else { return };
        let known = self.connections.iter().position(|it| it.port == port && it.address == address);
        match known.and_then(|at| self.connections.remove(at)) {
            Some(connection) => keep(&mut self.due, (by, connection.claim)),
            None => keep(&mut self.accepted, Accepted { address, port, by, child: None }),
        }
    }

    /// A daemon forks: the child may serve a session's connection.
    pub fn forked(&mut self, parent: ProcessId, child: ProcessId) -> Option<Claim> {
        if self.due.is_empty() && self.accepted.is_empty() {
            return None;
        }
        if let Some(at) = self.due.iter().position(|(by, _)| *by == parent) {
            return self.due.remove(at).map(|(_, claim)| claim);
        }
        let open = self.accepted.iter_mut().find(|it| it.by == parent && it.child.is_none());
        if let Some(accepted) = open {
            accepted.child = Some(child);
        }
        None
    }
}

/// True for the server of ssh connections.
pub(crate) fn is_ssh_server(exe: &str) -> bool {
    matches!(base_name(exe), "sshd" | "sshd-session" | "dropbear")
}

/// True for what starts work by a timetable.
pub(crate) fn is_timetable(exe: &str) -> bool {
    is_cron(base_name(exe)) || base_name(exe) == "atd"
}

fn is_cron(name: &str) -> bool {
    matches!(name, "cron" | "crond" | "fcron" | "anacron")
}

fn is_shim(name: &str) -> bool {
    name == "conmon" || name.starts_with("containerd-shim")
}

/// The daemon that a client program asks.
fn asks(name: &str) -> Option<Daemon> {
    Some(match name {
        "tmux" | "screen" => Daemon::Terminal,
        "ssh" | "dbclient" => Daemon::Sshd,
        "systemd-run" => Daemon::Systemd,
        "at" | "batch" => Daemon::At,
        "crontab" => Daemon::Cron,
        "docker" | "podman" | "nerdctl" | "docker-compose" => Daemon::Containers,
        _ => return None,
    })
}

impl Daemon {
    /// One of the nearest ancestors is this daemon's.
    fn stands_above(self, process: &Process, request: &Request) -> bool {
        let mut parents = std::iter::successors(process.parent.as_ref(), |p| p.parent.as_ref());
        match (&request.work, self) {
            (Work::NewContainer(shims), _) => {
                parents.take(MAX_CLIMB).any(|parent| shims.contains(&parent.id))
            }
            (_, Self::Systemd) => {
                parents.next().is_some_and(|parent| parent.id.pid == 1 || self.is(parent))
            }
            _ => parents.take(MAX_CLIMB).any(|parent| self.is(parent)),
        }
    }

    fn is(self, parent: &Process) -> bool {
        let name = parent.name();
        match self {
            Self::Terminal => matches!(name, "tmux" | "screen"),
            Self::Sshd => is_ssh_server(&parent.exe),
            Self::Systemd => matches!(name, "systemd" | "systemd-executor"),
            Self::At => name == "atd",
            Self::Cron => is_cron(name),
            Self::Containers => is_shim(name) || matches!(name, "runc" | "crun"),
        }
    }
}

impl Work {
    fn is(&self, exec: &Exec, launch: &Launch<'_>) -> bool {
        match self {
            Self::Words(words) => ends_with(words, exec, launch),
            Self::Text(text) => {
                let command = launch.code.map_or_else(|| exec.command_line(), str::to_owned);
                command.len() >= MIN_TEXT && text.contains(&command)
            }
            Self::AnyOf(uid) => *uid == exec.user.uid,
            Self::NewContainer(_) => !matches!(launch.name, "runc" | "crun" | "docker-init"),
        }
    }
}

/// The request's words end with what is started, as words or as the text of a shell's `-c`.
fn ends_with(words: &[Text], exec: &Exec, launch: &Launch<'_>) -> bool {
    if let Some(code) = launch.code.filter(|_| launch.family == Some(Family::Shell)) {
        let asked = words.join(" ");
        let code = code.strip_prefix("exec ").unwrap_or(code);
        if let Some(before) = asked.strip_suffix(code) {
            return before.is_empty() || before.ends_with([' ', '\'', '"']);
        }
    }
    let Some((name, arguments)) = exec.argv.split_first() else { return false };
    let Some(at) = words.len().checked_sub(exec.argv.len()) else { return false };
    let Some((asked, rest)) = words.get(at..).and_then(|tail| tail.split_first()) else {
        return false;
    };
    // A login shell is started as `-bash`.
    base_name(asked) == base_name(name).trim_start_matches('-') && rest == arguments
}

/// What the shells above a client were told: a crontab often comes through a pipe.
fn spoken_above(process: &Process) -> String {
    let mut text = String::new();
    let mut at = Some(process);
    for _ in 0..MAX_CLIMB {
        let Some(process) = at else { break };
        if text.len() < 16_384 {
            text.push_str(&process.command_line);
            text.push('\n');
        }
        at = process.parent.as_deref();
    }
    text
}

fn is_this_host(word: &str) -> bool {
    let host = word.rsplit_once('@').map_or(word, |(_, host)| host);
    host == "localhost"
        || host.starts_with("127.")
        || matches!(host, "::1" | "[::1]" | "ip6-localhost")
}

fn keep<T>(list: &mut VecDeque<T>, item: T) {
    if list.len() >= MAX_OPEN {
        list.pop_front();
    }
    list.push_back(item);
}
