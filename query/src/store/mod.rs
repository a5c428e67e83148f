//! The rolled record: Parquet files, the manifest that says which count, and the one who writes
//! both. Stands between the journal, which it reads, and `sql`, which reads it.
//!
//! ```text
//! <data dir>/parquet/manifest.json                          what counts, and up to which position
//! <data dir>/parquet/events-<from>-<until>-<number>.parquet
//! ```
//!
//! INVARIANT: a record is in a file that the manifest names, or at or behind the manifest's
//! position in the journal; never in both, never in neither. The manifest is replaced in one step
//! after its new files are synced, and nothing is removed before that.

mod compact;
mod file;
mod manifest;
mod retain;
mod roll;
mod sorted;

pub use compact::Compacted;
pub(crate) use manifest::{FileEntry, Manifest};
pub use retain::Expired;
pub use roll::{Rolled, Store};

use std::path::{Path, PathBuf};

/// Where the rolled files of a data directory are.
pub(crate) fn files_dir(data_dir: &Path) -> PathBuf {
    data_dir.join("parquet")
}
