//! What a staged launch changed: read from the layer over its workspace, put into the workspace, or thrown away.
//!
//! ```text
//! layer (overlay's upper folder) ─▶ changes ─▶ shown │ accept ─▶ workspace │ discard
//! ```
//!
//! The layer was written by an agent: names, depths, links and permissions in it are as hostile as it is. Everything is
//! opened below a folder that is open, never through a link.

mod accept;
mod discard;
mod folder;
mod walk;

use std::path::{Path, PathBuf};

pub use accept::{Done, Force, accept};
pub use discard::{discard, remove};
pub use folder::{Open, beside};
pub use walk::changes;

/// A layer and what it lies over.
#[derive(Clone, Debug)]
pub struct Staged {
    /// The upper folder.
    pub upper: PathBuf,
    /// The workspace.
    pub workspace: PathBuf,
    /// When the launch began, as the workspace's file system tells time, in ns since 1970. What changed there since is
    /// not overwritten.
    pub began_unix_ns: i128,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Below the workspace.
    pub path: PathBuf,
    /// What.
    pub what: What,
    /// Before; none where nothing was.
    pub before: Option<State>,
    /// After; none where nothing is.
    pub after: Option<State>,
    /// The workspace changed there, too, since the launch began: how.
    pub conflict: Option<Conflict>,
}

/// What was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// It is new.
    Made,
    /// Its content, or what it leads to.
    Changed,
    /// Its permissions alone.
    Permitted,
    /// It is gone.
    Removed,
    /// It cannot be read, or is nothing that is accepted: a socket, a device, too deep.
    Unclear,
}

impl What {
    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Changed => "changed",
            Self::Permitted => "permitted",
            Self::Removed => "removed",
            Self::Unclear => "unclear",
        }
    }
}

/// A file as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// What it is.
    pub kind: Kind,
    /// Permissions.
    pub mode: u32,
    /// Length, in bytes.
    pub bytes: u64,
    /// Which file.
    pub(crate) inode: u64,
    /// When it was changed last, in ns since 1970.
    pub(crate) changed_ns: i128,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Content.
    File,
    /// Others.
    Folder,
    /// A name.
    Link,
    /// Something else.
    Other,
}

/// How the workspace changed since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// Somebody made it there, too.
    AlsoMade,
    /// Somebody changed it.
    AlsoChanged,
    /// Somebody removed it.
    AlsoRemoved,
}

impl Conflict {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::AlsoMade => "was made in the workspace since",
            Self::AlsoChanged => "was changed in the workspace since",
            Self::AlsoRemoved => "was removed from the workspace since",
        }
    }
}

/// Whether a change is one of those that are meant; all, where none is named.
pub fn meant(path: &Path, named: &[PathBuf]) -> bool {
    named.is_empty() || named.iter().any(|name| path.starts_with(name))
}
