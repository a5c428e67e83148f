//! `chaperone query "SQL"`: the record as tables.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, ValueEnum};

use super::{Common, Exit};

#[derive(Debug, Args)]
pub struct Query {
    /// One SELECT, SHOW, DESCRIBE or EXPLAIN.
    sql: String,
    /// How to write the answer.
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    /// Where to write Parquet.
    #[arg(long, value_name = "FILE", required_if_eq("format", "parquet"))]
    to: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
    Csv,
    Parquet,
}

impl Query {
    #[cfg(feature = "sql")]
    pub fn run(self, common: &Common) -> Result<Exit> {
        use query::Lines;
        use std::io::Write;

        let config = common.config()?;
        let query = query::Query::open(&config.data_dir(), config.query.clone())?;
        let mut to = std::io::stdout().lock();
        match (common.json, self.format, &self.to) {
            (true, ..) | (_, Format::Json, _) => {
                query.write_lines(&self.sql, Lines::Json, &mut to)?;
            }
            (_, Format::Csv, _) => {
                query.write_lines(&self.sql, Lines::Csv, &mut to)?;
            }
            (_, Format::Parquet, Some(path)) => {
                let rows = query.write_parquet(&self.sql, path)?;
                crate::say!("{rows} rows to {}", path.display());
            }
            _ => {
                let answer = query.sql(&self.sql)?;
                answer.write_table(width(), &mut to)?;
            }
        }
        to.flush()?;
        Ok(Exit::Done)
    }

    #[cfg(not(feature = "sql"))]
    pub fn run(self, _: &Common) -> Result<Exit> {
        let text = format!(
            "this build has no SQL, so `{}` is not asked\nhint: `chaperone events` has filters and --json; or take a build with the feature `sql`",
            event::show::brief(&self.sql, 60)
        );
        Err(super::Stop::new(Exit::NotAllowed, text).into())
    }
}

/// Columns of the terminal; wide where there is none.
#[cfg(feature = "sql")]
fn width() -> usize {
    let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok();
    size.map(|size| usize::from(size.ws_col)).filter(|columns| *columns > 0).unwrap_or(200)
}
