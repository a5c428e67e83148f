//! `chaperone mcp`: servers of tools through Chaperone.

mod desk;
mod install;
pub mod wrap;

use anyhow::Result;
use clap::{Args, Subcommand};

use super::{Common, Exit, examples};

#[derive(Debug, Args)]
pub struct McpVerb {
    #[command(subcommand)]
    what: Word,
}

#[derive(Debug, Subcommand)]
enum Word {
    /// Start a server of tools and stand between it and its client: calls are decided, what changed is held.
    #[command(after_help = examples::MCP_WRAP)]
    Wrap(wrap::Wrap),
    /// Have the settings of this account's products start their servers through `mcp wrap`, and ask those of
    /// `[gateway.mcp]` through the gateway.
    #[command(after_help = examples::MCP_INSTALL)]
    Install(install::Install),
    /// Have them started and asked as they were.
    #[command(after_help = examples::MCP_UNINSTALL)]
    Uninstall(install::Install),
}

impl McpVerb {
    pub fn run(self, common: &Common) -> Result<Exit> {
        match self.what {
            Word::Wrap(wrap) => wrap.run(common),
            Word::Install(verb) => verb.run(common, install::Way::Through),
            Word::Uninstall(verb) => verb.run(common, install::Way::Back),
        }
    }
}
