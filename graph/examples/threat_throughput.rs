//! How fast the threat graph takes in acts and how much memory it holds: a program, not a test.
//!
//! `cargo run --release -p graph --example threat_throughput [-- hours]` plays the stream of ten
//! busy agents, 200 events a second each, for that many hours of stream time (default 1; 24 is the
//! stated workload), and prints one line per tenth. Only `add` is timed; the stream is made in
//! chunks before.
#![allow(clippy::unwrap_used, reason = "a measuring program")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use event::{
    Access, Act, Actor, AgentId, AgentKind, Attributed, Basis, Dns, Endpoint, Event, EventId, Exec,
    Exit, FileOpen, FilePair, FileRef, FileWrite, Finding, FindingId, Flow, Forked, PipeUse,
    Process, ProcessId, Protocol, RuleInfo, SessionId, Severity, Text, ToolCallId,
};
use graph::threat::{Limits, Settings, ThreatGraph};

const AGENTS: u32 = 10;
const EVENTS_PER_SECOND: u64 = 2_000;
const CHUNK: usize = 200_000;

fn main() {
    let hours: u64 = std::env::args().nth(1).map_or(1, |hours| hours.parse().unwrap());
    let total = hours * 3_600 * EVENTS_PER_SECOND;
    let mut graph = ThreatGraph::new(Settings::default());
    let mut stream = Stream::new();
    let (mut spent, mut done, mut line) = (Duration::ZERO, 0_u64, 0_u64);
    let mut slowest = Duration::ZERO;
    let empty_kib = resident_kib();
    println!(
        "{:>11} {:>8} {:>9} {:>9} {:>8} {:>9} {:>10} {:>8}",
        "events", "ns/event", "nodes", "edges", "MB graph", "MB process", "merged", "evicted"
    );
    while done < total {
        let chunk = stream.chunk(CHUNK);
        let begin = on_cpu();
        for act in &chunk {
            graph.add(act);
        }
        let took = on_cpu() - begin;
        spent += took;
        slowest = slowest.max(took);
        done += chunk.len() as u64;
        graph.add_finding(&stream.finding(&chunk));
        if done * 10 / total > line || done >= total {
            line = done * 10 / total;
            report(&graph, spent, done);
        }
    }
    let stats = graph.stats();
    println!("slowest chunk: {} ns/event", slowest.as_nanos() / CHUNK as u128);
    println!(
        "bytes per node, all in: {}; process {} KiB before the first act",
        stats.bytes / stats.nodes,
        empty_kib
    );
    ask(&graph, &stream);
    println!("{stats:#?}");
}

fn report(graph: &ThreatGraph, spent: Duration, done: u64) {
    let stats = graph.stats();
    println!(
        "{:>11} {:>8} {:>9} {:>9} {:>8.1} {:>10.1} {:>9.1}% {:>8}",
        done,
        spent.as_nanos() / u128::from(done),
        stats.nodes,
        stats.edges,
        stats.bytes as f64 / 1e6,
        resident_kib() as f64 / 1e3,
        100.0 * (stats.merged as f64) / (done as f64),
        stats.evicted_nodes,
    );
}

fn ask(graph: &ThreatGraph, stream: &Stream) {
    let Some(id) = stream.last_finding else { return };
    let begin = Instant::now();
    let answer = graph.of_finding(id, Limits::default());
    println!(
        "of_finding: {} nodes, {} edges, cut {:?}, {:?}",
        answer.nodes.len(),
        answer.edges.len(),
        answer.cut,
        begin.elapsed()
    );
}

/// Time this thread was on a processor: on a shared machine the clock on the wall measures others.
fn on_cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let ns = stat.split_whitespace().next().and_then(|ns| ns.parse().ok());
    Duration::from_nanos(ns.unwrap_or(0))
}

fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).unwrap_or(0)
}

/// What one tool call of a coding agent does, over and over: a shell starts a program that loads
/// its libraries, reads sources, writes some, pipes to the shell, sometimes uses the network.
struct Stream {
    random: u64,
    next_event: u64,
    next_pid: u32,
    agents: Vec<(Arc<Process>, Actor)>,
    queue: Vec<Attributed>,
    last_finding: Option<FindingId>,
}

impl Stream {
    fn new() -> Self {
        let agents = (0..AGENTS)
            .map(|number| {
                let id = ProcessId { start_ns: u64::from(number), pid: 1_000 + number };
                let agent = AgentId::derive("host", "codex-cli", &format!("user{number}"));
                let session = SessionId::derive(agent, "boot", id);
                let process = process(id, "/usr/bin/node", "node codex", None);
                let workspace: Text = format!("/home/user{number}/project").into();
                let actor = Actor {
                    agent,
                    product: "codex-cli".into(),
                    kind: AgentKind::Agent,
                    session,
                    workspace,
                    tool_call: None,
                    tool_root: None,
                    basis: Basis::Lineage,
                };
                (process, actor)
            })
            .collect();
        Self {
            random: 42,
            next_event: 1,
            next_pid: 10_000,
            agents,
            queue: Vec::new(),
            last_finding: None,
        }
    }

    fn chunk(&mut self, size: usize) -> Vec<Attributed> {
        while self.queue.len() < size {
            let agent = self.random(AGENTS as u64) as usize;
            self.tool_call(agent);
        }
        let rest = self.queue.split_off(size);
        std::mem::replace(&mut self.queue, rest)
    }

    fn finding(&mut self, chunk: &[Attributed]) -> Finding {
        let last = chunk.last().unwrap();
        let id = FindingId::derive("rule", "actor", last.id);
        self.last_finding = Some(id);
        Finding {
            id,
            time_unix_ns: last.event.time_unix_ns,
            rule: Arc::new(RuleInfo {
                id: "rule".into(),
                title: "Something was found".into(),
                severity: Severity::High,
                ..RuleInfo::default()
            }),
            summary: "something".into(),
            matched: Vec::new(),
            events: vec![last.id],
            process: last.process.clone(),
            actor: last.actor.clone(),
            count: 1,
        }
    }

    fn tool_call(&mut self, agent: usize) {
        let (root, mut actor) = self.agents[agent].clone();
        let shell = self.start(&root, &actor, "/usr/bin/bash", "bash -lc 'cargo check'");
        actor.tool_call = Some(ToolCallId::derive(actor.session, shell.id));
        actor.tool_root = Some(shell.id);
        let actor = Arc::new(actor);
        let pipe = u64::from(shell.id.pid);
        self.push(&root, &actor, Act::PipeUse(PipeUse { pipe, write: false }));
        for program in 0..1 + self.random(4) {
            let exe = format!("/usr/bin/tool{}", self.random(200));
            let child = self.start(&shell, &actor, &exe, &format!("{exe} --flag {program}"));
            self.work(&child, &actor, pipe);
            self.push(&child, &actor, Act::ProcessExit(Exit::default()));
        }
        self.push(&shell, &actor, Act::ProcessExit(Exit::default()));
    }

    fn work(&mut self, child: &Arc<Process>, actor: &Arc<Actor>, pipe: u64) {
        for library in 0..6 {
            let path = format!("/usr/lib/x86_64-linux-gnu/lib{library}.so.6");
            self.push(child, actor, read(&path));
        }
        let workspace = actor.workspace.clone();
        for _ in 0..4 + self.random(30) {
            let file = self.random(20_000);
            let path = format!("{workspace}/src/module{}/source{file}.rs", file % 200);
            self.push(child, actor, read(&path));
        }
        for _ in 0..self.random(8) {
            let made = self.next_event;
            let path = format!("{workspace}/target/debug/deps/object-{made}.o");
            self.push(child, actor, Act::FileCreate(opened(&path, Access::Write)));
            self.push(child, actor, write(&path));
            self.push(child, actor, write(&path));
            if self.random(3) == 0 {
                let to = FileRef::named(format!("{path}.final"));
                let pair = FilePair { from: FileRef::named(path), to };
                self.push(child, actor, Act::FileRename(pair));
            } else if self.random(2) == 0 {
                self.push(child, actor, Act::FileUnlink(FileRef::named(path)));
            }
        }
        let edited = format!("{workspace}/src/module1/source{}.rs", self.random(300));
        self.push(child, actor, write(&edited));
        self.push(child, actor, Act::PipeUse(PipeUse { pipe, write: true }));
        if self.random(4) == 0 {
            self.network(child, actor);
        }
    }

    fn network(&mut self, child: &Arc<Process>, actor: &Arc<Actor>) {
        let host = self.random(2_000);
        let address = std::net::Ipv4Addr::from(0x0a00_0000 + host as u32).into();
        let dns = Dns {
            name: format!("host{host}.example").into(),
            record: 1,
            server: Endpoint::None,
            addresses: vec![address],
            code: 0,
        };
        self.push(child, actor, Act::DnsQuery(dns.clone()));
        self.push(child, actor, Act::DnsAnswer(dns));
        let flow = Flow {
            protocol: Protocol::Tcp,
            remote: Endpoint::Ip(address, 443),
            sent: 2_000,
            received: 20_000,
            ..Flow::default()
        };
        self.push(child, actor, Act::NetworkConnect(flow.clone()));
        self.push(child, actor, Act::NetworkClose(flow));
    }

    fn start(
        &mut self,
        parent: &Arc<Process>,
        actor: &Actor,
        exe: &str,
        command: &str,
    ) -> Arc<Process> {
        // As the kernel does: pids go round, starts do not.
        self.next_pid = if self.next_pid >= 4_000_000 { 10_000 } else { self.next_pid + 1 };
        let id = ProcessId { start_ns: self.next_event, pid: self.next_pid };
        let actor = Arc::new(actor.clone());
        self.push(parent, &actor, Act::ProcessClone(Forked { child: id }));
        let child = process(id, exe, command, Some(parent.clone()));
        let exec = Exec {
            parent: parent.id,
            exe: FileRef::named(exe),
            argv: command.split(' ').map(Text::from).collect(),
            ..Exec::default()
        };
        self.push(&child, &actor, Act::ProcessExec(Box::new(exec)));
        child
    }

    fn push(&mut self, process: &Arc<Process>, actor: &Arc<Actor>, act: Act) {
        let time_unix_ns = self.next_event * 1_000_000_000 / EVENTS_PER_SECOND;
        self.queue.push(Attributed {
            id: EventId(self.next_event),
            event: Event::new(time_unix_ns, process.id, act),
            process: process.clone(),
            actor: Some(actor.clone()),
        });
        self.next_event += 1;
    }

    /// Below `most`; xorshift, the same in every run.
    fn random(&mut self, most: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % most
    }
}

fn process(id: ProcessId, exe: &str, command: &str, parent: Option<Arc<Process>>) -> Arc<Process> {
    let (exe, command_line) = (exe.into(), command.into());
    Arc::new(Process { id, exe, command_line, parent, ..Process::default() })
}

fn opened(path: &str, access: Access) -> FileOpen {
    FileOpen { file: FileRef::named(path), access, error: 0 }
}

fn read(path: &str) -> Act {
    Act::FileOpen(opened(path, Access::Read))
}

fn write(path: &str) -> Act {
    Act::FileWrite(FileWrite { file: FileRef::named(path), bytes: 4_096 })
}
