//! Folders with packages, and whether what is in them was wanted for itself.

use std::path::{Path, PathBuf};

/// Where a package manager keeps what it installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PackageKind {
    /// `node_modules`.
    Npm,
    /// `site-packages`, `dist-packages`.
    Pypi,
}

/// A folder with packages.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PackageFolder {
    /// Whose.
    pub kind: PackageKind,
    /// Where.
    pub path: PathBuf,
    /// Whether libraries in it are worth a word.
    pub libraries: Libraries,
    /// The project that it is for.
    pub project: Option<PathBuf>,
}

/// Whether what is in a folder with packages was wanted for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Libraries {
    /// Somebody works with them.
    Told,
    /// They are parts of a program that was installed.
    Part,
}

impl PackageFolder {
    /// One of `kind` at `path`, in a home or a project.
    pub fn new(kind: PackageKind, path: &Path, in_projects: bool) -> Self {
        let way = path.to_string_lossy();
        // Programs in an environment of their own, and what is fetched to run once.
        let part = ["/pipx/", "/uv/tools/", "/.cache/", "/.npm/"].iter().any(|it| way.contains(it));
        let up = match kind {
            PackageKind::Npm => 1,
            // `PROJECT/.venv/lib/python3.12/site-packages`.
            PackageKind::Pypi => 4,
        };
        let project = path.ancestors().nth(up).filter(|_| in_projects);
        let shared = |at: &&Path| {
            at.ends_with("envs") || kind == PackageKind::Pypi && !part && way.contains("conda")
        };
        // What npm installed for all of an account lies in the `lib` of a prefix.
        let prefix = kind == PackageKind::Npm && path.ends_with("lib/node_modules");
        let libraries = match kind {
            PackageKind::Npm if !in_projects || prefix => Libraries::Part,
            _ if part => Libraries::Part,
            _ => Libraries::Told,
        };
        let project = project.filter(|it| !prefix && !shared(it)).map(Path::to_owned);
        Self { kind, path: path.to_owned(), libraries, project }
    }
}
