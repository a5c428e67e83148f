//! `chaperone completions SHELL`.

use std::io::Write;

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
        // By way of memory: the generator takes a reader that has gone for a reason to panic.
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "chaperone", &mut text);
        std::io::stdout().write_all(&text)?;
        Ok(Exit::Done)
    }
}
