//! Where a path leads: an open folder, whose place is known, and one name in it. No name is looked up twice.

use std::ffi::{OsStr, OsString};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, fstat, openat2, readlinkat};
use rustix::io::Errno;

use super::caller::Caller;

/// Most links behind each other.
pub const MOST_LINKS: usize = 40;

/// What a path means.
#[derive(Debug)]
pub enum Spot {
    /// A name in a folder.
    Entry(Entry),
    /// Something that has no name of its own in the path: `.`, `/`, a descriptor.
    Open(OwnedFd),
}

/// A name in a folder. It may be there or not, and be a link.
#[derive(Debug)]
pub struct Entry {
    /// The folder.
    pub folder: OwnedFd,
    /// Where the folder is.
    pub place: PathBuf,
    /// The name.
    pub name: OsString,
    /// Only a folder is meant.
    pub slash: bool,
}

/// Where a path begins.
#[derive(Debug)]
pub enum Start {
    /// At a descriptor of the caller, or its working directory.
    Caller(i32),
    /// At an open folder.
    Folder(OwnedFd),
}

impl Entry {
    /// Where it is.
    pub fn path(&self) -> PathBuf {
        self.place.join(&self.name)
    }

    /// Where it leads, if it is a link.
    pub fn link(&self) -> Option<Vec<u8>> {
        Some(readlinkat(&self.folder, &self.name, Vec::new()).ok()?.into_bytes())
    }
}

/// Follows a path up to its last name.
pub fn find(caller: &Caller<'_>, start: Start, path: &[u8]) -> Result<Spot, Errno> {
    if path.is_empty() {
        return Err(Errno::NOENT);
    }
    if let Some((descriptor, rest)) = own(path, caller.thread()) {
        let open = caller.open(descriptor)?;
        return if rest.is_empty() { Ok(Spot::Open(open)) } else { within(&open, rest) };
    }
    match start {
        _ if path.starts_with(b"/") => within(CWD, path),
        Start::Caller(descriptor) => within(caller.open(descriptor)?, path),
        Start::Folder(folder) => within(folder, path),
    }
}

/// Where an open file is. An error where it is nowhere: removed, or out of sight.
pub fn place(open: impl AsFd) -> Result<PathBuf, Errno> {
    let open = open.as_fd();
    let link = format!("/proc/self/fd/{}", open.as_raw_fd());
    let place = readlinkat(CWD, link, Vec::new())?;
    let place = PathBuf::from(OsString::from_vec(place.into_bytes()));
    // What is removed has a name that may be another one's; so has what another mount namespace sees.
    let there = resolve(CWD, &place, ResolveFlags::NO_SYMLINKS)?;
    let (this, that) = (fstat(open)?, fstat(there)?);
    let same = (this.st_dev, this.st_ino) == (that.st_dev, that.st_ino);
    if same && place.is_absolute() { Ok(place) } else { Err(Errno::NOENT) }
}

fn within(base: impl AsFd, path: &[u8]) -> Result<Spot, Errno> {
    let (folder, name, slash) = split(path);
    let plain = ResolveFlags::NO_MAGICLINKS;
    if matches!(name, b"" | b"." | b"..") {
        return Ok(Spot::Open(resolve(base, path, plain)?));
    }
    let folder = if folder.is_empty() { b"." } else { folder };
    let folder = resolve(base, folder, plain)?;
    let place = place(&folder)?;
    Ok(Spot::Entry(Entry { folder, place, name: OsStr::from_bytes(name).into(), slash }))
}

/// A handle on what the path leads to, never by a link of procfs: what such links mean depends on who follows them.
fn resolve(base: impl AsFd, path: impl AsPath, how: ResolveFlags) -> Result<OwnedFd, Errno> {
    openat2(base, path.as_path(), OFlags::PATH | OFlags::CLOEXEC, Mode::empty(), how)
}

trait AsPath {
    fn as_path(&self) -> &Path;
}
impl AsPath for &[u8] {
    fn as_path(&self) -> &Path {
        Path::new(OsStr::from_bytes(self))
    }
}
impl AsPath for &PathBuf {
    fn as_path(&self) -> &Path {
        self
    }
}

/// The folder as it is written, the last name, and whether something stood behind it.
fn split(path: &[u8]) -> (&[u8], &[u8], bool) {
    let end = path.iter().rposition(|byte| *byte != b'/').map_or(0, |last| last + 1);
    let (written, behind) = path.split_at(end);
    let begin = written.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
    let (folder, name) = written.split_at(begin);
    (folder, name, !behind.is_empty())
}

/// Names of the caller's own descriptors, and what stands behind them.
fn own(path: &[u8], thread: i32) -> Option<(i32, &[u8])> {
    match path {
        b"/dev/stdin" => return Some((0, b"")),
        b"/dev/stdout" => return Some((1, b"")),
        b"/dev/stderr" => return Some((2, b"")),
        _ => {}
    }
    let by_number = format!("/proc/{thread}/fd/");
    let folders: [&[u8]; 4] =
        [b"/dev/fd/", b"/proc/self/fd/", b"/proc/thread-self/fd/", by_number.as_bytes()];
    let rest = folders.into_iter().find_map(|folder| path.strip_prefix(folder))?;
    let end = rest.iter().position(|byte| *byte == b'/').unwrap_or(rest.len());
    let (number, rest) = rest.split_at(end);
    let number = std::str::from_utf8(number).ok()?.parse().ok()?;
    let first = rest.iter().position(|byte| *byte != b'/').unwrap_or(rest.len());
    Some((number, rest.get(first..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_name_is_taken_apart() {
        let check = |path: &str, folder: &str, name: &str, slash: bool| {
            let expect = (folder.as_bytes(), name.as_bytes(), slash);
            assert_eq!(split(path.as_bytes()), expect, "{path}");
        };
        check("a", "", "a", false);
        check("a/b", "a/", "b", false);
        check("/a", "/", "a", false);
        check("../a//b//", "../a//", "b", true);
        check("/", "", "", true);
        check("a/..", "a/", "..", false);
    }

    #[test]
    fn own_descriptors_are_known_by_their_names() {
        let check = |path: &str, expect: Option<(i32, &str)>| {
            let found = own(path.as_bytes(), 77);
            assert_eq!(found, expect.map(|(number, rest)| (number, rest.as_bytes())), "{path}");
        };
        check("/dev/stdout", Some((1, "")));
        check("/dev/fd/12", Some((12, "")));
        check("/proc/self/fd/3/x/y", Some((3, "x/y")));
        check("/proc/self/fd/3//etc", Some((3, "etc")));
        check("/proc/77/fd/3", Some((3, "")));
        check("/proc/78/fd/3", None);
        check("/dev/fd/x", None);
        check("/dev/null", None);
    }
}
