//! The one that appends. Any number of processes may, one after the other: each takes the lock for the moment of a
//! flush, reads on what others wrote, and writes its own behind it.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use event::AuditHead;

use super::group::Group;
use super::key::Key;
use super::segment::{dir_in, list, path_of};
use super::tail::Tail;
use super::{AuditEntry, AuditSettings, What, Who};
use crate::state::Heads;
use crate::{Error, Fsync, clock};

/// Most entries that wait for a signature; with one more they are written at once.
pub const MOST_UNSIGNED: usize = 256;
/// Most entries that wait while the disk takes none; what comes then is counted as lost.
const MOST_WAITING: usize = 16 * MOST_UNSIGNED;
/// How often the state is told how far the log goes.
const REMEMBER: Duration = Duration::from_secs(10);
/// After the disk refused, nothing is tried for so long, unless the owner asks for it.
const PAUSE: Duration = Duration::from_secs(1);
/// With `fsync = "interval"`.
const SYNC: Duration = Duration::from_secs(1);

/// The audit log, open for appending.
#[derive(Debug)]
pub struct Log {
    data_dir: PathBuf,
    dir: PathBuf,
    settings: AuditSettings,
    key: Key,
    tail: Tail,
    /// Entries without their numbers: those are given when they are written.
    waiting: Vec<AuditEntry>,
    since: Option<Instant>,
    lost: Option<Lost>,
    unsynced: Option<(File, Instant)>,
    remembered: Option<Instant>,
    /// When the disk refused last.
    refused: Option<Instant>,
}

/// Entries that the disk never took.
#[derive(Debug)]
struct Lost {
    count: u64,
    from_unix_ns: u64,
    until_unix_ns: u64,
    why: String,
}

impl Log {
    /// Opens or begins the log of a data directory, and repairs what a crash left. What was found wrong is in the
    /// log when this returns.
    pub fn open(data_dir: &Path, settings: &AuditSettings) -> Result<Self, Error> {
        let dir = dir_in(data_dir);
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(0o700).create(&dir).map_err(Error::io("create", &dir))?;
        let lock = lock(&dir)?;
        let (tail, mut news) = repaired(&dir, data_dir)?;
        let key = current_key(&dir, &tail, &mut news)?;
        drop(lock);
        let mut log = Self {
            data_dir: data_dir.to_owned(),
            dir,
            settings: settings.clone(),
            key,
            tail,
            waiting: Vec::new(),
            since: None,
            lost: None,
            unsynced: None,
            remembered: None,
            refused: None,
        };
        for what in news {
            log.wait(Who::Daemon, what, clock::now_unix_ns());
        }
        match log.flush() {
            // A full disk is no reason not to begin: what there is to say waits.
            Ok(_) | Err(Error::AuditRefused { .. }) => Ok(log),
            Err(error) => Err(error),
        }
    }

    /// Adds one entry and writes it at once: for those who add one and end.
    pub fn add_now(
        data_dir: &Path,
        settings: &AuditSettings,
        who: Who,
        what: What,
    ) -> Result<(), Error> {
        let mut log = Self::open(data_dir, settings)?;
        log.add(who, what)?;
        log.close()
    }

    /// Adds an entry. It is on the disk after the next [`flush`](Self::flush); too many that wait are flushed here.
    pub fn add(&mut self, who: Who, what: What) -> Result<(), Error> {
        self.wait(who, what, clock::now_unix_ns());
        let pauses = self.refused.is_some_and(|at| at.elapsed() < PAUSE);
        if self.waiting.len() < MOST_UNSIGNED || pauses {
            return Ok(());
        }
        self.flush().map(drop)
    }

    fn wait(&mut self, who: Who, what: What, time_unix_ns: u64) {
        if self.waiting.len() >= MOST_WAITING {
            let lost = self.lost.get_or_insert_with(|| Lost {
                count: 0,
                from_unix_ns: time_unix_ns,
                until_unix_ns: time_unix_ns,
                why: "the disk took no entries, and too many waited".into(),
            });
            lost.count += 1;
            lost.until_unix_ns = time_unix_ns;
            return;
        }
        self.waiting.push(entry(who, what, time_unix_ns));
        self.since.get_or_insert_with(Instant::now);
    }

    /// How long the owner may wait before it calls [`flush`](Self::flush); none while nothing waits.
    pub fn due(&self) -> Option<Duration> {
        let left = |since: Instant, most: Duration| most.saturating_sub(since.elapsed());
        let collected = self.since.map(|since| left(since, self.settings.collect()));
        let synced = self.unsynced.as_ref().map(|(_, since)| left(*since, SYNC));
        let due = [collected, synced].into_iter().flatten().min()?;
        Some(due.max(self.refused.map_or(Duration::ZERO, |at| left(at, PAUSE))))
    }

    /// Entries that wait, and those that are lost since the disk refused.
    pub fn waiting(&self) -> (usize, u64) {
        (self.waiting.len(), self.lost.as_ref().map_or(0, |lost| lost.count))
    }

    /// How far the log goes, as far as this process knows.
    pub fn head(&self) -> Option<&AuditHead> {
        self.tail.chain.head.as_ref()
    }

    /// Signs and writes what waits. On an error it all waits on, in order.
    pub fn flush(&mut self) -> Result<Option<&AuditHead>, Error> {
        if self.waiting.is_empty() && self.lost.is_none() {
            self.sync_late()?;
            return Ok(None);
        }
        let lock = lock(&self.dir)?;
        self.flush_under(&lock)?;
        drop(lock);
        self.remember();
        Ok(self.head())
    }

    fn flush_under(&mut self, _lock: &File) -> Result<(), Error> {
        self.follow()?;
        let lost = self.lost.as_ref().map(|Lost { count, from_unix_ns, until_unix_ns, why }| {
            let (count, why) = (*count, why.as_str().into());
            let (from_unix_ns, until_unix_ns) = (*from_unix_ns, *until_unix_ns);
            let what = What::Lost { count, from_unix_ns, until_unix_ns, why };
            entry(Who::Daemon, what, clock::now_unix_ns())
        });
        let entries = self.waiting.iter().chain(&lost);
        let group = Group::of(&self.tail, entries, &self.key, self.settings.max_bytes());
        if let Err(error) = self.write(group) {
            self.refused = Some(Instant::now());
            return Err(error);
        }
        (self.since, self.lost, self.refused) = (None, None, None);
        self.waiting.clear();
        Ok(())
    }

    fn write(&mut self, group: Group) -> Result<(), Error> {
        let Group { bytes, number, chain, .. } = group;
        let before = if number == self.tail.number { self.tail.bytes } else { 0 };
        let path = path_of(&self.dir, number);
        let refused = |source: io::Error, waiting: usize| Error::AuditRefused {
            path: path.clone(),
            waiting,
            source,
        };
        let mut options = OpenOptions::new();
        options.append(true).create(true).mode(0o600);
        let file = options.open(&path).map_err(|error| refused(error, self.waiting.len()))?;
        let mut written = io::Write::write_all(&mut &file, &bytes);
        if written.is_ok() && self.settings.fsync == Fsync::Always {
            written = file.sync_data();
            if before == 0 {
                written = written.and_then(|()| crate::data_dir::sync_dir(&self.dir));
            }
        }
        if let Err(error) = written {
            // Half a group is nothing; what could not be cut now is found torn by the next one.
            let _ = file.set_len(before);
            return Err(refused(error, self.waiting.len()));
        }
        self.tail = Tail { chain, number, bytes: before + bytes.len() as u64 };
        if self.settings.fsync == Fsync::Interval {
            let since = self.unsynced.take().map_or_else(Instant::now, |(_, since)| since);
            self.unsynced = Some((file, since));
        }
        Ok(())
    }

    /// What others appended is followed; where the log is not what it was, that becomes an entry.
    fn follow(&mut self) -> Result<(), Error> {
        let mut news = Vec::new();
        if !self.tail.follow(&self.dir)? {
            (self.tail, news) = repaired(&self.dir, &self.data_dir)?;
        }
        if self.tail.chain.key() != Some(&self.key.public()) {
            // Somebody rotated it, or the log is another one.
            self.key = current_key(&self.dir, &self.tail, &mut news)?;
        }
        // What a flush found that did not succeed is waiting already.
        news.retain(|what| self.waiting.iter().all(|waiting| waiting.what != *what));
        let now = clock::now_unix_ns();
        let news = news.into_iter().map(|what| entry(Who::Daemon, what, now));
        self.waiting.splice(0..0, news);
        Ok(())
    }

    fn sync_late(&mut self) -> Result<(), Error> {
        match &self.unsynced {
            Some((file, since)) if since.elapsed() >= SYNC => {
                file.sync_data().map_err(Error::io("write", &self.dir))?;
                self.unsynced = None;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// A new key signs from now on; the old one signs that, and is deleted.
    pub fn rotate(&mut self, who: Who) -> Result<(), Error> {
        let lock = lock(&self.dir)?;
        self.follow()?;
        let next_path = next_key_path(&self.dir);
        // One that a crash left behind was never in force: what was is moved before anybody appends.
        let _ = std::fs::remove_file(&next_path);
        let next = Key::make(&next_path)?;
        let (old, key) = (self.key.public().id(), next.public());
        self.wait(who, What::KeyRotated { old, key }, clock::now_unix_ns());
        self.flush_under(&lock)?;
        std::fs::rename(&next_path, key_path(&self.dir)).map_err(Error::io("move", &next_path))?;
        self.key = next;
        Ok(())
    }

    /// Removes segments whose last entry is older than the settings keep, each after an entry that says so.
    pub fn retain(&mut self, now_unix_ns: u64) -> Result<usize, Error> {
        let Some(keep) = self.settings.keep_ns() else { return Ok(0) };
        let (mut removed, last) = (0, self.tail.number);
        for (number, path) in list(&self.dir)? {
            if number >= last {
                break;
            }
            let Some(end) = super::verify::end_of(number, &path)? else { break };
            if end.time_unix_ns.saturating_add(keep) > now_unix_ns {
                break;
            }
            let (first, last, hash) = (end.first, end.last, end.hash.into());
            self.add(Who::Daemon, What::SegmentRemoved { number, first, last, hash })?;
            self.flush()?;
            std::fs::remove_file(&path).map_err(Error::io("remove", &path))?;
            removed += 1;
        }
        Ok(removed)
    }

    /// Writes what waits and tells the state how far the log goes.
    pub fn close(mut self) -> Result<(), Error> {
        self.flush()?;
        if let Some((file, _)) = self.unsynced.take() {
            file.sync_data().map_err(Error::io("write", &self.dir))?;
        }
        self.remembered = None;
        self.remember();
        Ok(())
    }

    /// Best done, not needed: the log proves itself, and anchors more.
    fn remember(&mut self) {
        let Some(head) = &self.tail.chain.head else { return };
        if self.remembered.is_none_or(|at| at.elapsed() >= REMEMBER) {
            self.remembered = Some(Instant::now());
            let _ = Heads::open(&self.data_dir).and_then(|mut heads| heads.remember(head));
        }
    }
}

/// An entry that has no number yet.
fn entry(who: Who, what: What, time_unix_ns: u64) -> AuditEntry {
    AuditEntry { sequence: 0, time_unix_ns, who, what }
}

/// The private key that signs.
fn key_path(dir: &Path) -> PathBuf {
    dir.join("key")
}

/// One that was made and is not in force yet.
fn next_key_path(dir: &Path) -> PathBuf {
    dir.join("key.next")
}

fn lock(dir: &Path) -> Result<File, Error> {
    let path = dir.join("lock");
    let mut options = OpenOptions::new();
    let file = options.write(true).create(true).truncate(false).mode(0o600).open(&path);
    let file = file.map_err(Error::io("open", &path))?;
    file.lock().map_err(Error::io("lock", &path))?;
    Ok(file)
}

/// The end of the log, cut to whole lines, and what there is to say about it.
fn repaired(dir: &Path, data_dir: &Path) -> Result<(Tail, Vec<What>), Error> {
    let (tail, found) = Tail::find(dir)?;
    let mut news = Vec::new();
    if let Some((segment, offset, fault)) = found.broken {
        news.push(What::Broken { segment, offset, fault: fault.to_string().into() });
    } else {
        if found.torn > 0 && tail.number > 0 {
            tail.cut(dir)?;
        }
        if found.torn > 0 || tail.chain.unsigned > 0 {
            news.push(What::Resumed { torn_bytes: found.torn, unsigned: tail.chain.unsigned });
        }
    }
    let remembered = Heads::open(data_dir).and_then(|heads| heads.remembered());
    if let Ok(Some(head)) = remembered
        && head.sequence > tail.chain.sequence
    {
        let (remembered, found) = (head.sequence, tail.chain.sequence);
        news.push(What::Shortened { remembered, found });
    }
    Ok((tail, news))
}

/// The key that the log names; where it is gone, or the log has none, a new one.
fn current_key(dir: &Path, tail: &Tail, news: &mut Vec<What>) -> Result<Key, Error> {
    let (path, next) = (key_path(dir), next_key_path(dir));
    let wanted = tail.chain.key();
    let fits = |key: &Key| wanted == Some(&key.public());
    let key = Key::load(&path)?;
    if let Some(next_key) = Key::load(&next)?.filter(|next| fits(next)) {
        // A rotation was written, and the crash came before its last step.
        std::fs::rename(&next, &path).map_err(Error::io("move", &next))?;
        return Ok(next_key);
    }
    match (key, wanted) {
        (Some(key), Some(_)) if fits(&key) => Ok(key),
        (key, _) => {
            let key = key.map_or_else(|| Key::make(&path), Ok)?;
            news.insert(0, What::KeyMade { key: key.public() });
            Ok(key)
        }
    }
}
