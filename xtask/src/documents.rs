//! `cargo xtask docs`: documents that the program makes of itself, and whether the kept ones are current.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Writes `docs/cli.md`, or with `check` compares it; true if it is current afterwards.
pub fn run(root: &Path, chaperone: &Path, check: bool) -> Result<bool> {
    let place = std::env::temp_dir().join(format!("chaperone-docs-{}", std::process::id()));
    let status = Command::new(chaperone)
        .args(["generate", "reference"])
        .arg(&place)
        .status()
        .with_context(|| chaperone.display().to_string())?;
    ensure!(status.success(), "the program does not make its reference");
    let made = fs::read_to_string(place.join("cli.md"))?;
    fs::remove_dir_all(place)?;
    let kept = root.join("docs/cli.md");
    if check {
        let current = fs::read_to_string(&kept).is_ok_and(|kept| kept == made);
        if !current {
            println!("docs/cli.md is old\nhint: cargo xtask docs");
        }
        return Ok(current);
    }
    fs::create_dir_all(root.join("docs"))?;
    fs::write(kept, made)?;
    Ok(true)
}
