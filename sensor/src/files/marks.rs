//! Where the places are: files and folders that exist, and folders in which others may come to be.

use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::mounts::Mounts;
use super::places::{Place, Trees, Which};

/// Most folders and files of one place. Who makes more of them has not guarded less than that.
const MOST_FOLDERS: usize = 256;
const MOST_FILES: usize = 4096;
/// A folder with more other things in it than this is no store of secrets: who opens those does not wait, and what
/// comes to be there is guarded a moment later.
const MOST_OTHERS: usize = 32;

/// What was found of a place.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Files, each with its identity.
    pub files: Vec<(PathBuf, (u64, u64))>,
    /// Folders whose files all ask, also those that come to be.
    pub folders: Vec<PathBuf>,
    /// Folders in which something new may belong to the place; with how its name begins.
    pub watched: BTreeSet<(PathBuf, String)>,
    /// Why not all of it is guarded.
    pub left_out: Option<&'static str>,
}

/// Looks for a place as it is now. Opens folders, and no file.
pub fn find(place: &Place, mounts: &Mounts) -> Found {
    let mut found = Found::default();
    if mounts.are_remote(&place.path) {
        found.left_out = Some("somebody else answers for its file system");
        return found;
    }
    match (&place.which, fs::symlink_metadata(&place.path)) {
        (_, Err(_)) => found.wait_for(&place.path),
        (Which::Below, Ok(meta)) if meta.is_dir() => found.tree(place, &meta, mounts),
        (Which::Below, Ok(meta)) => {
            found.file(&place.path, &meta);
            if let (Some(folder), Some(name)) = (place.path.parent(), place.path.file_name()) {
                let name = name.to_string_lossy();
                found.beside(folder, &name, &|other| other == name);
            }
        }
        (Which::In { prefix, suffix }, Ok(meta)) if meta.is_dir() => {
            let fits = |name: &str| {
                name.len() >= prefix.len() + suffix.len()
                    && name.starts_with(prefix.as_str())
                    && name.ends_with(suffix.as_str())
            };
            for (path, meta) in entries(&place.path).take(MOST_FILES) {
                if path.file_name().is_some_and(|name| fits(&name.to_string_lossy())) {
                    found.file(&path, &meta);
                }
            }
            found.beside(&place.path, prefix, &fits);
            found.wait_for(&place.path);
        }
        (Which::In { .. }, Ok(_)) => found.wait_for(&place.path),
    }
    found
}

impl Found {
    /// Only the inode matters: who owns a link and what it leads to has said that it is the same.
    fn file(&mut self, path: &Path, meta: &Metadata) {
        let id = |meta: &Metadata| (meta.dev(), meta.ino());
        if meta.is_file() {
            return self.files.push((path.to_owned(), id(meta)));
        }
        let target = fs::metadata(path)
            .ok()
            .filter(|target| meta.is_symlink() && target.is_file() && target.uid() == meta.uid());
        if let Some(target) = target {
            self.files.push((path.to_owned(), id(&target)));
        }
    }

    fn tree(&mut self, place: &Place, root: &Metadata, mounts: &Mounts) {
        if place.trees == Trees::LeftOut {
            self.left_out = Some("everybody would wait for all of the system");
            return;
        }
        self.wait_for(&place.path);
        let mut next = vec![place.path.clone()];
        while let Some(folder) = next.pop() {
            self.watched.insert((folder.clone(), String::new()));
            for (path, meta) in entries(&folder) {
                if self.files.len() >= MOST_FILES || self.folders.len() + next.len() >= MOST_FOLDERS
                {
                    self.left_out = Some("it is too large; the rest is not guarded");
                    break;
                }
                if !meta.is_dir() {
                    self.file(&path, &meta);
                } else if meta.dev() == root.dev() || !mounts.are_remote(&path) {
                    next.push(path);
                }
            }
            self.folders.push(folder);
        }
    }

    /// What comes to be in the folder is guarded before it can be opened, where few others would have to wait.
    fn beside(&mut self, folder: &Path, prefix: &str, fits: &dyn Fn(&str) -> bool) {
        self.watched.insert((folder.to_owned(), prefix.to_owned()));
        let others = entries(folder).filter(|(path, meta)| {
            meta.is_file() && !path.file_name().is_some_and(|it| fits(&it.to_string_lossy()))
        });
        if !is_home(folder) && others.take(MOST_OTHERS + 1).count() <= MOST_OTHERS {
            self.folders.push(folder.to_owned());
        }
    }

    /// The place may come to be, or be put in the place of what is there: the nearest folder that exists is watched.
    fn wait_for(&mut self, path: &Path) {
        let mut name = path.file_name();
        for above in path.ancestors().skip(1) {
            if above.is_dir() {
                let name = name.unwrap_or_default().to_string_lossy().into_owned();
                self.watched.insert((above.to_owned(), name));
                return;
            }
            name = above.file_name();
        }
    }
}

/// Somebody's home, and the system's own folders: there lies what all programs read.
fn is_home(folder: &Path) -> bool {
    let mut parts = folder.iter().skip(1);
    match (parts.next(), parts.next(), parts.next()) {
        (_, None, _) => true,
        (Some(top), _, None) => top == "home",
        _ => false,
    }
}

fn entries(folder: &Path) -> impl Iterator<Item = (PathBuf, Metadata)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| Some((entry.path(), entry.metadata().ok()?)))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use nix::sys::fanotify::MaskFlags;
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn what_exists_is_marked_and_what_does_not_is_waited_for() {
        let dir = TempDir::new().expect("a directory");
        let root = dir.path();
        for folder in ["store/deep/deeper", "many"] {
            fs::create_dir_all(root.join(folder)).expect("a folder");
        }
        for file in ["store/id_a", "store/other", "store/deep/key", "file", "many/id_b"] {
            fs::write(root.join(file), "x").expect("a file");
        }
        for number in 0..=MOST_OTHERS {
            fs::write(root.join(format!("many/{number}")), "x").expect("a file");
        }
        symlink(root.join("file"), root.join("store/id_link")).expect("a link");

        let named = |prefix: &str| Which::In { prefix: prefix.into(), suffix: String::new() };
        let check = |path: &str, which: Which, files: &str, folders: &str, watched: &str| {
            let mask = MaskFlags::FAN_OPEN_PERM;
            let place = Place { path: root.join(path), which, mask, trees: Trees::Guarded };
            let found = find(&place, &Mounts::default());
            let short = |path: &Path| {
                let path = path.strip_prefix(root).map(|it| it.display().to_string());
                path.unwrap_or_default()
            };
            let list = |paths: Vec<String>| {
                let mut paths = paths;
                paths.sort();
                paths.join(" ")
            };
            let names = |(path, name): &(PathBuf, String)| format!("{}:{name}", short(path));
            assert_eq!(list(found.files.iter().map(|it| short(&it.0)).collect()), files, "{path}");
            assert_eq!(list(found.folders.iter().map(|it| short(it)).collect()), folders, "{path}");
            let watched_now = list(found.watched.iter().map(names).collect());
            assert_eq!(watched_now.replace("  ", " "), watched, "{path}");
        };
        check("store", named("id_"), "store/id_a store/id_link", "store", ":store store:id_");
        check("many", named("id_"), "many/id_b", "", ":many many:id_");
        check("file", Which::Below, "file", "", ":file");
        check(
            "store",
            Which::Below,
            "store/deep/key store/id_a store/id_link store/other",
            "store store/deep store/deep/deeper",
            ":store store/deep/deeper: store/deep: store:",
        );
        check("none/there", Which::Below, "", "", ":none");
        check("none", named("id_"), "", "", ":none");
    }

    #[test]
    fn homes_are_known() {
        let check = |path: &str, expect| assert_eq!(is_home(Path::new(path)), expect, "{path}");
        check("/home/a", true);
        check("/root", true);
        check("/", true);
        check("/home", true);
        check("/srv", true);
        check("/home/a/.ssh", false);
        check("/srv/store", false);
    }
}
