//! Streams of attributed acts for the threat graph's tests, written down as a story.

use std::sync::Arc;

use event::testing::{pid, unattributed};
use event::{
    Access, Act, Actor, AgentId, AgentKind, Basis, Caveats, Endpoint, Event, EventId, Exit,
    FileOpen, FilePair, FileRef, FileWrite, Finding, FindingId, Flow, Forked, PipeUse, Process,
    RuleInfo, SessionId, Severity, ToolCallId,
};
use graph::threat::{Settings, ThreatGraph};

pub const SECOND: u64 = 1_000_000_000;

/// A graph and the clock and event counter of the story told to it.
pub struct Story {
    pub graph: ThreatGraph,
    pub second: u64,
    pub next: u64,
    pub actor: Option<Arc<Actor>>,
}

impl Story {
    pub fn new(settings: Settings) -> Self {
        Self { graph: ThreatGraph::new(settings), second: 0, next: 1, actor: None }
    }

    /// From here on the acts are those of a session of `codex-cli`.
    pub fn session(&mut self, tool_call: bool) -> SessionId {
        let agent = AgentId::derive("host", "codex-cli", "alice");
        let session = SessionId::derive(agent, "boot", pid(100));
        self.actor = Some(Arc::new(Actor {
            agent,
            product: "codex-cli".into(),
            kind: AgentKind::Agent,
            session,
            workspace: "/home/alice/project".into(),
            tool_call: tool_call.then(|| ToolCallId::derive(session, pid(101))),
            tool_root: tool_call.then(|| pid(101)),
            basis: Basis::Lineage,
        }));
        session
    }

    /// One second later, `process` does `act`.
    pub fn act(&mut self, process: u32, act: Act) -> EventId {
        self.second += 1;
        self.event(Event::new(self.second * SECOND, pid(process), act))
    }

    pub fn event(&mut self, event: Event) -> EventId {
        let id = self.next;
        self.next += 1;
        let mut act = unattributed(id, event);
        // Nobody's agent: the process that starts the agent.
        act.actor = self.actor.clone().filter(|_| act.event.process != pid(1));
        self.graph.add(&act);
        act.id
    }

    pub fn start(&mut self, parent: u32, process: u32, exe: &str, command: &str) -> EventId {
        self.act(parent, Act::ProcessClone(Forked { child: pid(process) }));
        self.second += 1;
        self.event(event::testing::exec(self.second, parent, process, exe, command))
    }

    pub fn exit(&mut self, process: u32) -> EventId {
        self.act(process, Act::ProcessExit(Exit::default()))
    }

    pub fn read(&mut self, process: u32, path: &str) -> EventId {
        self.act(process, Act::FileOpen(opened(path, Access::Read)))
    }

    pub fn create(&mut self, process: u32, path: &str) -> EventId {
        self.act(process, Act::FileCreate(opened(path, Access::Write)))
    }

    pub fn write(&mut self, process: u32, path: &str) -> EventId {
        self.act(process, Act::FileWrite(FileWrite { file: FileRef::named(path), bytes: 10 }))
    }

    /// The end of the descriptor through which a file was written.
    pub fn close_written(&mut self, process: u32, path: &str) -> EventId {
        self.second += 1;
        let write = FileWrite { file: FileRef::named(path), bytes: 0 };
        let event = Event::new(self.second * SECOND, pid(process), Act::FileWrite(write));
        self.event(Event { caveats: Caveats::CLOSED, ..event })
    }

    pub fn rename(&mut self, process: u32, from: &str, to: &str) -> EventId {
        let pair = FilePair { from: FileRef::named(from), to: FileRef::named(to) };
        self.act(process, Act::FileRename(pair))
    }

    pub fn pipe(&mut self, process: u32, pipe: u64, write: bool) -> EventId {
        self.act(process, Act::PipeUse(PipeUse { pipe, write }))
    }

    pub fn connect(&mut self, process: u32, peer: &str) -> EventId {
        self.act(process, Act::NetworkConnect(to(peer)))
    }

    pub fn close(&mut self, process: u32, peer: &str) -> EventId {
        self.act(process, Act::NetworkClose(Flow { sent: 1_000, received: 10, ..to(peer) }))
    }

    /// A finding of `process` that stands on `events`.
    pub fn finding(&mut self, process: u32, events: &[EventId], title: &str) -> FindingId {
        let id = FindingId::derive(title, "actor", events.last().copied().unwrap_or_default());
        self.second += 1;
        self.graph.add_finding(&Finding {
            id,
            time_unix_ns: self.second * SECOND,
            rule: Arc::new(RuleInfo {
                id: "rule".into(),
                title: title.into(),
                severity: Severity::High,
                ..RuleInfo::default()
            }),
            summary: title.into(),
            matched: Vec::new(),
            events: events.to_vec(),
            process: Arc::new(Process { id: pid(process), ..Process::default() }),
            actor: self.actor.clone(),
            count: 1,
        });
        id
    }
}

pub fn opened(path: &str, access: Access) -> FileOpen {
    FileOpen { file: FileRef::named(path), access, error: 0 }
}

pub fn to(peer: &str) -> Flow {
    let address: std::net::SocketAddr = peer.parse().unwrap();
    Flow { remote: Endpoint::Ip(address.ip(), address.port()), ..Flow::default() }
}
