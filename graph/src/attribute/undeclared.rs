//! A tree that was nobody's becomes a session's: recognised by behaviour, or handed over.

use std::sync::Arc;

use event::{Actor, AgentKind, Basis, Order, ProcessId, Text};
use rustc_hash::FxHashMap;

use super::handed_over::Claim;
use super::runs::{Began, Identity, RunKey};
use super::table::Role;
use super::{Attributor, Outcome, Undeclared};

impl Attributor {
    /// A tree asked a model for the first time: what it does with files is recorded for a while, for
    /// that tells an agent from a program that only asks.
    pub(super) fn look_at(&mut self, root: ProcessId, out: &mut Outcome) {
        let label = self.runs.new_label();
        self.behaviour.looked_at(root, label);
        out.orders.push(Order::Adopt { root, label });
    }

    /// Tells the source of looks that are over.
    pub(super) fn end_looks(&mut self, out: &mut Outcome) {
        out.orders.extend(self.behaviour.take_over_looks().into_iter().map(Order::Clear));
    }

    /// The tree of `root` behaves like an agent: it gets an identity, a session and a label.
    pub(super) fn promote(&mut self, root: ProcessId, now: u64, out: &mut Outcome) {
        let Some(talk) = self.behaviour.forget(root) else { return };
        let Some(process) = self.table.get(root).map(|entry| entry.process.clone()) else { return };
        let what = what_runs(&process);
        let identity = Identity {
            product: None,
            id: "undeclared".into(),
            key: format!("undeclared:{what}").into(),
            name: format!("Undeclared agent ({})", event::show::brief(&what, 60)).into(),
            kind: AgentKind::Undeclared,
            version: None,
        };
        let evidence: Text = format!("talks to {}; {}", talk.endpoint, talk.acts.join("; ")).into();
        let began = Began {
            process: &process,
            time_unix_ns: now,
            origin: self.origin_of(root, RunKey::NONE),
            evidence,
            basis: Basis::Behaviour,
            launching: false,
        };
        let key = self.open(identity, began, out);
        self.adopt(root, key, out);
        if let Some(run) = self.runs.get_mut(key) {
            run.by_transport = talk.driver;
        }
        self.take_tree(root, key, now, out);
        let Some(run) = self.runs.get_mut(key) else { return };
        if process.exe.contains('/') && crate::signature::family(process.name()).is_none() {
            run.learn_program(&process.exe);
        }
        out.findings_hint.push(Undeclared {
            time_unix_ns: now,
            agent: run.record.agent,
            session: run.record.id,
            process,
            endpoint: talk.endpoint,
            acts: talk.acts,
            events: talk.events,
        });
        self.end_looks(out);
    }

    /// The root and its forks are the agent's own; each program it started began a tool call.
    fn take_tree(&mut self, root: ProcessId, key: RunKey, now: u64, out: &mut Outcome) {
        self.join(root, key, Role::Own, None, now, out);
        let by_transport = self.runs.get(key).is_some_and(|run| run.by_transport);
        let children = self.children();
        let Some(image) = self.table.get(root).map(|entry| entry.process.clone()) else { return };
        let mut open: Vec<(ProcessId, Option<Arc<Actor>>)> = vec![(root, None)];
        while let Some((parent, call)) = open.pop() {
            for child in children.get(&parent).into_iter().flatten() {
                let Some(entry) = self.table.get(*child).filter(|entry| !entry.is_a_members())
                else {
                    continue;
                };
                let same = entry.process.command_line == image.command_line;
                let carries = by_transport && entry.program.carries_requests();
                let own = call.is_none() && (same || carries);
                let call = match (&call, self.runs.get(key)) {
                    (None, Some(run)) if !own => Some(run.tool_call(*child, Basis::Behaviour)),
                    (call, _) => call.clone(),
                };
                let role = if call.is_some() { Role::Tool } else { Role::Own };
                self.join(*child, key, role, call.clone(), now, out);
                open.push((*child, call));
            }
        }
    }

    /// A start or a connection that a session asked for: its subtree belongs to the session.
    pub(super) fn take_over(&mut self, id: ProcessId, claim: Claim, now: u64, out: &mut Outcome) {
        let actor = Actor { basis: Basis::HandedOver, ..(*claim.actor).clone() };
        self.adopt(id, claim.run, out);
        self.join(id, claim.run, Role::Tool, Some(Arc::new(actor)), now, out);
    }

    /// As [`Self::take_over`], for a process that has children already.
    pub(super) fn take_over_tree(
        &mut self,
        id: ProcessId,
        claim: Claim,
        now: u64,
        out: &mut Outcome,
    ) {
        self.take_over(id, claim, now, out);
        let (Some(entry), children) = (self.table.get(id), self.children()) else { return };
        let (key, actor) = (entry.run, entry.actor.clone());
        let mut open = vec![id];
        while let Some(parent) = open.pop() {
            for child in children.get(&parent).into_iter().flatten() {
                if self.table.get(*child).is_some_and(|entry| !entry.is_a_members()) {
                    self.join(*child, key, Role::Tool, actor.clone(), now, out);
                    open.push(*child);
                }
            }
        }
    }

    /// Children of every process. A walk over the table: done only when a tree is taken, which is rare.
    fn children(&self) -> FxHashMap<ProcessId, Vec<ProcessId>> {
        let mut children: FxHashMap<ProcessId, Vec<ProcessId>> = FxHashMap::default();
        for (id, entry) in self.table.iter() {
            children.entry(entry.parent).or_default().push(*id);
        }
        children
    }
}

/// What an undeclared agent is named after: its program, behind an interpreter its script.
fn what_runs(process: &event::Process) -> String {
    if crate::signature::family(process.name()).is_none() {
        return process.exe.to_string();
    }
    let argument = process.command_line.split(' ').skip(1).find(|word| !word.starts_with('-'));
    match argument {
        Some(script) => format!("{} {script}", process.name()),
        None => process.exe.to_string(),
    }
}
