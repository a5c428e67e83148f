//! `chaperone gateway`: how the proxy in front of models stands, who has keys for it, what is used up, and what servers of
//! tools are held to.

mod keys;
mod limits;
mod pins;
mod status;

use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use gateway::models::Report;

use super::{Common, Exit, Stop, examples};
use crate::standing;

#[derive(Debug, Args)]
pub struct GatewayVerb {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Where it is, how its providers stand, who called today.
    #[command(after_help = examples::GATEWAY_STATUS)]
    Status,
    /// Keys that callers bring: make, list, renew and revoke them.
    #[command(after_help = examples::GATEWAY_KEYS)]
    Keys(keys::KeysVerb),
    /// Limits, and how much of each is used.
    #[command(after_help = examples::GATEWAY_LIMITS)]
    Limits,
    /// What servers of tools offer, as it was pinned, and what is held for being another now.
    #[command(after_help = examples::GATEWAY_PINS)]
    Pins,
}

impl GatewayVerb {
    pub fn run(self, common: &Common) -> Result<Exit> {
        match self.what {
            What::Status => status::show(common),
            What::Keys(verb) => verb.run(common),
            What::Limits => limits::show(common),
            What::Pins => pins::show(common),
        }
    }
}

/// How it stands; an error where none runs.
fn report(common: &Common) -> Result<Report> {
    let config = common.config()?;
    let dir = config.data_dir();
    super::readable(&dir)?;
    let read = standing::read(&dir, crate::host::now_unix_ns());
    let report = read.with_context(|| format!("cannot read how it stands in {}", dir.display()))?;
    report.ok_or_else(|| {
        let why = match config.gateway.listen {
            Some(_) => "hint: `chaperone up` serves it",
            None => "hint: `gateway.listen = \"127.0.0.1:4100\"`, and `chaperone up`",
        };
        Stop::new(Exit::NotFound, format!("no gateway runs here\n{why}")).into()
    })
}
