//! Marks and the ways along which they go on: from a process into what it writes, from there into who reads it.

use std::collections::VecDeque;

use event::{Holds, ProcessId};
use rustc_hash::FxHashMap;

use super::Mark;

/// What a mark is on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    Process(ProcessId),
    /// Device and inode.
    File((u64, u64)),
    /// Inode of a pipe or socket pair.
    Pipe(u64),
}

/// What of what it has read a program passes on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Passes {
    /// Everything.
    #[default]
    Everything,
    /// Secrets only: a count, a sum, a list of names says little else of what was read.
    Secrets,
}

/// Files and pipes that are known at once.
const NODES: usize = 65_536;
/// How many that hold a secret are passed over.
const TRIES: usize = 64;
/// Ways out of one node.
const WAYS: usize = 256;
/// Nodes that one change reaches.
const REACH: usize = 4_096;

#[derive(Debug, Default)]
struct Known {
    mark: Mark,
    passes: Passes,
    /// Where what it carries goes.
    to: Vec<Node>,
}

/// All marks and ways.
///
/// Whoever is marked has told all its ways: so a new way is told alone, and only what is new goes further.
#[derive(Debug, Default)]
pub struct Links {
    known: FxHashMap<Node, Known>,
    /// In the order in which they came, to be forgotten in.
    order: VecDeque<Node>,
}

impl Links {
    pub fn mark(&self, node: &Node) -> Option<&Mark> {
        self.known.get(node).map(|known| &known.mark)
    }

    /// How many nodes are known.
    #[cfg(test)]
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Something came in from outside.
    pub fn take(&mut self, node: &Node, mark: &Mark) {
        if !mark.is_empty() && self.entry(node.clone()).mark.join(mark) {
            self.spread(node);
        }
    }

    /// From now on what one carries goes to the other, and what it carries now goes at once.
    pub fn link(&mut self, from: Node, to: Node) {
        let ways = &mut self.entry(from.clone()).to;
        if !ways.contains(&to) {
            if ways.len() >= WAYS {
                ways.remove(0);
            }
            ways.push(to.clone());
        }
        let mark = self.mark_out(&from);
        // Known from now on, so that its readers are told of what comes later.
        if self.entry(to.clone()).mark.join(&mark) {
            self.spread(&to);
        }
    }

    fn mark_out(&self, from: &Node) -> Mark {
        self.known.get(from).map_or_else(Mark::default, |known| known.mark.spread(known.passes))
    }

    /// The same, where there is something to go; a file that nobody marked makes no way.
    pub fn link_if_marked(&mut self, from: Node, to: Node) {
        if self.known.contains_key(&from) {
            self.link(from, to);
        }
    }

    /// The way is closed.
    pub fn unlink(&mut self, from: &Node, to: &Node) {
        if let Some(known) = self.known.get_mut(from) {
            known.to.retain(|way| way != to);
        }
    }

    /// A child has what its parent has, and keeps what it may have got already.
    pub fn inherit(&mut self, parent: &Node, child: Node) {
        if let Some(mark) = self.mark(parent).filter(|mark| !mark.is_empty()).cloned() {
            self.entry(child).mark.join(&mark);
        }
    }

    /// Another program runs: what a tool kept for itself went with its memory.
    pub fn exec(&mut self, process: &Node, passes: Passes) {
        match self.known.get_mut(process) {
            Some(known) => {
                known.mark.holds.remove(&Holds::OwnSecret);
                known.passes = passes;
            }
            None if passes != Passes::Everything => {
                self.entry(process.clone()).passes = passes;
            }
            None => {}
        }
    }

    /// A process is gone. What it wrote keeps its mark.
    pub fn end(&mut self, process: &Node) {
        self.known.remove(process);
    }

    /// What was here is gone, and something new has its number.
    pub fn forget(&mut self, node: &Node) {
        if let Some(known) = self.known.get_mut(node) {
            *known = Known::default();
        }
    }

    fn spread(&mut self, from: &Node) {
        let mut open = VecDeque::from([from.clone()]);
        let mut reached = 0;
        while let Some(node) = open.pop_front() {
            let Some(known) = self.known.get(&node) else { continue };
            if known.mark.is_empty() || known.to.is_empty() {
                continue;
            }
            let (mark, ways) = (known.mark.spread(known.passes), known.to.clone());
            for way in ways {
                reached += 1;
                // The work of one act is bounded; who is beyond learns it with the next one.
                if reached > REACH {
                    return;
                }
                if !mark.is_empty() && self.entry(way.clone()).mark.join(&mark) {
                    open.push_back(way);
                }
            }
        }
    }

    fn entry(&mut self, node: Node) -> &mut Known {
        if !self.known.contains_key(&node) && !matches!(node, Node::Process(_)) {
            if self.order.len() >= NODES {
                self.forget_one();
            }
            self.order.push_back(node.clone());
        }
        self.known.entry(node).or_default()
    }

    /// The oldest file or pipe goes; one that holds a secret only where very many do, so that nobody can flush it.
    /// Processes go when they end.
    fn forget_one(&mut self) {
        for _ in 0..TRIES {
            let Some(oldest) = self.order.pop_front() else { return };
            let grave = |known: &Known| known.mark.holds.contains(&Holds::Secret);
            if self.known.get(&oldest).is_some_and(grave) {
                self.order.push_back(oldest);
            } else {
                self.known.remove(&oldest);
                return;
            }
        }
        if let Some(oldest) = self.order.pop_front() {
            self.known.remove(&oldest);
        }
    }
}
