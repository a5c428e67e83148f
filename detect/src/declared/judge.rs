//! What is due is judged: calls that are over, trees and acts that no call declares.

mod absent;
mod alone;
mod command;
mod reach;
mod result;
mod tellers;

use std::collections::VecDeque;
use std::sync::Arc;

use event::{Finding, Process, ProcessId};

use super::bounds::{LOSS_NS, SETTLE_NS, SLACK_NS};
use super::call::{Call, Means};
use super::deed::Tree;
use super::fit::{Fit, Said};
use super::kind::Kind;
use super::says::Mismatch;
use super::session::Session;
use super::table::Table;

/// When it is.
#[derive(Clone, Copy, Debug)]
pub struct Time {
    /// Now, in the time of events; `u64::MAX` when nothing more will come.
    pub now: u64,
    /// Events were lost by then.
    pub lost: u64,
}

impl Time {
    /// Whether nothing was lost since shortly before `ns`.
    pub fn is_whole_since(self, ns: u64) -> bool {
        self.lost < ns.saturating_sub(LOSS_NS)
    }

    /// Whether `ns` is long enough ago.
    pub fn is_past(self, ns: u64, wait_ns: u64) -> bool {
        self.now >= ns.saturating_add(wait_ns)
    }
}

/// All that judges see.
pub struct Court<'a> {
    pub session: &'a Session,
    pub table: &'a Table,
    pub time: Time,
}

/// A shell call with the tree that it started, and the program in it that was given the text.
pub struct Joined<'a> {
    pub call: &'a Call,
    pub said: Said<'a>,
    pub tree: &'a Tree,
    pub anchor: usize,
    pub fit: Fit,
}

/// Judges what is due in one session.
pub fn due(session: &mut Session, table: &Table, time: Time, out: &mut Vec<Finding>) {
    let mut calls = std::mem::take(&mut session.calls);
    for at in 0..calls.len() {
        let ripe = calls.get(at).is_some_and(|call| is_ripe(call, time));
        if ripe {
            one_call(session, &mut calls, at, table, time, out);
        }
    }
    session.calls = calls;
    tellers::compare(session, time, out);
    alone::judge(session, table, time, out);
}

fn is_ripe(call: &Call, time: Time) -> bool {
    let over = call.over.as_ref().map(|over| over.said_ns.max(over.heard_ns));
    !call.judged && over.is_some_and(|ns| time.is_past(ns, SETTLE_NS))
}

fn one_call(
    session: &mut Session,
    calls: &mut VecDeque<Call>,
    at: usize,
    table: &Table,
    time: Time,
    out: &mut Vec<Finding>,
) {
    let Some(call) = calls.get(at) else { return };
    let root = match call.means {
        Means::Shell => find(session, calls, at, table),
        _ => None,
    };
    let court = Court { session, table, time };
    let found = match root.and_then(|root| session.trees.get(&root)) {
        Some(tree) => with_tree(&court, call, tree),
        None => absent::judge(&court, call),
    };
    let findings: Vec<(Kind, Finding)> =
        found.into_iter().map(|it| (it.kind, it.finding(session))).collect();
    tell(session, findings, out);
    if let Some(tree) = root.and_then(|root| session.trees.get_mut(&root)) {
        tree.claimed = true;
    }
    if let Some(call) = calls.get_mut(at) {
        (call.joined, call.root) = (root.is_some(), root);
        call.judged = true;
    }
}

/// Hands on what may still be told.
pub fn tell(session: &mut Session, findings: Vec<(Kind, Finding)>, out: &mut Vec<Finding>) {
    for (kind, finding) in findings {
        if session.may_tell(kind) {
            out.push(finding);
        }
    }
}

fn with_tree<'a>(court: &Court<'a>, call: &'a Call, tree: &'a Tree) -> Vec<Mismatch<'a>> {
    let cwd = tree.first().map_or("/", |image| &*image.process.cwd);
    let said = Said::new(&call.text, call.cut, cwd);
    let (anchor, fit) = said.in_tree(tree, court.table).unwrap_or((0, Fit::Not));
    let joined = Joined { call, said, tree, anchor, fit };
    let mut found = command::judge(court, &joined);
    // What another command reached is its own.
    if joined.fit != Fit::Not {
        found.extend(reach::judge(court, &joined));
    }
    found.extend(result::judge(court, &joined));
    found.extend(result::refused(&joined));
    found
}

/// The tree that a shell call started: the one that was given its text, else one that began meanwhile and fits no
/// other call.
fn find(session: &Session, calls: &VecDeque<Call>, at: usize, table: &Table) -> Option<ProcessId> {
    let call = calls.get(at)?;
    let meanwhile =
        || session.trees.iter().filter(|(_, tree)| !tree.claimed && call.is_around(tree.began_ns));
    let fits = |call: &Call, tree: &Tree| {
        let cwd = tree.first().map_or("/", |image| &*image.process.cwd);
        let fit = Said::new(&call.text, call.cut, cwd).in_tree(tree, table).map(|(_, fit)| fit);
        match fit {
            Some(Fit::Same) => 2,
            Some(Fit::More(_)) => 1,
            Some(Fit::Not) | None => 0,
        }
    };
    let best = meanwhile().map(|(root, tree)| (fits(call, tree), *root));
    let best =
        best.filter(|(fit, _)| *fit > 0).max_by_key(|(fit, root)| (*fit, std::cmp::Reverse(*root)));
    if let Some((_, root)) = best {
        return Some(root);
    }
    table.failure_above(&session.actor.product)?;
    let others = || calls.iter().enumerate().filter(|(other, it)| *other != at && !it.joined);
    let free = |tree: &&Tree| {
        !others().any(|(_, other)| {
            other.is_around(tree.began_ns)
                && match other.means {
                    Means::Shell => fits(other, tree) > 0,
                    Means::Anything => true,
                    _ => false,
                }
        })
    };
    let by_itself = |tree: &&Tree| {
        tree.first().is_none_or(|first| {
            table.is_housekeeping(&session.actor.product, first) || first.is_open_shell()
        })
    };
    let left = || meanwhile().filter(|(_, tree)| tree.began_ns <= ended(call) && free(tree));
    let foreign = left().find(|(_, tree)| !by_itself(tree));
    // What products run by themselves too, where nothing else can be what the call started.
    let inside = |tree: &Tree| {
        let ended_ns = tree.ended.get(&tree.root).map_or(u64::MAX, |ended| ended.ns);
        tree.began_ns >= call.said_ns && ended_ns <= ended(call) && call.over.is_some()
    };
    let mut all = left();
    let alone = all.next().filter(|(_, tree)| inside(tree) && all.next().is_none());
    foreign.or(alone).map(|(root, _)| *root)
}

fn ended(call: &Call) -> u64 {
    call.over.as_ref().map_or(u64::MAX, |over| over.said_ns)
}

/// Calls around a moment.
pub fn around(session: &Session, ns: u64) -> impl Iterator<Item = &Call> {
    session.calls.iter().filter(move |call| call.is_around(ns))
}

/// Whether a call that is not over hides what happened at `ns`: it may be its doing.
pub fn is_open_at(session: &Session, ns: u64, time: Time) -> bool {
    time.now != u64::MAX && around(session, ns).any(|call| call.over.is_none())
}

/// A mismatch of a call and one process.
pub fn wrong<'a>(
    kind: Kind,
    call: &'a Call,
    process: &'a Arc<Process>,
    real: String,
) -> Mismatch<'a> {
    let ns = call.over.as_ref().map_or(call.said_ns, |over| over.said_ns);
    Mismatch { kind, call: Some(call), process, real, ns, events: Vec::new() }
}

/// As late as an act may belong to a call.
pub fn until(call: &Call) -> u64 {
    ended(call).saturating_add(SLACK_NS)
}
