//! What can go wrong with the record at rest, named by cause.

use std::io;
use std::path::{Path, PathBuf};

/// An error of the journal.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process holds the writer lock of the data directory.
    #[error(
        "another chaperone ({holder}) writes to `{}`\nhint: stop it, or give this one a data directory of its own",
        dir.display()
    )]
    Locked {
        /// The data directory.
        dir: PathBuf,
        /// Who holds it: `pid 4242, since 2026-11-21T10:00:00Z`, or `pid unknown`.
        holder: String,
    },
    /// The data directory was written by a later version.
    #[error(
        "`{}` has layout {found}, this chaperone knows up to {known}\nhint: use the chaperone that wrote it, or a newer one",
        dir.display()
    )]
    NewerLayout {
        /// The data directory.
        dir: PathBuf,
        /// Layout found.
        found: u32,
        /// Highest layout known here.
        known: u32,
    },
    /// The layout file holds no number.
    #[error(
        "`{}` does not hold a layout number but `{found}`\nhint: is this a data directory of chaperone? an empty directory is fine",
        path.display()
    )]
    BadLayout {
        /// The `VERSION` file.
        path: PathBuf,
        /// What it holds, cut short.
        found: String,
    },
    /// The disk took no more; the records of the frame were shed and counted.
    #[error("the disk did not take `{}`: {source}\nhint: {shed} records are shed so far; free space, the journal goes on by itself", path.display())]
    Shed {
        /// The segment.
        path: PathBuf,
        /// Records shed since the disk refused first.
        shed: u64,
        /// What the system said.
        source: io::Error,
    },
    /// A file operation failed.
    #[error("could not {verb} `{}`: {source}", path.display())]
    Io {
        /// What was tried (`create`, `read`).
        verb: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A segment was written by a later version.
    #[error("segment `{}` has format {found}, this chaperone knows up to {known}\nhint: use the chaperone that wrote it, or a newer one", path.display())]
    NewerSegment {
        /// The segment.
        path: PathBuf,
        /// Format found.
        found: u32,
        /// Highest format known here.
        known: u32,
    },
    /// The data directory was removed or replaced while it was in use.
    #[error("the data directory `{}` is gone or was replaced: what was recorded there may be lost\nhint: start chaperone again; look at who removed it", dir.display())]
    Gone {
        /// The directory.
        dir: PathBuf,
    },
    /// A document of a server could not be had.
    #[error("cannot fetch `{url}`: {why}")]
    Fetch {
        /// Where it should be.
        url: String,
        /// Why not.
        why: String,
    },
    /// A setting of an outlet cannot work.
    #[error("outlet {outlet}: {why}")]
    Setting {
        /// Kind and name of the outlet.
        outlet: String,
        /// What is wrong, and perhaps a hint.
        why: String,
    },
    /// SQLite refused.
    #[error("the state in `{}` failed: {source}\nhint: the state can be made again from the record: move the file away and start chaperone", path.display())]
    State {
        /// The database.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// A row of the state cannot be read.
    #[error("the state in `{}` holds `{row}`, which cannot be read: {error}\nhint: the state can be made again from the record: move the file away and start chaperone", path.display())]
    StateRow {
        /// The database.
        path: PathBuf,
        /// Begin of the row.
        row: String,
        /// What is wrong with it.
        error: serde_json::Error,
    },
    /// The disk took no audit entries; they wait.
    #[error("the disk did not take `{}`: {source}\nhint: {waiting} entries of the audit log wait; free space, they are written then", path.display())]
    AuditRefused {
        /// The segment.
        path: PathBuf,
        /// Entries that wait.
        waiting: usize,
        /// What the system said.
        source: io::Error,
    },
    /// The key of the audit log cannot be used.
    #[error("the key `{}` cannot be used: {why}\nhint: put it back from a backup; without it a new one begins, which nobody vouches for", path.display())]
    AuditKey {
        /// Its file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A record could not be put into its stored form.
    #[error("a record could not be encoded: {0}")]
    Encode(String),
    /// Compression failed.
    #[error("could not compress a frame: {0}")]
    Compress(io::Error),
}

impl Error {
    /// An [`Error::Io`] maker for `map_err`.
    pub(crate) fn io(verb: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { verb, path: path.to_owned(), source }
    }

    /// An [`Error::State`] maker for `map_err`.
    pub(crate) fn state(path: &Path) -> impl FnOnce(rusqlite::Error) -> Self {
        move |source| Self::State { path: path.to_owned(), source }
    }
}
