//! What can go wrong between the record and an answer, by cause.

use std::path::{Path, PathBuf};

use datafusion::arrow::error::ArrowError;
use datafusion::parquet::errors::ParquetError;

/// Why there is no answer, or no roll-over.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read or written.
    #[error("cannot {verb} `{}`: {source}", path.display())]
    Io {
        /// What was tried.
        verb: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The answer could not be written to where the caller wanted it.
    #[error("cannot write the answer: {0}")]
    Output(#[source] std::io::Error),
    /// The list of Parquet files cannot be read.
    #[error(
        "the list of rolled files `{}` is damaged: {reason}\nhint: put back a copy, or move the directory away; the journal's records are not touched", path.display()
    )]
    Manifest {
        /// The list.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The journal could not be read.
    #[error(transparent)]
    Journal(#[from] journal::Error),
    /// Rows did not fit their columns.
    #[error("rows do not fit the table: {0}")]
    Rows(#[from] ArrowError),
    /// A Parquet file could not be read or written.
    #[error("Parquet: {0}")]
    Parquet(#[from] ParquetError),
    /// The text is not a query that can be answered.
    #[error("{0}")]
    Sql(String),
    /// The text asks for more than reading.
    #[error(
        "only reading is allowed here: {0}\nhint: begin with SELECT, WITH, EXPLAIN, SHOW or DESCRIBE"
    )]
    ReadOnly(String),
    /// The answer took too long.
    #[error(
        "the query took longer than {seconds} s and was stopped\nhint: narrow it by time or agent, for example `WHERE time > ago('6h')`"
    )]
    Timeout {
        /// The limit.
        seconds: u64,
    },
    /// The answer would need too much memory.
    #[error(
        "the query needs more than {mib} MiB of memory and was stopped\nhint: narrow it by time or agent, group by fewer columns, or add a LIMIT"
    )]
    Memory {
        /// The limit.
        mib: usize,
    },
    /// The query ended by itself in a way it should not.
    #[error("the query broke off: {0}")]
    Broken(String),
}

impl Error {
    pub(crate) fn io(verb: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { verb, path, source }
    }
}
