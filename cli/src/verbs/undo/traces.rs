//! What the record tells of files that agents changed: a trace for each session and path.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Result;
use event::{Access, Act, Attributed, SessionId, Text};

use crate::config::Config;
use crate::record::{self, Filter};

/// Acts that change files.
const KINDS: &[&str] = &[
    "file_open",
    "file_create",
    "file_write",
    "file_rename",
    "file_unlink",
    "file_truncate",
    "file_chmod",
    "file_chown",
    "file_link",
    "file_symlink",
];

/// What became of a path, the worst of all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Did {
    /// It was opened to be written, and perhaps written.
    Overwrote,
    /// Its permissions or its owner are others.
    Permitted,
    /// It is another name now.
    Moved(PathBuf),
    /// It is gone.
    Deleted,
}

impl Did {
    /// In a word.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Overwrote => "overwrote",
            Self::Permitted => "permitted",
            Self::Moved(_) => "moved",
            Self::Deleted => "deleted",
        }
    }
}

/// What one session did to one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// Before this it stood as nobody of the session had touched it, UTC.
    pub first_unix_ns: u64,
    /// The last act, UTC.
    pub last_unix_ns: u64,
    /// What became of it.
    pub did: Did,
    /// The session made it: there was nothing before.
    pub made: bool,
}

/// What one session did.
#[derive(Clone, Debug)]
pub struct Session {
    /// It.
    pub id: SessionId,
    /// Its product.
    pub agent: Text,
    /// Paths that it changed.
    pub traces: BTreeMap<PathBuf, Trace>,
}

/// The sessions that changed files, in the order in which they began to.
pub fn read(config: &Config, filter: Filter) -> Result<Vec<Session>> {
    let filter = Filter { kinds: KINDS.iter().map(|&kind| kind.to_owned()).collect(), ..filter };
    let mut sessions: Vec<Session> = Vec::new();
    let mut places: BTreeMap<SessionId, usize> = BTreeMap::new();
    let told = record::each(config, &filter, usize::MAX, |act| {
        let Some(actor) = act.actor.as_ref() else { return Ok(()) };
        let place = *places.entry(actor.session).or_insert_with(|| {
            let (id, agent) = (actor.session, actor.product.clone());
            sessions.push(Session { id, agent, traces: BTreeMap::new() });
            sessions.len() - 1
        });
        if let Some(session) = sessions.get_mut(place) {
            take(&mut session.traces, &act);
        }
        Ok(())
    })?;
    told.warn();
    sessions.retain(|session| !session.traces.is_empty());
    Ok(sessions)
}

pub fn take(traces: &mut BTreeMap<PathBuf, Trace>, act: &Attributed) {
    let time = act.event.time_unix_ns;
    let mut note = |path: &Text, did: Did, made: bool| {
        // What stood there is asked of the shadows, by absolute paths.
        let path = Path::new(&**path);
        if !path.is_absolute() {
            return;
        }
        let trace = traces.entry(path.to_owned()).or_insert_with(|| Trace {
            first_unix_ns: time,
            last_unix_ns: time,
            did: did.clone(),
            made,
        });
        trace.last_unix_ns = trace.last_unix_ns.max(time);
        if did != Did::Permitted || trace.did == Did::Permitted {
            trace.did = did;
        }
    };
    match &act.event.act {
        Act::FileOpen(open)
            if open.error == 0 && matches!(open.access, Access::Write | Access::ReadWrite) =>
        {
            note(&open.file.path, Did::Overwrote, false);
        }
        Act::FileCreate(made) if made.error == 0 => note(&made.file.path, Did::Overwrote, true),
        Act::FileWrite(write) => note(&write.file.path, Did::Overwrote, false),
        Act::FileTruncate(file) => note(&file.path, Did::Overwrote, false),
        Act::FileSymlink(pair) | Act::FileLink(pair) => {
            note(&pair.to.path, Did::Overwrote, true);
        }
        Act::FileRename(pair) => {
            note(&pair.from.path, Did::Moved(PathBuf::from(&*pair.to.path)), false);
            note(&pair.to.path, Did::Overwrote, false);
        }
        Act::FileUnlink(file) => note(&file.path, Did::Deleted, false),
        Act::FileChmod(mode) => note(&mode.file.path, Did::Permitted, false),
        Act::FileChown(owner) => note(&owner.file.path, Did::Permitted, false),
        _ => {}
    }
}
