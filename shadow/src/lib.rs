//! Shadows of files, kept in advance, so that what is deleted or overwritten comes back by a word. Beside the data
//! path: nothing of the record is read here.
//!
//! ```text
//! inotify, walks ─▶ Keeper ─ look ─▶ Objects (content by hash), Log (versions by path)
//!                                        │
//!                   History (read only) ◀┘─▶ restore ─▶ the folder again
//! ```
//!
//! ```text
//! <dir>/lock            held by the one keeper
//! <dir>/log             a line for each version of each path, with its checksum
//! <dir>/objects/ab/cd…  contents by their hash
//! <dir>/new/            contents that are being copied; emptied at each start
//! <dir>/status.json     what is covered
//! ```
//!
//! INVARIANT: what is put back was compared with its hash and bears its name only when it is whole. So a keeper that is
//! killed, a full disk and a file that changes while it is copied cost shadows, and never give half of one.

#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::expect_used, clippy::panic))]

mod folder;
mod history;
mod keeper;
mod log;
mod look;
mod objects;
mod restore;
mod settings;
mod status;
mod store;
mod version;
mod watch;

use std::io;
use std::path::{Path, PathBuf};

pub use history::{Found, History};
pub use keeper::{Keeper, Leaves, LeftOut};
pub use objects::{ObjectId, Objects};
pub use restore::{Done, Force, Lack, Piece, Refused, restore};
pub use settings::Settings;
pub use status::{Covered, Status};
pub use version::{Here, Kept, Kind, Name, State, Version, Why};

/// Why shadows cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another one keeps them.
    #[error("`{}` is kept by another chaperone\nhint: one `up` keeps the shadows of a data directory", dir.display())]
    Held {
        /// Where they are.
        dir: PathBuf,
    },
    /// The disk refuses.
    #[error("cannot {what} `{}`: {why}", path.display())]
    Disk {
        /// What was tried.
        what: &'static str,
        /// With what.
        path: PathBuf,
        /// What the system said.
        why: io::Error,
    },
}

impl Error {
    fn disk(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |why| Self::Disk { what, path: path.to_owned(), why }
    }
}
