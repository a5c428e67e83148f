//! What of files is kept, and how much.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Which folders keep shadows, with their bounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Folders whose files are shadowed.
    pub folders: Vec<PathBuf>,
    /// The folders that agents work in, too.
    pub workspaces: bool,
    /// Names of folders that are left out, wherever they are.
    pub except: Vec<String>,
    /// All contents together stay below this.
    pub max_mib: u64,
    /// Files that are covered at most.
    pub max_files: usize,
    /// Larger files are left out.
    pub max_file_mib: u64,
    /// How long what was replaced or deleted can come back.
    pub keep_days: u32,
}

impl Default for Settings {
    fn default() -> Self {
        let except = ["node_modules", "target", ".venv", "__pycache__", ".cache"];
        Self {
            folders: Vec::new(),
            workspaces: false,
            except: except.map(str::to_owned).to_vec(),
            max_mib: 2048,
            max_files: 100_000,
            max_file_mib: 64,
            keep_days: 14,
        }
    }
}

impl Settings {
    /// Whether anything is to be kept.
    pub fn wanted(&self) -> bool {
        self.workspaces || !self.folders.is_empty()
    }

    /// All contents, in bytes.
    pub(crate) fn most_bytes(&self) -> u64 {
        self.max_mib.saturating_mul(1 << 20)
    }

    /// One content, in bytes.
    pub(crate) fn most_file_bytes(&self) -> u64 {
        self.max_file_mib.saturating_mul(1 << 20)
    }

    /// How long, in ns.
    pub(crate) fn keep_ns(&self) -> u64 {
        u64::from(self.keep_days).saturating_mul(86_400 * 1_000_000_000)
    }
}
