//! What package managers installed: known products and programs, and servers of tools by what they say of themselves,
//! without walking through all of it.

pub(crate) mod npm;
pub(crate) mod pypi;

use std::path::PathBuf;

use event::{Manager, Role, Text};
use rustc_hash::FxHashMap;

use crate::attend;
use crate::discover::{Libraries, PackageFolder, PackageKind};
use crate::product::Products;

/// Most packages of one folder whose manifest is read.
const MOST_READ: usize = 300;

/// A package that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    /// What it is.
    pub what: Known,
    /// Version.
    pub version: Option<Text>,
    /// Where it says so.
    pub place: PathBuf,
}

/// What a package is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// A product, by its index in [`Products`].
    Product(usize),
    /// A program of the tables, or a server of tools that none of them has.
    Package {
        /// Its name.
        name: Text,
        /// The id in the tables; that of any server where it has none.
        program: Text,
        /// What it is.
        role: Role,
        /// Why that is thought.
        because: Text,
    },
}

/// The program that servers of tools are which no table has.
pub const ANY_SERVER: &str = "mcp-server";

/// Which packages are products and programs.
#[derive(Debug, Default)]
pub struct Packages {
    npm: FxHashMap<Text, Index>,
    pypi: FxHashMap<Text, Index>,
}

#[derive(Clone, Debug)]
pub(crate) enum Index {
    Product(usize),
    Program { id: Text, role: Role },
}

impl Packages {
    /// Those of all products.
    pub fn of(products: &Products) -> Self {
        let mut packages = Self::default();
        for program in products.programs() {
            for package in &program.packages {
                let index = Index::Program { id: program.id.clone(), role: program.is };
                packages.add(package, index);
            }
        }
        for (index, product) in products.iter().enumerate() {
            for package in &product.packages {
                packages.add(package, Index::Product(index));
            }
        }
        packages
    }

    fn add(&mut self, package: &str, index: Index) {
        if let Some(name) = package.strip_prefix("npm:") {
            self.npm.insert(name.into(), index);
        } else if let Some(name) = package.strip_prefix("pypi:") {
            self.pypi.insert(pypi::normal(name).into(), index);
        }
    }

    /// Looks into a folder with packages that belongs to `uid`.
    pub fn look(&self, folder: &PackageFolder, uid: u32) -> Vec<Installed> {
        if attend::before(&folder.path).is_some() {
            return Vec::new();
        }
        match folder.kind {
            PackageKind::Npm => npm::look(&self.npm, folder, uid),
            PackageKind::Pypi => pypi::look(&self.pypi, folder, uid),
        }
    }
}

/// Whose package it is.
pub fn manager(kind: PackageKind) -> Manager {
    match kind {
        PackageKind::Npm => Manager::Npm,
        PackageKind::Pypi => Manager::Pypi,
    }
}

/// What a known package is, if it is told in a folder such as this.
fn known(index: &Index, name: &str, libraries: Libraries) -> Option<Known> {
    match index {
        Index::Product(index) => Some(Known::Product(*index)),
        Index::Program { id, role } => {
            let library = matches!(role, Role::Framework | Role::Sdk);
            // What another program is built of is a part of that program.
            (!library || libraries == Libraries::Told).then(|| Known::Package {
                name: name.into(),
                program: id.clone(),
                role: *role,
                because: "its name is known".into(),
            })
        }
    }
}

/// A server of tools that no table has.
fn server(name: &str, because: &str) -> Known {
    Known::Package {
        name: name.into(),
        program: ANY_SERVER.into(),
        role: Role::ToolServer,
        because: because.into(),
    }
}

/// The words of a name.
fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}

/// Whether a name speaks of the protocol, and not of what only talks to servers.
fn named(name: &str) -> bool {
    const OTHERS: &[&str] =
        &["client", "clients", "inspector", "sdk", "types", "adapter", "adapters", "ui", "config"];
    let is = |word: &str| word.eq_ignore_ascii_case("mcp");
    words(name).any(is) && !words(name).any(|word| OTHERS.contains(&word))
}

/// Whether a package that is run by its name alone is a server of tools.
pub fn names_server(name: &str) -> bool {
    named(name) || name.starts_with("@modelcontextprotocol/server-")
}

/// Whether a description says that it is a server of tools.
fn described(text: &str) -> bool {
    let text = text.to_lowercase();
    let speaks = text.contains("mcp server") || text.contains("model context protocol");
    speaks && !text.contains("client for") && !text.contains("sdk for")
}

#[cfg(test)]
mod tests;
