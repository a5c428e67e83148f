//! `chaperone notify`: shows a question on the desktop of the account that it runs as. `up` starts it and gives it the
//! question.

use std::io::Read;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::Exit;
use crate::notice::{Notice, desktop};

/// Longest question, in bytes.
const LONGEST: u64 = 64 << 10;

#[derive(Debug, Args)]
pub struct Notify {
    /// The socket of the session bus.
    bus: PathBuf,
    /// For how long it is shown.
    shown_ms: i32,
}

impl Notify {
    pub fn run(self) -> Result<Exit> {
        let mut text = Vec::new();
        std::io::stdin().take(LONGEST).read_to_end(&mut text)?;
        let notice: Notice = serde_json::from_slice(&text)?;
        desktop::show(&self.bus, &notice, self.shown_ms)?;
        Ok(Exit::Done)
    }
}
