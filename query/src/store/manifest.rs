//! The list of Parquet files that count, and the place in the journal up to which they hold all.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::Error;

/// The form of the list that this code writes.
const FORM: u32 = 1;

/// Which files count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Number of the form.
    pub form: u32,
    /// Grows with each change; a reader that sees another number looks again.
    pub generation: u64,
    /// Journal records before this position are in the files.
    pub rolled: u64,
    /// When that was last moved, UTC.
    #[serde(default)]
    pub rolled_unix_s: u64,
    /// Number of the next file.
    pub next: u64,
    /// The files, oldest first within a table.
    pub files: Vec<FileEntry>,
    /// Files that do not count any more but may still be read by a query that began before.
    pub retired: Vec<Retired>,
}

/// One file that counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Name of its table.
    pub table: String,
    /// Name in the directory.
    pub file: String,
    /// Rows in it.
    pub rows: u64,
    /// Size.
    pub bytes: u64,
    /// Oldest row, UTC; 0 where the table has no time.
    pub from_unix_ns: u64,
    /// Newest row, UTC.
    pub until_unix_ns: u64,
}

/// One file that does not count any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retired {
    /// Name in the directory.
    pub file: String,
    /// Since when, UTC.
    pub since_unix_s: u64,
}

impl Manifest {
    /// The list of `dir`; an empty one where nothing was rolled yet.
    pub fn load(dir: &Path) -> Result<Self, Error> {
        let path = path(dir);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(Error::io("read", &path)(error)),
        };
        let manifest: Self = match serde_json::from_str(&text) {
            Ok(manifest) => manifest,
            Err(error) => return Err(Error::Manifest { path, reason: error.to_string() }),
        };
        if manifest.form > FORM {
            let reason = format!("it has form {}, this version knows {FORM}", manifest.form);
            return Err(Error::Manifest { path, reason });
        }
        Ok(manifest)
    }

    /// Replaces the list of `dir` in one step: after a crash it is the old or the new one, whole.
    pub fn save(&mut self, dir: &Path) -> Result<(), Error> {
        self.form = FORM;
        self.generation += 1;
        let path = path(dir);
        let text = serde_json::to_string_pretty(self)
            .map_err(|error| Error::Manifest { path: path.clone(), reason: error.to_string() })?;
        let temporary = path.with_extension("new");
        let mut file = File::create(&temporary).map_err(Error::io("create", &temporary))?;
        file.write_all(text.as_bytes()).map_err(Error::io("write", &temporary))?;
        file.sync_all().map_err(Error::io("sync", &temporary))?;
        fs::rename(&temporary, &path).map_err(Error::io("rename", &temporary))?;
        sync_dir(dir)
    }

    /// The files of `table`, oldest first.
    pub fn files_of<'a>(&'a self, table: &'a str) -> impl Iterator<Item = &'a FileEntry> {
        self.files.iter().filter(move |entry| entry.table == table)
    }
}

fn path(dir: &Path) -> PathBuf {
    dir.join("manifest.json")
}

/// Makes names that were created or renamed in `dir` survive power loss.
pub fn sync_dir(dir: &Path) -> Result<(), Error> {
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(Error::io("sync", dir))
}
