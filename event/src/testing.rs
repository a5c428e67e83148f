//! Short ways to write events down, for tests of every room.

use std::sync::Arc;

use crate::{
    Access, Act, Actor, AgentId, AgentKind, Attributed, Basis, Event, EventId, Exec, FileOpen,
    FileRef, Process, ProcessId, SessionId, Text, User,
};

/// A process id whose start follows from its pid.
pub fn pid(pid: u32) -> ProcessId {
    ProcessId { start_ns: u64::from(pid) * 1_000, pid }
}

/// An exec of `command` (split at spaces) by `process`, child of `parent`, at `second`.
pub fn exec(second: u64, parent: u32, process: u32, exe: &str, command: &str) -> Event {
    let exec = Exec {
        parent: pid(parent),
        exe: FileRef::named(exe),
        argv: command.split(' ').map(Text::from).collect(),
        cwd: "/home/alice/project".into(),
        user: User { uid: 1000, gid: 1000, euid: 1000, name: Some("alice".into()) },
        ..Exec::default()
    };
    Event::new(second * 1_000_000_000, pid(process), Act::ProcessExec(Box::new(exec)))
}

/// An open of `path` by `process` at `second`.
pub fn open(second: u64, process: u32, path: &str, access: Access) -> Event {
    let open = FileOpen { file: FileRef::named(path), access, error: 0 };
    Event::new(second * 1_000_000_000, pid(process), Act::FileOpen(open))
}

/// `event` attributed to nobody, with a process made from the event where it is an exec.
pub fn unattributed(id: u64, event: Event) -> Attributed {
    let process = match &event.act {
        Act::ProcessExec(exec) => Process {
            id: event.process,
            exe: exec.exe.path.clone(),
            command_line: exec.command_line().into(),
            cwd: exec.cwd.clone(),
            user: exec.user.clone(),
            parent: None,
        },
        _ => Process { id: event.process, ..Process::default() },
    };
    Attributed { id: EventId(id), event, process: Arc::new(process), actor: None }
}

/// `event` attributed to a session of alice's Codex CLI.
pub fn by_agent(id: u64, event: Event) -> Attributed {
    let agent = AgentId::derive("host", "codex-cli", "alice");
    let actor = Actor {
        agent,
        product: "codex-cli".into(),
        kind: AgentKind::Agent,
        session: SessionId::derive(agent, "boot", pid(1)),
        workspace: "/home/alice/project".into(),
        tool_call: None,
        tool_root: None,
        basis: Basis::Lineage,
    };
    Attributed { actor: Some(Arc::new(actor)), ..unattributed(id, event) }
}
