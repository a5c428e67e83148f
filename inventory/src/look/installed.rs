//! What package managers installed: told as products or as packages.

use std::fs;
use std::path::{Path, PathBuf};

use event::{Package, What};

use super::Looking;
use crate::discover::{Home, Libraries, PackageFolder, PackageKind};
use crate::join::Origin;
use crate::packages::{Installed, Known, manager};

impl Looking<'_> {
    pub(super) fn packages(&mut self, home: &Home, folder: &PackageFolder) {
        for Installed { what, version, place } in self.packages.look(folder, home.uid) {
            match what {
                Known::Product(index) => {
                    if let Some(product) = self.products.iter().nth(index) {
                        self.builder.present(product, &home.owner, &place, version);
                    }
                }
                Known::Package { name, program, role, because } => {
                    let manager = manager(folder.kind);
                    let what = What::Package(Package { manager, role, because });
                    let project = folder.project.as_deref();
                    let origin = Origin { owner: &home.owner, project, path: &place };
                    self.builder.asset(&program, origin, 0, &name, what).version = version;
                }
            }
        }
    }
}

/// Where the package managers of a host install.
pub(super) fn of_the_host(root: &Path) -> Vec<PackageFolder> {
    use PackageKind::{Npm, Pypi};
    let mut folders = Vec::new();
    for prefix in ["usr", "usr/local", "opt/node", "opt/nodejs"] {
        let lib = root.join(prefix).join("lib");
        folders.push(alone(Npm, lib.join("node_modules"), Libraries::Part));
        for entry in fs::read_dir(&lib).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with("python3") {
                for name in ["dist-packages", "site-packages"] {
                    folders.push(alone(Pypi, entry.path().join(name), Libraries::Told));
                }
            }
        }
    }
    folders.retain(|folder| folder.path.is_dir());
    folders
}

fn alone(kind: PackageKind, path: PathBuf, libraries: Libraries) -> PackageFolder {
    PackageFolder { kind, path, libraries, project: None }
}
