//! Mounts, BPF programs, rings and pipes.

use serde::{Deserialize, Serialize};

use crate::Text;

/// A mount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mount {
    /// Device or source.
    pub source: Text,
    /// Where.
    pub target: Text,
    /// File system type.
    pub fs: Text,
    /// `MS_*` flags.
    pub flags: u64,
}

/// A BPF program is loaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BpfProgLoad {
    /// `BPF_PROG_TYPE_*` number.
    pub kind: u32,
    /// Name given to it.
    pub name: Text,
}

/// An io_uring is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IoUringSetup {
    /// Submission entries.
    pub entries: u32,
    /// `IORING_SETUP_*` flags.
    pub flags: u32,
}

/// Data moved through a pipe or socket pair.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipeUse {
    /// Inode of the pipe, or the socket: the same for both ends.
    pub pipe: u64,
    /// True for a write into it.
    pub write: bool,
}
