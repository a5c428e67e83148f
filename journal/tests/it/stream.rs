//! A made stream of records with the shape of real ones: ten agents that run shell commands, build
//! and read and write files. Seeded: the same number gives the same stream.

use std::sync::Arc;

use event::{
    Access, Act, Actor, Agent, AgentId, AgentKind, Attributed, Basis, Endpoint, Event, EventId,
    Exec, Exit, FileOpen, FileRef, FileWrite, Finding, FindingId, Flow, Forked, Label, Process,
    ProcessId, Protocol, Record, RuleInfo, Session, SessionId, Severity, Text, ToolCallId, User,
};

/// Seeded chance (xorshift).
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }
    pub fn of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len() as u64) as usize]
    }
}

const COMMANDS: [&str; 8] = [
    "/usr/bin/git|git status --porcelain=v1 --untracked-files=all",
    "/usr/bin/rg|rg --line-number --no-heading fn.*parse src",
    "/usr/bin/cargo|cargo test --workspace --no-run --message-format=json",
    "/usr/bin/sed|sed -n 120,240p src/attributed/lineage.rs",
    "/usr/bin/python3|python3 -m pytest -q tests/test_parser.py -k roundtrip",
    "/usr/bin/node|node node_modules/.bin/eslint --format json src/index.ts",
    "/bin/ls|ls -la /home/alice/project/src",
    "/usr/bin/cc|cc -O2 -g -Iinclude -c src/parse.c -o build/parse.o",
];
const ROOTS: [&str; 5] = [
    "/home/alice/project/src",
    "/home/alice/project/target/debug/deps",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/python3/dist-packages/requests",
    "/home/alice/project/node_modules/typescript/lib",
];
const NAMES: [&str; 12] = [
    "lib",
    "main",
    "parser",
    "index",
    "mod",
    "libc.so.6",
    "config",
    "types",
    "__init__",
    "utils",
    "lexer",
    "README",
];

struct Run {
    actor: Arc<Actor>,
    shell: Arc<Process>,
    tool: Arc<Process>,
    left: u64,
}

/// An endless stream of records.
pub struct Stream {
    chance: Chance,
    runs: Vec<Run>,
    time_unix_ns: u64,
    id: u64,
    pid: u32,
    waiting: Vec<Record>,
}

fn user() -> User {
    User { uid: 1000, gid: 1000, euid: 1000, name: Some("alice".into()) }
}

impl Stream {
    pub fn new(seed: u64) -> Self {
        let mut stream = Self {
            chance: Chance::new(seed),
            runs: Vec::new(),
            time_unix_ns: 1_795_255_445_000_000_000,
            id: 1,
            pid: 4_000,
            waiting: Vec::new(),
        };
        for number in 0..10 {
            stream.begin_run(number);
        }
        stream
    }

    fn begin_run(&mut self, number: usize) {
        let product = ["codex-cli", "claude-code", "gemini-cli"][number % 3];
        let agent = AgentId::derive("host", product, "alice");
        let root = self.process(None, "/usr/bin/node", &format!("node /usr/bin/{product} --yolo"));
        let shell = self.process(Some(&root), "/bin/bash", "bash -lc 'cargo test'");
        let session = SessionId::derive(agent, "boot", root.id);
        let actor = Arc::new(Actor {
            agent,
            product: product.into(),
            kind: AgentKind::Agent,
            session,
            workspace: "/home/alice/project".into(),
            tool_call: Some(ToolCallId::derive(session, shell.id)),
            tool_root: Some(shell.id),
            basis: Basis::Lineage,
        });
        self.waiting.push(Record::Agent(Agent {
            id: agent,
            product: product.into(),
            name: product.into(),
            version: Some("1.2.3".into()),
            owner: "alice".into(),
            kind: AgentKind::Agent,
        }));
        self.waiting.push(Record::Session(Session {
            id: session,
            agent,
            root: root.id,
            started_unix_ns: self.time_unix_ns,
            ended_unix_ns: None,
            cwd: "/home/alice/project".into(),
            parent: None,
            evidence: format!("executable /usr/bin/{product}").into(),
            unseen_before: false,
            delegation: event::Delegation::default(),
            identities: Vec::new(),
        }));
        self.runs.push(Run { actor, tool: shell.clone(), shell, left: 0 });
    }

    fn process(&mut self, parent: Option<&Arc<Process>>, exe: &str, line: &str) -> Arc<Process> {
        self.pid += 1;
        Arc::new(Process {
            id: ProcessId {
                start_ns: self.time_unix_ns - 1_795_000_000_000_000_000,
                pid: self.pid,
            },
            exe: exe.into(),
            command_line: line.into(),
            cwd: "/home/alice/project".into(),
            user: user(),
            parent: parent.cloned(),
        })
    }

    fn record(&mut self, process: &Arc<Process>, run: usize, act: Act) -> Record {
        self.time_unix_ns += 20_000 + self.chance.below(400_000);
        self.id += 1;
        let mut event = Event::new(self.time_unix_ns, process.id, act);
        event.label = Label(run as u64 + 1);
        Record::Act(Box::new(Attributed {
            id: EventId(self.id),
            event,
            process: process.clone(),
            actor: Some(self.runs[run].actor.clone()),
        }))
    }

    fn launch(&mut self, run: usize) -> Record {
        let (exe, line) = self.chance.of(&COMMANDS).split_once('|').unwrap();
        let shell = self.runs[run].shell.clone();
        let line = format!("{line} --seed={}", self.chance.below(1 << 20));
        let tool = self.process(Some(&shell), exe, &line);
        let exec = Exec {
            parent: shell.id,
            exe: FileRef { path: exe.into(), inode: (0x801, 1_200_000) },
            argv: line.split(' ').map(Text::from).collect(),
            cwd: tool.cwd.clone(),
            user: user(),
            tty: 0x8800,
            ..Exec::default()
        };
        self.runs[run].tool = tool.clone();
        self.runs[run].left = 12 + self.chance.below(60);
        let fork = self.record(&shell, run, Act::ProcessClone(Forked { child: tool.id }));
        let exec = self.record(&tool, run, Act::ProcessExec(Box::new(exec)));
        self.waiting.push(exec);
        fork
    }

    fn file(&mut self) -> FileRef {
        let (root, name) = (*self.chance.of(&ROOTS), *self.chance.of(&NAMES));
        let number = self.chance.below(40);
        FileRef {
            path: format!("{root}/{name}-{number}.rs").into(),
            inode: (0x801, 800_000 + number),
        }
    }

    fn act(&mut self) -> Act {
        match self.chance.below(20) {
            0..13 => Act::FileOpen(FileOpen { file: self.file(), access: Access::Read, error: 0 }),
            13..15 => {
                Act::FileCreate(FileOpen { file: self.file(), access: Access::Write, error: 0 })
            }
            15..18 => {
                let bytes = self.chance.below(1 << 16);
                Act::FileWrite(FileWrite { file: self.file(), bytes })
            }
            18 => Act::FileUnlink(self.file()),
            _ => Act::NetworkConnect(Flow {
                protocol: Protocol::Tcp,
                local: Endpoint::Ip([10, 0, 0, 7].into(), 30_000 + self.chance.below(9_999) as u16),
                remote: Endpoint::Ip([140, 82, 121, self.chance.below(9) as u8].into(), 443),
                host: Some("api.github.com".into()),
                cookie: self.chance.next(),
                ..Flow::default()
            }),
        }
    }

    fn finding(&mut self, run: usize) -> Record {
        let run = &self.runs[run];
        Record::Finding(Box::new(Finding {
            id: FindingId::derive("rule", &run.actor.session.to_string(), EventId(self.id)),
            time_unix_ns: self.time_unix_ns,
            rule: Arc::new(RuleInfo {
                id: "credential-read".into(),
                title: "An agent reads a private key".into(),
                severity: Severity::High,
                tags: vec!["attack.t1552.004".into()],
                pack: "chaperone".into(),
            }),
            summary: "codex-cli of alice read /home/alice/.ssh/id_ed25519".into(),
            matched: vec![("TargetFilename".into(), "/home/alice/.ssh/id_ed25519".into())],
            events: vec![EventId(self.id)],
            process: run.tool.clone(),
            actor: Some(run.actor.clone()),
            count: 1,
        }))
    }
}

impl Iterator for Stream {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        if let Some(record) = self.waiting.pop() {
            return Some(record);
        }
        let run = self.chance.below(10) as usize;
        if self.chance.below(5_000) == 0 {
            return Some(self.finding(run));
        }
        if self.runs[run].left == 0 {
            return Some(self.launch(run));
        }
        self.runs[run].left -= 1;
        let tool = self.runs[run].tool.clone();
        if self.runs[run].left == 0 {
            let exit = Exit { duration_ns: 40_000_000, cpu_ns: 9_000_000, ..Exit::default() };
            return Some(self.record(&tool, run, Act::ProcessExit(exit)));
        }
        let act = self.act();
        Some(self.record(&tool, run, act))
    }
}
