//! A file of somebody that is to be changed by us, who may have more rights than he: reached without links, and his.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{AtFlags, Mode, OFlags, ResolveFlags, Stat};

use crate::read::MAX_SETTINGS;

/// A file in a folder that is held open.
pub(super) struct Place {
    folder: OwnedFd,
    name: std::ffi::OsString,
    stat: Stat,
}

impl Place {
    /// The file at `path`, if it belongs to `uid`.
    pub fn open(path: &Path, uid: u32) -> Result<Self, String> {
        let (folder, name) = parent(path)?;
        let stat = rustix::fs::statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let kind = rustix::fs::FileType::from_raw_mode(stat.st_mode);
        if kind == rustix::fs::FileType::Symlink {
            return Err(format!("{} is a link", path.display()));
        }
        if kind != rustix::fs::FileType::RegularFile {
            return Err(format!("{} is no file", path.display()));
        }
        if stat.st_uid != uid {
            return Err(format!("{} belongs to somebody else", path.display()));
        }
        Ok(Self { folder, name: name.to_owned(), stat })
    }

    /// A new file at `path`.
    pub fn create(path: &Path, owner: (u32, u32), mode: u32, bytes: &[u8]) -> Result<(), String> {
        let (folder, name) = parent(path)?;
        if rustix::fs::statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW).is_ok() {
            return Err(format!("{} is there again\nhint: move it away first", path.display()));
        }
        write(&folder, name, owner, mode, bytes)
    }

    /// Account and group.
    pub fn owner(&self) -> (u32, u32) {
        (self.stat.st_uid, self.stat.st_gid)
    }

    /// Permissions.
    pub fn mode(&self) -> u32 {
        self.stat.st_mode & 0o7777
    }

    /// All of it.
    pub fn read(&mut self) -> Result<Vec<u8>, String> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&self.folder, &self.name, flags, Mode::empty())
            .map_err(|error| error.to_string())?;
        let stat = rustix::fs::fstat(&file).map_err(|error| error.to_string())?;
        if (stat.st_dev, stat.st_ino) != (self.stat.st_dev, self.stat.st_ino) {
            return Err("it became another file meanwhile".into());
        }
        let mut bytes = Vec::new();
        let mut file = File::from(file).take(MAX_SETTINGS + 1);
        file.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        if bytes.len() as u64 > MAX_SETTINGS {
            return Err("it is too long".into());
        }
        Ok(bytes)
    }

    /// Puts a new file in its place, with the same owner and permissions.
    pub fn replace(&self, bytes: &[u8]) -> Result<(), String> {
        self.is_same()?;
        write(&self.folder, &self.name, self.owner(), self.mode(), bytes)
    }

    /// Takes it away.
    pub fn remove(&self) -> Result<(), String> {
        self.is_same()?;
        rustix::fs::unlinkat(&self.folder, &self.name, AtFlags::empty())
            .map_err(|error| error.to_string())
    }

    fn is_same(&self) -> Result<(), String> {
        let stat = rustix::fs::statat(&self.folder, &self.name, AtFlags::SYMLINK_NOFOLLOW)
            .map_err(|error| error.to_string())?;
        let as_it_was = |stat: &Stat| {
            (stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime, stat.st_mtime_nsec)
        };
        if as_it_was(&stat) == as_it_was(&self.stat) {
            Ok(())
        } else {
            Err("it changed meanwhile".into())
        }
    }
}

/// The folder of `path`, reached without following a link.
fn parent(path: &Path) -> Result<(OwnedFd, &OsStr), String> {
    let (folder, name) = path.parent().zip(path.file_name()).ok_or("it has no folder")?;
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let resolve = ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    rustix::fs::openat2(rustix::fs::CWD, folder, flags, Mode::empty(), resolve)
        .map(|folder| (folder, name))
        .map_err(|error| match error {
            rustix::io::Errno::LOOP => format!("a link leads to {}", path.display()),
            error => format!("{}: {error}", folder.display()),
        })
}

/// Writes beside it and renames: a reader sees the old file or the new one.
fn write(
    folder: &OwnedFd,
    name: &OsStr,
    owner: (u32, u32),
    mode: u32,
    bytes: &[u8],
) -> Result<(), String> {
    let mut new = std::ffi::OsString::from(".");
    new.push(name);
    new.push(format!(".chaperone-{}", std::process::id()));
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let said = |error: rustix::io::Errno| error.to_string();
    let file = rustix::fs::openat(folder, &new, flags, Mode::from_raw_mode(0o600)).map_err(said)?;
    let uid = rustix::fs::Uid::from_raw(owner.0);
    let gid = rustix::fs::Gid::from_raw(owner.1);
    let done = (|| {
        let stat = rustix::fs::fstat(&file).map_err(said)?;
        if (stat.st_uid, stat.st_gid) != owner {
            rustix::fs::fchown(&file, Some(uid), Some(gid)).map_err(said)?;
        }
        rustix::fs::fchmod(&file, Mode::from_raw_mode(mode)).map_err(said)?;
        let mut file = File::from(file);
        file.write_all(bytes).map_err(|error| error.to_string())?;
        file.sync_all().map_err(|error| error.to_string())?;
        rustix::fs::renameat(folder, &new, folder, name).map_err(said)
    })();
    if done.is_err() {
        let _ = rustix::fs::unlinkat(folder, &new, AtFlags::empty());
    }
    done
}
