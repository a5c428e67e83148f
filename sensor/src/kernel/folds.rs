//! Floods: acts that the kernel counts instead of sending. User space remembers what each counted act
//! looked like and takes the counts, at the latest when the process ends.

use std::collections::HashMap;

use event::{Act, Event, ProcessId};
use libbpf_rs::{MapCore, MapFlags, MapHandle};

/// `struct fold_key` in `bpf/file.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FoldKey {
    pub start_ns: u64,
    pub dentry: u64,
    pub name_hash: u32,
    pub op: u32,
}

impl FoldKey {
    fn bytes(self) -> [u8; 24] {
        let mut bytes = [0; 24];
        bytes[..8].copy_from_slice(&self.start_ns.to_ne_bytes());
        bytes[8..16].copy_from_slice(&self.dentry.to_ne_bytes());
        bytes[16..20].copy_from_slice(&self.name_hash.to_ne_bytes());
        bytes[20..].copy_from_slice(&self.op.to_ne_bytes());
        bytes
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (long, rest) = bytes.split_at_checked(16)?;
        let (start_ns, dentry) = long.split_at(8);
        let (name_hash, op) = rest.split_at_checked(4)?;
        Some(Self {
            start_ns: u64::from_ne_bytes(start_ns.try_into().ok()?),
            dentry: u64::from_ne_bytes(dentry.try_into().ok()?),
            name_hash: u32::from_ne_bytes(name_hash.try_into().ok()?),
            op: u32::from_ne_bytes(op.try_into().ok()?),
        })
    }
}

/// What folds.
pub struct Folds {
    map: MapHandle,
    acts: HashMap<FoldKey, Fold>,
    by_process: HashMap<ProcessId, Vec<FoldKey>>,
}

/// An act that the kernel counts, and what has been taken of its count already.
struct Fold {
    event: Event,
    taken: Counted,
}

/// `struct fold` in `bpf/file.h`, as far as it is asked for.
#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    count: u64,
    bytes: u64,
}

/// Counts in the kernel of which the record has not been read yet: as many as begin in a second or so.
const UNREAD: usize = 1_024;

impl Folds {
    pub fn new(map: MapHandle) -> Self {
        Self { map, acts: HashMap::new(), by_process: HashMap::new() }
    }

    /// Later acts like `event` will be counted under `key`.
    pub fn remember(&mut self, key: FoldKey, event: &Event) {
        let fold = Fold { event: event.clone(), taken: Counted::default() };
        self.acts.insert(key, fold);
        self.by_process.entry(event.process).or_default().push(key);
    }

    /// Takes what is counted for a process that has ended, and frees its places in the kernel.
    pub fn flush_process(&mut self, process: ProcessId, batch: &mut Vec<Event>) {
        for key in self.by_process.remove(&process).unwrap_or_default() {
            // Gone already if the map was emptied by a reload.
            let last = self.map.lookup_and_delete(&key.bytes()).ok().flatten();
            let fold = self.acts.remove(&key);
            if let (Some(mut fold), Some(now)) = (fold, last.as_deref().and_then(Counted::read)) {
                fold.emit(now, batch);
            }
        }
    }

    /// Takes what a process has written to a file that it closes, so that its totals come first.
    pub fn flush_writes(&mut self, process: ProcessId, inode: (u64, u64), batch: &mut Vec<Event>) {
        for key in self.by_process.get(&process).into_iter().flatten() {
            let Some(fold) = self.acts.get_mut(key) else { continue };
            if !matches!(&fold.event.act, Act::FileWrite(write) if write.file.inode == inode) {
                continue;
            }
            let now = self.map.lookup(&key.bytes(), MapFlags::ANY).ok().flatten();
            if let Some(now) = now.as_deref().and_then(Counted::read) {
                fold.emit(now, batch);
            }
        }
    }

    /// Takes what has been counted since the last time, of processes that live on. In one call for all;
    /// what does not fit into it is taken the next time, at the latest when its process ends.
    pub fn flush_idle(&mut self, batch: &mut Vec<Event>) -> Result<(), libbpf_rs::Error> {
        let most = u32::try_from(self.acts.len() + UNREAD).unwrap_or(u32::MAX);
        for (key, value) in self.map.lookup_batch(most, MapFlags::ANY, MapFlags::ANY)? {
            let fold = FoldKey::read(&key).and_then(|key| self.acts.get_mut(&key));
            if let (Some(fold), Some(now)) = (fold, Counted::read(&value)) {
                fold.emit(now, batch);
            }
        }
        Ok(())
    }
}

impl Counted {
    fn read(value: &[u8]) -> Option<Self> {
        let mut words = value.chunks_exact(8).filter_map(|word| word.try_into().ok());
        let mut next = || words.next().map(u64::from_ne_bytes);
        Some(Self { count: next()?, bytes: next()? })
    }
}

impl Fold {
    fn emit(&mut self, now: Counted, batch: &mut Vec<Event>) {
        let new = now.count.saturating_sub(self.taken.count);
        if new == 0 {
            return;
        }
        let mut folded = self.event.clone();
        folded.count = u32::try_from(new).unwrap_or(u32::MAX);
        if let Act::FileWrite(write) = &mut folded.act {
            write.bytes = now.bytes.saturating_sub(self.taken.bytes);
        }
        self.taken = now;
        batch.push(folded);
    }
}
