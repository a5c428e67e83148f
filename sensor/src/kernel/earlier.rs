//! Programs of an earlier run that died: they go on to hold the sessions that it knew. This run finds those sessions
//! anew and comes to hold them itself; then it takes over what the kernel knows of them (who holds a secret, where it
//! went, what people ordered), and the earlier programs let them go. In between both hold them: there is no gap.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use event::Label;
use libbpf_rs::{MapCore, MapFlags, MapHandle, RingBufferBuilder};

use super::load::Loaded;
use super::pins::{self, Pins};
use crate::source::SourceError;

/// What the kernel knows of those it holds, in the maps that a later run reads.
pub struct Knowledge {
    process_labels: MapHandle,
    regimes: MapHandle,
    holders: MapHandle,
    spilled: MapHandle,
    marks: MapHandle,
    tainted: MapHandle,
    /// The kernel empties an array of programs that no process and no file refers to.
    families: MapHandle,
    /// What nobody has read: the last words of a daemon's killer, and what came after.
    ring: MapHandle,
}

impl Knowledge {
    /// Of this run.
    pub fn of(loaded: &Loaded) -> Result<Self, SourceError> {
        Self::with(|name| loaded.map(name))
    }

    /// Of an earlier run of this version.
    fn pinned(folder: &Path) -> Result<Self, libbpf_rs::Error> {
        Self::with(|name| MapHandle::from_pinned_path(folder.join(name)))
    }

    fn with<E>(map: impl Fn(&str) -> Result<MapHandle, E>) -> Result<Self, E> {
        Ok(Self {
            process_labels: map("process_labels")?,
            regimes: map("regimes")?,
            holders: map("holders")?,
            spilled: map("spilled")?,
            marks: map("marks")?,
            tainted: map("tainted")?,
            families: map("families")?,
            ring: map("ring")?,
        })
    }

    /// Has it outlive this process.
    pub fn pin(&mut self, pins: &Pins) -> Result<(), SourceError> {
        for (name, map) in [
            ("process_labels", &mut self.process_labels),
            ("regimes", &mut self.regimes),
            ("holders", &mut self.holders),
            ("spilled", &mut self.spilled),
            ("marks", &mut self.marks),
            ("tainted", &mut self.tainted),
            ("families", &mut self.families),
            ("ring", &mut self.ring),
        ] {
            pins.keep_map(name, map)?;
        }
        Ok(())
    }

    /// Processes by their labels.
    fn members(&self) -> HashMap<u64, Vec<Vec<u8>>> {
        let mut members: HashMap<u64, Vec<Vec<u8>>> = HashMap::new();
        for (pid, label) in entries(&self.process_labels) {
            members.entry(number(&label)).or_default().push(pid);
        }
        members
    }

    /// The label of a process that is held, or was let go by name (0).
    fn settled(&self, pid: &[u8]) -> Option<u64> {
        let label = number(&find(&self.process_labels, pid)?);
        let known = label == 0 || find(&self.regimes, &label.to_ne_bytes()).is_some();
        known.then_some(label)
    }
}

/// How long the programs of another version, of which nobody can tell whom they hold, are left beside ours: until
/// sessions that run have been found.
const UNKNOWN: Duration = Duration::from_secs(10);

/// The programs of one earlier run.
pub struct Earlier {
    folder: PathBuf,
    /// None: of another version, which may keep it otherwise.
    knows: Option<Knowledge>,
    found: Instant,
    longest: Duration,
}

/// What people ordered for a session that was handed over: bits of `regime.flags` in `bpf/rules.h`.
pub type Ordered = (Label, u32);

impl Earlier {
    /// All that died in `place`; nobody looks after them any more, so after `longest` they hold nothing.
    pub fn all(place: &Path, longest: Duration) -> std::io::Result<Vec<Self>> {
        let earlier = |folder: PathBuf| Self {
            knows: pins::is_ours(&folder).then(|| Knowledge::pinned(&folder).ok()).flatten(),
            folder,
            found: Instant::now(),
            longest,
        };
        Ok(pins::runs(place)?.into_iter().map(earlier).collect())
    }

    /// Sessions that it holds.
    pub fn sessions(&self) -> usize {
        let Some(knows) = &self.knows else { return 0 };
        let members = knows.members();
        entries(&knows.regimes).filter(|(label, _)| members.contains_key(&number(label))).count()
    }

    /// Records that nobody has read, as far as the ring had room for them.
    pub fn unread(&self) -> Vec<Vec<u8>> {
        let Some(knows) = &self.knows else { return Vec::new() };
        let mut records = Vec::new();
        if let Err(error) = read_all(&knows.ring, &mut records) {
            tracing::warn!(%error, "what happened since an earlier run died is not read");
        }
        records
    }

    /// Hands over every session of which all processes are held by this run, too. Says what people had ordered for them.
    pub fn hand_over(&self, to: &Knowledge) -> Vec<Ordered> {
        let Some(knows) = &self.knows else { return Vec::new() };
        let members = knows.members();
        let mut ordered = Vec::new();
        let mut marks_follow = true;
        for (label, regime) in entries(&knows.regimes).collect::<Vec<_>>() {
            let pids = members.get(&number(&label)).map(Vec::as_slice).unwrap_or_default();
            let settled: Option<BTreeMap<&Vec<u8>, u64>> =
                pids.iter().map(|pid| Some((pid, to.settled(pid)?))).collect();
            let Some(settled) = settled else { continue };
            if std::mem::take(&mut marks_follow) {
                entries(&knows.marks).for_each(|(mark, bits)| write(&to.marks, &mark, &bits));
            }
            for (pid, now) in settled.iter().filter(|(_, now)| **now != 0) {
                if let Some(holder) = find(&knows.holders, pid) {
                    write(&to.holders, pid, &both(holder, find(&to.holders, pid)));
                }
                if let Some(bits) = find(&knows.spilled, &label) {
                    write(&to.spilled, &now.to_ne_bytes(), &bits);
                }
            }
            if let Some(now) = settled.values().find(|now| **now != 0) {
                let of_it = entries(&knows.tainted).filter(|(_, whose)| *whose == label);
                of_it.for_each(|(socket, _)| write(&to.tainted, &socket, &now.to_ne_bytes()));
                let flags = regime.get(8..12).and_then(|it| it.try_into().ok());
                ordered.push((Label(*now), flags.map_or(0, u32::from_ne_bytes)));
            }
            // Last: until here the earlier programs held it as well.
            let _ = knows.regimes.delete(&label);
        }
        ordered
    }

    /// Whether it holds nobody any more, or its time is over.
    pub fn is_over(&self) -> bool {
        match &self.knows {
            Some(knows) if self.found.elapsed() <= self.longest => {
                knows.regimes.keys().next().is_none()
            }
            Some(_) => true,
            None => self.found.elapsed() > UNKNOWN,
        }
    }

    /// Its programs leave the kernel.
    pub fn remove(&self) {
        if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            tracing::warn!(%error, folder = %self.folder.display(), "programs of an earlier run stay");
        }
    }
}

fn read_all(ring: &MapHandle, records: &mut Vec<Vec<u8>>) -> libbpf_rs::Result<()> {
    let mut builder = RingBufferBuilder::new();
    builder.add(ring, |record: &[u8]| {
        records.push(record.to_vec());
        0
    })?;
    builder.build()?.consume()
}

fn entries(map: &MapHandle) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> + '_ {
    map.keys().filter_map(|key| find(map, &key).map(|value| (key, value)))
}

fn find(map: &MapHandle, key: &[u8]) -> Option<Vec<u8>> {
    // Whatever cannot be read, by its size or otherwise, is not there.
    map.lookup(key, MapFlags::ANY).ok().flatten()
}

fn write(map: &MapHandle, key: &[u8], value: &[u8]) {
    if let Err(error) = map.update(key, value, MapFlags::ANY) {
        tracing::warn!(%error, "what was known of a session is lost");
    }
}

/// What either of two knows: all of it are bits.
fn both(mut one: Vec<u8>, other: Option<Vec<u8>>) -> Vec<u8> {
    one.iter_mut().zip(other.unwrap_or_default()).for_each(|(bits, more)| *bits |= more);
    one
}

fn number(bytes: &[u8]) -> u64 {
    bytes.try_into().map_or(0, u64::from_ne_bytes)
}
