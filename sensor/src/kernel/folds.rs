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
}

/// What folds, by process.
pub struct Folds {
    map: MapHandle,
    by_process: HashMap<ProcessId, Vec<(FoldKey, Event, Taken)>>,
}

/// What has been taken of a fold already.
#[derive(Clone, Copy, Debug, Default)]
struct Taken {
    count: u64,
    bytes: u64,
}

impl Folds {
    pub fn new(map: MapHandle) -> Self {
        Self { map, by_process: HashMap::new() }
    }

    /// Later acts like `event` will be counted under `key`.
    pub fn remember(&mut self, key: FoldKey, event: &Event) {
        let entry = (key, event.clone(), Taken::default());
        self.by_process.entry(event.process).or_default().push(entry);
    }

    /// Takes what is counted for a process that has ended, and frees its places in the kernel.
    pub fn flush_process(&mut self, process: ProcessId, batch: &mut Vec<Event>) {
        for (key, event, mut taken) in self.by_process.remove(&process).unwrap_or_default() {
            if let Some((count, bytes, _)) = self.read(key) {
                taken.emit(count, bytes, &event, batch);
            }
            // Gone already if the map was emptied by a reload: nothing to free.
            let _ = self.map.delete(&key.bytes());
        }
    }

    /// Takes what a process has written to a file that it closes, so that its totals come first.
    pub fn flush_writes(&mut self, process: ProcessId, inode: (u64, u64), batch: &mut Vec<Event>) {
        let Self { map, by_process } = self;
        for (key, event, taken) in by_process.get_mut(&process).into_iter().flatten() {
            let same = matches!(&event.act, Act::FileWrite(write) if write.file.inode == inode);
            if let (true, Some((count, bytes, _))) = (same, read(map, *key)) {
                taken.emit(count, bytes, event, batch);
            }
        }
    }

    /// Takes what has been counted since the last time, of processes that live on.
    pub fn flush_idle(&mut self, batch: &mut Vec<Event>) {
        let Self { map, by_process } = self;
        for (key, event, taken) in by_process.values_mut().flatten() {
            if let Some((count, bytes, _)) = read(map, *key) {
                taken.emit(count, bytes, event, batch);
            }
        }
    }

    fn read(&self, key: FoldKey) -> Option<(u64, u64, u64)> {
        read(&self.map, key)
    }
}

/// `struct fold`: count, bytes, time of the last.
fn read(map: &MapHandle, key: FoldKey) -> Option<(u64, u64, u64)> {
    let value = map.lookup(&key.bytes(), MapFlags::ANY).ok()??;
    let mut words = value.chunks_exact(8).filter_map(|word| word.try_into().ok());
    let mut next = || words.next().map(u64::from_ne_bytes);
    Some((next()?, next()?, next()?))
}

impl Taken {
    fn emit(&mut self, count: u64, bytes: u64, event: &Event, batch: &mut Vec<Event>) {
        let new = count.saturating_sub(self.count);
        if new == 0 {
            return;
        }
        let mut folded = event.clone();
        folded.count = u32::try_from(new).unwrap_or(u32::MAX);
        if let Act::FileWrite(write) = &mut folded.act {
            write.bytes = bytes.saturating_sub(self.bytes);
        }
        *self = Self { count, bytes };
        batch.push(folded);
    }
}
