//! Puts what a layer holds into the workspace: each file at once, or not at all; nothing that somebody changed there
//! since is overwritten unasked.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::thread;

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

/// Most threads that put files into place; what they wait for is the kernel.
const THREADS: usize = 4;

/// Accepts these changes, which are of this layer: folders first, in order, then what is in them, some folders at a time.
/// Says of each what became of it.
pub fn accept(staged: &Staged, changes: &[Change], force: Force) -> io::Result<Vec<Done>> {
    let trees = Trees {
        upper: Open::folder(&staged.upper)?,
        lower: Open::folder(&staged.workspace)?,
        began: staged.began_unix_ns,
        force,
    };
    let all = changes.iter().enumerate();
    let (folders, rest): (Vec<_>, Vec<_>) = all.partition(|(_, change)| makes_folder(change));
    let mut done = trees.work(folders);
    done.extend(trees.work_beside(rest)?);
    done.sort_unstable_by_key(|(number, _)| *number);
    let mut done: Vec<Done> = done.into_iter().map(|(_, done)| done).collect();
    // Permissions of new folders come last: one may forbid to make a file in it.
    for (change, done) in changes.iter().zip(&mut done) {
        if let (Done::Accepted, Some(after)) = (&done, change.after)
            && after.kind == Kind::Folder
            && let Err(error) = trees.permit(&change.path, after)
        {
            *done = Done::Failed(error);
        }
    }
    Ok(done)
}

fn makes_folder(change: &Change) -> bool {
    change.after.is_some_and(|after| after.kind == Kind::Folder)
}

/// A change, by its place among all.
type Numbered<'c> = (usize, &'c Change);

/// About as many changes in each share; those of one folder stay together, for the kernel lets one thread at a time
/// change a folder, and names beside them are made by process.
fn shares(changes: Vec<Numbered<'_>>, count: usize) -> Vec<Vec<Numbered<'_>>> {
    let fill = changes.len().div_ceil(count);
    let mut by_folder: BTreeMap<&Path, Vec<Numbered<'_>>> = BTreeMap::new();
    for (number, change) in changes {
        by_folder.entry(beside(&change.path).0).or_default().push((number, change));
    }
    let mut shares: Vec<Vec<Numbered<'_>>> = Vec::new();
    for folder in by_folder.into_values() {
        match shares.last_mut().filter(|share| share.len() < fill) {
            Some(share) => share.extend(folder),
            None => shares.push(folder),
        }
    }
    shares
}

/// Lets the kernel begin to write a file, and waits for nothing. A file system that keeps order (ext4, Btrfs) then has the
/// content on the disk before the name. To wait, for each file or for all of the file system, takes seconds where somebody
/// else writes, too, and an agent without a layer waits for nothing either.
fn begin_to_write(file: &std::fs::File) {
    // SAFETY: the descriptor is open for as long as the call takes, and no memory is given.
    #[expect(unsafe_code, reason = "no safe library has the call")]
    let _ = unsafe { libc::sync_file_range(file.as_raw_fd(), 0, 0, libc::SYNC_FILE_RANGE_WRITE) };
}

/// The layer and the workspace.
struct Trees {
    upper: Open,
    lower: Open,
    began: i128,
    force: Force,
}

impl Trees {
    /// By several threads.
    fn work_beside(&self, changes: Vec<Numbered<'_>>) -> io::Result<Vec<(usize, Done)>> {
        let threads = thread::available_parallelism().map_or(1, |it| it.get().min(THREADS));
        thread::scope(|scope| {
            let share = |share| scope.spawn(move || self.work(share));
            let working: Vec<_> = shares(changes, threads).into_iter().map(share).collect();
            let mut done = Vec::new();
            for thread in working {
                let its = thread.join().map_err(|_| io::Error::other("a thread broke off"))?;
                done.extend(its);
            }
            Ok(done)
        })
    }

    /// One after the other.
    fn work(&self, changes: Vec<Numbered<'_>>) -> Vec<(usize, Done)> {
        let mut work = Work { trees: self, folders: BTreeMap::new() };
        changes.into_iter().map(|(number, change)| (number, work.one(change))).collect()
    }

    fn permit(&self, path: &Path, after: State) -> io::Result<()> {
        let folder = self.lower.below(path)?;
        Ok(rustix::fs::fchmod(folder, Mode::from_raw_mode(after.mode))?)
    }
}

struct Work<'t> {
    trees: &'t Trees,
    /// The last folders that were opened, in both trees.
    folders: BTreeMap<PathBuf, (Open, Open)>,
}

/// Most folders that are kept open.
const OPEN: usize = 64;

impl Work<'_> {
    fn one(&mut self, change: &Change) -> Done {
        let Trees { began, force, .. } = *self.trees;
        if let (Some(conflict), Force::Never) = (change.conflict, force) {
            return Done::Conflict(conflict);
        }
        let (above, _) = beside(&change.path);
        let done = self.open(above).and_then(|()| {
            let (upper, lower) =
                self.folders.get(above).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
            At { upper, lower, began, force }.put(change)
        });
        done.unwrap_or_else(Done::Failed)
    }

    fn open(&mut self, above: &Path) -> io::Result<()> {
        if !self.folders.contains_key(above) {
            if self.folders.len() >= OPEN {
                self.folders.clear();
            }
            let Trees { upper, lower, .. } = self.trees;
            self.folders.insert(above.to_owned(), (upper.below(above)?, lower.below(above)?));
        }
        Ok(())
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
        let link = || linkat(self.upper, name, self.lower, temporary, AtFlags::empty());
        let mut linked = link();
        if linked == Err(Errno::EXIST) {
            // Somebody was interrupted with it.
            unlinkat(self.lower, temporary, AtFlags::empty())?;
            linked = link();
        }
        match linked {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::What;

    /// Paths to be shared by so many, and the shares.
    #[track_caller]
    fn check(paths: &[&str], count: usize, expected: &[&[&str]]) {
        let change = |path: &&str| Change {
            path: path.into(),
            what: What::Removed,
            before: None,
            after: None,
            conflict: None,
        };
        let changes: Vec<Change> = paths.iter().map(change).collect();
        let shares = shares(changes.iter().enumerate().collect(), count);
        let path = |(_, change): &Numbered<'_>| change.path.display().to_string();
        let found: Vec<Vec<String>> =
            shares.iter().map(|share| share.iter().map(path).collect()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn who_works_beside_others_has_folders_of_his_own() {
        check(&[], 2, &[]);
        check(&["a", "b", "c"], 2, &[&["a", "b", "c"]]);
        check(&["a/1", "a/2", "b/1", "b/2"], 2, &[&["a/1", "a/2"], &["b/1", "b/2"]]);
        check(&["a/1", "a/b/1", "a/b/2", "a/c"], 2, &[&["a/1", "a/c"], &["a/b/1", "a/b/2"]]);
        check(&["a/1", "b/1", "c/1"], 2, &[&["a/1", "b/1"], &["c/1"]]);
    }
}
