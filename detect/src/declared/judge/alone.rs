//! Acts that no call declares: programs, files and hosts of the agent while nothing was asked of it.

use event::{Finding, ProcessId};

use crate::declared::bounds::{SETTLE_NS, SILENCE_NS};
use crate::declared::call::{Call, Means};
use crate::declared::deed::{Contact, Touched, Tree};
use crate::declared::fit::Said;
use crate::declared::host;
use crate::declared::kind::Kind;
use crate::declared::place::{base, is_state, serves};
use crate::declared::says::{Mismatch, quoted};
use crate::declared::session::Session;
use crate::declared::table::Table;

use super::reach::is_brought;
use super::{Court, Time, around, is_open_at, tell};

pub fn judge(session: &mut Session, table: &Table, time: Time, out: &mut Vec<Finding>) {
    if session.words.calls.is_empty() {
        return;
    }
    trees(session, table, time, out);
    strays(session, table, time, out);
    let mut wrote = std::mem::take(&mut session.wrote);
    files(session, wrote.iter_mut(), (table, time), out, written);
    session.wrote = wrote;
    let mut opened = std::mem::take(&mut session.opened);
    files(session, opened.iter_mut(), (table, time), out, read);
    session.opened = opened;
    hosts(session, table, time, out);
}

/// Whether words that are younger would have told of the call by now.
fn is_settled(session: &Session, table: &Table, ns: u64, time: Time) -> bool {
    let heard = session.heard_after(ns) && time.is_past(ns, SETTLE_NS);
    // Of a call that was broken off some never tell.
    let tells = session.words.rests || !table.tells_when_over(&session.actor.product);
    (heard || tells && time.is_past(ns, SILENCE_NS)) && !is_open_at(session, ns, time)
}

/// Whether it was before anybody asked for anything, or something was lost.
fn is_excused(session: &Session, ns: u64, time: Time) -> bool {
    ns <= session.words.first_ns || session.forgotten_ns >= ns || !time.is_whole_since(ns)
}

fn trees(session: &mut Session, table: &Table, time: Time, out: &mut Vec<Finding>) {
    let unclaimed = session.trees.iter().filter(|(_, tree)| !tree.claimed);
    let ripe = unclaimed.filter(|(_, tree)| is_settled(session, table, tree.began_ns, time));
    let waits = |tree: &Tree| {
        around(session, tree.began_ns).any(|call| call.means == Means::Shell && !call.judged)
    };
    let ripe = ripe.filter(|(_, tree)| time.now == u64::MAX || !waits(tree));
    let ripe: Vec<ProcessId> = ripe.map(|(root, _)| *root).collect();
    for root in ripe {
        let court = Court { session, table, time };
        let found = session.trees.get(&root).and_then(|tree| undeclared(&court, tree));
        let found = found.map(|it| (it.kind, it.finding(session)));
        tell(session, found.into_iter().collect(), out);
        if let Some(tree) = session.trees.get_mut(&root) {
            tree.stray = !tree.claimed;
            tree.claimed = true;
        }
    }
}

/// What runs by the product's own settings (hooks, servers of tools) opens no key that is not for it either.
fn strays(session: &mut Session, table: &Table, time: Time, out: &mut Vec<Finding>) {
    let mut trees = std::mem::take(&mut session.trees);
    for tree in trees.values_mut().filter(|tree| tree.stray) {
        for at in 0..tree.secrets.len() {
            let due = |it: &&Touched| !it.judged && is_settled(session, table, it.ns, time);
            let Some(touched) = tree.secrets.get(at).filter(due) else { continue };
            let court = Court { session, table, time };
            let found = strayed(&court, tree, touched).map(|it| (it.kind, it.finding(session)));
            tell(session, found.into_iter().collect(), out);
            if let Some(touched) = tree.secrets.get_mut(at) {
                touched.judged = true;
            }
        }
    }
    session.trees = trees;
}

fn strayed<'a>(court: &Court<'a>, tree: &Tree, touched: &'a Touched) -> Option<Mismatch<'a>> {
    let secret = court.table.keeps_a_secret(&touched.path).filter(|it| it.never_own)?;
    let image = touched.image.and_then(|at| tree.images.get(at));
    let mut calls = around(court.session, touched.ns);
    let named = |call: &Call| call.text.contains(base(&touched.path));
    let excused = is_excused(court.session, touched.ns, court.time)
        || image.is_some_and(|image| secret.is_for(image))
        || around(court.session, touched.ns).any(named);
    (!excused).then(|| told(Kind::UnneededSecret, calls.next(), touched, "read"))
}

/// Whether the call may have been broken off: some products never tell of such a one.
fn is_broken_off(court: &Court<'_>, tree: &Tree) -> bool {
    let gone = court.session.gone_ns;
    let broken = match tree.ended.get(&tree.root) {
        Some(ended) => ended.signal != 0 || gone.is_some_and(|gone| gone <= ended.ns),
        None => gone.is_some(),
    };
    broken && court.table.tells_when_over(&court.session.actor.product)
}

fn undeclared<'a>(court: &Court<'a>, tree: &'a Tree) -> Option<Mismatch<'a>> {
    let first = tree.first()?;
    let by_itself =
        court.table.is_housekeeping(&court.session.actor.product, first) || first.is_open_shell();
    let may_be = |call: &Call| {
        call.means == Means::Anything
            || is_of(call, tree, court.table) && !has_run(court.session, call, tree.began_ns)
    };
    if is_excused(court.session, tree.began_ns, court.time)
        || by_itself
        || is_broken_off(court, tree)
        || around(court.session, tree.began_ns).any(may_be)
    {
        return None;
    }
    let contact = tree.hosts.first();
    let kind = if contact.is_some() { Kind::UndeclaredContact } else { Kind::UndeclaredProgram };
    let spoke = contact.map(|it| format!(" spoke to {}", it.host)).unwrap_or_default();
    let events = std::iter::once(first.event).chain(contact.map(|it| it.event)).collect();
    let real = format!("{}{spoke}", quoted(&first.process));
    Some(Mismatch { kind, call: None, process: &first.process, real, ns: tree.began_ns, events })
}

/// Whether the tree runs what the call says: some teller may know of no result.
fn is_of(call: &Call, tree: &Tree, table: &Table) -> bool {
    let cwd = tree.first().map_or("/", |image| &*image.process.cwd);
    call.means == Means::Shell
        && Said::new(&call.text, call.cut, cwd).in_tree(tree, table).is_some()
}

/// Whether what the call says had run well before `ns`: who tries again does so after a failure.
fn has_run(session: &Session, call: &Call, ns: u64) -> bool {
    let ended = call.root.and_then(|root| session.trees.get(&root)?.ended.get(&root));
    ended.is_some_and(|ended| ended.code == 0 && ended.signal == 0 && ended.ns <= ns)
}

type Judge = for<'a> fn(&Court<'a>, &'a Touched) -> Option<Mismatch<'a>>;

/// Judges files that are due, each once.
fn files<'l>(
    session: &mut Session,
    list: impl Iterator<Item = &'l mut Touched>,
    (table, time): (&Table, Time),
    out: &mut Vec<Finding>,
    judge: Judge,
) {
    for touched in list {
        if touched.judged || !is_settled(session, table, touched.ns, time) {
            continue;
        }
        touched.judged = true;
        let court = Court { session, table, time };
        let found =
            (!is_excused(session, touched.ns, time)).then(|| judge(&court, touched)).flatten();
        let found = found.map(|it| (it.kind, it.finding(session)));
        tell(session, found.into_iter().collect(), out);
    }
}

/// A file that the agent's own process wrote.
fn written<'a>(court: &Court<'a>, touched: &'a Touched) -> Option<Mismatch<'a>> {
    if is_state(&touched.path) || !is_ours(court.session, &touched.path) {
        return None;
    }
    let mut read = None;
    let mut wrote = None;
    let mut other = false;
    for call in around(court.session, touched.ns) {
        match &call.means {
            Means::Write(paths) if paths.iter().any(|path| serves(path, &touched.path)) => {
                return None;
            }
            Means::Write(_) => wrote = Some(call),
            Means::Read(_) | Means::Fetch(_) => read = Some(call),
            Means::Shell if !call.text.contains("apply_patch") => other = true,
            Means::Shell | Means::Nothing | Means::Anything => return None,
        }
    }
    let (kind, call) = match (wrote, read) {
        (Some(call), _) => (Kind::OtherFile, Some(call)),
        (None, Some(call)) => (Kind::ReadWrote, Some(call)),
        // A product may keep what its shell said, but not in the project.
        (None, None) if other && !is_in_workspace(court.session, &touched.path) => return None,
        (None, None) => (Kind::UndeclaredWrite, None),
    };
    Some(told(kind, call, touched, "wrote"))
}

/// In the folder that the agent works in, or in somebody's home: there products keep nothing but state.
fn is_ours(session: &Session, path: &str) -> bool {
    let within = |folder: &str| path.starts_with(folder);
    is_in_workspace(session, path)
        || within("/home/")
        || within("/root/")
        || within("/etc/")
        || within("/usr/")
}

fn is_in_workspace(session: &Session, path: &str) -> bool {
    let workspace = &*session.actor.workspace;
    workspace.len() > 1
        && path.strip_prefix(workspace).is_some_and(|rest| rest.starts_with('/') || rest.is_empty())
}

/// A key that the agent's own process opened.
fn read<'a>(court: &Court<'a>, touched: &'a Touched) -> Option<Mismatch<'a>> {
    let mut last = None;
    for call in around(court.session, touched.ns) {
        let named = call.text.contains(base(&touched.path));
        if named || matches!(call.means, Means::Anything) {
            return None;
        }
        last = Some(call);
    }
    Some(told(Kind::UnneededSecret, last, touched, "read"))
}

fn told<'a>(kind: Kind, call: Option<&'a Call>, touched: &'a Touched, did: &str) -> Mismatch<'a> {
    let real =
        format!("{} {did} {}", quoted(&touched.process), event::show::brief(&touched.path, 160));
    let (process, ns, events) = (&touched.process, touched.ns, vec![touched.event]);
    Mismatch { kind, call, process, real, ns, events }
}

/// Hosts that the agent's own processes speak to, and that only content of strangers names.
fn hosts(session: &mut Session, table: &Table, time: Time, out: &mut Vec<Finding>) {
    while let Some(contact) = session.spoke.front() {
        if !is_settled(session, table, contact.ns, time) {
            return;
        }
        let Some(contact) = session.spoke.pop_front() else { return };
        let court = Court { session, table, time };
        let fetched = around(session, contact.ns).any(|call| match &call.means {
            Means::Fetch(urls) => {
                urls.iter().any(|url| url.contains(&*contact.host))
                    || !host::is_address(&contact.host)
            }
            Means::Anything => true,
            _ => false,
        });
        let wrong = !fetched && is_brought(&court, &contact);
        let found = wrong.then(|| spoken(&contact)).map(|it| (it.kind, it.finding(session)));
        tell(session, found.into_iter().collect(), out);
    }
}

fn spoken(contact: &Contact) -> Mismatch<'_> {
    let real = format!("{} spoke to {}", quoted(&contact.process), contact.host);
    let (process, ns, events) = (&contact.process, contact.ns, vec![contact.event]);
    Mismatch { kind: Kind::BroughtHost, call: None, process, real, ns, events }
}
