//! Rolls the journal into Parquet files: the one writer of the directory.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use event::Record;
use journal::{DataDir, Position, Reader, Stored};

use super::file::NewFile;
use super::files_dir;
use super::manifest::{FileEntry, Manifest, Retired};
use super::sorted::sorted;
use crate::Error;
use crate::rows::{Batch, Builder, Layout, TABLES};

/// Records that are sorted and written together: the memory of a roll-over.
const CHUNK: usize = 32 * 1024;
/// So many records are worth files of their own.
const ENOUGH: u64 = 64 * 1024;
/// Fewer records wait this long.
const PATIENCE: Duration = Duration::from_secs(3_600);
/// A file that does not count any more stays this long for queries that still read it.
const GRACE: Duration = Duration::from_secs(15 * 60);

/// The rolled record of a data directory, held for writing.
#[derive(Debug)]
pub struct Store {
    data_dir: PathBuf,
    pub(super) dir: PathBuf,
    pub(super) manifest: Manifest,
}

/// What a roll-over did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rolled {
    /// Records that were rolled.
    pub records: u64,
    /// Files written.
    pub files: u64,
    /// Their size.
    pub bytes: u64,
    /// Records that only a later version can read: they are not in the files.
    pub unknown: u64,
    /// Journal records before this position are in files now: segments that end here may go.
    pub until: Position,
}

impl Store {
    /// Opens the rolled record of the data directory that `held` claims, and removes what an
    /// earlier roll-over left unfinished.
    pub fn open(held: &DataDir) -> Result<Self, Error> {
        Self::at(held.path())
    }

    fn at(data_dir: &Path) -> Result<Self, Error> {
        let dir = files_dir(data_dir);
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&dir)
            .map_err(Error::io("create", &dir))?;
        let manifest = Manifest::load(&dir)?;
        let mut store = Self { data_dir: data_dir.to_owned(), dir, manifest };
        store.sweep()?;
        Ok(store)
    }

    /// Journal records before this position are in files.
    pub fn rolled(&self) -> Position {
        Position(self.manifest.rolled)
    }

    /// Rows and bytes at rest, all tables together.
    pub fn size(&self) -> (u64, u64) {
        let files = &self.manifest.files;
        files.iter().fold((0, 0), |(rows, bytes), file| (rows + file.rows, bytes + file.bytes))
    }

    /// Whether a roll-over up to `until` is worth its files: enough records, or old ones.
    pub fn due(&self, until: Position) -> bool {
        let waiting = until.0.saturating_sub(self.manifest.rolled);
        let age_s = now_unix_s().saturating_sub(self.manifest.rolled_unix_s);
        waiting >= ENOUGH || waiting > 0 && age_s >= PATIENCE.as_secs()
    }

    /// Rolls what the journal holds before `until`, which the journal has to have made durable
    /// ([`journal::Writer::synced`]): a position that a power loss takes back would be given again.
    pub fn roll(&mut self, until: Position) -> Result<Rolled, Error> {
        self.roll_while(until, || true)
    }

    /// The same, as long as `go_on` says so: it is asked before each chunk.
    pub fn roll_while(
        &mut self,
        until: Position,
        go_on: impl Fn() -> bool,
    ) -> Result<Rolled, Error> {
        let mut reader = Reader::open(&self.data_dir)?.from(self.rolled())?;
        let mut failed = None;
        let records = reader
            .by_ref()
            .map_while(|stored| stored.map_err(|error| failed = Some(error)).ok())
            .take_while(|stored| stored.position < until);
        let mut rolled = Rolled { until: self.rolled(), ..Rolled::default() };
        let mut records = records.peekable();
        while go_on() && records.peek().is_some() {
            let chunk = records.by_ref().take(CHUNK);
            self.roll_chunk(chunk, &mut rolled)?;
        }
        drop(records);
        rolled.unknown = reader.damage().unknown;
        failed.map_or(Ok(rolled), |error| Err(error.into()))
    }

    /// Rolls `records`, the journal's next ones in order.
    pub fn roll_records(
        &mut self,
        records: impl IntoIterator<Item = (Position, Record)>,
    ) -> Result<Rolled, Error> {
        let mut rolled = Rolled { until: self.rolled(), ..Rolled::default() };
        let records = records.into_iter().map(|(position, record)| Stored { position, record });
        let mut records = records.peekable();
        while records.peek().is_some() {
            self.roll_chunk(records.by_ref().take(CHUNK), &mut rolled)?;
        }
        Ok(rolled)
    }

    fn roll_chunk(
        &mut self,
        chunk: impl Iterator<Item = Stored>,
        rolled: &mut Rolled,
    ) -> Result<(), Error> {
        let mut builder = Builder::default();
        let mut end = self.rolled();
        for Stored { position, record } in chunk {
            // Also where the caller hands over records twice: none is counted twice.
            if position >= self.rolled() {
                builder.push(position.0, &record);
                end = Position(position.0 + 1);
            }
        }
        rolled.records += builder.records() as u64;
        let files = self.write(builder.take()?)?;
        rolled.files += files.len() as u64;
        rolled.bytes += files.iter().map(|file| file.bytes).sum::<u64>();
        rolled.until = end;
        self.manifest.files.extend(files);
        self.manifest.rolled = end.0;
        self.manifest.rolled_unix_s = now_unix_s();
        self.manifest.save(&self.dir)
    }

    fn write(&mut self, batches: Vec<Batch>) -> Result<Vec<FileEntry>, Error> {
        let mut files = Vec::with_capacity(batches.len());
        for batch in batches {
            let Some(layout) = layout(batch.table) else { continue };
            let number = self.number();
            let mut file = NewFile::create(&self.dir, layout, number)?;
            file.write(&sorted(layout, &batch.rows)?)?;
            files.push(file.finish(number)?);
        }
        Ok(files)
    }

    /// A number that no file has.
    pub(super) fn number(&mut self) -> u64 {
        self.manifest.next += 1;
        self.manifest.next
    }

    /// Takes files out of the list; they are removed after a while.
    pub(super) fn retire(&mut self, names: &[String]) {
        self.manifest.files.retain(|entry| !names.contains(&entry.file));
        let since_unix_s = now_unix_s();
        let retired = names.iter().map(|file| Retired { file: file.clone(), since_unix_s });
        self.manifest.retired.extend(retired);
    }

    /// Removes files that no list names and retired files that no query can be reading any more.
    pub fn sweep(&mut self) -> Result<(), Error> {
        let now = now_unix_s();
        let gone = |retired: &Retired| now.saturating_sub(retired.since_unix_s) > GRACE.as_secs();
        if self.manifest.retired.iter().any(gone) {
            self.manifest.retired.retain(|retired| !gone(retired));
            self.manifest.save(&self.dir)?;
        }
        for entry in fs::read_dir(&self.dir).map_err(Error::io("list", &self.dir))? {
            let entry = entry.map_err(Error::io("list", &self.dir))?;
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            if ours(name) && !self.names(name) {
                let path = entry.path();
                fs::remove_file(&path).map_err(Error::io("remove", &path))?;
            }
        }
        Ok(())
    }

    fn names(&self, name: &str) -> bool {
        self.manifest.files.iter().any(|entry| entry.file == name)
            || self.manifest.retired.iter().any(|retired| retired.file == name)
    }
}

/// The layout of a table by name.
pub(super) fn layout(table: &str) -> Option<&'static Layout> {
    TABLES.iter().find(|layout| layout.name == table)
}

/// The name is one that a roll-over gives; anything else in the directory is left alone.
fn ours(name: &str) -> bool {
    let table = name.split('-').next().and_then(layout);
    table.is_some() && (name.ends_with(".parquet") || name.ends_with(".tmp"))
}

fn now_unix_s() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
