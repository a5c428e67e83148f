//! What package managers installed: told as products or as packages.

use std::fs;
use std::path::{Path, PathBuf};

use event::{Package, Role, What};

use super::Looking;
use crate::binaries;
use crate::discover::{Home, Libraries, PackageFolder, PackageKind};
use crate::join::Origin;
use crate::packages::{Installed, Known, manager};
use crate::read::{self, MAX_SETTINGS, Why};

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

impl Looking<'_> {
    /// A file in a folder of programs.
    pub(super) fn binary(&mut self, home: &Home, path: &Path) {
        if self.binaries == 0 {
            return;
        }
        self.binaries -= 1;
        // Several names may lead to one program.
        let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        match binaries::of_file(self.products.programs(), &place, home.uid) {
            Ok(found) => found.into_iter().for_each(|one| self.program(home, &place, one)),
            Err(Why::Kind(_) | Why::Foreign) => {}
            Err(why) => self.builder.unsure(path, why.to_string()),
        }
    }

    /// What cargo remembers.
    pub(super) fn crates(&mut self, home: &Home, path: &Path) {
        let content = match read::file(path, home.uid, MAX_SETTINGS) {
            Ok(content) => content,
            Err(why) => return self.builder.unsure(path, why.to_string()),
        };
        match binaries::of_crates(self.products.programs(), &content.text()) {
            Ok(all) => all.into_iter().for_each(|one| self.program(home, path, one)),
            Err(why) => self.builder.unsure(path, format!("not understood: {why}")),
        }
    }

    fn program(&mut self, home: &Home, path: &Path, found: binaries::Found) {
        match self.products.by_id(&found.program).filter(|_| found.role == Role::Agent) {
            Some(product) => self.builder.present(product, &home.owner, path, found.version),
            None => {
                let origin = Origin { owner: &home.owner, project: None, path };
                let package =
                    Package { manager: found.manager, role: found.role, because: found.because };
                let what = What::Package(package);
                let asset = self.builder.asset(&found.program, origin, 0, &found.name, what);
                asset.version = found.version;
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
