//! Floods: acts that the kernel counts instead of sending. User space remembers what each counted act
//! looked like and takes the counts, at the latest when the process ends. What every run of a program
//! reads of the system is counted for all runs in an agent's tree; it is told by the last of them.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use event::{Act, Caveats, Event, ProcessId};
use libbpf_rs::{MapCore, MapFlags, MapHandle};

/// `struct fold_key` in `bpf/file.h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FoldKey {
    pub start_ns: u64,
    pub dentry: u64,
    pub name_hash: u32,
    pub op: u32,
}

/// `OP_ROUTINE` in `bpf/file.h`.
const ROUTINE: u32 = 0x100;

impl FoldKey {
    /// The key of what every run of a program reads; `state` is a hash of the program and of when the file
    /// was changed.
    pub fn routine(label: u64, file: u64, state: u32, op: u32) -> Self {
        Self { start_ns: label, dentry: file, name_hash: state, op: op | ROUTINE }
    }

    fn is_routine(self) -> bool {
        self.op & ROUTINE != 0
    }

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
    /// What outlives its process, and when it was counted last.
    routine: HashMap<FoldKey, Instant>,
    /// Counted in the kernel, but the record that says what has not come: on its way, or lost.
    unknown: HashSet<FoldKey>,
    lost: u64,
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
    last_ns: u64,
    last: ProcessId,
}

/// Counts in the kernel of which the record has not been read yet: as many as begin in a second or so.
const UNREAD: usize = 1_024;
/// What no run read for so long frees its place: the next run is a first one again.
const QUIET: Duration = Duration::from_secs(120);
/// Most places for what outlives its process: of those in the kernel, most stay for floods.
const MOST_ROUTINE: usize = 32_768;

impl Folds {
    pub fn new(map: MapHandle) -> Self {
        Self {
            map,
            acts: HashMap::new(),
            by_process: HashMap::new(),
            routine: HashMap::new(),
            unknown: HashSet::new(),
            lost: 0,
        }
    }

    /// Later acts like `event` will be counted under `key`.
    pub fn remember(&mut self, key: FoldKey, event: &Event) {
        let fold = Fold { event: event.clone(), taken: Counted::default() };
        self.acts.insert(key, fold);
        if key.is_routine() {
            self.routine.insert(key, Instant::now());
        } else {
            self.by_process.entry(event.process).or_default().push(key);
        }
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
    pub fn flush_idle(
        &mut self,
        unix_ns: impl Fn(u64) -> u64,
        batch: &mut Vec<Event>,
    ) -> Result<(), libbpf_rs::Error> {
        let most = u32::try_from(self.acts.len() + UNREAD).unwrap_or(u32::MAX);
        let mut unknown = HashSet::new();
        for (key, value) in self.map.lookup_batch(most, MapFlags::ANY, MapFlags::ANY)? {
            let (Some(key), Some(now)) = (FoldKey::read(&key), Counted::read(&value)) else {
                continue;
            };
            let Some(fold) = self.acts.get_mut(&key) else {
                unknown.insert(key);
                continue;
            };
            if !key.is_routine() {
                fold.emit(now, batch);
            } else if now.count > fold.taken.count {
                fold.emit_runs(now, &unix_ns, batch);
                self.routine.insert(key, Instant::now());
            }
        }
        self.give_up(unknown);
        Ok(())
    }

    /// What was unknown the last time, too: the ring was full when its record was to come. Its count is a
    /// loss, and the next such act is a first one again.
    fn give_up(&mut self, mut unknown: HashSet<FoldKey>) {
        for key in unknown.extract_if(|key| self.unknown.contains(key)) {
            let last = self.map.lookup_and_delete(&key.bytes()).ok().flatten();
            self.lost += last.as_deref().and_then(Counted::read).map_or(0, |now| now.count);
        }
        self.unknown = unknown;
    }

    /// Acts that were counted in the kernel and can never be told, from the beginning on.
    pub fn lost(&self) -> u64 {
        self.lost
    }

    /// Gives back the places of what no run reads any more, all of them when there are too many.
    pub fn rest(&mut self, unix_ns: impl Fn(u64) -> u64, batch: &mut Vec<Event>) {
        let quiet = if self.routine.len() > MOST_ROUTINE { Duration::ZERO } else { QUIET };
        for key in self.routine.extract_if(|_, last| last.elapsed() >= quiet).map(|(key, _)| key) {
            let last = self.map.lookup_and_delete(&key.bytes()).ok().flatten();
            let fold = self.acts.remove(&key);
            if let (Some(mut fold), Some(now)) = (fold, last.as_deref().and_then(Counted::read)) {
                fold.emit_runs(now, &unix_ns, batch);
            }
        }
    }
}

impl Counted {
    fn read(value: &[u8]) -> Option<Self> {
        let mut words = value.chunks_exact(8).filter_map(|word| word.try_into().ok());
        let mut next = || words.next().map(u64::from_ne_bytes);
        let (count, bytes, last_ns, start_ns) = (next()?, next()?, next()?, next()?);
        // The rest is padding.
        let pid = value.get(32..36)?.try_into().map(u32::from_ne_bytes).ok()?;
        Some(Self { count, bytes, last_ns, last: ProcessId { start_ns, pid } })
    }
}

impl Fold {
    /// The same for what several processes did.
    fn emit_runs(&mut self, now: Counted, unix_ns: impl Fn(u64) -> u64, batch: &mut Vec<Event>) {
        self.event.process = now.last;
        self.event.time_unix_ns = unix_ns(now.last_ns);
        self.event.caveats.insert(Caveats::RUNS);
        self.emit(now, batch);
    }

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

#[cfg(test)]
mod tests {
    use super::*;
    use libbpf_rs::{MapType, libbpf_sys};

    #[test]
    fn a_count_whose_record_was_lost_is_a_loss() {
        let sizes = libbpf_sys::bpf_map_create_opts {
            sz: size_of::<libbpf_sys::bpf_map_create_opts>() as libbpf_sys::size_t,
            ..Default::default()
        };
        let map = match MapHandle::create(MapType::Hash, Some("folds"), 24, 40, 16, &sizes) {
            Ok(map) => map,
            Err(error) => return println!("skipped: no map can be made here ({error})"),
        };
        let key = FoldKey { start_ns: 1, dentry: 2, name_hash: 3, op: 4 };
        let mut value = [0; 40];
        value[..8].copy_from_slice(&5u64.to_ne_bytes());
        map.update(&key.bytes(), &value, MapFlags::ANY).expect("updated");
        let (mut folds, mut batch) = (Folds::new(map), Vec::new());
        // The record may still be on its way.
        folds.flush_idle(|_| 0, &mut batch).expect("read");
        assert_eq!((folds.lost(), batch.len()), (0, 0));
        folds.flush_idle(|_| 0, &mut batch).expect("read");
        assert_eq!((folds.lost(), batch.len()), (5, 0));
        assert!(folds.map.lookup(&key.bytes(), MapFlags::ANY).expect("asked").is_none(), "freed");
    }
}
