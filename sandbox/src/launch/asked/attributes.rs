//! Permissions, owners and times, which Landlock does not know: all of them are asked about, and none goes on in the kernel.

use std::os::fd::{AsRawFd, OwnedFd};
use std::path::PathBuf;

use rustix::fs::{
    AtFlags, CWD, FileType, Gid, Mode, OFlags, Timespec, Timestamps, UTIME_NOW, Uid, chmodat,
    chownat, fstat, openat, readlinkat, utimensat,
};
use rustix::io::Errno;

use super::Answer;
use super::caller::Caller;
use super::calls::{Change, Of, Unit};
use super::judge::Judge;
use super::spot::{self, MOST_LINKS, Spot, Start};

/// Changes them, where what they are of may be changed.
pub fn change(caller: &Caller<'_>, judge: &Judge, of: &Of, change: &Change) -> Answer {
    let done = target(caller, of).and_then(|(open, place)| {
        let may = place.is_none_or(|place| judge.may_change(&place));
        if may { set(caller, &open, change) } else { Err(Errno::PERM) }
    });
    done.map_or_else(Answer::Refused, |()| Answer::Done)
}

/// A handle on it, and where it is; nowhere, if it is a pipe or such, or a file whose last name is gone.
fn target(caller: &Caller<'_>, of: &Of) -> Result<(OwnedFd, Option<PathBuf>), Errno> {
    let (at, flags) = match of {
        Of::Open(descriptor) => return named(caller.open(*descriptor)?),
        Of::Named(at, flags) => (at, *flags),
    };
    let mut path = caller.text(at.path)?;
    if path.is_empty() && flags & libc::AT_EMPTY_PATH != 0 {
        return named(caller.open(at.folder)?);
    }
    let mut start = Start::Caller(at.folder);
    for _ in 0..MOST_LINKS {
        let entry = match spot::find(caller, start, &path)? {
            Spot::Open(open) => return named(open),
            Spot::Entry(entry) => entry,
        };
        let handle = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let open = openat(&entry.folder, &entry.name, handle, Mode::empty())?;
        let link = FileType::from_raw_mode(fstat(&open)?.st_mode).is_symlink();
        let follows = flags & libc::AT_SYMLINK_NOFOLLOW == 0 || entry.slash;
        if !link || !follows {
            let place = entry.path();
            return Ok((open, Some(place)));
        }
        path = readlinkat(&open, "", Vec::new())?.into_bytes();
        start = Start::Folder(entry.folder);
    }
    Err(Errno::LOOP)
}

/// With where it is, if it has a name.
fn named(open: OwnedFd) -> Result<(OwnedFd, Option<PathBuf>), Errno> {
    let link = readlinkat(CWD, own_name(&open), Vec::new())?;
    let nameless = !link.to_bytes().starts_with(b"/") || fstat(&open)?.st_nlink == 0;
    let place = if nameless { None } else { Some(spot::place(&open)?) };
    Ok((open, place))
}

fn set(caller: &Caller<'_>, open: &OwnedFd, change: &Change) -> Result<(), Errno> {
    match *change {
        // A handle is no file to this call, but its name is.
        Change::Mode(mode) => {
            let mode = Mode::from_raw_mode(mode & 0o7777);
            chmodat(CWD, own_name(open), mode, AtFlags::empty())
        }
        Change::Owner { user, group } => {
            let kept = u32::MAX;
            let user = (user != kept).then(|| Uid::from_raw(user));
            let group = (group != kept).then(|| Gid::from_raw(group));
            chownat(open, "", user, group, AtFlags::EMPTY_PATH)
        }
        Change::Times(address, unit) => {
            utimensat(open, "", &times(caller, address, unit)?, AtFlags::EMPTY_PATH)
        }
    }
}

fn own_name(open: &OwnedFd) -> String {
    format!("/proc/self/fd/{}", open.as_raw_fd())
}

fn times(caller: &Caller<'_>, address: u64, unit: Unit) -> Result<Timestamps, Errno> {
    if address == 0 {
        let now = Timespec { tv_sec: 0, tv_nsec: UTIME_NOW };
        return Ok(Timestamps { last_access: now, last_modification: now });
    }
    let number = |bytes: &[u8]| bytes.try_into().map_or(0, i64::from_ne_bytes);
    let pairs = |scale: i64| -> Result<[Timespec; 2], Errno> {
        let bytes = caller.bytes::<32>(address)?;
        let (first, second) = bytes.split_at(16);
        Ok([first, second].map(|time| {
            let (seconds, parts) = time.split_at(8);
            let tv_nsec = number(parts).saturating_mul(scale);
            Timespec { tv_sec: number(seconds), tv_nsec }
        }))
    };
    let [last_access, last_modification] = match unit {
        Unit::Nanoseconds => pairs(1)?,
        #[cfg(target_arch = "x86_64")]
        Unit::Microseconds => pairs(1000)?,
        #[cfg(target_arch = "x86_64")]
        Unit::Seconds => {
            let bytes = caller.bytes::<16>(address)?;
            let (first, second) = bytes.split_at(8);
            [first, second].map(|time| Timespec { tv_sec: number(time), tv_nsec: 0 })
        }
    };
    Ok(Timestamps { last_access, last_modification })
}
