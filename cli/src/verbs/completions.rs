//! `chaperone completions SHELL`.

use anyhow::Result;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, Exit};

#[derive(Debug, Args)]
pub struct Completions {
    /// For which shell.
    shell: Shell,
}

impl Completions {
    pub fn run(self) -> Result<Exit> {
        clap_complete::generate(
            self.shell,
            &mut Cli::command(),
            "chaperone",
            &mut std::io::stdout(),
        );
        Ok(Exit::Done)
    }
}
