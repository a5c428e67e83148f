//! Which files are copied: small settings that the rules in force guard, in homes and workspaces.

use std::path::{Path, PathBuf};

use event::{Classes, GuardedPlace, KernelRules, Names};

use crate::policies;

/// What is put back. Not what agents keep of themselves in the same file as their servers, and no keys: those have one
/// place.
const KINDS: [&str; 6] =
    ["agent-settings", "agent-hooks", "start-up", "scheduled", "vcs-hook", "vcs-settings"];
const SECRET: &str = "credential";
/// Workspaces that patterns without a beginning hold in; the oldest go.
const MOST_WORKSPACES: usize = 256;
/// Most files of one folder.
const MOST_NAMES: usize = 64;

/// Where they may be.
#[derive(Default)]
pub struct Places {
    places: Vec<GuardedPlace>,
    homes: Vec<String>,
    workspaces: Vec<String>,
}

impl Places {
    pub fn put(&mut self, rules: &KernelRules) {
        let classes = KINDS.iter().filter_map(|kind| rules.class(kind));
        let wanted = classes.fold(Classes::NONE, Classes::and);
        let secret = rules.class(SECRET).unwrap_or(Classes::NONE);
        let is_copied =
            |place: &&GuardedPlace| place.classes.has_any(wanted) && !place.classes.has_any(secret);
        self.places = rules.places.iter().filter(is_copied).cloned().collect();
        self.homes = policies::homes().iter().map(|home| home.path.to_string()).collect();
    }

    pub fn add_workspace(&mut self, workspace: &str) {
        if workspace.is_empty() || self.workspaces.iter().any(|known| known == workspace) {
            return;
        }
        if self.workspaces.len() >= MOST_WORKSPACES {
            self.workspaces.remove(0);
        }
        self.workspaces.push(workspace.to_owned());
    }

    /// The files that are there when it is called, for who does not hold on to these.
    pub fn files(&self) -> impl FnOnce() -> Vec<PathBuf> + use<> {
        let (places, roots) = (self.places.clone(), [&*self.homes, &*self.workspaces].concat());
        move || places.iter().flat_map(|place| files_of(place, &roots)).collect()
    }
}

fn files_of(place: &GuardedPlace, roots: &[String]) -> Vec<PathBuf> {
    let folder = Path::new(&*place.folder);
    match &place.names {
        Names::Below if folder.is_dir() => named(folder, "", ""),
        Names::Below => vec![folder.to_owned()],
        Names::In { prefix, suffix } => named(folder, prefix, suffix),
        Names::Ending(parts) => {
            let below = |root: &&String| Path::new(root.as_str()).starts_with(folder);
            let below = roots.iter().filter(|root| place.folder.is_empty() || below(root));
            below.map(|root| Path::new(root).join(&**parts)).collect()
        }
        Names::Except | Names::ExceptIn { .. } => Vec::new(),
    }
}

fn named(folder: &Path, prefix: &str, suffix: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let fits = |name: &str| {
        name.len() >= prefix.len() + suffix.len()
            && name.starts_with(prefix)
            && name.ends_with(suffix)
    };
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    names.filter(|name| fits(name)).take(MOST_NAMES).map(|name| folder.join(name)).collect()
}
