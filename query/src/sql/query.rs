//! [`Query`]: how the rest of the house asks the record.

use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::answer::Answer;
use super::engine::{CATALOG, Engine, SCHEMA};
use super::run::Running;
use super::settings::Settings;
use super::snapshot::Snapshot;
use crate::Error;
use crate::output::{Lines, ParquetFile};

/// Answers SQL over a data directory, also while another process writes to it. Each query sees the
/// record as it is when it begins. Cheap to share between threads.
#[derive(Debug)]
pub struct Query {
    engine: Engine,
    settings: Settings,
    snapshot: Mutex<Snapshot>,
}

impl Query {
    /// Opens the record of a data directory for reading; one without a record is empty.
    pub fn open(data_dir: &Path, settings: Settings) -> Result<Self, Error> {
        let engine = Engine::start(&settings)?;
        let snapshot = Mutex::new(Snapshot::new(data_dir, &settings));
        Ok(Self { engine, settings, snapshot })
    }

    /// Opens what is rolled at this moment: what the journal still holds is not in it, and what is
    /// rolled later never will be. For those who read the journal behind it themselves. Good for a
    /// quarter of an hour, after which files that were merged meanwhile are gone.
    pub fn rolled(data_dir: &Path, settings: Settings) -> Result<Self, Error> {
        let engine = Engine::start(&settings)?;
        let snapshot = Mutex::new(Snapshot::rolled(data_dir, &settings)?);
        Ok(Self { engine, settings, snapshot })
    }

    /// Journal records before this position are in the files that the last query saw.
    pub fn until(&self) -> journal::Position {
        self.snapshot.lock().unwrap_or_else(PoisonError::into_inner).until()
    }

    /// The answer to `text`, at most [`Settings::max_rows`] rows of it.
    pub fn sql(&self, text: &str) -> Result<Answer, Error> {
        let mut running = self.start(text)?;
        let mut answer = Answer { schema: running.schema.clone(), batches: Vec::new(), cut: false };
        let mut left = self.settings.max_rows;
        while let Some(rows) = running.rows()? {
            let taken = rows.num_rows().min(left);
            answer.cut = taken < rows.num_rows();
            left -= taken;
            answer.batches.push(rows.slice(0, taken));
            if answer.cut {
                break;
            }
        }
        Ok(answer)
    }

    /// Writes the whole answer to `text` as lines while it is found. The number of rows.
    pub fn write_lines(&self, text: &str, lines: Lines, out: &mut dyn Write) -> Result<u64, Error> {
        let mut running = self.start(text)?;
        lines.begin(&running.schema, out).map_err(Error::Output)?;
        let mut count = 0;
        while let Some(rows) = running.rows()? {
            lines.write(&rows, out).map_err(Error::Output)?;
            count += rows.num_rows() as u64;
        }
        Ok(count)
    }

    /// Writes the whole answer to `text` to a new Parquet file. The number of rows.
    pub fn write_parquet(&self, text: &str, path: &Path) -> Result<u64, Error> {
        let mut running = self.start(text)?;
        let mut file = ParquetFile::create(path, &running.schema)?;
        let mut count = 0;
        while let Some(rows) = running.rows()? {
            file.write(&rows)?;
            count += rows.num_rows() as u64;
        }
        file.finish()?;
        Ok(count)
    }

    /// Most rows of an answer.
    pub(super) fn max_rows(&self) -> usize {
        self.settings.max_rows
    }

    /// Records behind the rolled ones that only a later version can read.
    pub(super) fn unknown(&self) -> u64 {
        self.snapshot.lock().unwrap_or_else(PoisonError::into_inner).unknown()
    }

    pub(super) fn start(&self, text: &str) -> Result<Running, Error> {
        let tables = {
            // A query that panicked here left at worst an old snapshot, which is looked at anew.
            let mut snapshot = self.snapshot.lock().unwrap_or_else(PoisonError::into_inner);
            snapshot.tables(&self.engine)?
        };
        let context = self.engine.context();
        if let Some(catalog) = context.catalog(CATALOG) {
            catalog
                .register_schema(SCHEMA, Arc::clone(&tables))
                .map_err(|error| Error::Broken(error.to_string()))?;
        }
        Running::start(&self.engine, &self.settings, context, text.to_owned())
    }
}
