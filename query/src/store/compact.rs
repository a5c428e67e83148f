//! Merges small neighbouring files into large ones: a roll-over writes small ones as it goes, a
//! query over months wants few.

use std::sync::Arc;

use datafusion::logical_expr::SortExpr;
use datafusion::physical_plan::SendableRecordBatchStream;
use datafusion::prelude::col;
use futures::StreamExt;

use super::file::NewFile;
use super::manifest::FileEntry;
use super::roll::Store;
use super::sorted::OPTIONS;
use crate::Error;
use crate::rows::{Layout, TABLES};
use crate::sql::{Engine, Settings, rolled};

/// Rows of a file that is large enough.
const LARGE: u64 = 1 << 20;
/// So many small files are merged although they do not make a large one.
const MANY: usize = 8;
/// Most files that are merged at once: each is open and holds pages in memory.
const AT_ONCE: usize = 32;

/// Rows of each file that are in memory at once.
const ROWS_AT_ONCE: usize = 1024;

/// What a compaction did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compacted {
    /// Files that were merged.
    pub merged: u64,
    /// Files they became.
    pub files: u64,
    /// Rows in those.
    pub rows: u64,
}

impl Store {
    /// Merges what can be merged now. Queries that run meanwhile are not disturbed.
    pub fn compact(&mut self) -> Result<Compacted, Error> {
        self.compact_while(|| true)
    }

    /// The same, as long as `go_on` says so: it is asked before each file.
    pub fn compact_while(&mut self, go_on: impl Fn() -> bool) -> Result<Compacted, Error> {
        let mut compacted = Compacted::default();
        let mut engine = None;
        for layout in &TABLES {
            while let Some(run) = go_on().then(|| self.next_run(layout)).flatten() {
                // Threads are only started where there is work.
                let engine = match &engine {
                    Some(engine) => engine,
                    None => engine.insert(Engine::start(&Settings::for_upkeep())?),
                };
                let file = self.merge(engine, layout, &run)?;
                compacted.merged += run.len() as u64;
                compacted.files += 1;
                compacted.rows += file.rows;
                self.replace(&run, file)?;
            }
        }
        self.sweep()?;
        Ok(compacted)
    }

    /// Neighbouring files of a table that together make a large one, or are many.
    fn next_run(&self, layout: &Layout) -> Option<Vec<FileEntry>> {
        let mut run: Vec<FileEntry> = Vec::new();
        let mut rows = 0;
        for file in self.manifest.files_of(layout.name) {
            if file.rows >= LARGE / 2 {
                if run.len() >= MANY {
                    return Some(run);
                }
                run.clear();
                rows = 0;
                continue;
            }
            rows += file.rows;
            run.push(file.clone());
            if run.len() >= 2 && rows >= LARGE || run.len() == AT_ONCE {
                return Some(run);
            }
        }
        (run.len() >= MANY).then_some(run)
    }

    fn merge(
        &mut self,
        engine: &Engine,
        layout: &'static Layout,
        run: &[FileEntry],
    ) -> Result<FileEntry, Error> {
        let number = self.number();
        let mut file = NewFile::create(&self.dir, layout, number)?;
        let broken = |error: datafusion::error::DataFusionError| {
            Error::Broken(format!("merging files of `{}`: {error}", layout.name))
        };
        let mut stream = engine.wait(self.stream(engine, layout, run)).map_err(broken)?;
        while let Some(rows) = engine.wait(stream.next()) {
            file.write(&rows.map_err(broken)?)?;
        }
        file.finish(number)
    }

    /// The rows of `run` in order: each file is in order already, so that they are only merged.
    async fn stream(
        &self,
        engine: &Engine,
        layout: &Layout,
        run: &[FileEntry],
    ) -> datafusion::error::Result<SendableRecordBatchStream> {
        // One partition for each file and no file in parts, else the order of each is not known.
        let config = engine
            .config()
            .clone()
            .with_target_partitions(run.len())
            .with_batch_size(ROWS_AT_ONCE)
            .with_repartition_file_scans(false);
        let context = engine.context_with(config);
        let files: Vec<&FileEntry> = run.iter().collect();
        let Some(table) = rolled(&context, &self.dir, layout, &files)? else {
            return datafusion::common::internal_err!("no files to merge");
        };
        let order: Vec<SortExpr> = layout
            .order
            .iter()
            .map(|name| col(*name).sort(!OPTIONS.descending, OPTIONS.nulls_first))
            .collect();
        context.read_table(Arc::clone(&table))?.sort(order)?.execute_stream().await
    }

    /// Puts `file` in the place of `run`, in one step.
    fn replace(&mut self, run: &[FileEntry], file: FileEntry) -> Result<(), Error> {
        let names: Vec<String> = run.iter().map(|entry| entry.file.clone()).collect();
        let files = &self.manifest.files;
        let place = files.iter().position(|entry| names.contains(&entry.file));
        let place = place.unwrap_or(files.len());
        self.manifest.files.insert(place, file);
        self.retire(&names);
        self.manifest.save(&self.dir)
    }
}
