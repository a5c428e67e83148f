//! Files below an open folder, by names that lead through no link and onto no other file system.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Dir, Mode, OFlags, ResolveFlags, Stat};
use rustix::io::Errno;

/// Most names in one folder.
const MOST: usize = 1 << 20;

/// A folder that is open.
#[derive(Debug)]
pub struct Folder(OwnedFd);

/// How far names may lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Wherever something is mounted.
    Anywhere,
    /// Not onto what somebody mounted below: it may answer when it likes.
    SameDisk,
}

impl Folder {
    /// By an absolute path, through no link.
    pub fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let top = Self(rustix::fs::openat(CWD, "/", flags, Mode::empty())?);
        let below = path.strip_prefix("/").map_err(|_| io::Error::from(Errno::INVAL))?;
        top.folder(below, Reach::Anywhere)
    }

    /// A folder below it.
    pub fn folder(&self, path: &Path, reach: Reach) -> io::Result<Self> {
        self.at(path, OFlags::RDONLY | OFlags::DIRECTORY, reach).map(Self)
    }

    /// What stands there, whatever it is, without touching it; none where nothing does.
    pub fn stat(&self, path: &Path, reach: Reach) -> io::Result<Option<Stat>> {
        match self.at(path, OFlags::PATH, reach) {
            Ok(found) => Ok(Some(rustix::fs::fstat(found)?)),
            Err(error) if is_absence(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// A file there, to be read; the time of its last use stays where that may be.
    pub fn file(&self, path: &Path, reach: Reach) -> io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY;
        let opened = match self.at(path, flags | OFlags::NOATIME, reach) {
            Err(error) if error.raw_os_error() == Some(Errno::PERM.raw_os_error()) => {
                self.at(path, flags, reach)
            }
            opened => opened,
        };
        opened.map(Into::into)
    }

    fn at(&self, path: &Path, flags: OFlags, reach: Reach) -> io::Result<OwnedFd> {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        let mut resolve =
            ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        if reach == Reach::SameDisk {
            resolve |= ResolveFlags::NO_XDEV;
        }
        let flags = flags | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        Ok(rustix::fs::openat2(&self.0, path, flags, Mode::empty(), resolve)?)
    }

    /// Which folder it is.
    pub fn id(&self) -> io::Result<(u64, u64)> {
        let stat = rustix::fs::fstat(&self.0)?;
        Ok((stat.st_dev, stat.st_ino))
    }

    /// The names in it, in order.
    pub fn names(&self) -> io::Result<Vec<OsString>> {
        let mut names = Vec::new();
        for entry in Dir::read_from(&self.0)?.take(MOST) {
            let entry = entry?;
            let name = OsStr::from_bytes(entry.file_name().to_bytes());
            if name != "." && name != ".." {
                names.push(name.into());
            }
        }
        names.sort();
        Ok(names)
    }

    /// What stands under a name in it.
    pub fn here(&self, name: &OsStr) -> io::Result<Option<Stat>> {
        match rustix::fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => Ok(Some(stat)),
            Err(Errno::NOENT | Errno::NOTDIR) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Where a link leads.
    pub fn link(&self, path: &Path, reach: Reach) -> io::Result<PathBuf> {
        let link = self.at(path, OFlags::PATH, reach)?;
        let to = rustix::fs::readlinkat(link, "", Vec::new())?;
        Ok(PathBuf::from(OsStr::from_bytes(to.to_bytes())))
    }
}

impl AsFd for Folder {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// Whether nothing of ours is there: no such name, or a link or another disk on the way to it.
pub fn is_absence(error: &io::Error) -> bool {
    [Errno::NOENT, Errno::NOTDIR, Errno::LOOP, Errno::XDEV]
        .iter()
        .any(|errno| error.raw_os_error() == Some(errno.raw_os_error()))
}
