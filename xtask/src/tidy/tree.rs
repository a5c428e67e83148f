//! The tracked files of the repository with their text: what every tidy check reads.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// One tracked text file.
#[derive(Clone, Debug)]
pub struct File {
    /// Path from the repository root, with `/`.
    pub path: String,
    pub text: String,
}

impl File {
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }
    pub fn ends(&self, end: &str) -> bool {
        self.path.ends_with(end)
    }
    /// First folder of the path: the room, for what lies in one.
    pub fn room(&self) -> &str {
        self.path.split('/').next().unwrap_or_default()
    }
    /// Whether this is proof and not product: tests, benchmarks, examples.
    pub fn is_proof(&self) -> bool {
        let folder = |name: &str| self.path.split('/').any(|part| part == name);
        folder("tests") || folder("benches") || folder("examples") || self.ends("/tests.rs")
    }
    /// Lines with their numbers, from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(at, line)| (at + 1, line))
    }
}

/// Reads what git tracks below `root`; files that are not UTF-8 text are left out.
pub fn read(root: &Path) -> Result<Vec<File>> {
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached"])
        .current_dir(root)
        .output()
        .context("cannot run git")?;
    ensure!(listed.status.success(), "git ls-files: {}", String::from_utf8_lossy(&listed.stderr));
    let names = String::from_utf8(listed.stdout).context("a tracked path is not UTF-8")?;
    let read = |path: &str| Some(File::new(path, &std::fs::read_to_string(root.join(path)).ok()?));
    Ok(names.split_terminator('\0').filter_map(read).collect())
}
