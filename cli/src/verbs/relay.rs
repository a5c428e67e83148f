//! `chaperone relay`: a pipe through the proxy of a run, for programs that know none.

use std::net::SocketAddr;

use anyhow::Result;
use clap::Args;

use super::Exit;

#[derive(Debug, Args)]
pub struct Relay {
    /// Where the proxy is.
    proxy: SocketAddr,
    /// The host that is wanted.
    host: String,
    /// Its port.
    port: u16,
}

impl Relay {
    pub fn run(self) -> Result<Exit> {
        let (input, output) = (std::io::stdin(), std::io::stdout().lock());
        gateway::relay::relay(self.proxy, &self.host, self.port, input, output)?;
        Ok(Exit::Done)
    }
}
