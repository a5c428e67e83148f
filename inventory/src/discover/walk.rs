//! Walks a folder once, for all places of all products.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::{self, DirEntry, FileType};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::artifacts::Artifact;
use super::packages::{PackageFolder, PackageKind};
use crate::attend;
use crate::memory::{Folders, Listed};
use crate::product::{Active, Holds, Products, Root, Target, Thing};

/// What was found at a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Found {
    /// Where.
    pub path: PathBuf,
    /// Of which product, and what.
    pub target: Target,
    /// Where the place began.
    pub root: Root,
    /// The folder in which it began.
    pub begin: PathBuf,
    /// It is a folder.
    pub is_folder: bool,
}

/// Most files of models and data that are looked at.
const MOST_ARTIFACTS: usize = 50_000;

/// How far a walk goes.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Deepest folder.
    pub depth: u16,
    /// Most entries of all folders together.
    pub entries: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { depth: 40, entries: 5_000_000 }
    }
}

/// What came of a walk.
#[derive(Clone, Debug, Default)]
pub struct Walked {
    /// What was found, in the order of the walk.
    pub found: Vec<Found>,
    /// Folders with packages.
    pub packages: Vec<PackageFolder>,
    /// What may belong to models, by its name.
    pub artifacts: Vec<(PathBuf, Artifact)>,
    /// What was not looked through, and why.
    pub unsure: Vec<(PathBuf, String)>,
    /// Entries that were looked at.
    pub entries: u64,
}

impl Walked {
    /// Takes over what another walk found.
    pub fn join(&mut self, other: Self) {
        self.found.extend(other.found);
        self.packages.extend(other.packages);
        self.artifacts.extend(other.artifacts);
        self.unsure.extend(other.unsure);
        self.entries += other.entries;
    }
}

/// Whether all of a folder is walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Every folder below.
    All,
    /// What leads to a place.
    Places,
}

/// A walk through one folder.
#[derive(Debug)]
pub struct Walk<'p> {
    products: &'p Products,
    far: &'p HashSet<PathBuf>,
    bounds: Bounds,
    /// Every folder is walked, not only those on the way to a place: packages are anywhere.
    everywhere: bool,
    walked: Walked,
    /// Folders that were entered through a link, by device and inode.
    linked: HashSet<(u64, u64)>,
    next: Vec<Active>,
    folders: &'p mut Folders,
    /// The list that is being read leads through a link, which may lead elsewhere the next time.
    through_link: bool,
}

/// A folder that waits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Folder {
    /// Where.
    pub path: PathBuf,
    depth: u16,
    /// What may be found in it.
    pub active: Vec<Active>,
    /// A project may begin here or below.
    projects: bool,
}

impl<'p> Walk<'p> {
    /// Places at `far` are not entered; folders that `folders` knows as they are now are not read again.
    pub fn new(
        products: &'p Products,
        far: &'p HashSet<PathBuf>,
        bounds: Bounds,
        folders: &'p mut Folders,
    ) -> Self {
        Self {
            products,
            far,
            bounds,
            everywhere: true,
            walked: Walked::default(),
            linked: HashSet::new(),
            next: Vec::new(),
            folders,
            through_link: false,
        }
    }

    /// Through a home: its own places, and projects anywhere below.
    pub fn home(self, home: &Path) -> Walked {
        self.from(home, &[Root::Home, Root::Project], true)
    }

    /// Through a folder that holds projects.
    pub fn projects(self, folder: &Path) -> Walked {
        self.from(folder, &[Root::Project], true)
    }

    /// Along the places of the host, and nowhere else.
    pub fn host(mut self, root: &Path) -> Walked {
        self.everywhere = false;
        self.from(root, &[Root::Host], false)
    }

    /// Through a folder that stands for another one of a home (`~/.codex`).
    pub fn moved(mut self, folder: &Path, place: &str, reach: Reach) -> Walked {
        self.everywhere = reach == Reach::All;
        let active = self.products.places().along(place);
        let at =
            Folder { path: folder.to_owned(), depth: 0, active: active.clone(), projects: false };
        if folder.is_dir() {
            active.iter().for_each(|one| self.tell(*one, folder, &at, true));
        }
        self.through(folder, at)
    }

    fn from(self, path: &Path, roots: &[Root], projects: bool) -> Walked {
        let mut active = Vec::new();
        for root in roots {
            self.products.places().begin(*root, 0, &mut active);
        }
        self.through(path, Folder { path: path.to_owned(), depth: 0, active, projects })
    }

    fn through(mut self, path: &Path, first: Folder) -> Walked {
        let mut waiting = vec![first];
        while let Some(folder) = waiting.pop() {
            if self.walked.entries >= self.bounds.entries {
                let why =
                    format!("more than {} entries: the rest was not walked", self.bounds.entries);
                self.walked.unsure.push((folder.path, why));
                break;
            }
            if let Some(why) = attend::before(&folder.path) {
                self.walked.unsure.push((folder.path, why.to_string()));
                continue;
            }
            let before = self.walked.entries;
            let listed = self.remembered(path, &folder, &mut waiting);
            attend::entries(self.walked.entries - before);
            if let Err(error) = listed
                && error.kind() != io::ErrorKind::NotFound
            {
                self.walked.unsure.push((folder.path, error.to_string()));
            }
        }
        self.walked
    }

    /// What a folder holds: as it was, if it did not change, else by reading it.
    fn remembered(
        &mut self,
        home: &Path,
        folder: &Folder,
        waiting: &mut Vec<Folder>,
    ) -> io::Result<()> {
        let stamp = self.folders.stamp(&folder.path)?;
        if let Some(listed) = self.folders.get(folder, stamp) {
            self.walked.entries += listed.entries;
            self.walked.found.extend_from_slice(&listed.found);
            self.walked.packages.extend_from_slice(&listed.packages);
            self.walked.artifacts.extend_from_slice(&listed.artifacts);
            self.walked.unsure.extend_from_slice(&listed.unsure);
            waiting.extend_from_slice(&listed.below);
            return Ok(());
        }
        let walked = &self.walked;
        let from = (walked.found.len(), walked.packages.len(), walked.unsure.len(), waiting.len());
        let (entries, artifacts) = (walked.entries, walked.artifacts.len());
        self.through_link = false;
        self.list(home, folder, waiting)?;
        let walked = &self.walked;
        let listed = Listed {
            stamp,
            entries: walked.entries - entries,
            found: walked.found.get(from.0..).unwrap_or_default().to_vec(),
            packages: walked.packages.get(from.1..).unwrap_or_default().to_vec(),
            artifacts: walked.artifacts.get(artifacts..).unwrap_or_default().to_vec(),
            unsure: walked.unsure.get(from.2..).unwrap_or_default().to_vec(),
            below: waiting.get(from.3..).unwrap_or_default().to_vec(),
        };
        if !self.through_link {
            self.folders.keep(folder, listed);
        }
        Ok(())
    }

    fn list(&mut self, home: &Path, folder: &Folder, waiting: &mut Vec<Folder>) -> io::Result<()> {
        for entry in fs::read_dir(&folder.path)? {
            let entry = entry?;
            self.walked.entries += 1;
            let name = entry.file_name();
            let Some(kind) = self.kind(&entry, folder, &name) else { continue };
            let is_folder = kind == Kind::Folder || kind == Kind::LinkedFolder;
            let mut next = std::mem::take(&mut self.next);
            self.products.places().next(
                &folder.active,
                &name.to_string_lossy(),
                is_folder,
                &mut next,
            );
            let path = folder.path.join(&name);
            if kind == Kind::File && self.everywhere {
                self.may_be(&path, Artifact::of_file(&name.to_string_lossy()));
            }
            for one in &next {
                self.tell(*one, &path, folder, is_folder);
            }
            if is_folder {
                let below = Below { path, name: &name.to_string_lossy(), kind, next: &next };
                waiting.extend(self.enter(home, folder, below));
            }
            self.next = next;
        }
        Ok(())
    }

    fn may_be(&mut self, path: &Path, artifact: Option<Artifact>) {
        let Some(artifact) = artifact else { return };
        match self.walked.artifacts.len().cmp(&MOST_ARTIFACTS) {
            Ordering::Less => self.walked.artifacts.push((path.to_owned(), artifact)),
            Ordering::Equal => {
                let why =
                    format!("more than {MOST_ARTIFACTS} files of models and data: not looked at");
                self.walked.unsure.push((path.to_owned(), why));
                self.walked.artifacts.push((path.to_owned(), artifact));
            }
            Ordering::Greater => {}
        }
    }

    /// Links are followed only where a place may lead through them.
    fn kind(&mut self, entry: &DirEntry, folder: &Folder, name: &OsString) -> Option<Kind> {
        let kind: FileType = entry.file_type().ok()?;
        if kind.is_dir() {
            return Some(Kind::Folder);
        }
        if !kind.is_symlink() {
            return Some(Kind::File);
        }
        let mut next = std::mem::take(&mut self.next);
        self.products.places().next(&folder.active, &name.to_string_lossy(), true, &mut next);
        let leads = !next.is_empty();
        self.next = next;
        if !leads {
            return None;
        }
        self.through_link = true;
        let far = |path: &Path| self.far.iter().any(|far| path.starts_with(far));
        let leads_far = || {
            let why = "it leads to what is mounted from elsewhere: not followed";
            (entry.path(), why.to_owned())
        };
        // Before anything asks the file system at its end, which may never answer.
        let named = folder.path.join(fs::read_link(entry.path()).ok()?);
        // So units and settings are switched off.
        if named == Path::new("/dev/null") {
            return None;
        }
        if far(&named) {
            self.walked.unsure.push(leads_far());
            return None;
        }
        if let Some(why) = attend::before(&entry.path()) {
            self.walked.unsure.push((entry.path(), why.to_string()));
            return None;
        }
        let to = match fs::canonicalize(entry.path()) {
            Ok(to) => to,
            // A link that leads nowhere hides nothing.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return None,
            Err(error) => {
                self.walked.unsure.push((entry.path(), error.to_string()));
                return None;
            }
        };
        if far(&to) {
            self.walked.unsure.push(leads_far());
            return None;
        }
        let meta = fs::metadata(&to).ok()?;
        if !meta.is_dir() {
            return Some(Kind::File);
        }
        self.linked.insert((meta.dev(), meta.ino())).then_some(Kind::LinkedFolder)
    }

    fn tell(&mut self, one: Active, path: &Path, folder: &Folder, is_folder: bool) {
        let up = usize::from(folder.depth.saturating_sub(one.from));
        let begin = folder.path.ancestors().nth(up).unwrap_or(&folder.path);
        for target in self.products.places().targets(one) {
            // Only these may be folders.
            let fits = match target.holds {
                Holds::Version | Holds::Credential(_) => true,
                Holds::Presence | Holds::Extensions | Holds::Thing(Thing::Repository) => is_folder,
                _ => !is_folder,
            };
            if fits {
                self.walked.found.push(Found {
                    path: path.to_owned(),
                    target: *target,
                    root: one.root,
                    begin: begin.to_owned(),
                    is_folder,
                });
            }
        }
    }

    /// The folder below, if it is to be walked.
    fn enter(&mut self, home: &Path, folder: &Folder, below: Below<'_>) -> Option<Folder> {
        let Below { path, name, kind, next } = below;
        let package = match name {
            "node_modules" => Some(PackageKind::Npm),
            "site-packages" | "dist-packages" => Some(PackageKind::Pypi),
            _ => None,
        };
        if let Some(kind) = package {
            self.walked.packages.push(PackageFolder::new(kind, &path, folder.projects));
        }
        let artifact = Artifact::of_folder(name).filter(|_| self.everywhere);
        self.may_be(&path, artifact);
        let depth = folder.depth + 1;
        let way = path.strip_prefix(home).unwrap_or(&path).to_string_lossy();
        let skipped = package.is_some() || artifact.is_some() || self.products.skips(name, &way);
        let leads_on = next.iter().any(|one| self.products.places().leads_on(*one));
        if !leads_on && (skipped || !self.everywhere || kind == Kind::LinkedFolder) {
            return None;
        }
        // What a product keeps for itself is nobody's project.
        let places = self.products.places();
        let own = next.iter().any(|one| {
            one.root == Root::Home
                && places.targets(*one).iter().any(|target| target.holds == Holds::Presence)
        });
        let projects = folder.projects
            && !own
            && !skipped
            && kind == Kind::Folder
            && !self.products.holds_no_projects(name, &way);
        if self.far.contains(&path) {
            self.walked.unsure.push((path, "mounted from elsewhere: not walked".into()));
            return None;
        }
        if depth > self.bounds.depth {
            let why = format!("deeper than {} folders: not walked", self.bounds.depth);
            self.walked.unsure.push((path, why));
            return None;
        }
        let mut active = next.to_vec();
        if projects {
            self.products.places().begin(Root::Project, depth, &mut active);
        }
        Some(Folder { path, depth, active, projects })
    }
}

/// An entry that is a folder.
struct Below<'a> {
    path: PathBuf,
    name: &'a str,
    kind: Kind,
    next: &'a [Active],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Folder,
    LinkedFolder,
}
