//! Opening to write, making, moving, removing: what the plan allows in folders where Landlock refuses all changes.

use std::os::fd::{AsRawFd, OwnedFd};

use rustix::fs::{
    AtFlags, CWD, FileType, Mode, OFlags, RenameFlags, fcntl_setfl, ftruncate, linkat, mkdirat,
    mknodat, openat, renameat_with, symlinkat, unlinkat,
};
use rustix::io::Errno;

use super::caller::Caller;
use super::calls::{At, Call};
use super::judge::Judge;
use super::spot::{self, Entry, MOST_LINKS, Spot, Start};
use super::{Answer, Inherited};

/// What many open to write, and what is nobody's to judge.
const NULL: &[u8] = b"/dev/null";

/// Opens it for the caller, where it may.
pub fn open(caller: &Caller<'_>, judge: &Judge, at: &At, flags: OFlags, mode: u32) -> Answer {
    // A handle changes nothing.
    if flags.contains(OFlags::PATH) {
        return Answer::GoOn;
    }
    // A name could be given to it past every judgement; who is told so takes a name from the start.
    if flags.contains(OFlags::TMPFILE) {
        return Answer::Refused(Errno::OPNOTSUPP);
    }
    let inherited = if flags.contains(OFlags::CLOEXEC) { Inherited::No } else { Inherited::Yes };
    match opened(caller, judge, at, flags, mode) {
        Ok(Some(Opened::Open(file))) => Answer::Given(file, inherited),
        Ok(Some(Opened::Waits(entry))) => Answer::Later(Box::new(move || {
            // A pipe: whoever opens one end waits for the other.
            let flags = flags | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            match openat(&entry.folder, &entry.name, flags - OFlags::CREATE, Mode::empty()) {
                Ok(file) => Answer::Given(file, inherited),
                Err(error) => Answer::Refused(error),
            }
        })),
        Ok(None) => Answer::GoOn,
        Err(error) => Answer::Refused(error),
    }
}

/// What came of an opening.
enum Opened {
    Open(OwnedFd),
    /// Nobody is at the other end of the pipe.
    Waits(Entry),
}

/// None where it is not for us to open it.
fn opened(
    caller: &Caller<'_>,
    judge: &Judge,
    at: &At,
    flags: OFlags,
    mode: u32,
) -> Result<Option<Opened>, Errno> {
    let Ok(path) = caller.text(at.path) else { return Ok(None) };
    if path == NULL {
        return Ok(None);
    }
    let follows =
        !flags.contains(OFlags::NOFOLLOW) && !flags.contains(OFlags::CREATE | OFlags::EXCL);
    let (mut start, mut path) = (Start::Caller(at.folder), path);
    for _ in 0..MOST_LINKS {
        let entry = match spot::find(caller, start, &path) {
            Ok(Spot::Entry(entry)) if !entry.slash => entry,
            Ok(Spot::Open(open)) => return again(judge, &open, flags),
            // The kernel says why not.
            _ => return Ok(None),
        };
        if judge.is_asked(&entry.place) && judge.may_change(&entry.path()) {
            match file(caller, &entry, flags, mode) {
                Err(Errno::LOOP) if follows => {}
                Err(Errno::NXIO) if !flags.contains(OFlags::NONBLOCK) => {
                    return Ok(Some(Opened::Waits(entry)));
                }
                other => return other.map(|file| Some(Opened::Open(file))),
            }
        }
        let Some(link) = entry.link().filter(|_| follows) else { return Ok(None) };
        (start, path) = (Start::Folder(entry.folder), link);
    }
    Ok(None)
}

/// Opens the entry, whatever it is, but not through a link.
fn file(caller: &Caller<'_>, entry: &Entry, flags: OFlags, mode: u32) -> Result<OwnedFd, Errno> {
    // Nobody waits here.
    let now = flags | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let open = |flags: OFlags, mode: Mode| openat(&entry.folder, &entry.name, flags, mode);
    let found = match flags.contains(OFlags::CREATE | OFlags::EXCL) {
        true => Err(Errno::NOENT),
        false => open(now - OFlags::CREATE, Mode::empty()),
    };
    let file = match found {
        Err(Errno::NOENT) if flags.contains(OFlags::CREATE) => open(now, caller.masked(mode)?)?,
        other => other?,
    };
    if !flags.contains(OFlags::NONBLOCK) {
        fcntl_setfl(&file, flags)?;
    }
    Ok(file)
}

/// Opens what is open already, as its own name in procfs does.
fn again(judge: &Judge, open: &OwnedFd, flags: OFlags) -> Result<Option<Opened>, Errno> {
    let Ok(place) = spot::place(open) else { return Ok(None) };
    let file = FileType::from_raw_mode(rustix::fs::fstat(open)?.st_mode).is_file();
    let asked = place.parent().is_some_and(|folder| judge.is_asked(folder));
    if !file || !asked || !judge.may_change(&place) || flags.contains(OFlags::EXCL) {
        return Ok(None);
    }
    let name = format!("/proc/self/fd/{}", open.as_raw_fd());
    let flags = (flags - OFlags::CREATE - OFlags::NOFOLLOW) | OFlags::CLOEXEC;
    Ok(Some(Opened::Open(openat(CWD, name, flags, Mode::empty())?)))
}

/// Does any other change, where it may. None where it is not for us to do.
pub fn change(caller: &Caller<'_>, judge: &Judge, call: &Call) -> Option<Answer> {
    let entry = |at: &At| entry(caller, at);
    let done = match call {
        Call::Cut { at, length } => return cut(caller, judge, at, *length),
        Call::MakeFolder { at, mode } => {
            let at = changed(judge, entry(at)?)?;
            let mode = caller.masked(*mode).ok()?;
            mkdirat(&at.folder, &at.name, mode)
        }
        Call::MakeNode { at, mode } => {
            let at = changed(judge, entry(at)?).filter(|at| !at.slash)?;
            let kind = FileType::from_raw_mode(*mode);
            let kind = match kind {
                FileType::RegularFile | FileType::Fifo => kind,
                _ if *mode & libc::S_IFMT == 0 => FileType::RegularFile,
                _ => return None,
            };
            mknodat(&at.folder, &at.name, kind, caller.masked(*mode).ok()?, 0)
        }
        Call::MakeLink { target, at } => {
            let target = caller.text(*target).ok()?;
            // What is held below a name that is not there yet would be looked for behind the link.
            let at =
                moved(judge, entry(at)?).filter(|at| !at.slash && judge.is_asked(&at.place))?;
            symlinkat(&*target, &at.folder, &at.name)
        }
        Call::Link { from, to, flags } => return link(caller, judge, from, to, *flags),
        Call::Rename { from, to, flags } => {
            let (from, to) = (moved(judge, entry(from)?)?, moved(judge, entry(to)?)?);
            let flags = RenameFlags::from_bits(*flags)?;
            either(judge, &from, &to)?;
            renameat_with(&from.folder, &from.name, &to.folder, &to.name, flags)
        }
        Call::Remove { at, flags } => {
            let at = changed(judge, entry(at)?)?;
            let flags = AtFlags::from_bits(flags.cast_unsigned())?;
            if at.slash && !flags.contains(AtFlags::REMOVEDIR) {
                return None;
            }
            unlinkat(&at.folder, &at.name, flags)
        }
        _ => return None,
    };
    Some(answer(done))
}

fn answer(done: Result<(), Errno>) -> Answer {
    done.map_or_else(Answer::Refused, |()| Answer::Done)
}

fn entry(caller: &Caller<'_>, at: &At) -> Option<Entry> {
    let path = caller.text(at.path).ok()?;
    match spot::find(caller, Start::Caller(at.folder), &path).ok()? {
        Spot::Entry(entry) => Some(entry),
        Spot::Open(_) => None,
    }
}

/// If it may be changed, and Landlock refuses that.
fn changed(judge: &Judge, at: Entry) -> Option<Entry> {
    (judge.is_asked(&at.place) && judge.may_change(&at.path())).then_some(at)
}

/// If it may be moved, or something be put in its place.
fn moved(judge: &Judge, at: Entry) -> Option<Entry> {
    judge.may_move(&at.path()).then_some(at)
}

/// If Landlock refuses it for one of the two.
fn either(judge: &Judge, from: &Entry, to: &Entry) -> Option<()> {
    (judge.is_asked(&from.place) || judge.is_asked(&to.place)).then_some(())
}

/// Another name for a file that may be changed.
fn link(caller: &Caller<'_>, judge: &Judge, from: &At, to: &At, flags: i32) -> Option<Answer> {
    let to = moved(judge, entry(caller, to)?).filter(|to| !to.slash)?;
    // Links that are followed, and files without a name, are nothing that is asked for every day.
    let from = moved(judge, entry(caller, from)?).filter(|from| !from.slash && flags == 0)?;
    either(judge, &from, &to)?;
    let none = AtFlags::empty();
    Some(answer(linkat(&from.folder, &from.name, &to.folder, &to.name, none)))
}

fn cut(caller: &Caller<'_>, judge: &Judge, at: &At, length: u64) -> Option<Answer> {
    let flags = OFlags::WRONLY | OFlags::NONBLOCK;
    match opened(caller, judge, at, flags, 0) {
        Ok(Some(Opened::Open(file))) => Some(answer(ftruncate(file, length))),
        Ok(Some(Opened::Waits(_))) => Some(Answer::Refused(Errno::INVAL)),
        Ok(None) => None,
        Err(error) => Some(Answer::Refused(error)),
    }
}
