//! The same rule in the same session is one finding: told at once, counted from then on, told again
//! at ten times the count and when its window ends.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use event::{Attributed, EventId, Finding, SessionId};

/// Whose findings are folded together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Owner {
    /// A session.
    Session(SessionId),
    /// The process tree of nobody's session, by its topmost known process.
    Tree(event::ProcessId),
}

impl Owner {
    /// The owner of an act.
    pub fn of(act: &Attributed) -> Self {
        if let Some(actor) = &act.actor {
            return Self::Session(actor.session);
        }
        // Below init and the kernel's own: there every process hangs together.
        let top = act.process.lineage().take_while(|process| process.id.pid > 2).last();
        Self::Tree(top.map_or(act.process.id, |process| process.id))
    }
}

impl std::fmt::Display for Owner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Session(session) => session.fmt(f),
            Self::Tree(process) => process.fmt(f),
        }
    }
}

/// A rule by its place among rules, then correlations, and an owner.
pub type Key = (usize, Owner);

/// Findings whose windows are open.
#[derive(Debug, Default)]
pub struct Folder {
    open: HashMap<Key, Open>,
    ends: BinaryHeap<Reverse<(u64, Key)>>,
}

#[derive(Debug)]
struct Open {
    finding: Finding,
    told: u32,
    ends_unix_ns: u64,
}

/// Most open windows; beyond it the one that ends first is closed early.
const MAX_OPEN: usize = 16_384;

impl Folder {
    /// Counts a match if its window is open, else gives back false: then it is to be told.
    pub fn count(&mut self, key: Key, at: (EventId, u64), out: &mut Vec<Finding>) -> bool {
        let Some(open) = self.open.get_mut(&key) else { return false };
        open.finding.count = open.finding.count.saturating_add(1);
        open.finding.time_unix_ns = at.1;
        if open.finding.events.len() < Finding::MAX_EVENTS
            && open.finding.events.last() != Some(&at.0)
        {
            open.finding.events.push(at.0);
        }
        if open.finding.count >= open.told.saturating_mul(10) {
            open.told = open.finding.count;
            out.push(open.finding.clone());
        }
        true
    }

    /// Opens the window of a finding that is told.
    pub fn open(&mut self, key: Key, finding: Finding, window_ns: u64, out: &mut Vec<Finding>) {
        let ends_unix_ns = finding.time_unix_ns.saturating_add(window_ns);
        out.push(finding.clone());
        self.open.insert(key, Open { finding, told: 1, ends_unix_ns });
        self.ends.push(Reverse((ends_unix_ns, key)));
        while self.open.len() > MAX_OPEN {
            let Some(Reverse((_, key))) = self.ends.pop() else { break };
            self.close(key, out);
        }
    }

    /// Closes the windows that end by `now_unix_ns`.
    pub fn pass(&mut self, now_unix_ns: u64, out: &mut Vec<Finding>) {
        while let Some(Reverse((ends, key))) = self.ends.peek().copied() {
            if ends > now_unix_ns {
                break;
            }
            self.ends.pop();
            // Another window of the same key may have been opened since.
            if self.open.get(&key).is_some_and(|open| open.ends_unix_ns == ends) {
                self.close(key, out);
            }
        }
    }

    fn close(&mut self, key: Key, out: &mut Vec<Finding>) {
        if let Some(open) = self.open.remove(&key)
            && open.finding.count > open.told
        {
            out.push(open.finding);
        }
    }
}
