//! What is kept, and its bounds. What goes first is what stood shortest: so nobody pushes out what stood for days by
//! writing a hundred times.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::history::History;
use crate::log::Log;
use crate::objects::{ObjectId, Objects, Put};
use crate::settings::Settings;
use crate::version::{State, Version};

/// Versions of one path at most.
const MOST_VERSIONS: usize = 32;
/// So much of a disk is never filled by shadows, in bytes, or a twentieth of it if that is less.
const RESERVE: u64 = 256 << 20;

/// The shadows, for the one who keeps them.
#[derive(Debug)]
pub struct Store {
    pub history: History,
    objects: Objects,
    log: Log,
    /// Contents with their lengths, and how many versions name each.
    named: HashMap<ObjectId, (u64, u32)>,
    bytes: u64,
    most_bytes: u64,
    keep_ns: u64,
    dir: PathBuf,
}

impl Store {
    /// Opens it; whoever calls holds its lock.
    pub fn open(dir: &Path, settings: &Settings) -> Result<Self, Error> {
        let objects = Objects::open(dir).map_err(Error::disk("open", dir))?;
        let (history, extent) = History::load(dir).map_err(Error::disk("read", dir))?;
        let log = Log::open(dir, extent).map_err(Error::disk("write", dir))?;
        let mut store = Self {
            history,
            objects,
            log,
            named: HashMap::new(),
            bytes: 0,
            most_bytes: settings.most_bytes(),
            keep_ns: settings.keep_ns(),
            dir: dir.to_owned(),
        };
        store.count();
        store.objects.sweep(&store.named).map_err(Error::disk("tidy", dir))?;
        Ok(store)
    }

    fn count(&mut self) {
        self.named.clear();
        for (_, versions) in self.history.all() {
            for (id, bytes) in versions.iter().filter_map(Version::object) {
                self.named.entry(id).or_insert((bytes, 0)).1 += 1;
            }
        }
        self.bytes = self.named.values().map(|(bytes, _)| bytes).sum();
    }

    /// All contents together.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether a content is there, as far as its length tells.
    pub fn has(&self, version: &Version) -> bool {
        version.object().is_none_or(|(id, bytes)| self.objects.has(id, bytes))
    }

    /// Keeps what a file holds; the version that names it follows.
    pub fn put(&mut self, file: &File) -> io::Result<Put> {
        self.objects.put(file)
    }

    /// Remembers how a path stands.
    pub fn add(&mut self, path: &Path, version: Version) -> io::Result<()> {
        if let Some((id, bytes)) = version.object() {
            let named = self.named.entry(id).or_insert((bytes, 0));
            named.1 += 1;
            if named.1 == 1 {
                self.bytes += bytes;
            }
        }
        let written = self.log.add(path, &version);
        // What the disk does not take now waits in the log.
        self.history.add(path.to_owned(), version);
        written
    }

    /// Writes down what was added.
    pub fn flush(&mut self) -> io::Result<()> {
        self.log.flush()
    }

    /// Whether there is room for so many bytes more; what stood shortest goes for it.
    pub fn room(&mut self, bytes: u64) -> io::Result<bool> {
        if self.bytes.saturating_add(bytes) > self.most_bytes {
            // More than needed, so that not each file asks for it again.
            let want = self.most_bytes.saturating_sub(self.most_bytes / 10).saturating_sub(bytes);
            self.shrink_to(want)?;
        }
        let disk = rustix::fs::statvfs(&self.dir)?;
        let reserve = RESERVE.min(disk.f_blocks.saturating_mul(disk.f_frsize) / 20);
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        Ok(self.bytes.saturating_add(bytes) <= self.most_bytes
            && free >= bytes.saturating_add(reserve))
    }

    fn shrink_to(&mut self, want: u64) -> io::Result<()> {
        let mut replaced = Vec::new();
        for (path, versions) in self.history.all() {
            for pair in versions.windows(2) {
                let [one, next] = pair else { continue };
                if let Some((id, bytes)) = one.object() {
                    replaced.push((
                        stood(one, next),
                        path.to_owned(),
                        one.taken_unix_ns,
                        id,
                        bytes,
                    ));
                }
            }
        }
        replaced.sort_by_key(|(stood, _, taken, _, _)| (*stood, *taken));
        let (mut left, mut gone) = (self.bytes, HashMap::<PathBuf, Vec<u64>>::new());
        let mut named = self.named.clone();
        for (_, path, taken, id, bytes) in replaced {
            if left <= want {
                break;
            }
            if let Some((_, uses)) = named.get_mut(&id) {
                *uses -= 1;
                left -= if *uses == 0 { bytes } else { 0 };
            }
            gone.entry(path).or_default().push(taken);
        }
        if gone.is_empty() {
            return Ok(());
        }
        self.forget(|path, versions| {
            if let Some(gone) = gone.get(path) {
                versions.retain(|version| !gone.contains(&version.taken_unix_ns));
            }
        })
    }

    /// Lets go of what was replaced or deleted too long ago, of what one path has too many of, and of what is not
    /// covered any more for as long.
    pub fn retain(&mut self, now_unix_ns: u64, covered: impl Fn(&Path) -> bool) -> io::Result<()> {
        let until = now_unix_ns.saturating_sub(self.keep_ns);
        let lines = self.history.all().map(|(_, versions)| versions.len() as u64).sum::<u64>();
        let old = |versions: &[Version]| versions.get(1).is_some_and(|it| it.taken_unix_ns < until);
        let is_over = |path: &Path, versions: &[Version]| {
            let last = versions.last().filter(|last| last.taken_unix_ns < until);
            last.is_some_and(|last| last.state == State::Gone || !covered(path))
        };
        let due = self.history.all().any(|(path, versions)| {
            old(versions) || versions.len() > MOST_VERSIONS || is_over(path, versions)
        });
        if !due && self.log.lines() < 2 * lines + 1000 {
            return Ok(());
        }
        self.forget(|path, versions| {
            while old(versions) {
                versions.remove(0);
            }
            if is_over(path, versions) {
                versions.clear();
            }
            while versions.len() > MOST_VERSIONS {
                let pairs = versions.windows(2).enumerate();
                let shortest = pairs.min_by_key(|(_, pair)| match pair {
                    [one, next] => stood(one, next),
                    _ => u64::MAX,
                });
                let Some((place, _)) = shortest else { return };
                versions.remove(place);
            }
        })
    }

    /// Forgets versions: first in the log, then their contents.
    fn forget(&mut self, keep: impl FnMut(&Path, &mut Vec<Version>)) -> io::Result<()> {
        self.flush()?;
        self.history.keep_only(keep);
        let all = self.history.all();
        let all = all.flat_map(|(path, versions)| versions.iter().map(move |it| (path, it)));
        self.log.rewrite(all)?;
        let before = std::mem::take(&mut self.named);
        self.count();
        for id in before.keys().filter(|id| !self.named.contains_key(id)) {
            self.objects.remove(*id)?;
        }
        Ok(())
    }
}

/// How long a version stood, ns.
fn stood(one: &Version, next: &Version) -> u64 {
    next.taken_unix_ns.saturating_sub(one.since_ns())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::version::{Here, Kept, Kind};

    /// A version of 300 KiB that stood from then on.
    fn version(store: &mut Store, dir: &Path, letter: char, since_s: u64) -> Version {
        let path = dir.join("file");
        std::fs::write(&path, letter.to_string().repeat(300 << 10)).expect("written");
        let file = File::open(&path).expect("there");
        let Ok(Put::Kept(id)) = store.put(&file) else { panic!("it is kept") };
        let since_ns = since_s * 1_000_000_000;
        let here = Here {
            kind: Kind::File { bytes: 300 << 10, kept: Kept::Yes(id) },
            mode: 0o644,
            uid: 0,
            gid: 0,
            modified_ns: since_ns.cast_signed(),
            changed_ns: since_ns.cast_signed(),
            inode: (1, 1),
            links: 1,
            attributes: Vec::new(),
        };
        let state = State::Here(here);
        Version { taken_unix_ns: since_ns + 1, missed_unix_ns: None, state }
    }

    #[test]
    fn nobody_pushes_out_what_stood_long_by_writing_often() {
        let home = tempfile::tempdir().expect("a folder");
        let settings = Settings { max_mib: 2, ..Settings::default() };
        let mut store = Store::open(&home.path().join("store"), &settings).expect("opened");
        let path = Path::new("/home/ada/thesis");
        // The first stood for a day, each other for a second.
        let times = std::iter::once(0).chain(86_400..86_410);
        for (letter, since_s) in ('a'..).zip(times) {
            assert!(store.room(300 << 10).expect("asked"), "{letter}");
            let version = version(&mut store, home.path(), letter, since_s);
            store.add(path, version).expect("added");
        }
        let since: Vec<u64> =
            store.history.of(path).iter().map(|it| it.since_ns() / 1_000_000_000).collect();
        assert!(store.bytes() <= 2 << 20 && since.len() < 8, "{since:?}");
        assert_eq!((since.first(), since.last()), (Some(&0), Some(&86_409)), "{since:?}");
        assert!(store.history.of(path).iter().all(|it| store.has(it)));
    }
}
