//! `cargo xtask docs`: documents that the program makes of itself, and whether the kept ones are current.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// What the program makes of itself.
const MADE: [&str; 2] = ["cli.md", "config.md"];

/// Writes `docs/*.md` that are made, or with `check` compares them; true if they are current afterwards.
pub fn run(root: &Path, chaperone: &Path, check: bool) -> Result<bool> {
    let place = std::env::temp_dir().join(format!("chaperone-docs-{}", std::process::id()));
    let status = Command::new(chaperone)
        .args(["generate", "reference"])
        .arg(&place)
        .status()
        .with_context(|| chaperone.display().to_string())?;
    ensure!(status.success(), "the program does not make its reference");
    let mut current = true;
    for name in MADE {
        let made = fs::read_to_string(place.join(name))?;
        let kept = root.join("docs").join(name);
        if !check {
            fs::create_dir_all(root.join("docs"))?;
            fs::write(kept, made)?;
        } else if fs::read_to_string(&kept).is_ok_and(|kept| kept == made) {
            continue;
        } else {
            println!("docs/{name} is old\nhint: cargo xtask docs");
            current = false;
        }
    }
    fs::remove_dir_all(place)?;
    Ok(current)
}
