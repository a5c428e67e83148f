//! What installed packages say of their licences, and all packages below a folder.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use event::{Asset, Evidence, Text, What};

use super::super::make::Library;
use crate::attend;
use crate::join::{Inside, Inventory};
use crate::packages::{npm, pypi};

/// Deepest folder, and most folders, that are looked through for packages.
const DEPTH: usize = 64;
const MOST: usize = 200_000;

/// Licences by the places that are evidence for a package. `uid_of`: the account of an owner.
pub fn licences(
    inventory: &Inventory,
    inside: &Inside,
    uid_of: impl Fn(&str) -> u32,
) -> HashMap<Text, Text> {
    let mut known = HashMap::new();
    let meant =
        |asset: &&Asset| matches!(asset.what, What::Agent(_) | What::Plugin(_) | What::Package(_));
    for asset in inventory.assets.iter().filter(meant) {
        for at in &asset.evidence {
            let path = inside.path(PathBuf::from(&*at.place));
            if let Some(licence) = licence(&path, uid_of(&asset.owner)) {
                known.insert(at.place.clone(), licence);
            }
        }
    }
    known
}

fn licence(path: &Path, uid: u32) -> Option<Text> {
    match path.extension()?.to_str()? {
        "json" => npm::manifest(path, uid)?.licence(),
        "dist-info" => pypi::metadata(&path.join("METADATA"), uid)?.licence(),
        _ => None,
    }
}

/// All packages of npm and Python that are installed below `root`.
pub fn installed(root: &Path, uid: u32, inside: &Inside) -> Vec<Library> {
    let (mut all, mut left) = (Vec::new(), MOST);
    let mut waiting = vec![(root.to_owned(), DEPTH)];
    while let Some((folder, depth)) = waiting.pop() {
        if left == 0 || attend::before(&folder).is_some() {
            continue;
        }
        left -= 1;
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let Ok(kind) = entry.file_type() else { continue };
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            if kind.is_dir() && depth > 0 {
                waiting.push((path.clone(), depth - 1));
            }
            let library = if name == "package.json" && is_package(&folder) {
                of_npm(&path, uid)
            } else if name.ends_with(".dist-info") {
                of_python(&path.join("METADATA"), uid)
            } else if name.ends_with(".egg-info") {
                let file = if kind.is_dir() { path.join("PKG-INFO") } else { path.clone() };
                of_python(&file, uid)
            } else {
                None
            };
            all.extend(library.map(|library| Library {
                at: Some(Evidence { place: inside.place(&path), line: 0 }),
                ..library
            }));
        }
    }
    all
}

/// Whether a folder is that of a package: right in `node_modules`, or in a scope there.
fn is_package(folder: &Path) -> bool {
    let named = |at: Option<&Path>| at.and_then(Path::file_name).unwrap_or_default().to_owned();
    let above = named(folder.parent());
    above == "node_modules"
        || above.to_string_lossy().starts_with('@')
            && named(folder.parent().and_then(Path::parent)) == "node_modules"
}

fn of_npm(path: &Path, uid: u32) -> Option<Library> {
    let manifest = npm::manifest(path, uid)?;
    Some(Library {
        registry: "npm".into(),
        name: manifest.name().filter(|name| !name.is_empty())?,
        version: manifest.version(),
        licence: manifest.licence(),
        ..Library::default()
    })
}

fn of_python(path: &Path, uid: u32) -> Option<Library> {
    let metadata = pypi::metadata(path, uid)?;
    Some(Library {
        registry: "pypi".into(),
        name: metadata.name()?,
        version: metadata.version(),
        licence: metadata.licence(),
        ..Library::default()
    })
}
