//! `cargo xtask package`: the .deb and the tarball in `dist/`, with checksums and, given a key, their
//! signature. Needs `dpkg-deb`, `tar`, `xz`, `openssl`; no root.

mod deb;
mod sign;
mod stage;
mod trial;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

/// What is packed, and how hard.
#[derive(Debug)]
pub struct Order {
    /// The built program.
    pub binary: PathBuf,
    /// Version of the package.
    pub version: String,
    pub squeeze: Squeeze,
}

/// How packages are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Squeeze {
    /// xz, for people.
    Small,
    /// Not at all, for the trial.
    Fast,
}

/// Makes packages of `order` in `dist` and lists them.
pub fn make(root: &Path, dist: &Path, order: &Order) -> Result<Vec<PathBuf>> {
    fs::create_dir_all(dist)?;
    let stage = stage::Stage::make(root, dist, order)?;
    let mut files =
        vec![deb::build(root, &stage, dist, order)?, tarball(root, &stage, dist, order)?];
    fs::remove_dir_all(&stage.place)?;
    files.push(sums(dist, &files)?);
    match std::env::var_os("CHAPERONE_SIGNING_KEY") {
        Some(key) => files.extend(sign::sign(Path::new(&key), dist)?),
        None => println!("not signed: CHAPERONE_SIGNING_KEY names no key (packaging/README.md)"),
    }
    for file in &files {
        println!("{}", file.display());
    }
    Ok(files)
}

/// Installs, upgrades, removes and purges in a throw-away root (needs root).
pub fn try_out(root: &Path, binary: &Path) -> Result<bool> {
    trial::run(root, binary)
}

/// The version of the workspace.
pub fn version(root: &Path) -> Result<String> {
    let text = fs::read_to_string(root.join("Cargo.toml"))?;
    let manifest: toml::Table = toml::from_str(&text)?;
    let version = &manifest["workspace"]["package"]["version"];
    Ok(version.as_str().context("the workspace has no version")?.to_owned())
}

/// Runs a command to its end; its words are the error.
fn run(command: &mut Command) -> Result<String> {
    let program = command.get_program().display().to_string();
    let output = command.output().with_context(|| format!("cannot run `{program}`"))?;
    if !output.status.success() {
        bail!("`{program}` failed: {}", String::from_utf8_lossy(&output.stderr).trim_end());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Time of the last commit, so that the same commit gives the same package.
fn epoch(root: &Path) -> String {
    let mut log = Command::new("git");
    log.args(["log", "-1", "--format=%ct"]).current_dir(root);
    run(&mut log).map_or_else(|_| "0".to_owned(), |text| text.trim().to_owned())
}

fn tarball(root: &Path, stage: &stage::Stage, dist: &Path, order: &Order) -> Result<PathBuf> {
    let name = format!("chaperone-{}-{}-linux", order.version, std::env::consts::ARCH);
    let tree = dist.join(&name);
    let _ = fs::remove_dir_all(&tree);
    fs::create_dir_all(&tree)?;
    run(Command::new("cp").arg("-a").arg(&stage.files).arg(tree.join("files")))?;
    for script in ["install.sh", "uninstall.sh"] {
        fs::copy(root.join("packaging").join(script), tree.join(script))?;
    }
    fs::copy(root.join("LICENSE"), tree.join("LICENSE"))?;
    let (option, end) = match order.squeeze {
        Squeeze::Small => (Some("--xz"), "tar.xz"),
        Squeeze::Fast => (None, "tar"),
    };
    let archive = dist.join(format!("{name}.{end}"));
    run(Command::new("tar")
        .args(["--create", "--sort=name", "--owner=0", "--group=0", "--numeric-owner"])
        .args(option)
        .arg(format!("--mtime=@{}", epoch(root)))
        .arg("--file")
        .arg(&archive)
        .arg("--directory")
        .arg(dist)
        .arg(&name))?;
    fs::remove_dir_all(tree)?;
    Ok(archive)
}

/// `SHA256SUMS` over `files`, as `sha256sum --check` reads it.
fn sums(dist: &Path, files: &[PathBuf]) -> Result<PathBuf> {
    let names = files.iter().filter_map(|file| file.file_name());
    let text = run(Command::new("sha256sum").args(names).current_dir(dist))?;
    ensure!(text.lines().count() == files.len(), "sha256sum left something out");
    let path = dist.join("SHA256SUMS");
    fs::write(&path, text)?;
    Ok(path)
}
