//! A path as it stood at a time.

use std::path::{Path, PathBuf};

use rustix::fs::Stat;
use serde::{Deserialize, Serialize};

use crate::objects::ObjectId;

/// How a path stood when it was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// When it was looked at, UTC.
    pub taken_unix_ns: u64,
    /// Between the version before and this one it stood otherwise, and nothing is kept of that: since when, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed_unix_ns: Option<u64>,
    /// How it stood.
    pub state: State,
}

/// What was under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Nothing.
    Gone,
    /// This.
    Here(Here),
}

/// A file, a folder or a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Here {
    /// What it is, and what is kept of it.
    pub kind: Kind,
    /// Permissions.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// When its content was changed, ns since 1970.
    pub modified_ns: i64,
    /// When it was changed in any way, ns since 1970.
    pub changed_ns: i64,
    /// Which file: device and inode.
    pub inode: (u64, u64),
    /// How many names it has.
    pub links: u64,
    /// Extended attributes, access lists among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<(Vec<u8>, Vec<u8>)>,
}

/// What stands under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A file.
    File {
        /// Its length.
        bytes: u64,
        /// Its shadow.
        kept: Kept,
    },
    /// A folder.
    Folder,
    /// A link that leads there.
    Link {
        /// Its text.
        to: Name,
    },
}

/// Whether there is a shadow of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// This one.
    Yes(ObjectId),
    /// None.
    No(Why),
}

/// Why there is no shadow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It is a credential: there is to be one place of it.
    Secret,
    /// It is larger than the configuration lets one be.
    TooLarge,
    /// The bounds of the configuration, or the disk, have no room.
    NoRoom,
    /// It was written all the time that it was looked at.
    Busy,
    /// It could not be read.
    Unreadable,
}

impl Why {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::Secret => "a credential, never shadowed",
            Self::TooLarge => "too large",
            Self::NoRoom => "no room",
            Self::Busy => "written all the time",
            Self::Unreadable => "not readable",
        }
    }
}

/// A name or path, whatever bytes it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Name {
    /// As text.
    Text(String),
    /// As bytes that are no text.
    Bytes(Vec<u8>),
}

impl From<&Path> for Name {
    fn from(path: &Path) -> Self {
        use std::os::unix::ffi::OsStrExt;
        match path.to_str() {
            Some(text) => Self::Text(text.to_owned()),
            None => Self::Bytes(path.as_os_str().as_bytes().to_vec()),
        }
    }
}

impl From<Name> for PathBuf {
    fn from(name: Name) -> Self {
        use std::os::unix::ffi::OsStringExt;
        match name {
            Name::Text(text) => Self::from(text),
            Name::Bytes(bytes) => Self::from(std::ffi::OsString::from_vec(bytes)),
        }
    }
}

impl Version {
    /// Since when it stood so, as far as files tell; ns since 1970.
    pub fn since_ns(&self) -> u64 {
        match &self.state {
            State::Gone => self.taken_unix_ns,
            State::Here(here) => u64::try_from(here.changed_ns).unwrap_or(0),
        }
    }

    /// What was there.
    pub fn here(&self) -> Option<&Here> {
        match &self.state {
            State::Gone => None,
            State::Here(here) => Some(here),
        }
    }

    /// The shadow, and its length.
    pub(crate) fn object(&self) -> Option<(ObjectId, u64)> {
        match self.here()?.kind {
            Kind::File { bytes, kept: Kept::Yes(object) } => Some((object, bytes)),
            _ => None,
        }
    }
}

impl Here {
    /// Whether the kernel still says the same of it: nothing of it was changed since.
    pub fn is(&self, stat: &Stat) -> bool {
        let bytes = match self.kind {
            Kind::File { bytes, .. } => Some(bytes),
            _ => None,
        };
        self.inode == (stat.st_dev, stat.st_ino)
            && self.changed_ns == changed_ns(stat)
            && self.modified_ns == modified_ns(stat)
            && self.mode == stat.st_mode & 0o7777
            && bytes.is_none_or(|bytes| u64::try_from(stat.st_size) == Ok(bytes))
    }
}

/// When a file was changed in any way.
pub(crate) fn changed_ns(stat: &Stat) -> i64 {
    stat.st_ctime.saturating_mul(1_000_000_000).saturating_add(stat.st_ctime_nsec as i64)
}

/// When its content was changed.
pub(crate) fn modified_ns(stat: &Stat) -> i64 {
    stat.st_mtime.saturating_mul(1_000_000_000).saturating_add(stat.st_mtime_nsec as i64)
}
