//! What the record says was changed, beside what the shadows have of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use shadow::{Here, History, Kept, Kind, Piece, Why};

use super::traces::{Did, Session, Trace};

/// A path that does not stand as it stood before a session.
#[derive(Clone, Debug)]
pub struct Lost {
    /// It.
    pub path: PathBuf,
    /// What the session did to it, or to a folder around it.
    pub trace: Trace,
    /// What there is of it.
    pub shadow: Shadow,
    /// What stood there, where that is known.
    pub here: Option<Here>,
}

/// What there is of something that is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shadow {
    /// As it stood.
    Exact,
    /// Of an earlier state: it was changed once more before the session touched it.
    Older,
    /// None, and why.
    None(Option<Why>),
}

impl Shadow {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Older => "older",
            Self::None(None) => "none",
            Self::None(Some(why)) => why.name(),
        }
    }
}

/// What a session took away. Where no shadows are kept, only what it deleted or moved is known to be lost.
pub fn of(session: &Session, history: &History) -> Vec<Lost> {
    let mut lost = BTreeMap::new();
    for (path, trace) in &session.traces {
        for (below, _) in history.below(path) {
            if below == path || matches!(trace.did, Did::Deleted | Did::Moved(_)) {
                // What is in a folder that went may have been changed before it went.
                let own = session.traces.get(below);
                let first = own
                    .map_or(trace.first_unix_ns, |own| own.first_unix_ns.min(trace.first_unix_ns));
                let trace = Trace { first_unix_ns: first, ..trace.clone() };
                if let Some(one) = known(below, trace, history) {
                    lost.entry(below.to_owned()).or_insert(one);
                }
            }
        }
        let unknown = history.of(path).is_empty() && !trace.made;
        if unknown && matches!(trace.did, Did::Deleted | Did::Moved(_)) {
            let (shadow, here) = (Shadow::None(None), None);
            let one = Lost { path: path.clone(), trace: trace.clone(), shadow, here };
            lost.insert(path.clone(), one);
        }
    }
    lost.into_values().filter(|one| !stands_as_before(one, history)).collect()
}

/// What stood there before the session, if anything did.
fn known(path: &Path, trace: Trace, history: &History) -> Option<Lost> {
    let found = history.before(path, trace.first_unix_ns)?;
    let here = found.version.here()?.clone();
    let shadow = match here.kind {
        Kind::File { kept: Kept::No(why), .. } => Shadow::None(Some(why)),
        _ if found.exact => Shadow::Exact,
        _ => Shadow::Older,
    };
    Some(Lost { path: path.to_owned(), trace, shadow, here: Some(here) })
}

/// Whether it was not changed after all, or is back: the latest look says the same of it.
fn stands_as_before(lost: &Lost, history: &History) -> bool {
    let Some(before) = &lost.here else { return lost.path.symlink_metadata().is_ok() };
    let Ok(now) = rustix::fs::lstat(&lost.path) else { return false };
    let last = history.last(&lost.path).and_then(|last| last.here()).filter(|last| last.is(&now));
    let same = |last: &Here| {
        last.kind == before.kind
            && (last.mode, last.uid, last.gid) == (before.mode, before.uid, before.gid)
    };
    match before.kind {
        // What is in it stands for itself.
        Kind::Folder => rustix::fs::FileType::from_raw_mode(now.st_mode).is_dir(),
        _ => before.is(&now) || last.is_some_and(same),
    }
}

/// What is put back: folders that are missing before what is in them.
pub fn pieces(lost: &[Lost], history: &History) -> Vec<Piece> {
    let files = names(lost, history);
    let mut pieces: BTreeMap<PathBuf, Piece> = BTreeMap::new();
    for one in lost {
        let Some(here) = one.here.clone() else { continue };
        let names = files.get(&here.inode).cloned().unwrap_or_default();
        let until_unix_ns = Some(one.trace.last_unix_ns);
        let path = one.path.clone();
        for above in path.ancestors().skip(1).take_while(|above| !above.exists()) {
            let found = history.before(above, one.trace.first_unix_ns);
            if let Some(here) = found.and_then(|found| found.version.here()) {
                let (path, here, names) = (above.to_owned(), here.clone(), Vec::new());
                let piece = Piece { path: path.clone(), here, until_unix_ns, names };
                pieces.entry(path).or_insert(piece);
            }
        }
        pieces.insert(path.clone(), Piece { path, here, until_unix_ns, names });
    }
    pieces.into_values().collect()
}

/// All names of those files that had more than one.
fn names(lost: &[Lost], history: &History) -> BTreeMap<(u64, u64), Vec<PathBuf>> {
    let many = |here: &&Here| here.links > 1 && here.kind != Kind::Folder;
    let here = lost.iter().filter_map(|one| one.here.as_ref());
    let wanted: BTreeSet<_> = here.filter(many).map(|here| here.inode).collect();
    let mut names: BTreeMap<_, Vec<PathBuf>> = BTreeMap::new();
    if wanted.is_empty() {
        return names;
    }
    for (path, versions) in history.all() {
        if let Some(here) = versions.iter().rev().find_map(|version| version.here())
            && wanted.contains(&here.inode)
        {
            names.entry(here.inode).or_default().push(path.to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests;
