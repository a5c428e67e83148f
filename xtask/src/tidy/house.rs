//! The plan of the house (`xtask/rooms.toml`) and what the manifests really say.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// `xtask/rooms.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    pub rooms: BTreeMap<String, Vec<String>>,
    pub owners: BTreeMap<String, Vec<String>>,
    pub pure: Pure,
    #[serde(rename = "unsafe")]
    pub unsafety: Unsafety,
    pub attributed: Makers,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pure {
    pub rooms: Vec<String>,
    pub crates: Vec<String>,
    pub paths: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unsafety {
    pub rooms: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Makers {
    pub makers: Vec<String>,
}

/// One package of the workspace, by its manifest.
#[derive(Clone, Debug)]
pub struct Package {
    pub name: String,
    /// Folder from the repository root: the room.
    pub room: String,
    pub dependencies: Vec<Dependency>,
}

#[derive(Clone, Debug)]
pub struct Dependency {
    /// Package name.
    pub name: String,
    /// Only for tests, benchmarks and examples.
    pub dev: bool,
}

/// The plan as shipped with the repository.
pub fn plan() -> Result<Plan> {
    toml::from_str(include_str!("../../rooms.toml")).context("xtask/rooms.toml")
}

/// Asks cargo for the packages of the workspace.
pub fn packages(root: &Path) -> Result<Vec<Package>> {
    let output = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root)
        .output()
        .context("cannot run cargo metadata")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Metadata = serde_json::from_slice(&output.stdout)?;
    Ok(metadata.packages.into_iter().map(|package| package.placed(root)).collect())
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<RawPackage>,
}

#[derive(Deserialize)]
struct RawPackage {
    name: String,
    manifest_path: String,
    dependencies: Vec<RawDependency>,
}

#[derive(Deserialize)]
struct RawDependency {
    name: String,
    kind: Option<String>,
}

impl RawPackage {
    fn placed(self, root: &Path) -> Package {
        let folder = Path::new(&self.manifest_path).parent().unwrap_or(root);
        let room = folder.strip_prefix(root).unwrap_or(folder).display().to_string();
        let dependencies = self
            .dependencies
            .into_iter()
            .map(|one| Dependency { dev: one.kind.as_deref() == Some("dev"), name: one.name });
        Package { name: self.name, room, dependencies: dependencies.collect() }
    }
}
