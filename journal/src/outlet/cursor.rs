//! The cursor of an outlet on disk: what it has delivered, so that a restart goes on there.

use std::fs;
use std::path::{Path, PathBuf};

use crate::data_dir::replace;
use crate::{Error, Position};

#[derive(Debug)]
pub(super) struct Cursor {
    path: PathBuf,
    saved: Position,
}

impl Cursor {
    /// Opens the cursor of outlet `kind` `name`; a new one, or one that cannot be read, stands at
    /// `end`, where the record ends now. So does one that is beyond it: power loss took records that
    /// were delivered but not synced.
    pub(super) fn open(
        data_dir: &Path,
        kind: &str,
        name: &str,
        end: Position,
    ) -> Result<Self, Error> {
        let dir = data_dir.join("outlets");
        fs::create_dir_all(&dir).map_err(Error::io("create", &dir))?;
        let path = dir.join(format!("{kind}-{}.cursor", file_name(name)));
        let saved = match fs::read_to_string(&path) {
            Ok(text) => text.trim().parse().map_or(end, Position),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => end,
            Err(error) => return Err(Error::io("read", &path)(error)),
        };
        let mut cursor = Self { path, saved: Position(u64::MAX) };
        // Written at once: a crash before the first delivery must not skip what came until then.
        cursor.save(saved.min(end))?;
        Ok(cursor)
    }

    pub(super) fn position(&self) -> Position {
        self.saved
    }

    pub(super) fn save(&mut self, position: Position) -> Result<(), Error> {
        if position != self.saved {
            let text = format!("{position}\n");
            replace(&self.path, text.as_bytes()).map_err(Error::io("write", &self.path))?;
            self.saved = position;
        }
        Ok(())
    }
}

/// Names are the user's: anything that could leave the directory is spelt out.
fn file_name(name: &str) -> String {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let spell = |byte: u8| {
        if safe(byte) { char::from(byte).to_string() } else { format!("%{byte:02x}") }
    };
    name.bytes().map(spell).collect()
}
