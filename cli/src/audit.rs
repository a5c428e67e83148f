//! What verbs of people leave in the audit log, beside the daemon or without one.

use anyhow::{Context, Result};
use event::Text;
use journal::audit::{Log, What, Who};

use crate::config::Config;

/// A person as the log names them.
pub fn account(name: Text) -> Who {
    Who::Account { name, uid: rustix::process::getuid().as_raw() }
}

/// Writes down what a person did. It is done by then: where it cannot be written down, that is said.
pub fn note(config: &Config, by: &Text, what: What) -> Result<()> {
    Log::add_now(&config.data_dir(), &config.journal.audit, account(by.clone()), what)
        .context("it is done, but it does not stand in the audit log")
}
