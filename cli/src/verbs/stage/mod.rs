//! `chaperone stage`: what staged runs changed, shown, accepted, thrown away.

mod decide;
mod kept;
mod show;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};

pub use kept::{Kept, Room};

use super::{Common, Exit, examples};

#[derive(Debug, Args)]
pub struct StageVerb {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Staged runs whose changes wait.
    #[command(after_help = examples::STAGE_LIST)]
    List,
    /// What a run changed.
    #[command(after_help = examples::STAGE_DIFF)]
    Diff {
        #[command(flatten)]
        of: Of,
        /// Only which files, not what in them.
        #[arg(long)]
        brief: bool,
    },
    /// Put changes into the workspace.
    #[command(after_help = examples::STAGE_ACCEPT)]
    Accept {
        #[command(flatten)]
        of: Of,
        /// Also where the workspace was changed since.
        #[arg(long)]
        force: bool,
    },
    /// Throw changes away; the workspace stays as it is.
    #[command(after_help = examples::STAGE_DISCARD)]
    Discard {
        #[command(flatten)]
        of: Of,
    },
}

/// Which changes.
#[derive(Debug, Args)]
pub struct Of {
    /// A run of `stage list`, or the beginning of its name.
    #[arg(value_name = "SESSION")]
    session: String,
    /// Files or folders, by their path in the workspace [default: all].
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
}

impl StageVerb {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let room = Room::of(&common.config()?);
        match self.what {
            What::List => show::list(&room, common),
            What::Diff { of, brief } => show::diff(&room, &of, brief, common),
            What::Accept { of, force } => decide::accept(&room, &of, force, common),
            What::Discard { of } => decide::discard(&room, &of, common),
        }
    }
}
