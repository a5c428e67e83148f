//! `chaperone undo`: what agents deleted, overwrote and moved, and its way back.

mod lost;
mod restore;
mod show;
mod traces;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use shadow::History;

use super::events::parse_span;
use super::{Common, Exit, examples};
use crate::config::Config;

#[derive(Debug, Args)]
pub struct UndoVerb {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// What agents deleted, overwrote and moved, and whether there is a shadow of it.
    #[command(after_help = examples::UNDO_LIST)]
    List {
        /// Only of the session whose id begins so: file by file.
        #[arg(long)]
        session: Option<String>,
        /// Only of the last while (`90s`, `15m`, `6h`, `2d`).
        #[arg(long, value_name = "TIME", value_parser = parse_span)]
        since: Option<u64>,
        /// Also what lies outside of the folders that keep shadows.
        #[arg(long)]
        all: bool,
    },
    /// The versions of a file or a folder.
    #[command(after_help = examples::UNDO_SHOW)]
    Show {
        /// Its path.
        path: PathBuf,
    },
    /// Put back what stood before a session, or before agents changed these paths.
    #[command(after_help = examples::UNDO_RESTORE)]
    Restore(restore::Words),
    /// What is covered, and how much of the disk it takes.
    #[command(after_help = examples::UNDO_STATUS)]
    Status,
}

impl UndoVerb {
    pub fn run(self, common: &Common) -> Result<Exit> {
        match self.what {
            What::List { session, since, all } => {
                let wanted = show::Wanted { session, since, all };
                show::list(&wanted, common)
            }
            What::Show { path } => show::versions(&path, common),
            What::Restore(words) => words.run(common),
            What::Status => show::status(common),
        }
    }
}

/// Where the shadows are.
pub fn store(config: &Config) -> PathBuf {
    config.data_dir().join("shadows")
}

fn history(config: &Config) -> Result<History> {
    let dir = store(config);
    History::read(&dir).with_context(|| format!("cannot read the shadows in {}", dir.display()))
}

/// A path of the command line as the record has it: whole, and with no links above it. What it names may be gone, and
/// the folders around it.
fn whole(path: &Path) -> Result<PathBuf> {
    let path = std::path::absolute(path)?;
    let mut above = path.as_path();
    while let Some(next) = above.parent() {
        above = next;
        if let Ok(real) = above.canonicalize() {
            return Ok(real.join(path.strip_prefix(above)?));
        }
    }
    Ok(path)
}
