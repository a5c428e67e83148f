//! How far transcripts were told, beside the record.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use event::SessionId;
use serde::{Deserialize, Serialize};

use crate::files;
use crate::worker::{Mark, Place};

/// Transcripts of which it is written down how far they were told.
const MOST_TOLD: usize = 512;
/// How often it is written down how far transcripts were told.
const WRITE_DOWN: Duration = Duration::from_secs(2);

/// How far transcripts were told: whoever is started again tells nothing twice.
pub struct Told {
    file: PathBuf,
    known: Vec<Known>,
    written: Instant,
    changed: bool,
}

#[derive(Clone, Serialize, Deserialize)]
struct Known {
    place: Place,
    session: SessionId,
    mark: Mark,
}

impl Told {
    pub fn read(data_dir: &Path) -> Self {
        let file = data_dir.join("transcripts.json");
        let known = std::fs::read(&file).ok().and_then(|text| serde_json::from_slice(&text).ok());
        Self { file, known: known.unwrap_or_default(), written: Instant::now(), changed: false }
    }

    pub fn of(&self, path: &Path, session: SessionId) -> Option<Mark> {
        let known = self.known.iter().find(|one| one.place.0 == path && one.session == session);
        known.map(|one| one.mark.clone())
    }

    pub fn note(&mut self, place: PathBuf, session: SessionId, mark: Mark) {
        self.known.retain(|one| one.place.0 != place);
        if self.known.len() >= MOST_TOLD {
            self.known.remove(0);
        }
        self.known.push(Known { place: Place(place), session, mark });
        self.changed = true;
    }

    pub fn write_now_and_then(&mut self) {
        if self.changed && self.written.elapsed() >= WRITE_DOWN {
            self.write();
        }
    }

    pub fn write(&mut self) {
        (self.written, self.changed) = (Instant::now(), false);
        let text = serde_json::to_vec(&self.known).unwrap_or_default();
        if let Err(error) = files::replace(&self.file, &text) {
            tracing::warn!(%error, "how far transcripts were told is not written down");
        }
    }
}
