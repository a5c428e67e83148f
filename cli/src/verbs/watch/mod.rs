//! `chaperone watch`: the record as it grows, as a screen for people or as lines.

mod detail;
mod draw;
mod lines;
mod pace;
mod screen;
mod state;
mod tail;
mod tree;

use std::io::IsTerminal;

use anyhow::Result;
use clap::Args;

use super::{Common, Exit};

pub use lines::is_noise;

#[derive(Debug, Args)]
pub struct Watch {
    /// Also what is mostly noise: forks, exits, pipes, reads of system libraries.
    #[arg(long)]
    all: bool,
    /// Begin this long ago (`15m`); the screen begins 10 minutes ago.
    #[arg(long, value_name = "TIME", value_parser = super::events::parse_span)]
    last: Option<u64>,
    /// Lines as they come instead of the screen; so it is too where stdout is no terminal.
    #[arg(long)]
    lines: bool,
}

/// What the screen shows of the past unless told otherwise.
const PAST_NS: u64 = 600 * 1_000_000_000;

impl Watch {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let config = common.config()?;
        let now = crate::host::now_unix_ns();
        if self.lines || common.json || !is_screen() {
            let from = now.saturating_sub(self.last.unwrap_or(0));
            return lines::run(&config.data_dir(), from, self.all, common.json);
        }
        let from = now.saturating_sub(self.last.unwrap_or(PAST_NS));
        screen::run(config, from, self.all)
    }
}

/// A person sits at both ends, and the terminal can be drawn on.
fn is_screen() -> bool {
    std::io::stdout().is_terminal()
        && std::io::stdin().is_terminal()
        && std::env::var_os("TERM").is_some_and(|term| term != "dumb")
}
