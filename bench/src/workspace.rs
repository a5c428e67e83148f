//! Where this workspace, its evaluation data and its tools are.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// The workspace's root.
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Evaluation data beside the workspace, where there is any.
pub fn shared(name: &str) -> Option<PathBuf> {
    let path = root().join("../shared/data").join(name);
    path.exists().then_some(path)
}

/// Cargo in the workspace.
pub fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(root());
    cargo
}

/// The workspace's other tool, which has the real agents and the scripted model.
pub fn xtask() -> Result<Command> {
    let program = std::env::var_os("CHAPERONE_XTASK")
        .context("the scripted model is not known\nhint: run this by `cargo xtask bench`")?;
    let mut command = Command::new(program);
    command.current_dir(root());
    Ok(command)
}

/// Where downloads that outlive a clone are kept, as in `xtask`.
pub fn cache() -> PathBuf {
    match std::env::var_os("CHAPERONE_CACHE") {
        Some(path) => path.into(),
        None => {
            PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache/chaperone")
        }
    }
}
