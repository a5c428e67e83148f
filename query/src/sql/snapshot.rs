//! The record at one moment: the manifest and the journal's tail behind it, which must belong
//! together although a roll-over may move records from one to the other at any time.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use datafusion::catalog::SchemaProvider;
use journal::Position;

use super::engine::{CATALOG, Engine, SCHEMA};
use super::live::Live;
use super::settings::Settings;
use super::tables;
use crate::Error;
use crate::store::{Manifest, files_dir};

/// How often a roll-over may interrupt a look at the record before we give up.
const LOOKS: usize = 16;

/// The record as a query sees it.
#[derive(Debug)]
pub struct Snapshot {
    data_dir: PathBuf,
    manifest: Manifest,
    live: Live,
    tables: Option<Arc<dyn SchemaProvider>>,
    /// It stays as it is.
    fixed: bool,
    /// Bytes of live rows that are kept.
    most: usize,
}

impl Snapshot {
    /// Of nothing yet.
    pub fn new(data_dir: &Path, settings: &Settings) -> Self {
        Self {
            data_dir: data_dir.to_owned(),
            manifest: Manifest::default(),
            live: Live::from(Position(0), settings.live()),
            tables: None,
            fixed: false,
            most: settings.live(),
        }
    }

    /// Of the rolled files as they are now.
    pub fn rolled(data_dir: &Path, settings: &Settings) -> Result<Self, Error> {
        let manifest = Manifest::load(&files_dir(data_dir))?;
        Ok(Self { manifest, fixed: true, ..Self::new(data_dir, settings) })
    }

    /// Journal records before this position are in rolled files.
    pub fn until(&self) -> Position {
        Position(self.manifest.rolled)
    }

    /// The tables as they are now.
    pub fn tables(&mut self, engine: &Engine) -> Result<Arc<dyn SchemaProvider>, Error> {
        let changed = !self.fixed && self.look()?;
        if let Some(tables) = self.tables.as_ref().filter(|_| !changed) {
            return Ok(tables.clone());
        }
        let context = engine.context();
        let dir = files_dir(&self.data_dir);
        engine
            .wait(tables::register(&context, &dir, &self.manifest, &self.live))
            .map_err(|error| Error::Broken(error.to_string()))?;
        let tables = context.catalog(CATALOG).and_then(|catalog| catalog.schema(SCHEMA));
        let tables = tables.ok_or_else(|| Error::Broken("the tables are not there".to_owned()))?;
        self.tables = Some(tables.clone());
        Ok(tables)
    }

    /// Records behind the rolled ones that only a later version can read.
    pub fn unknown(&self) -> u64 {
        self.live.unknown()
    }

    /// Brings manifest and tail up to date. True if anything changed.
    fn look(&mut self) -> Result<bool, Error> {
        let dir = files_dir(&self.data_dir);
        let mut changed = false;
        for _ in 0..LOOKS {
            let manifest = Manifest::load(&dir)?;
            if manifest.rolled != self.manifest.rolled {
                self.live = Live::from(Position(manifest.rolled), self.most);
            }
            changed |= manifest.generation != self.manifest.generation;
            self.manifest = manifest;
            changed |= self.live.grow(&self.data_dir)?;
            // What was rolled while we read may be gone from the journal: then look again.
            if Manifest::load(&dir)?.generation == self.manifest.generation {
                return Ok(changed);
            }
        }
        Err(Error::Broken("the record changes faster than it can be read".to_owned()))
    }
}
