//! A day of a developer's machine with several coding agents, seeded: sessions of tool calls, each a
//! small tree of processes that read libraries and sources, write, connect and end.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;

use event::*;

const DAY_NS: u64 = 86_400_000_000_000;
/// 2026-11-20 00:00 UTC.
const START_NS: u64 = 1_795_132_800_000_000_000;
/// The machine came up this long before.
const UPTIME_NS: u64 = 200_000_000_000_000;
/// Runs that overlap at any moment: sessions, and people's own work.
const LANES: u64 = 12;

const PRODUCTS: [&str; 6] =
    ["claude-code", "codex-cli", "gemini-cli", "aider", "opencode", "goose"];
const PROGRAMS: [(&str, &str); 10] = [
    ("/usr/bin/bash", "/bin/bash -c cd {w} && {p}"),
    ("/usr/bin/git", "git diff --stat HEAD~{n} -- {p}"),
    ("/usr/bin/rg", "rg --json -n --max-count {n} needle_{n} {w}"),
    ("/usr/bin/node", "node --max-old-space-size=4096 {w}/node_modules/.bin/tsc -p {p}"),
    ("/usr/bin/python3.11", "python3 -m pytest -x -q {p}"),
    ("/usr/bin/cat", "cat {p}"),
    ("/usr/bin/sed", "sed -n {n},240p {p}"),
    ("/home/alice/.cargo/bin/cargo", "cargo test --package crate-{n} -- --nocapture"),
    ("/usr/bin/cc1", "/usr/lib/gcc/x86_64-linux-gnu/12/cc1 -quiet -O2 {p} -o /tmp/cc{n}.s"),
    ("/usr/bin/ls", "ls -la {p}"),
];
const HOSTS: [&str; 5] =
    ["api.anthropic.com", "api.openai.com", "registry.npmjs.org", "index.crates.io", "github.com"];

/// splitmix64: small, seeded, good enough for paths.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }
    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
    /// Small numbers far more often than large ones, as files of a project are used.
    fn skewed(&mut self, end: u64) -> u64 {
        let x = self.next() as f64 / u64::MAX as f64;
        (x * x * x * end as f64) as u64
    }
}

/// One stream of work that goes on beside others.
struct Lane {
    number: u64,
    now_ns: u64,
    shell: Arc<Process>,
    actor: Option<Arc<Actor>>,
    workspace: u64,
    calls: u64,
    ready: VecDeque<(u64, Arc<Process>, Act)>,
}

/// `events` acts in the order of time, with agents and sessions between them.
pub struct Stream {
    dice: Dice,
    left: u64,
    next_id: u64,
    next_pid: u32,
    pace_ns: u64,
    lanes: Vec<Lane>,
    order: BinaryHeap<Reverse<(u64, usize)>>,
    ready: VecDeque<Record>,
}

impl Stream {
    pub fn new(events: u64) -> Self {
        let mut stream = Self {
            dice: Dice(42),
            left: events,
            next_id: 1,
            next_pid: 2_000,
            pace_ns: DAY_NS * LANES / events.max(1),
            lanes: Vec::new(),
            order: BinaryHeap::new(),
            ready: VecDeque::new(),
        };
        for number in 0..LANES {
            let now_ns = stream.dice.below(1_000_000_000);
            stream.lanes.push(Lane {
                number,
                now_ns,
                shell: Arc::new(Process::default()),
                actor: None,
                workspace: number,
                calls: 0,
                ready: VecDeque::new(),
            });
            stream.order.push(Reverse((now_ns, number as usize)));
        }
        stream
    }

    fn process(&mut self, at_ns: u64, exe: &str, line: String, cwd: &str) -> Arc<Process> {
        self.next_pid = if self.next_pid > 4_000_000 { 2_000 } else { self.next_pid + 1 };
        Arc::new(Process {
            id: ProcessId { start_ns: UPTIME_NS + at_ns / 1_000 * 1_000, pid: self.next_pid },
            exe: exe.into(),
            command_line: line.into(),
            cwd: cwd.into(),
            user: User { uid: 1000, gid: 1000, euid: 1000, name: Some("alice".into()) },
            parent: None,
        })
    }

    /// A new run of an agent in `lane`, or of people in the last one.
    fn begin_session(&mut self, lane: &mut Lane) {
        lane.workspace = self.dice.below(8);
        let cwd = workspace(lane.workspace);
        let people = lane.number + 1 == LANES;
        let product = PRODUCTS[self.dice.below(PRODUCTS.len() as u64) as usize];
        let exe = if people { "/usr/bin/zsh".into() } else { format!("/usr/local/bin/{product}") };
        lane.shell = self.process(lane.now_ns, &exe, format!("{exe} --continue"), &cwd);
        lane.actor = (!people).then(|| actor(product, lane.shell.id, &cwd));
        if let Some(actor) = &lane.actor {
            self.ready.push_back(Record::Session(Session {
                id: actor.session,
                agent: actor.agent,
                root: lane.shell.id,
                started_unix_ns: START_NS + lane.now_ns,
                ended_unix_ns: None,
                cwd: cwd.as_str().into(),
                parent: None,
                evidence: format!("executable {exe}").into(),
                unseen_before: false,
                delegation: event::Delegation::default(),
                identities: Vec::new(),
            }));
        }
        let parent = ProcessId { start_ns: 9_000_000, pid: 1_400 };
        self.start(lane, parent, lane.shell.clone());
        lane.calls = 40 + self.dice.below(400);
    }

    /// One tool call: a shell and what it runs.
    fn call(&mut self, lane: &mut Lane) {
        lane.calls -= 1;
        let root_parent = lane.shell.clone();
        let count = 1 + self.dice.skewed(12);
        let mut parent = root_parent.clone();
        for nth in 0..count {
            let child = self.program(lane);
            if nth == 0
                && let Some(actor) = &lane.actor
            {
                let mut actor = Actor::clone(actor);
                actor.tool_call = Some(ToolCallId::derive(actor.session, child.id));
                actor.tool_root = Some(child.id);
                lane.actor = Some(Arc::new(actor));
            }
            self.later(lane, &parent, Act::ProcessClone(Forked { child: child.id }));
            self.start(lane, parent.id, child.clone());
            self.work(lane, &child);
            let exit = Exit {
                code: i32::from(self.dice.chance(8)),
                signal: 0,
                duration_ns: 3_000_000 + self.dice.below(900_000_000),
                cpu_ns: 1_000_000 + self.dice.below(90_000_000),
                max_rss_kib: 4_000 + self.dice.below(90_000),
            };
            self.later(lane, &child, Act::ProcessExit(exit));
            if nth == 0 {
                parent = child;
            }
        }
    }

    fn program(&mut self, lane: &Lane) -> Arc<Process> {
        let (exe, line) = PROGRAMS[self.dice.skewed(PROGRAMS.len() as u64) as usize];
        let cwd = workspace(lane.workspace);
        let line = line
            .replace("{w}", &cwd)
            .replace("{p}", &source(lane.workspace, self.dice.skewed(20_000)))
            .replace("{n}", &self.dice.below(400).to_string());
        self.process(lane.now_ns, exe, line, &cwd)
    }

    fn start(&mut self, lane: &mut Lane, parent: ProcessId, process: Arc<Process>) {
        let exec = Exec {
            parent,
            exe: file(&process.exe),
            argv: process.command_line.split(' ').map(Text::from).collect(),
            cwd: process.cwd.clone(),
            user: process.user.clone(),
            tty: 34_816,
            place: Place {
                container: None,
                cgroup: 7_531,
                mnt_ns: 0xf000_0000,
                pid_ns: 0xefff_fffc,
            },
            ..Exec::default()
        };
        self.later(lane, &process, Act::ProcessExec(Box::new(exec)));
    }

    fn work(&mut self, lane: &mut Lane, process: &Arc<Process>) {
        for library in 0..3 + self.dice.below(6) {
            let path = format!(
                "/usr/lib/x86_64-linux-gnu/lib{}.so.{}",
                LIBRARY[library as usize % 8],
                library % 3
            );
            self.later(lane, process, open(&path, Access::Read));
        }
        for _ in 0..2 + self.dice.skewed(60) {
            let act = self.touch(lane);
            self.later(lane, process, act);
        }
        if self.dice.chance(12) {
            self.connect(lane, process);
        }
    }

    /// Something done to a file.
    fn touch(&mut self, lane: &Lane) -> Act {
        let workspace = lane.workspace;
        match self.dice.below(1_000) {
            0..650 => open(&source(workspace, self.dice.skewed(20_000)), Access::Read),
            650..800 => open(&module(workspace, self.dice.skewed(40_000)), Access::Read),
            800..860 => {
                let bytes = self.dice.skewed(64_000);
                let file = file(&source(workspace, self.dice.skewed(20_000)));
                Act::FileWrite(FileWrite { file, bytes })
            }
            860..910 => {
                let path = format!("/tmp/chunk-{:012x}.tmp", self.dice.next() >> 16);
                Act::FileCreate(FileOpen { file: file(&path), access: Access::Write, error: 0 })
            }
            910..950 => {
                Act::FileUnlink(file(&format!("/tmp/chunk-{:012x}.tmp", self.dice.next() >> 16)))
            }
            950..970 => {
                let to = source(workspace, self.dice.skewed(20_000));
                Act::FileRename(FilePair { from: file(&format!("{to}.new")), to: file(&to) })
            }
            970..999 => Act::FileOpen(FileOpen {
                file: FileRef::named(format!("/etc/{}", LIBRARY[self.dice.below(8) as usize])),
                access: Access::Read,
                error: 2,
            }),
            _ if self.dice.chance(20) => open("/home/alice/.ssh/config", Access::Read),
            _ => open("/home/alice/.config/git/config", Access::Read),
        }
    }

    fn connect(&mut self, lane: &mut Lane, process: &Arc<Process>) {
        let nth = self.dice.below(HOSTS.len() as u64);
        let host: Text = HOSTS[nth as usize].into();
        let ip = [104, 18, nth as u8, self.dice.below(4) as u8];
        let server = Endpoint::Ip([127, 0, 0, 53].into(), 53);
        let dns = Dns { name: host.clone(), record: 1, server, addresses: vec![], code: 0 };
        self.later(lane, process, Act::DnsQuery(dns.clone()));
        self.later(lane, process, Act::DnsAnswer(Dns { addresses: vec![ip.into()], ..dns }));
        let flow = Flow {
            protocol: Protocol::Tcp,
            local: Endpoint::Ip([192, 168, 1, 20].into(), 32_768 + self.dice.below(28_000) as u16),
            remote: Endpoint::Ip(ip.into(), 443),
            host: Some(host.clone()),
            cookie: self.next_id,
            ..Flow::default()
        };
        self.later(lane, process, Act::NetworkConnect(Flow { error: 115, ..flow.clone() }));
        let hello = ClientHello { server_name: host, flow: flow.clone() };
        self.later(lane, process, Act::TlsClientHello(hello));
        let (sent, received) = (400 + self.dice.skewed(90_000), 900 + self.dice.skewed(900_000));
        self.later(lane, process, Act::NetworkClose(Flow { sent, received, ..flow }));
    }

    fn later(&mut self, lane: &mut Lane, process: &Arc<Process>, act: Act) {
        // Bursts: most acts follow at once, a few after a pause; the mean is the pace of the day.
        let gap = if self.dice.chance(96) {
            20_000 + self.dice.below(self.pace_ns / 8)
        } else {
            self.dice.below(self.pace_ns * 44)
        };
        lane.now_ns += gap;
        lane.ready.push_back((lane.now_ns, process.clone(), act));
    }

    fn refill(&mut self, index: usize) {
        let now_ns = self.lanes[index].now_ns;
        let empty = Lane {
            ready: VecDeque::new(),
            actor: None,
            shell: Arc::default(),
            ..self.lanes[index]
        };
        let mut lane = std::mem::replace(&mut self.lanes[index], empty);
        lane.now_ns = now_ns;
        if lane.calls == 0 {
            self.begin_session(&mut lane);
        } else {
            self.call(&mut lane);
        }
        self.lanes[index] = lane;
    }

    fn step(&mut self) -> Option<Record> {
        let Reverse((_, index)) = self.order.pop()?;
        if self.lanes[index].ready.is_empty() {
            self.refill(index);
        }
        let (time, process, act) = self.lanes[index].ready.pop_front()?;
        let lane = &self.lanes[index];
        let next = lane.ready.front().map_or(lane.now_ns, |(time, ..)| *time);
        self.order.push(Reverse((next, index)));
        let mut event = Event::new(START_NS + time, process.id, act);
        event.label = Label(if lane.actor.is_some() { lane.number + 1 } else { 0 });
        let id = EventId(self.next_id);
        self.next_id += 1;
        let act = Attributed { id, event, process, actor: lane.actor.clone() };
        Some(Record::Act(Box::new(act)))
    }
}

impl Iterator for Stream {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        if let Some(record) = self.ready.pop_front() {
            return Some(record);
        }
        self.left = self.left.checked_sub(1)?;
        self.step()
    }
}

const LIBRARY: [&str; 8] = ["c", "m", "ssl", "crypto", "z", "pthread", "stdc++", "gcc_s"];
const FOLDERS: [&str; 8] = ["api", "core", "web", "store", "auth", "tests", "tools", "proto"];

fn workspace(number: u64) -> String {
    format!("/home/alice/code/project-{number}")
}

fn source(workspace: u64, number: u64) -> String {
    let folder = FOLDERS[(number % 8) as usize];
    let end = ["rs", "ts", "py", "md"][(number / 8 % 4) as usize];
    format!(
        "/home/alice/code/project-{workspace}/src/{folder}/part_{}/file_{number}.{end}",
        number % 97
    )
}

fn module(workspace: u64, number: u64) -> String {
    format!(
        "/home/alice/code/project-{workspace}/node_modules/package-{}/dist/index-{number}.js",
        number % 900
    )
}

/// A file whose inode follows from its name.
fn file(path: &str) -> FileRef {
    let hash = path.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    FileRef { path: path.into(), inode: (64_769, 1_000_000 + hash % 12_000_000) }
}

fn open(path: &str, access: Access) -> Act {
    Act::FileOpen(FileOpen { file: file(path), access, error: 0 })
}

fn actor(product: &str, root: ProcessId, cwd: &str) -> Arc<Actor> {
    let agent = AgentId::derive("host", product, "alice");
    Arc::new(Actor {
        agent,
        product: product.into(),
        kind: AgentKind::Agent,
        session: SessionId::derive(agent, "boot", root),
        workspace: cwd.into(),
        tool_call: None,
        tool_root: None,
        basis: Basis::Lineage,
    })
}
