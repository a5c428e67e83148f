//! Contents of files of an image, while it is unpacked: numbered files in a folder of ours. Kept is what a look reads.

use std::fs::{self, File, FileTimes};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::keep::{Keep, keep};
use super::tar::Entry;
use crate::attend;

/// Most bytes of contents on the disk.
const DISK: u64 = 4 << 30;
/// Longest file: its bytes are not there, only its length.
pub const MAX_LENGTH: u64 = 1 << 40;
/// How much is read at once.
const PIECE: usize = 1 << 16;

/// A file: its number, none where nobody reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blob(Option<u32>);

#[derive(Debug)]
struct Kept {
    /// Paths that it has.
    names: u32,
    /// Bytes on the disk.
    bytes: u64,
    /// Where it is by now, below the root.
    place: Option<PathBuf>,
    hash: Option<String>,
}

/// All contents.
#[derive(Debug)]
pub struct Blobs {
    folder: PathBuf,
    all: Vec<Kept>,
    used: u64,
    /// Files that there was no room for.
    pub without_room: u64,
}

impl Blobs {
    /// In an empty folder.
    pub fn new(folder: PathBuf) -> io::Result<Self> {
        fs::create_dir(&folder)?;
        Ok(Self { folder, all: Vec::new(), used: 0, without_room: 0 })
    }

    /// Takes what is to be kept of a file; its content is read to the end only where it is hashed.
    pub fn take(&mut self, entry: &Entry, content: &mut impl Read) -> io::Result<Blob> {
        let keep = keep(&entry.path, entry.size, entry.mode);
        let most = match keep {
            Keep::Nothing => return Ok(Blob(None)),
            Keep::Bytes(most) | Keep::Hashed(most) => most.min(entry.size),
            Keep::Program(most) => {
                let mut head = [0; 4];
                let read = fill(content, &mut head)?;
                let is = head.get(..read).is_some_and(|it| it == b"\x7fELF");
                let most = if is { entry.size } else { most.min(entry.size) };
                return self.write(
                    entry,
                    most,
                    Keep::Bytes(most),
                    &mut head.get(..read).unwrap_or_default().chain(content),
                );
            }
        };
        self.write(entry, most, keep, content)
    }

    fn write(
        &mut self,
        entry: &Entry,
        most: u64,
        keep: Keep,
        content: &mut impl Read,
    ) -> io::Result<Blob> {
        if self.used.saturating_add(most) > DISK {
            self.without_room += 1;
            return Ok(Blob(None));
        }
        let number = u32::try_from(self.all.len()).map_err(io::Error::other)?;
        let mode = 0o600 | (entry.mode & 0o777);
        let path = self.folder.join(number.to_string());
        let mut file = File::options().write(true).create_new(true).mode(mode).open(path)?;
        let mut hasher = matches!(keep, Keep::Hashed(_)).then(blake3::Hasher::new);
        let (mut written, mut piece) = (0u64, [0; PIECE]);
        loop {
            let room = usize::try_from(most - written).unwrap_or(PIECE).min(PIECE);
            let room = if hasher.is_some() { PIECE } else { room };
            let Some(piece) = piece.get_mut(..room).filter(|it| !it.is_empty()) else { break };
            let read = content.read(piece)?;
            let Some(some) = piece.get(..read).filter(|it| !it.is_empty()) else { break };
            if let Some(hasher) = &mut hasher {
                hasher.update(some);
            }
            let keep = usize::try_from(most - written).unwrap_or(read).min(read);
            file.write_all(some.get(..keep).unwrap_or_default())?;
            written += keep as u64;
            attend::busy();
        }
        // Its length, without the bytes.
        file.set_len(entry.size.min(MAX_LENGTH))?;
        let changed = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(entry.changed));
        if let Some(changed) = changed {
            // A time that this file system does not have is no loss.
            let _ = file.set_times(FileTimes::new().set_modified(changed));
        }
        self.used += written;
        let hash = hasher.map(|hasher| hasher.finalize().to_hex().to_string());
        self.all.push(Kept { names: 1, bytes: written, place: None, hash });
        Ok(Blob(Some(number)))
    }

    /// One more name of a file.
    pub fn name(&mut self, blob: Blob) -> Blob {
        if let Some(kept) = self.kept(blob) {
            kept.names += 1;
        }
        blob
    }

    /// One name less. Without any it is gone.
    pub fn drop(&mut self, blob: Blob) {
        let (Some(kept), Blob(Some(number))) = (self.kept(blob), blob) else { return };
        kept.names = kept.names.saturating_sub(1);
        if kept.names == 0 {
            let bytes = std::mem::take(&mut kept.bytes);
            self.used -= bytes;
            // What stays is gone with the folder.
            let _ = fs::remove_file(self.folder.join(number.to_string()));
        }
    }

    /// Gives it a place below `root`. Says its hash, if it has one.
    pub fn place(&mut self, blob: Blob, place: &Path) -> io::Result<Option<String>> {
        let folder = self.folder.clone();
        let (Some(kept), Blob(Some(number))) = (self.kept(blob), blob) else { return Ok(None) };
        match &kept.place {
            Some(other) => {
                fs::hard_link(other, place).or_else(|_| again(other, place, kept.bytes))?
            }
            None => {
                let own = folder.join(number.to_string());
                // Some kernels let a confined process move nothing from folder to folder.
                fs::rename(&own, place).or_else(|_| again(&own, place, kept.bytes))?;
                kept.place = Some(place.to_owned());
            }
        }
        Ok(kept.hash.clone())
    }

    fn kept(&mut self, blob: Blob) -> Option<&mut Kept> {
        self.all.get_mut(usize::try_from(blob.0?).ok()?)
    }
}

/// A second file with the same content.
fn again(from: &Path, to: &Path, bytes: u64) -> io::Result<()> {
    let from = File::open(from)?;
    let meta = from.metadata()?;
    let mode = std::os::unix::fs::MetadataExt::mode(&meta) & 0o777;
    let mut file = File::options().write(true).create_new(true).mode(mode).open(to)?;
    let (mut from, mut piece) = (from.take(bytes), [0; PIECE]);
    loop {
        let read = from.read(&mut piece)?;
        let Some(some) = piece.get(..read).filter(|it| !it.is_empty()) else { break };
        file.write_all(some)?;
    }
    file.set_len(meta.len())?;
    file.set_times(FileTimes::new().set_modified(meta.modified()?))
}

/// As many bytes as there are, at most so many.
fn fill(from: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    let mut have = 0;
    while let Some(rest) = into.get_mut(have..).filter(|rest| !rest.is_empty()) {
        match from.read(rest)? {
            0 => break,
            read => have += read,
        }
    }
    Ok(have)
}
