//! Lets go of old files: by age, a whole file at a time, and by size, the oldest acts first.

use event::{Loss, LossCause};
use journal::RetentionSettings;

use super::manifest::FileEntry;
use super::roll::Store;
use crate::Error;
use crate::rows::TABLES;

const DAY_NS: u64 = 86_400_000_000_000;

/// What was let go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expired {
    /// Files.
    pub files: u64,
    /// Their rows.
    pub rows: u64,
    /// Their size.
    pub bytes: u64,
    /// Acts that went before their time for the size: to be appended to the record.
    pub loss: Option<Loss>,
}

impl Store {
    /// Removes files whose newest row is older than its class may become at `now_unix_ns` (acts
    /// `acts_days`, all else `findings_days`), and then the oldest acts until all files together
    /// fit into `max_mib`.
    pub fn retain(
        &mut self,
        settings: &RetentionSettings,
        now_unix_ns: u64,
    ) -> Result<Expired, Error> {
        let mut expired = Expired::default();
        let old = |file: &FileEntry| {
            let days = if is_act(file) { settings.acts_days } else { settings.findings_days };
            // A table without a time is small and says who was seen: it stays.
            let timed = file.until_unix_ns > 0;
            timed && file.until_unix_ns < now_unix_ns.saturating_sub(days.saturating_mul(DAY_NS))
        };
        let mut going: Vec<FileEntry> =
            self.manifest.files.iter().filter(|file| old(file)).cloned().collect();
        let aged = going.len();
        going.extend(self.too_many(settings, &going));
        for (nth, file) in going.iter().enumerate() {
            expired.note(file);
            if nth >= aged {
                expired.note_loss(file);
            }
        }
        if !going.is_empty() {
            let names: Vec<String> = going.into_iter().map(|file| file.file).collect();
            self.retire(&names);
            self.manifest.save(&self.dir)?;
        }
        Ok(expired)
    }

    /// The oldest files of acts that have to go beside `going` for the size.
    fn too_many(&self, settings: &RetentionSettings, going: &[FileEntry]) -> Vec<FileEntry> {
        let most = settings.max_mib.saturating_mul(1 << 20);
        let staying = || self.manifest.files.iter().filter(|file| !going.contains(file));
        let mut total: u64 = staying().map(|file| file.bytes).sum();
        let mut acts: Vec<&FileEntry> = staying().filter(|file| is_act(file)).collect();
        acts.sort_by_key(|file| file.until_unix_ns);
        let mut early = Vec::new();
        for file in acts {
            if total <= most {
                break;
            }
            total -= file.bytes;
            early.push(file.clone());
        }
        early
    }
}

fn is_act(file: &FileEntry) -> bool {
    TABLES.first().is_some_and(|acts| file.table == acts.name)
}

impl Expired {
    fn note(&mut self, file: &FileEntry) {
        self.files += 1;
        self.rows += file.rows;
        self.bytes += file.bytes;
    }

    fn note_loss(&mut self, file: &FileEntry) {
        let loss = self.loss.get_or_insert_with(|| Loss {
            cause: LossCause::Retention,
            count: 0,
            from_unix_ns: file.from_unix_ns,
            until_unix_ns: file.until_unix_ns,
            place: "parquet".into(),
        });
        loss.count += file.rows;
        loss.from_unix_ns = loss.from_unix_ns.min(file.from_unix_ns);
        loss.until_unix_ns = loss.until_unix_ns.max(file.until_unix_ns);
    }
}
