//! What one look leaves to the next: folders and files that did not change are not read again.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use rustc_hash::FxHashMap;

use crate::discover::{Artifact, Folder, Found, PackageFolder};
use crate::join::Builder;

/// A time stamp is believed when it is so much older than the look: within the steps of the coarsest file
/// system's clock, a second change would have the same stamp.
const STEP_NS: i128 = 2_000_000_000;

/// State of a file or folder: another one means that it may have changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    modified_ns: i128,
    changed_ns: i128,
}

impl Stamp {
    fn of(meta: &Metadata) -> Self {
        let ns = |seconds: i64, ns: i64| i128::from(seconds) * 1_000_000_000 + i128::from(ns);
        Self {
            device: meta.dev(),
            inode: meta.ino(),
            size: meta.size(),
            modified_ns: ns(meta.mtime(), meta.mtime_nsec()),
            changed_ns: ns(meta.ctime(), meta.ctime_nsec()),
        }
    }

    /// What is at `path`, links followed; none where nothing is.
    pub fn at(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().as_ref().map(Self::of)
    }

    /// Whether a change after `now_ns` would be seen.
    fn settled(&self, now_ns: i128) -> bool {
        now_ns - self.changed_ns.max(self.modified_ns) > STEP_NS
    }
}

/// All that is remembered.
#[derive(Debug, Default)]
pub struct Memory {
    /// Folders as they were.
    pub folders: Folders,
    /// What was read of each place.
    pub(crate) parts: Parts,
}

impl Memory {
    /// Begins a look: what the one before did not need is forgotten.
    pub(crate) fn begin(&mut self) {
        let now_ns = now_ns();
        self.folders.turn(now_ns);
        self.parts.turn(now_ns);
    }
}

/// What a folder held.
#[derive(Clone, Debug)]
pub struct Listed {
    /// State of the folder.
    pub stamp: Stamp,
    /// Its entries.
    pub entries: u64,
    /// What of it was found.
    pub found: Vec<Found>,
    /// Folders with packages.
    pub packages: Vec<PackageFolder>,
    /// What of it may belong to models.
    pub artifacts: Vec<(PathBuf, Artifact)>,
    /// What was not looked through.
    pub unsure: Vec<(PathBuf, String)>,
    /// Folders below that are walked.
    pub below: Vec<Folder>,
}

/// Folders as they were.
#[derive(Debug, Default)]
pub struct Folders {
    now_ns: i128,
    before: FxHashMap<PathBuf, (Folder, Listed)>,
    known: FxHashMap<PathBuf, (Folder, Listed)>,
    /// Folders of this look, also those that are not remembered.
    walked: Vec<Folder>,
}

impl Folders {
    /// Folders that the last look walked.
    pub fn walked(&self) -> &[Folder] {
        &self.walked
    }

    pub(crate) fn stamp(&self, path: &Path) -> io::Result<Stamp> {
        Ok(Stamp::of(&fs::metadata(path)?))
    }

    /// What it held, if it is as it was.
    pub(crate) fn get(&mut self, folder: &Folder, stamp: Stamp) -> Option<&Listed> {
        self.walked.push(folder.clone());
        let (path, known) = self.before.remove_entry(&folder.path)?;
        let same = known.0 == *folder && known.1.stamp == stamp;
        same.then(|| &self.known.entry(path).or_insert(known).1)
    }

    pub(crate) fn keep(&mut self, folder: &Folder, listed: Listed) {
        if listed.stamp.settled(self.now_ns) {
            self.known.insert(folder.path.clone(), (folder.clone(), listed));
        }
    }

    fn turn(&mut self, now_ns: i128) {
        self.now_ns = now_ns;
        self.before = std::mem::take(&mut self.known);
        self.walked.clear();
    }
}

/// What was read of each place.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    now_ns: i128,
    before: FxHashMap<Found, Part>,
    known: FxHashMap<Found, Part>,
}

/// What one place says, and the state of the files that it stands in.
#[derive(Debug)]
struct Part {
    stamps: Vec<(PathBuf, Option<Stamp>)>,
    says: Builder,
}

impl Parts {
    /// What it says, if its files are as they were.
    pub fn get(&mut self, found: &Found) -> Option<&Builder> {
        let (found, part) = self.before.remove_entry(found)?;
        let same = part.stamps.iter().all(|(path, stamp)| Stamp::at(path) == *stamp);
        same.then(|| &self.known.entry(found).or_insert(part).says)
    }

    /// Keeps what was read of `files`, whose states were taken before they were read.
    pub fn keep(&mut self, found: &Found, stamps: Vec<(PathBuf, Option<Stamp>)>, says: Builder) {
        // What is not there yet has no time at all.
        let settled = |stamp: &Option<Stamp>| stamp.is_none_or(|it| it.settled(self.now_ns));
        if stamps.iter().all(|(_, stamp)| settled(stamp)) {
            self.known.insert(found.clone(), Part { stamps, says });
        }
    }

    fn turn(&mut self, now_ns: i128) {
        self.now_ns = now_ns;
        self.before = std::mem::take(&mut self.known);
    }
}

fn now_ns() -> i128 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i128::try_from(now.as_nanos()).unwrap_or(i128::MAX)
}
