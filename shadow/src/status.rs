//! What is covered, told in a small file beside the shadows.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::version::Why;

/// One look of the keeper at itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Status {
    /// When, UTC.
    pub written_unix_ns: u64,
    /// The folders.
    pub folders: Vec<Covered>,
    /// Files that are there now and have a shadow.
    pub files: usize,
    /// Versions of anything.
    pub versions: usize,
    /// Contents together.
    pub bytes: u64,
    /// Files that are there now and have none, by reason.
    pub left_out: BTreeMap<Why, usize>,
    /// Files beyond the bound of their number, at the last walk.
    pub too_many: usize,
    /// Folders that are still to be walked.
    pub to_walk: usize,
    /// Folders that the kernel has no watch for; they are walked every minute.
    pub unwatched: usize,
    /// Why the disk takes no shadows now.
    pub trouble: Option<String>,
}

/// A folder that is covered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Covered {
    /// It.
    pub path: PathBuf,
    /// Why it is not, if so.
    pub trouble: Option<String>,
}

impl Status {
    /// The last one of a store; none where nothing was ever kept.
    pub fn read(dir: &Path) -> io::Result<Option<Self>> {
        match fs::read(dir.join("status.json")) {
            Ok(text) => Ok(Some(serde_json::from_slice(&text)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(crate) fn write(&self, dir: &Path) -> io::Result<()> {
        let new = dir.join("new").join("status.json");
        let options =
            fs::OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).clone();
        options.open(&new)?.write_all(&serde_json::to_vec(self)?)?;
        fs::rename(new, dir.join("status.json"))
    }
}
