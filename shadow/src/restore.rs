//! Puts files back: whole or not at all, through no link, and over nothing that somebody changed since.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use rustix::fs::{
    AtFlags, FileType, Gid, Mode, OFlags, RenameFlags, Stat, Timespec, Timestamps, Uid,
};
use rustix::fs::{XattrFlags, fchmod, fchown, linkat, mkdirat, openat, renameat_with, unlinkat};
use rustix::io::Errno;

use crate::folder::{Folder, Reach};
use crate::objects::{ObjectId, Objects};
use crate::version::{Here, Kept, Kind, Why, changed_ns};

/// Files tell their times by a coarse clock, ns.
const COARSE_NS: u64 = 10_000_000;

/// Something to be put back.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Where to: absolute, without links.
    pub path: PathBuf,
    /// What.
    pub here: Here,
    /// What stands there may be replaced if nobody changed it after this time; none: nothing may stand there.
    pub until_unix_ns: Option<u64>,
    /// Other names that the file had.
    pub names: Vec<PathBuf>,
}

/// What happens where somebody changed a file since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Force {
    /// It stays.
    Never,
    /// It is replaced.
    Overwrite,
    /// Nothing is done at all; it is only said what would be.
    Look,
    /// The same, as if with force.
    LookOverwrite,
}

/// What became of a piece.
#[derive(Debug)]
pub enum Done {
    /// It is back, but for what is named.
    Restored(Vec<Lack>),
    /// It stood so already.
    Same,
    /// It is not back, and the reason.
    Refused(Refused),
    /// The system refused.
    Failed(io::Error),
}

/// What of a file did not come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// This account may not give files away.
    Owner,
    /// Not all extended attributes.
    Attributes,
}

impl Lack {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Owner => "its owner is another one",
            Self::Attributes => "not all of its attributes",
        }
    }
}

/// Why something is not put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Somebody made or changed what stands there now.
    ChangedSince,
    /// There is no shadow.
    NotKept(Why),
    /// The shadow is damaged, or went meanwhile.
    Damaged,
    /// A folder stands where a file was, or the other way round.
    InTheWay,
}

impl Refused {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::ChangedSince => "was changed or made anew since",
            Self::NotKept(why) => why.name(),
            Self::Damaged => "its shadow is damaged or gone",
            Self::InTheWay => "something of another kind stands there",
        }
    }
}

/// Puts these back, in order: folders before what is in them. Says of each what became of it.
pub fn restore(objects: &Objects, pieces: &[Piece], force: Force) -> io::Result<Vec<Done>> {
    let mut work =
        Work { objects, top: Folder::open(Path::new("/"))?, force, first: HashMap::new() };
    let mut done: Vec<Done> = pieces.iter().map(|piece| work.one(piece)).collect();
    if force.looks() {
        return Ok(done);
    }
    // A folder's permissions and times come last: what is put into it changes them, or is forbidden by them.
    for (piece, done) in pieces.iter().zip(&mut done).rev() {
        if let (Kind::Folder, Done::Restored(lacks)) = (&piece.here.kind, &mut *done) {
            match work.folder_at(&piece.path).and_then(|folder| settle(&folder, &piece.here)) {
                Ok(more) => lacks.extend(more),
                Err(error) => *done = Done::Failed(error),
            }
        }
    }
    let first = pieces.iter().zip(&done).find(|(_, done)| matches!(done, Done::Restored(_)));
    if let Some((piece, _)) = first
        && let Some(above) = piece.path.parent()
    {
        rustix::fs::syncfs(work.folder_at(above)?)?;
    }
    Ok(done)
}

impl Force {
    fn looks(self) -> bool {
        matches!(self, Self::Look | Self::LookOverwrite)
    }

    fn overwrites(self) -> bool {
        matches!(self, Self::Overwrite | Self::LookOverwrite)
    }
}

struct Work<'o> {
    objects: &'o Objects,
    top: Folder,
    force: Force,
    /// Files with more than one name, and the first that came back.
    first: HashMap<(u64, u64), PathBuf>,
}

impl Work<'_> {
    fn one(&mut self, piece: &Piece) -> Done {
        self.put(piece).unwrap_or_else(|error| match error.raw_os_error() {
            Some(code) if code == Errno::EXIST.raw_os_error() => {
                Done::Refused(Refused::ChangedSince)
            }
            Some(code) if code == Errno::LOOP.raw_os_error() => Done::Refused(Refused::InTheWay),
            _ => Done::Failed(error),
        })
    }

    fn put(&mut self, piece: &Piece) -> io::Result<Done> {
        let (above, name) = match (piece.path.parent(), piece.path.file_name()) {
            (Some(above), Some(name)) => (above, name),
            _ => return Ok(Done::Same),
        };
        let above = match self.folder_at(above) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if self.force.looks() {
                    return Ok(self.unmet(piece).map_or(Done::Restored(Vec::new()), Done::Refused));
                }
                self.make(above, &piece.here)?
            }
            above => above?,
        };
        let now = above.here(name)?;
        if let Some(done) = self.stands(piece, &above, name, now.as_ref())? {
            return Ok(done);
        }
        if let Some(refused) = self.unmet(piece) {
            return Ok(Done::Refused(refused));
        }
        if self.force.looks() {
            return Ok(Done::Restored(Vec::new()));
        }
        if piece.here.kind == Kind::Folder {
            mkdirat(&above, name, Mode::RWXU)?;
            return Ok(Done::Restored(Vec::new()));
        }
        let temporary = format!(".chaperone-{}.new", std::process::id());
        // One that somebody was interrupted with.
        let _ = unlinkat(&above, &*temporary, AtFlags::empty());
        let put = self.beside(piece, &above, &temporary).and_then(|made| {
            if let Done::Restored(_) = made {
                rename(&above, &temporary, name, now.as_ref())?;
            }
            Ok(made)
        });
        if !matches!(put, Ok(Done::Restored(_))) {
            let _ = unlinkat(&above, &*temporary, AtFlags::empty());
        } else if piece.here.links > 1 {
            self.first.entry(piece.here.inode).or_insert_with(|| piece.path.clone());
        }
        put
    }

    /// What is said where something stands already; none where the piece may take its place.
    fn stands(
        &self,
        piece: &Piece,
        above: &Folder,
        name: &OsStr,
        now: Option<&Stat>,
    ) -> io::Result<Option<Done>> {
        let Some(now) = now else { return Ok(None) };
        let kind = FileType::from_raw_mode(now.st_mode);
        let same = match &piece.here.kind {
            Kind::Folder if kind == FileType::Directory => return Ok(Some(Done::Same)),
            _ if kind == FileType::Directory => return Ok(Some(Done::Refused(Refused::InTheWay))),
            Kind::Folder => return Ok(Some(Done::Refused(Refused::InTheWay))),
            Kind::Link { to } if kind == FileType::Symlink => {
                above.link(Path::new(name), Reach::Anywhere)? == PathBuf::from(to.clone())
            }
            Kind::File { bytes, kept: Kept::Yes(id) } if kind == FileType::RegularFile => {
                u64::try_from(now.st_size) == Ok(*bytes)
                    && piece.here.mode == now.st_mode & 0o7777
                    && self.objects.is(*id, &above.file(Path::new(name), Reach::Anywhere)?)?
            }
            _ => false,
        };
        if same {
            return Ok(Some(Done::Same));
        }
        let until = piece.until_unix_ns.map(|until| until.saturating_add(COARSE_NS));
        let since = u64::try_from(changed_ns(now)).unwrap_or(u64::MAX);
        let ours = until.is_some_and(|until| since <= until);
        let refused = Done::Refused(Refused::ChangedSince);
        Ok((!ours && !self.force.overwrites()).then_some(refused))
    }

    /// Why there is nothing to put back.
    fn unmet(&self, piece: &Piece) -> Option<Refused> {
        match piece.here.kind {
            Kind::File { kept: Kept::No(why), .. } => Some(Refused::NotKept(why)),
            Kind::File { bytes, kept: Kept::Yes(id) } if !self.objects.has(id, bytes) => {
                Some(Refused::Damaged)
            }
            _ => None,
        }
    }

    /// Makes it beside where it is to be.
    fn beside(&self, piece: &Piece, above: &Folder, temporary: &str) -> io::Result<Done> {
        match &piece.here.kind {
            Kind::Link { to } => {
                rustix::fs::symlinkat(PathBuf::from(to.clone()), above, temporary)?;
                let (uid, gid) = owner(&piece.here);
                let given = rustix::fs::chownat(
                    above,
                    temporary,
                    Some(uid),
                    Some(gid),
                    AtFlags::SYMLINK_NOFOLLOW,
                );
                let times = times(&piece.here);
                rustix::fs::utimensat(above, temporary, &times, AtFlags::SYMLINK_NOFOLLOW)?;
                Ok(Done::Restored(given.err().map(|_| Lack::Owner).into_iter().collect()))
            }
            Kind::File { kept: Kept::Yes(id), .. } => {
                if piece.here.links > 1 && self.link(piece, *id, above, temporary) {
                    return Ok(Done::Restored(Vec::new()));
                }
                let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
                let made = openat(above, temporary, flags, Mode::RUSR | Mode::WUSR)?;
                let made = File::from(made);
                let mut object = self.objects.get(*id)?;
                if rustix::fs::ioctl_ficlone(&made, &object).is_err() {
                    io::copy(&mut object, &mut &made)?;
                }
                // INVARIANT: nothing gets its name that is not what was kept.
                if !self.objects.is(*id, &made)? {
                    return Ok(Done::Refused(Refused::Damaged));
                }
                Ok(Done::Restored(settle(&made, &piece.here)?))
            }
            Kind::File { kept: Kept::No(why), .. } => Ok(Done::Refused(Refused::NotKept(*why))),
            Kind::Folder => Ok(Done::Same),
        }
    }

    /// Another name of a file that is there, or came back already.
    fn link(&self, piece: &Piece, id: ObjectId, above: &Folder, temporary: &str) -> bool {
        let try_one = |path: &Path| -> io::Result<bool> {
            let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
                return Ok(false);
            };
            let folder = self.folder_at(folder)?;
            if !self.objects.is(id, &folder.file(Path::new(name), Reach::Anywhere)?)? {
                return Ok(false);
            }
            linkat(&folder, name, above, temporary, AtFlags::empty())?;
            Ok(true)
        };
        let first = self.first.get(&piece.here.inode).into_iter();
        let alive = piece.names.iter().filter(|path| self.is_alive(path, piece.here.inode));
        first.chain(alive).any(|path| try_one(path).unwrap_or(false))
    }

    fn is_alive(&self, path: &Path, inode: (u64, u64)) -> bool {
        let below = path.strip_prefix("/").unwrap_or(path);
        let stat = self.top.stat(below, Reach::Anywhere).ok().flatten();
        stat.is_some_and(|stat| (stat.st_dev, stat.st_ino) == inode)
    }

    fn folder_at(&self, path: &Path) -> io::Result<Folder> {
        self.top.folder(path.strip_prefix("/").unwrap_or(path), Reach::Anywhere)
    }

    /// Folders that are gone and of which nothing is known: for the owner of what comes into them.
    fn make(&self, path: &Path, here: &Here) -> io::Result<Folder> {
        let (Some(above), Some(name)) = (path.parent(), path.file_name()) else {
            return self.folder_at(path);
        };
        let above = match self.folder_at(above) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.make(above, here)?,
            above => above?,
        };
        mkdirat(&above, name, Mode::RWXU)?;
        let made = above.folder(Path::new(name), Reach::Anywhere)?;
        let (uid, gid) = owner(here);
        // Whoever may not give it away keeps it.
        let _ = fchown(&made, Some(uid), Some(gid));
        Ok(made)
    }
}

/// Gives it its name, unless somebody was there in the meantime.
fn rename(above: &Folder, temporary: &str, name: &OsStr, before: Option<&Stat>) -> io::Result<()> {
    let id = |stat: &Stat| (stat.st_dev, stat.st_ino, changed_ns(stat));
    let flags = match before {
        None => RenameFlags::NOREPLACE,
        Some(before) if above.here(name)?.as_ref().map(id) == Some(id(before)) => {
            RenameFlags::empty()
        }
        Some(_) => return Err(Errno::EXIST.into()),
    };
    Ok(renameat_with(above, temporary, above, name, flags)?)
}

/// Owner, attributes, permissions and times, in the order in which none takes away another.
fn settle(made: impl AsFd, here: &Here) -> io::Result<Vec<Lack>> {
    let mut lacks = Vec::new();
    let (uid, gid) = owner(here);
    let stat = rustix::fs::fstat(&made)?;
    let mut mode = here.mode;
    if (stat.st_uid, stat.st_gid) != (here.uid, here.gid)
        && fchown(&made, Some(uid), Some(gid)).is_err()
    {
        // A program that runs as its owner is not to run as somebody else.
        mode &= 0o1777;
        lacks.push(Lack::Owner);
    }
    for (name, value) in &here.attributes {
        let set = rustix::fs::fsetxattr(&made, &**name, value, XattrFlags::empty());
        if set.is_err() && !lacks.contains(&Lack::Attributes) {
            lacks.push(Lack::Attributes);
        }
    }
    fchmod(&made, Mode::from_raw_mode(mode))?;
    rustix::fs::futimens(&made, &times(here))?;
    Ok(lacks)
}

fn owner(here: &Here) -> (Uid, Gid) {
    (Uid::from_raw(here.uid), Gid::from_raw(here.gid))
}

fn times(here: &Here) -> Timestamps {
    let modified = Timespec {
        tv_sec: here.modified_ns.div_euclid(1_000_000_000),
        tv_nsec: here.modified_ns.rem_euclid(1_000_000_000),
    };
    Timestamps { last_access: modified, last_modification: modified }
}
