//! One file as it was: read and written through no link, for whose folder it is may be anybody.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use rustix::fs::{
    AtFlags, CWD, FileType, Gid, Mode, OFlags, ResolveFlags, Stat, Timespec, Timestamps, Uid,
};
use rustix::io::Errno;

/// The longest file that is copied.
const MOST_BYTES: u64 = 1 << 20;

/// Which state of which file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    file: (u64, u64),
    changed: (i64, i64),
}

/// Content, owner, rights and the time of its last change.
#[derive(Debug)]
pub struct Copy {
    pub bytes: Vec<u8>,
    pub stamp: Stamp,
    mode: Mode,
    owner: (Uid, Gid),
    times: Timestamps,
}

impl Stamp {
    /// Of what stands there, if it is a file that is copied.
    pub fn of(path: &Path) -> Option<Self> {
        let stat = rustix::fs::fstat(at(path, OFlags::PATH).ok()?).ok()?;
        is_small(&stat).then(|| Self::from(&stat))
    }
}

impl From<&Stat> for Stamp {
    fn from(stat: &Stat) -> Self {
        let changed = (stat.st_ctime, i64::try_from(stat.st_ctime_nsec).unwrap_or(0));
        Self { file: (stat.st_dev, stat.st_ino), changed }
    }
}

impl Copy {
    /// Of what stands there; none if that is no small file, or it was changed meanwhile.
    pub fn of(path: &Path) -> Option<Self> {
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY;
        let file = File::from(at(path, flags).ok()?);
        let stat = rustix::fs::fstat(&file).ok().filter(is_small)?;
        let mut bytes = Vec::new();
        (&file).take(MOST_BYTES + 1).read_to_end(&mut bytes).ok()?;
        let after = rustix::fs::fstat(&file).ok()?;
        let stamp = Stamp::from(&stat);
        let whole = Stamp::from(&after) == stamp && bytes.len() as u64 <= MOST_BYTES;
        let time = Timespec {
            tv_sec: stat.st_mtime,
            tv_nsec: i64::try_from(stat.st_mtime_nsec).unwrap_or(0),
        };
        whole.then(|| Self {
            bytes,
            stamp,
            mode: Mode::from_raw_mode(stat.st_mode),
            owner: (Uid::from_raw(stat.st_uid), Gid::from_raw(stat.st_gid)),
            times: Timestamps { last_access: time, last_modification: time },
        })
    }

    /// Writes it anew, in one step, whatever stands there.
    pub fn write(&self, path: &Path) -> io::Result<Stamp> {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(Errno::INVAL.into());
        };
        let folder = at(folder, OFlags::RDONLY | OFlags::DIRECTORY)?;
        let mut beside = OsStr::new(".").to_owned();
        beside.push(name);
        beside.push(".chaperone");
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let create = || rustix::fs::openat(&folder, &beside, flags | OFlags::NOFOLLOW, Mode::RUSR);
        let file = match create() {
            // Of one who did not come to its end.
            Err(Errno::EXIST) => {
                rustix::fs::unlinkat(&folder, &beside, AtFlags::empty())?;
                create()?
            }
            created => created?,
        };
        let written = self.fill(File::from(file)).and_then(|stat| {
            rustix::fs::renameat(&folder, &beside, &folder, name)?;
            Ok(stat)
        });
        match written {
            // Its new name is a change of it.
            Ok(_) => {
                Ok(Stamp::from(&rustix::fs::statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW)?))
            }
            Err(error) => {
                rustix::fs::unlinkat(&folder, &beside, AtFlags::empty())?;
                Err(error)
            }
        }
    }

    fn fill(&self, mut file: File) -> io::Result<()> {
        file.write_all(&self.bytes)?;
        let (user, group) = self.owner;
        let stat = rustix::fs::fstat(&file)?;
        if (stat.st_uid, stat.st_gid) != (user.as_raw(), group.as_raw()) {
            rustix::fs::fchown(file.as_fd(), Some(user), Some(group))?;
        }
        rustix::fs::fchmod(file.as_fd(), self.mode)?;
        rustix::fs::futimens(file.as_fd(), &self.times)?;
        Ok(())
    }
}

fn is_small(stat: &Stat) -> bool {
    FileType::from_raw_mode(stat.st_mode).is_file()
        && u64::try_from(stat.st_size).is_ok_and(|size| size <= MOST_BYTES)
}

fn at(path: &Path, flags: OFlags) -> io::Result<OwnedFd> {
    let flags = flags | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let resolve = ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
    Ok(rustix::fs::openat2(CWD, path, flags, Mode::empty(), resolve)?)
}
