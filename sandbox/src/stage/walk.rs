//! The changes that a layer holds, by a walk over it.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use super::folder::{Open, is_whiteout, same};
use super::{Change, Conflict, Kind, Staged, State, What};

/// Most changes.
const MOST: usize = 1_000_000;
/// Longest path, in bytes: the kernel takes none that is longer.
const LONGEST: usize = 4_000;

/// A folder that is to be walked, and whether what is below it in the workspace shows through.
struct Next {
    path: PathBuf,
    below: Below,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Below {
    /// It does.
    Shows,
    /// The layer's folder stands instead of it.
    Hidden,
    /// There is nothing.
    Nothing,
}

/// All changes, in the order of a walk: a folder stands before what is in it.
pub fn changes(staged: &Staged) -> io::Result<Vec<Change>> {
    let walk = Walk {
        upper: Open::folder(&staged.upper)?,
        lower: Open::folder(&staged.workspace)?,
        began: staged.began_unix_ns,
    };
    let mut found = Vec::new();
    let mut next = vec![Next { path: PathBuf::new(), below: Below::Shows }];
    while let Some(folder) = next.pop() {
        let at = next.len();
        if walk.folder(&folder, &mut found, &mut next).is_err() {
            found.push(unclear(folder.path, None));
        }
        // The first comes off first.
        next.get_mut(at..).unwrap_or_default().reverse();
        if found.len() > MOST {
            return Err(io::Error::other("more than a million changes"));
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

struct Walk {
    upper: Open,
    lower: Open,
    began: i128,
}

impl Walk {
    fn folder(&self, at: &Next, found: &mut Vec<Change>, next: &mut Vec<Next>) -> io::Result<()> {
        let upper = self.upper.below(&at.path)?;
        let lower = match at.below {
            Below::Shows | Below::Hidden => self.lower.below(&at.path).ok(),
            Below::Nothing => None,
        };
        let names = upper.names()?;
        for name in &names {
            let path = at.path.join(name);
            if path.as_os_str().len() > LONGEST {
                found.push(unclear(path, None));
                continue;
            }
            let Some(stat) = upper.stat(name)? else { continue };
            let before = lower.as_ref().and_then(|lower| lower.stat(name).ok()?);
            let before = before.as_ref().map(State::of);
            if is_whiteout(&stat) {
                // What the workspace has no more needs no removal.
                found.extend(before.map(|before| self.removed(path, before)));
                continue;
            }
            let after = State::of(&stat);
            match after.kind {
                Kind::Folder => {
                    let below = self.enter(&path, at.below, before, after, found);
                    next.push(Next { path, below });
                }
                Kind::File | Kind::Link => {
                    let pair = Pair { upper: &upper, lower: lower.as_ref(), name };
                    found.extend(self.file(path, before, after, &pair));
                }
                Kind::Other => found.push(unclear(path, Some(after))),
            }
        }
        if let (Below::Hidden, Some(lower)) = (at.below, lower) {
            for name in lower.names()? {
                if names.binary_search(&name).is_err()
                    && let Some(stat) = lower.stat(&name)?
                {
                    found.push(self.removed(at.path.join(&name), State::of(&stat)));
                }
            }
        }
        Ok(())
    }

    /// A folder of the layer: what it changes by itself, and what shows through it.
    fn enter(
        &self,
        path: &Path,
        around: Below,
        before: Option<State>,
        after: State,
        found: &mut Vec<Change>,
    ) -> Below {
        let change = |what, before, conflict| Change {
            path: path.to_owned(),
            what,
            before,
            after: Some(after),
            conflict,
        };
        match before {
            Some(before) if before.kind == Kind::Folder => {
                if before.mode != after.mode {
                    found.push(change(What::Permitted, Some(before), None));
                }
                let instead = around != Below::Shows || self.is_opaque(path);
                if instead { Below::Hidden } else { Below::Shows }
            }
            Some(before) => {
                let conflict = self.conflict(Some(before), true);
                found.push(change(What::Changed, Some(before), conflict));
                Below::Nothing
            }
            None => {
                found.push(change(What::Made, None, None));
                Below::Nothing
            }
        }
    }

    fn is_opaque(&self, path: &Path) -> bool {
        let mut value = [0; 4];
        let Ok(folder) = self.upper.below(path) else { return false };
        let read = rustix::fs::fgetxattr(&folder, "user.overlay.opaque", &mut value[..]);
        read.is_ok_and(|read| value.get(..read) == Some(b"y"))
    }

    fn file(
        &self,
        path: PathBuf,
        before: Option<State>,
        after: State,
        pair: &Pair<'_>,
    ) -> Option<Change> {
        let Some(was) = before else {
            let conflict = pair.was_copied().then_some(Conflict::AlsoRemoved);
            return Some(Change { path, what: What::Made, before, after: Some(after), conflict });
        };
        // One file under both names: it was accepted.
        if was.inode == after.inode && was.changed_ns == after.changed_ns {
            return None;
        }
        let what = if was.kind != after.kind || was.bytes != after.bytes {
            What::Changed
        } else {
            match pair.same(after.kind) {
                Err(_) => return Some(unclear(path, Some(after))),
                Ok(false) => What::Changed,
                Ok(true) if was.mode != after.mode && after.kind == Kind::File => What::Permitted,
                Ok(true) => return None,
            }
        };
        let conflict = self.conflict(before, pair.was_copied());
        Some(Change { path, what, before, after: Some(after), conflict })
    }

    fn removed(&self, path: PathBuf, before: State) -> Change {
        let conflict = match before.kind {
            // What is in it is looked at when it is to be removed.
            Kind::Folder => None,
            Kind::File | Kind::Link | Kind::Other => self.conflict(Some(before), true),
        };
        Change { path, what: What::Removed, before: Some(before), after: None, conflict }
    }

    /// Whether the workspace changed there since. The time of change is the kernel's: nobody sets it back.
    fn conflict(&self, before: Option<State>, was_there: bool) -> Option<Conflict> {
        match before {
            Some(before) if before.changed_ns < self.began => None,
            Some(_) if was_there => Some(Conflict::AlsoChanged),
            Some(_) => Some(Conflict::AlsoMade),
            None => None,
        }
    }
}

/// A file in the layer, and what stands under its name in the workspace.
struct Pair<'w> {
    upper: &'w Open,
    lower: Option<&'w Open>,
    name: &'w OsStr,
}

impl Pair<'_> {
    fn same(&self, kind: Kind) -> io::Result<bool> {
        let Some(lower) = self.lower else { return Ok(false) };
        if kind == Kind::Link {
            return Ok(self.upper.link(self.name)? == lower.link(self.name)?);
        }
        let name = Path::new(self.name);
        same(self.upper.read(name)?, lower.read(name)?)
    }

    /// Whether the layer had it from the workspace. The kernel notes where from.
    fn was_copied(&self) -> bool {
        let mut value = [0; 128];
        let Ok(file) = self.upper.read(Path::new(self.name)) else { return false };
        rustix::fs::fgetxattr(&file, "user.overlay.origin", &mut value[..]).is_ok()
    }
}

fn unclear(path: PathBuf, after: Option<State>) -> Change {
    Change { path, what: What::Unclear, before: None, after, conflict: None }
}
