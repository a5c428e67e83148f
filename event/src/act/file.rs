//! Files: what was opened, written, renamed, removed.

use serde::{Deserialize, Serialize};

use super::zero;
use crate::Text;

/// A file as the kernel knew it at the time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FileRef {
    /// Absolute path in the acting process's mount namespace.
    pub path: Text,
    /// Device and inode, where known. `(0, 0)` is unknown.
    #[serde(default, skip_serializing_if = "unknown")]
    pub inode: (u64, u64),
}

fn unknown(inode: &(u64, u64)) -> bool {
    *inode == (0, 0)
}

impl FileRef {
    /// A file known by name only.
    pub fn named(path: impl Into<Text>) -> Self {
        Self { path: path.into(), inode: (0, 0) }
    }
}

/// A file is opened or created.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileOpen {
    /// The file.
    pub file: FileRef,
    /// How it was opened.
    pub access: Access,
    /// Error number of a refused open; 0 is success.
    #[serde(default, skip_serializing_if = "zero")]
    pub error: i32,
}

/// How a file was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Reading only.
    Read,
    /// Writing only.
    Write,
    /// Both.
    ReadWrite,
    /// Neither: a place holder (`O_PATH`), a directory, a node.
    Path,
}

/// Bytes written to a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileWrite {
    /// The file.
    pub file: FileRef,
    /// Bytes since the last such event of this process and file.
    pub bytes: u64,
}

/// Two names of one act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilePair {
    /// Old name, or the target of a link.
    pub from: FileRef,
    /// New name.
    pub to: FileRef,
}

/// Permission bits of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileMode {
    /// The file.
    pub file: FileRef,
    /// New bits (`0o755`).
    pub mode: u32,
}

/// Owner of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileOwner {
    /// The file.
    pub file: FileRef,
    /// New user id; `u32::MAX` is unchanged.
    pub uid: u32,
    /// New group id; `u32::MAX` is unchanged.
    pub gid: u32,
}
