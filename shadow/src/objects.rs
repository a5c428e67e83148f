//! Contents by their hash. One that bears its name is whole; what is being copied bears a number.

use std::collections::HashMap;
use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::version::changed_ns;

/// The hash of a content (BLAKE3).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ObjectId(blake3::Hash);

impl TryFrom<String> for ObjectId {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        blake3::Hash::from_hex(&text).map(Self).map_err(|error| error.to_string())
    }
}

impl From<ObjectId> for String {
    fn from(id: ObjectId) -> Self {
        id.0.to_hex().to_string()
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_hex())
    }
}

/// What came of copying.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is kept.
    Kept(ObjectId),
    /// The file was changed meanwhile: nothing is kept.
    Changed,
}

/// The contents.
#[derive(Debug)]
pub struct Objects {
    dir: PathBuf,
    next: u64,
}

impl Objects {
    /// Those of a store that is only read.
    pub fn of(dir: &Path) -> Self {
        Self { dir: dir.to_owned(), next: 0 }
    }

    /// Those of a store that is written: what was being copied when the last keeper ended is no content.
    pub(crate) fn open(dir: &Path) -> io::Result<Self> {
        let new = dir.join("new");
        if new.exists() {
            fs::remove_dir_all(&new)?;
        }
        for folder in [dir.to_owned(), dir.join("objects"), new] {
            DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        }
        Ok(Self::of(dir))
    }

    /// Keeps what a file holds, if it stays as it is meanwhile.
    pub(crate) fn put(&mut self, file: &File) -> io::Result<Put> {
        self.next += 1;
        let new = self.dir.join("new").join(self.next.to_string());
        let put = self.copy(file, &new);
        if !matches!(put, Ok(Put::Kept(_))) {
            let _ = fs::remove_file(&new);
        }
        put
    }

    fn copy(&self, file: &File, new: &Path) -> io::Result<Put> {
        let before = rustix::fs::fstat(file)?;
        let options =
            OpenOptions::new().read(true).write(true).create_new(true).mode(0o400).clone();
        let copy = options.open(new)?;
        let hash = match rustix::fs::ioctl_ficlone(&copy, file) {
            // Blocks are shared, and the kernel took them at one moment.
            Ok(()) => hash_of(&copy)?,
            Err(_) => {
                let most = u64::try_from(before.st_size).unwrap_or(0);
                hashed(file.take(most), |bytes| (&copy).write_all(bytes))?
            }
        };
        let after = rustix::fs::fstat(file)?;
        let same = before.st_size == after.st_size && changed_ns(&before) == changed_ns(&after);
        if !same || copy.metadata()?.len() != u64::try_from(after.st_size).unwrap_or(0) {
            return Ok(Put::Changed);
        }
        let id = ObjectId(hash);
        let path = self.path(id);
        if let Some(folder) = path.parent() {
            match DirBuilder::new().mode(0o700).create(folder) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                _ => {}
            }
        }
        fs::rename(new, path)?;
        Ok(Put::Kept(id))
    }

    /// Where a content is.
    pub(crate) fn path(&self, id: ObjectId) -> PathBuf {
        let name = String::from(id);
        let (folder, rest) = name.split_at(2);
        self.dir.join("objects").join(folder).join(rest)
    }

    /// Whether a content of this length is there. Whether it is sound, only its hash says.
    pub fn has(&self, id: ObjectId, bytes: u64) -> bool {
        fs::metadata(self.path(id)).is_ok_and(|about| about.len() == bytes)
    }

    /// A content, to be read.
    pub(crate) fn get(&self, id: ObjectId) -> io::Result<File> {
        File::open(self.path(id))
    }

    /// Whether a file holds this content.
    pub(crate) fn is(&self, id: ObjectId, file: &File) -> io::Result<bool> {
        Ok(hash_of(file)? == id.0)
    }

    pub(crate) fn remove(&self, id: ObjectId) -> io::Result<()> {
        match fs::remove_file(self.path(id)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Removes contents that no version names: a keeper was killed before it wrote down whose they are.
    pub(crate) fn sweep<T>(&self, named: &HashMap<ObjectId, T>) -> io::Result<()> {
        for folder in fs::read_dir(self.dir.join("objects"))?.flatten() {
            let begin = folder.file_name();
            for object in fs::read_dir(folder.path())?.flatten() {
                let name = format!("{}{}", begin.display(), object.file_name().display());
                if !ObjectId::try_from(name).is_ok_and(|id| named.contains_key(&id)) {
                    fs::remove_file(object.path())?;
                }
            }
        }
        Ok(())
    }
}

/// The hash of what a file holds, from its beginning.
fn hash_of(file: &File) -> io::Result<blake3::Hash> {
    rustix::fs::seek(file, rustix::fs::SeekFrom::Start(0))?;
    hashed(file, |_| Ok(()))
}

fn hashed(
    mut from: impl Read,
    mut take: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<blake3::Hash> {
    let (mut hasher, mut buffer) = (blake3::Hasher::new(), vec![0; 128 << 10]);
    loop {
        let read = match from.read(&mut buffer) {
            Ok(0) => return Ok(hasher.finalize()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        let bytes = buffer.get(..read).unwrap_or_default();
        hasher.update(bytes);
        take(bytes)?;
    }
}
