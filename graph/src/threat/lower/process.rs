//! Acts of processes upon processes, in the threat graph: start, exec, exit, signal, ptrace, pipes,
//! code for the kernel; and the groups (agent, session, tool call) that processes belong to.

use std::sync::Arc;

use event::{Actor, Attributed, Exec, FileRef, Forked, PipeUse, Process, ProcessId, Text, Toward};

use super::super::ThreatGraph;
use super::super::edge::Op;
use super::super::flow::{Flow, Lasts};
use super::super::index::Group;
use super::super::node::{Body, NodeId, NodeKind, ProcessBody};
use super::Scene;

/// Longest line of ancestors that one act can bring in.
const MAX_ANCESTORS: usize = 64;

impl ThreatGraph {
    /// The node of the acting process; its ancestors and groups come in with it.
    pub(in super::super) fn actor(&mut self, act: &Attributed) -> u32 {
        let id = act.event.process;
        let at_ns = act.event.time_unix_ns;
        if let Some(&slot) = self.index.processes.get(&id) {
            if act.actor.is_some() && self.owner(slot) == NodeId::NONE {
                self.place(slot, act, at_ns);
            }
            return slot;
        }
        let slot = self.admit(&act.process, id, act, at_ns);
        self.place(slot, act, at_ns);
        slot
    }

    /// Makes the node of a process that was not seen starting, after those of its ancestors.
    fn admit(
        &mut self,
        process: &Arc<Process>,
        id: ProcessId,
        act: &Attributed,
        at_ns: u64,
    ) -> u32 {
        let mut unknown = Vec::new();
        let mut parent = None;
        for ancestor in process.lineage().skip(1).take(MAX_ANCESTORS) {
            if let Some(&slot) = self.index.processes.get(&ancestor.id) {
                parent = Some(slot);
                break;
            }
            unknown.push(ancestor);
        }
        for ancestor in unknown.into_iter().rev() {
            let slot = self.new_process(ancestor.id, &ancestor.exe, &ancestor.command_line, at_ns);
            self.adopt(parent, slot, act, at_ns);
            parent = Some(slot);
        }
        let slot = self.new_process(id, &process.exe, &process.command_line, at_ns);
        self.adopt(parent, slot, act, at_ns);
        slot
    }

    fn adopt(&mut self, parent: Option<u32>, child: u32, act: &Attributed, at_ns: u64) {
        let Some(parent) = parent else { return };
        let scene = Scene { actor: parent, at_ns, event: act.id, count: 1 };
        self.flow(scene.to(child, Op::Clone));
        self.hold(child, parent);
    }

    pub(super) fn new_process(
        &mut self,
        id: ProcessId,
        exe: &Text,
        command: &Text,
        at_ns: u64,
    ) -> u32 {
        // A pid has one process at a time: a newer one ends the older, whose exit was not seen.
        let newest = self.index.pids.get(&id.pid).copied();
        let is_late = newest.is_some_and(|slot| self.started_ns(slot) > id.start_ns);
        if let Some(old) = newest.filter(|_| !is_late) {
            self.end(old, at_ns);
        }
        let command = self.settings.clip(command);
        let name = self.settings.clip(exe);
        let body = Body::Process(ProcessBody { id, command, owner: NodeId::NONE });
        let slot = self.insert(NodeKind::Process, name, body, at_ns);
        self.index.processes.insert(id, slot);
        self.need(slot);
        if is_late {
            self.end(slot, at_ns);
        } else {
            self.index.pids.insert(id.pid, slot);
        }
        slot
    }

    fn started_ns(&self, slot: u32) -> u64 {
        match self.nodes.get(slot).map(|node| &node.body) {
            Some(Body::Process(process)) => process.id.start_ns,
            _ => 0,
        }
    }

    pub(super) fn known_process(&mut self, id: ProcessId, at_ns: u64) -> u32 {
        match self.index.processes.get(&id) {
            Some(&slot) => slot,
            None => self.new_process(id, &Text::default(), &Text::default(), at_ns),
        }
    }

    pub(super) fn exec(&mut self, scene: Scene, act: &Attributed, exec: &Exec) {
        self.rename_process(scene.actor, &act.process, exec);
        if self.up(scene.actor) == NodeId::NONE
            && let Some(&parent) = self.index.processes.get(&exec.parent)
            && parent != scene.actor
        {
            self.flow(scene.between(parent, scene.actor, Op::Clone));
            self.hold(scene.actor, parent);
        }
        // A tool call begins with an exec; until then the child was in its parent's group.
        self.place(scene.actor, act, scene.at_ns);
        // The script first: the newest entry is the program itself.
        if let Some(script) = &exec.script {
            let script = self.file(scene, &FileRef::named(script.clone()));
            self.read_by_actor(scene, script, Op::Exec);
        }
        let exe = self.file(scene, &exec.exe);
        self.read_by_actor(scene, exe, Op::Exec);
    }

    fn rename_process(&mut self, slot: u32, process: &Process, exec: &Exec) {
        let (exe, command) = if process.command_line.is_empty() {
            (&exec.exe.path, &exec.command_line().into())
        } else {
            (&process.exe, &process.command_line)
        };
        let (name, command) = (self.settings.clip(exe), self.settings.clip(command));
        let Some(node) = self.nodes.get_mut(slot) else { return };
        let Body::Process(body) = &mut node.body else { return };
        self.stats.text_bytes += name.len() + command.len();
        self.stats.text_bytes -= node.name.len() + body.command.len();
        node.name = name;
        body.command = command;
    }

    pub(super) fn clone_process(&mut self, scene: Scene, forked: Forked) {
        if self.index.processes.contains_key(&forked.child) {
            return;
        }
        let Some(parent) = self.nodes.get(scene.actor) else { return };
        let Body::Process(body) = &parent.body else { return };
        let (name, command, owner) = (parent.name.clone(), body.command.clone(), body.owner);
        let child = self.new_process(forked.child, &name, &command, scene.at_ns);
        self.flow(scene.to(child, Op::Clone));
        self.hold(child, scene.actor);
        self.own(child, owner);
    }

    pub(super) fn exit(&mut self, scene: Scene) {
        self.end(scene.actor, scene.at_ns);
    }

    /// Puts a process into its tool call, else its session. The edge is drawn at the root of the
    /// subtree only: from there it is inherited by the edges between processes.
    fn place(&mut self, slot: u32, act: &Attributed, at_ns: u64) {
        let Some(actor) = &act.actor else { return };
        let scene = Scene { actor: slot, at_ns, event: act.id, count: 1 };
        let group = self.groups(scene, actor);
        let parent = self.up(slot);
        if self.owner(slot) == group {
            return;
        }
        self.own(slot, group);
        if self.owner(parent.slot) != group {
            self.flow(scene.from(group.slot, Op::Contains));
        }
    }

    fn groups(&mut self, scene: Scene, actor: &Actor) -> NodeId {
        if let Some(call) = actor.tool_call
            && let Some(&slot) = self.index.groups.get(&Group::ToolCall(call))
        {
            return self.id(slot);
        }
        let session = match self.index.groups.get(&Group::Session(actor.session)) {
            Some(&slot) => slot,
            None => self.new_session(scene, actor),
        };
        let Some(call) = actor.tool_call else { return self.id(session) };
        let name = actor.product.clone();
        let slot = self.insert(NodeKind::ToolCall, name, Body::ToolCall(call), scene.at_ns);
        self.index.groups.insert(Group::ToolCall(call), slot);
        self.flow(scene.between(session, slot, Op::Contains));
        self.hold(slot, session);
        self.id(slot)
    }

    fn new_session(&mut self, scene: Scene, actor: &Actor) -> u32 {
        let agent = match self.index.groups.get(&Group::Agent(actor.agent)) {
            Some(&slot) => slot,
            None => {
                let body = Body::Agent(actor.agent);
                let name = self.settings.clip(&actor.product);
                let slot = self.insert(NodeKind::Agent, name, body, scene.at_ns);
                self.index.groups.insert(Group::Agent(actor.agent), slot);
                slot
            }
        };
        let body = Body::Session(actor.session);
        let name = self.settings.clip(&actor.workspace);
        let slot = self.insert(NodeKind::Session, name, body, scene.at_ns);
        self.index.groups.insert(Group::Session(actor.session), slot);
        self.flow(scene.between(agent, slot, Op::Contains));
        self.hold(slot, agent);
        slot
    }

    pub(super) fn signal(&mut self, scene: Scene, toward: &Toward) {
        let target = self.known_process(toward.target, scene.at_ns);
        self.flow(scene.to(target, Op::Signal));
    }

    pub(super) fn ptrace(&mut self, scene: Scene, toward: &Toward) {
        let target = self.known_process(toward.target, scene.at_ns);
        self.flow(Flow { lasts: Lasts::Open, ..scene.to(target, Op::Ptrace) });
        self.flow(Flow { lasts: Lasts::Open, ..scene.from(target, Op::Ptrace) });
    }

    pub(super) fn privilege(&mut self, scene: Scene) {
        self.flow(scene.to(scene.actor, Op::Privilege));
    }

    /// Only the first use of a pipe is an event, so its edges stay open.
    pub(super) fn pipe_use(&mut self, scene: Scene, used: &PipeUse) {
        let pipe = match self.index.pipes.get(&used.pipe) {
            Some(&slot) => slot,
            None => {
                let body = Body::Pipe(used.pipe);
                let slot = self.insert(NodeKind::Pipe, Text::default(), body, scene.at_ns);
                self.index.pipes.insert(used.pipe, slot);
                slot
            }
        };
        let flow =
            if used.write { scene.to(pipe, Op::PipeWrite) } else { scene.from(pipe, Op::PipeRead) };
        self.flow(Flow { lasts: Lasts::Open, ..flow });
    }

    pub(super) fn module_load(&mut self, scene: Scene, file: &FileRef) {
        let module = self.file(scene, file);
        self.read_by_actor(scene, module, Op::Load);
        self.kernel_load(scene, &file.path);
    }

    pub(super) fn kernel_load(&mut self, scene: Scene, name: &Text) {
        let name = self.settings.clip(name);
        let slot = self.insert(NodeKind::Kernel, name, Body::Plain, scene.at_ns);
        self.flow(scene.to(slot, Op::Load));
    }
}
