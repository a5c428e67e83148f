//! One look at one path: how it stands, and a shadow of what it holds.

use std::io;
use std::os::fd::AsFd;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use rustix::fs::{FileType, Stat};

use crate::folder::{Folder, Reach};
use crate::objects::Put;
use crate::store::Store;
use crate::version::{Here, Kept, Kind, Name, Version, Why, changed_ns, modified_ns};

/// A file that was changed so shortly before may be changed again without another time of change, ns.
const SETTLED_NS: u64 = 20_000_000;
/// A content that was read so shortly after the time of its change may have been written on while it was read, ns.
const CLOSE_NS: u64 = 2_000_000_000;
/// Attributes of one file, in bytes; more are left out.
const MOST_ATTRIBUTES: usize = 64 << 10;

/// What a look saw.
#[derive(Debug)]
pub enum Seen {
    /// Nothing that is covered.
    Nothing,
    /// What it was.
    Same,
    /// It changes right now.
    Unsettled,
    /// This.
    New(Here),
}

/// Which contents are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Those up to so many bytes.
    UpTo(u64),
    /// None of this one.
    Not(Why),
}

/// What was told of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rumour {
    /// Nothing of its content.
    None,
    /// Somebody has written it, and closed it.
    Written,
}

/// Looks at a path below a folder.
pub fn look(
    store: &mut Store,
    root: &Folder,
    path: &Path,
    last: Option<&Version>,
    (keep, rumour): (Keep, Rumour),
) -> io::Result<Seen> {
    let stat = match root.stat(path, Reach::SameDisk) {
        Ok(Some(stat)) => stat,
        Ok(None) => return Ok(Seen::Nothing),
        // What may not be looked at is as it was, as far as anybody knows.
        Err(_) => return Ok(Seen::Same),
    };
    let known = last.and_then(Version::here);
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::Directory => {
            let same = known.is_some_and(|here| {
                here.kind == Kind::Folder
                    && (here.mode, here.uid, here.gid)
                        == (stat.st_mode & 0o7777, stat.st_uid, stat.st_gid)
            });
            if same {
                return Ok(Seen::Same);
            }
            let folder = root.folder(path, Reach::SameDisk);
            let attributes = folder.map(attributes).unwrap_or_default();
            Ok(Seen::New(here(&stat, Kind::Folder, attributes)))
        }
        FileType::Symlink => {
            let Ok(to) = root.link(path, Reach::SameDisk) else { return Ok(Seen::Unsettled) };
            let to = Name::from(to.as_path());
            let kind = Kind::Link { to };
            let same = known.is_some_and(|here| here.kind == kind && here.is(&stat));
            Ok(if same { Seen::Same } else { Seen::New(here(&stat, kind, Vec::new())) })
        }
        FileType::RegularFile => {
            if let Some(known) = known
                && known.is(&stat)
                && is_done(store, last, rumour)
            {
                return Ok(Seen::Same);
            }
            if now_unix_ns() < changed_ns(&stat).unsigned_abs().saturating_add(SETTLED_NS) {
                return Ok(Seen::Unsettled);
            }
            let seen = file(store, root, path, &stat, keep)?;
            Ok(match (seen, known) {
                (Seen::New(here), Some(known)) if here == *known => Seen::Same,
                (seen, _) => seen,
            })
        }
        _ => Ok(Seen::Nothing),
    }
}

/// Whether another look at an unchanged file would tell nothing new.
fn is_done(store: &Store, last: Option<&Version>, rumour: Rumour) -> bool {
    let Some(last) = last else { return false };
    // The kernel stamps a file when a write begins: one that was read then bears the stamp of the whole.
    let read_while_written = last.taken_unix_ns < last.since_ns().saturating_add(CLOSE_NS);
    match last.here().map(|here| &here.kind) {
        Some(Kind::File { kept: Kept::No(Why::NoRoom | Why::Busy), .. }) => false,
        Some(Kind::File { kept: Kept::Yes(_), .. })
            if rumour == Rumour::Written && read_while_written =>
        {
            false
        }
        _ => store.has(last),
    }
}

fn file(
    store: &mut Store,
    root: &Folder,
    path: &Path,
    stat: &Stat,
    keep: Keep,
) -> io::Result<Seen> {
    let bytes = u64::try_from(stat.st_size).unwrap_or(0);
    let not = |why| Kind::File { bytes, kept: Kept::No(why) };
    let refused = match keep {
        Keep::Not(why) => Some(why),
        Keep::UpTo(most) if bytes > most => Some(Why::TooLarge),
        Keep::UpTo(_) if !store.room(bytes)? => Some(Why::NoRoom),
        Keep::UpTo(_) => None,
    };
    if let Some(why) = refused {
        return Ok(Seen::New(here(stat, not(why), Vec::new())));
    }
    let Ok(file) = root.file(path, Reach::SameDisk) else {
        return Ok(Seen::New(here(stat, not(Why::Unreadable), Vec::new())));
    };
    // Another one may stand there by now.
    let opened = rustix::fs::fstat(&file)?;
    if (opened.st_dev, opened.st_ino) != (stat.st_dev, stat.st_ino) {
        return Ok(Seen::Unsettled);
    }
    match store.put(&file) {
        Ok(Put::Changed) => Ok(Seen::Unsettled),
        Ok(Put::Kept(id)) => {
            let kind = Kind::File { bytes, kept: Kept::Yes(id) };
            let now = rustix::fs::fstat(&file)?;
            if changed_ns(&now) != changed_ns(stat) {
                return Ok(Seen::Unsettled);
            }
            Ok(Seen::New(here(stat, kind, attributes(&file))))
        }
        Err(error) if is_full(&error) => Ok(Seen::New(here(stat, not(Why::NoRoom), Vec::new()))),
        Err(error) => Err(error),
    }
}

/// Whether the disk has no room, or this account may not use more of it.
fn is_full(error: &io::Error) -> bool {
    use rustix::io::Errno;
    [Errno::NOSPC, Errno::DQUOT, Errno::FBIG]
        .iter()
        .any(|errno| error.raw_os_error() == Some(errno.raw_os_error()))
}

/// A file that was looked at too often while it changed.
pub fn busy(root: &Folder, path: &Path) -> io::Result<Option<Here>> {
    let stat = root.stat(path, Reach::SameDisk)?;
    Ok(stat.map(|stat| {
        let bytes = u64::try_from(stat.st_size).unwrap_or(0);
        here(&stat, Kind::File { bytes, kept: Kept::No(Why::Busy) }, Vec::new())
    }))
}

fn here(stat: &Stat, kind: Kind, attributes: Vec<(Vec<u8>, Vec<u8>)>) -> Here {
    Here {
        kind,
        mode: stat.st_mode & 0o7777,
        uid: stat.st_uid,
        gid: stat.st_gid,
        modified_ns: modified_ns(stat),
        changed_ns: changed_ns(stat),
        inode: (stat.st_dev, stat.st_ino),
        links: u64::from(stat.st_nlink as u32),
        attributes,
    }
}

/// Extended attributes, as far as they can be read.
pub fn attributes(file: impl AsFd) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut names = vec![0; MOST_ATTRIBUTES];
    let Ok(length) = rustix::fs::flistxattr(&file, &mut names[..]) else { return Vec::new() };
    let mut room = MOST_ATTRIBUTES;
    let mut found = Vec::new();
    for name in names.get(..length).unwrap_or_default().split(|byte| *byte == 0) {
        if name.is_empty() {
            continue;
        }
        let mut value = vec![0; room];
        let Ok(length) = rustix::fs::fgetxattr(&file, name, &mut value[..]) else { continue };
        value.truncate(length);
        room = room.saturating_sub(name.len() + length);
        found.push((name.to_vec(), value));
    }
    found
}

/// The clock that files are told by.
pub fn now_unix_ns() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_nanos()).unwrap_or(u64::MAX)
}
