//! What package managers installed: known products by their packages, without walking through all of them.

use std::fs;
use std::path::{Path, PathBuf};

use event::Text;
use rustc_hash::FxHashMap;

use crate::discover::{PackageFolder, PackageKind};
use crate::product::Products;
use crate::read;

/// A package that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    /// Index of the product in [`Products`].
    pub product: usize,
    /// Version.
    pub version: Option<Text>,
    /// Where it says so.
    pub place: PathBuf,
}

/// Which packages are products.
#[derive(Debug, Default)]
pub struct Packages {
    npm: Vec<(Text, usize)>,
    pypi: FxHashMap<Text, usize>,
}

impl Packages {
    /// Those of all products.
    pub fn of(products: &Products) -> Self {
        let mut packages = Self::default();
        for (index, product) in products.iter().enumerate() {
            for package in &product.packages {
                if let Some(name) = package.strip_prefix("npm:") {
                    packages.npm.push((name.into(), index));
                } else if let Some(name) = package.strip_prefix("pypi:") {
                    packages.pypi.insert(normal(name).into(), index);
                }
            }
        }
        packages
    }

    /// Looks into a folder with packages that belongs to `uid`.
    pub fn look(&self, folder: &PackageFolder, uid: u32) -> Vec<Installed> {
        match folder.kind {
            PackageKind::Npm => self.npm(&folder.path, uid),
            PackageKind::Pypi => self.pypi(&folder.path),
        }
    }

    fn npm(&self, folder: &Path, uid: u32) -> Vec<Installed> {
        let known = self.npm.iter().filter_map(|(name, product)| {
            let place = folder.join(&**name).join("package.json");
            let content = read::file(&place, uid, read::MAX_WORDING).ok()?;
            let version = serde_json::from_slice::<Manifest>(&content.bytes).ok()?.version;
            Some(Installed { product: *product, version, place })
        });
        known.collect()
    }

    fn pypi(&self, folder: &Path) -> Vec<Installed> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let known = entries.filter_map(|entry| {
            let name = entry.file_name();
            let name = name.to_str()?.strip_suffix(".dist-info")?;
            let (name, version) = name.rsplit_once('-')?;
            let product = *self.pypi.get(normal(name).as_str())?;
            Some(Installed { product, version: Some(version.into()), place: entry.path() })
        });
        known.collect()
    }
}

#[derive(serde::Deserialize)]
struct Manifest {
    version: Option<Text>,
}

/// Names of Python packages are equal whatever joins their words (PEP 503).
fn normal(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    for letter in name.chars() {
        let joins = matches!(letter, '-' | '_' | '.');
        if !joins {
            normal.extend(letter.to_lowercase());
        } else if !normal.ends_with('-') {
            normal.push('-');
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_found_by_their_own_names() {
        let (products, _) = Products::shipped();
        let packages = Packages::of(&products);
        let place = tempfile::tempdir().expect("a folder");
        let at = |way: &str, text: &str| {
            let path = place.path().join(way);
            fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            fs::write(path, text).expect("written");
        };
        at("node_modules/@openai/codex/package.json", r#"{"version":"1.2.3"}"#);
        at("node_modules/codex/package.json", r#"{"version":"9"}"#);
        at("site-packages/mini_swe_agent-2.0.dist-info/METADATA", "");
        at("site-packages/mini_swe_agents-2.0.dist-info/METADATA", "");
        let uid = rustix::process::getuid().as_raw();
        let look = |kind, name: &str| -> Vec<String> {
            let folder = PackageFolder { kind, path: place.path().join(name) };
            let name = |one: &Installed| products.iter().nth(one.product).map(|p| p.id.clone());
            let found = packages.look(&folder, uid);
            let line = |one: &Installed| {
                format!(
                    "{} {}",
                    name(one).unwrap_or_default(),
                    one.version.as_deref().unwrap_or("-")
                )
            };
            found.iter().map(line).collect()
        };
        assert_eq!(look(PackageKind::Npm, "node_modules"), ["codex-cli 1.2.3"]);
        assert_eq!(look(PackageKind::Pypi, "site-packages"), ["mini-swe-agent 2.0"]);
        assert!(look(PackageKind::Npm, "nothing").is_empty());
    }
}
