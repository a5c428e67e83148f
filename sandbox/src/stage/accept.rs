//! Puts what a layer holds into the workspace: each file at once, or not at all; nothing that somebody changed there
//! since is overwritten unasked.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Mode, OFlags, RenameFlags, linkat, renameat_with, unlinkat};

use super::discard::remove;
use super::folder::{Open, beside};
use super::{Change, Conflict, Kind, Staged, State, What};

/// What happens where the workspace changed, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Force {
    /// Both stay as they are.
    Never,
    /// The layer's counts.
    Overwrite,
}

/// What became of a change.
#[derive(Debug)]
pub enum Done {
    /// It is in the workspace.
    Accepted,
    /// It is not: the workspace changed there.
    Conflict(Conflict),
    /// It is not.
    Failed(io::Error),
}

/// Accepts these changes, which are of this layer, in order. Says of each what became of it.
pub fn accept(staged: &Staged, changes: &[Change], force: Force) -> io::Result<Vec<Done>> {
    let mut work = Work {
        upper: Open::folder(&staged.upper)?,
        lower: Open::folder(&staged.workspace)?,
        began: staged.began_unix_ns,
        force,
        folders: BTreeMap::new(),
    };
    let mut done: Vec<Done> = changes.iter().map(|change| work.one(change)).collect();
    // Permissions of new folders come last: one may forbid to make a file in it.
    for (change, done) in changes.iter().zip(&mut done) {
        if let (Done::Accepted, Some(after)) = (&done, change.after)
            && after.kind == Kind::Folder
            && let Err(error) = work.permit(&change.path, after)
        {
            *done = Done::Failed(error);
        }
    }
    Ok(done)
}

/// Lets the kernel begin to write a file, and waits for nothing. A file system that keeps order (ext4, Btrfs) then has the
/// content on the disk before the name. To wait, for each file or for all of the file system, takes seconds where somebody
/// else writes, too, and an agent without a layer waits for nothing either.
fn begin_to_write(file: &std::fs::File) {
    // SAFETY: the descriptor is open for as long as the call takes, and no memory is given.
    #[expect(unsafe_code, reason = "no safe library has the call")]
    let _ = unsafe { libc::sync_file_range(file.as_raw_fd(), 0, 0, libc::SYNC_FILE_RANGE_WRITE) };
}

struct Work {
    upper: Open,
    lower: Open,
    began: i128,
    force: Force,
    /// The last folders that were opened, in both trees.
    folders: BTreeMap<PathBuf, (Open, Open)>,
}

/// Most folders that are kept open.
const OPEN: usize = 64;

impl Work {
    fn one(&mut self, change: &Change) -> Done {
        if let (Some(conflict), Force::Never) = (change.conflict, self.force) {
            return Done::Conflict(conflict);
        }
        let (above, _) = beside(&change.path);
        let done = self.open(above).and_then(|()| {
            let (upper, lower) =
                self.folders.get(above).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
            At { upper, lower, began: self.began, force: self.force }.put(change)
        });
        done.unwrap_or_else(Done::Failed)
    }

    fn open(&mut self, above: &Path) -> io::Result<()> {
        if !self.folders.contains_key(above) {
            if self.folders.len() >= OPEN {
                self.folders.clear();
            }
            let both = (self.upper.below(above)?, self.lower.below(above)?);
            self.folders.insert(above.to_owned(), both);
        }
        Ok(())
    }

    fn permit(&self, path: &Path, after: State) -> io::Result<()> {
        let folder = self.lower.below(path)?;
        Ok(rustix::fs::fchmod(folder, Mode::from_raw_mode(after.mode))?)
    }
}

/// Two folders of the same path.
struct At<'w> {
    upper: &'w Open,
    lower: &'w Open,
    began: i128,
    force: Force,
}

impl At<'_> {
    fn put(&self, change: &Change) -> io::Result<Done> {
        let (_, name) = beside(&change.path);
        let now = self.lower.stat(name)?.as_ref().map(State::of);
        // Between the look and this moment, too, somebody may have changed it.
        let same = match (now, change.before) {
            (Some(now), Some(before)) if now.kind == Kind::Folder => before.kind == Kind::Folder,
            (now, before) => now == before,
        };
        if !same && self.force == Force::Never {
            return Ok(Done::Conflict(match (now, change.before) {
                (None, _) => Conflict::AlsoRemoved,
                (_, None) => Conflict::AlsoMade,
                _ => Conflict::AlsoChanged,
            }));
        }
        match (change.what, change.after) {
            (What::Unclear, _) => {
                Err(io::Error::other("neither a file nor a folder nor a link that can be read"))
            }
            (What::Removed, _) | (_, None) => self.remove(change, now),
            (_, Some(after)) if after.kind == Kind::Folder => self.folder(change, now),
            (_, Some(after)) => self.file(change, now, after),
        }
    }

    fn remove(&self, change: &Change, now: Option<State>) -> io::Result<Done> {
        let (_, name) = beside(&change.path);
        if now.is_some_and(|now| now.kind == Kind::Folder)
            && self.force == Force::Never
            && touched_since(self.lower, name.as_ref(), self.began)?
        {
            return Ok(Done::Conflict(Conflict::AlsoChanged));
        }
        remove(self.lower, name)?;
        Ok(Done::Accepted)
    }

    fn folder(&self, change: &Change, now: Option<State>) -> io::Result<Done> {
        let (_, name) = beside(&change.path);
        match now {
            Some(now) if now.kind == Kind::Folder => return Ok(Done::Accepted),
            Some(_) => unlinkat(self.lower, name, AtFlags::empty())?,
            None => {}
        }
        rustix::fs::mkdirat(self.lower, name, Mode::RWXU)?;
        Ok(Done::Accepted)
    }

    fn file(&self, change: &Change, now: Option<State>, after: State) -> io::Result<Done> {
        let (_, name) = beside(&change.path);
        if now.is_some_and(|now| now.kind == Kind::Folder) {
            if self.force == Force::Never && touched_since(self.lower, name.as_ref(), self.began)? {
                return Ok(Done::Conflict(Conflict::AlsoChanged));
            }
            remove(self.lower, name)?;
        }
        if after.kind == Kind::File {
            release(self.upper, name.as_ref(), after)?;
        }
        let temporary = PathBuf::from(format!(".chaperone-{}.tmp", std::process::id()));
        let replaced = now.is_some_and(|now| now.kind != Kind::Folder);
        let put = self.beside(name.as_ref(), &temporary, after).and_then(|()| {
            let flags = if replaced { RenameFlags::empty() } else { RenameFlags::NOREPLACE };
            Ok(renameat_with(self.lower, &temporary, self.lower, name, flags)?)
        });
        if put.is_err() {
            let _ = unlinkat(self.lower, &temporary, AtFlags::empty());
        }
        match put {
            Ok(()) => Ok(Done::Accepted),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Ok(Done::Conflict(Conflict::AlsoMade))
            }
            Err(error) => Err(error),
        }
    }

    /// Puts the layer's file beside the one that it is to be: the same one, so that the layer knows it again, or a copy
    /// where the layer is on another file system.
    fn beside(&self, name: &Path, temporary: &Path, after: State) -> io::Result<()> {
        use rustix::io::Errno;
        // One that somebody was interrupted with.
        let _ = unlinkat(self.lower, temporary, AtFlags::empty());
        match linkat(self.upper, name, self.lower, temporary, AtFlags::empty()) {
            Err(Errno::XDEV | Errno::PERM | Errno::MLINK | Errno::NOSYS) => {}
            linked => return Ok(linked?),
        }
        if after.kind == Kind::Link {
            let to = self.upper.link(name.as_os_str())?;
            return Ok(rustix::fs::symlinkat(&to, self.lower, temporary)?);
        }
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let made = rustix::fs::openat(self.lower, temporary, flags, Mode::RUSR | Mode::WUSR)?;
        let mut made = std::fs::File::from(made);
        io::copy(&mut self.upper.read(name)?, &mut made)?;
        rustix::fs::fchmod(&made, Mode::from_raw_mode(after.mode))?;
        begin_to_write(&made);
        Ok(())
    }
}

/// Makes a file of the layer one of its own: what the kernel noted on it goes, and it is on its way to the disk.
fn release(upper: &Open, name: &Path, state: State) -> io::Result<()> {
    const NOTES: [&str; 2] = ["user.overlay.origin", "user.overlay.nlink"];
    let file = upper.read(name)?;
    begin_to_write(&file);
    for note in NOTES {
        match rustix::fs::fremovexattr(&file, note) {
            Err(rustix::io::Errno::ACCESS | rustix::io::Errno::PERM) => {
                // Notes are written by who may write; a file may forbid that to its owner.
                rustix::fs::fchmod(&file, Mode::from_raw_mode(state.mode | 0o200))?;
                let done = rustix::fs::fremovexattr(&file, note);
                rustix::fs::fchmod(&file, Mode::from_raw_mode(state.mode))?;
                none_is_fine(done)?;
            }
            done => none_is_fine(done)?,
        }
    }
    Ok(())
}

fn none_is_fine(done: rustix::io::Result<()>) -> io::Result<()> {
    match done {
        Err(rustix::io::Errno::NODATA) | Ok(()) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Whether anything in a folder of the workspace was changed since.
fn touched_since(above: &Open, name: &Path, began: i128) -> io::Result<bool> {
    let mut next = vec![name.to_owned()];
    while let Some(path) = next.pop() {
        let folder = above.below(&path)?;
        for name in folder.names()? {
            let Some(stat) = folder.stat(&name)? else { continue };
            let state = State::of(&stat);
            if state.changed_ns >= began {
                return Ok(true);
            }
            if state.kind == Kind::Folder {
                next.push(path.join(&name));
            }
        }
    }
    Ok(false)
}
