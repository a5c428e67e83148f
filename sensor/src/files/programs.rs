//! Where the programs are whose runs are asked about: files by their names in the folders that the rules name.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use event::AskedPrograms;

use super::mounts::Mounts;

/// Most folders, and most programs of one.
const MOST_FOLDERS: usize = 256;
const MOST_PROGRAMS: usize = 2048;

/// A program, and under which names it was found.
pub type Programs = BTreeMap<(u64, u64), Vec<String>>;

/// What is in the folders now. Opens folders, and no file.
#[derive(Debug, Default)]
pub struct Found {
    /// Folders that are there.
    pub folders: Vec<PathBuf>,
    /// One way to each program.
    pub files: Vec<PathBuf>,
    pub programs: Programs,
}

pub fn find(asked: &AskedPrograms, mounts: &Mounts) -> Found {
    let mut found = Found::default();
    let folders = asked.folders.iter().flat_map(|folder| spread(folder));
    for folder in folders.take(MOST_FOLDERS).filter(|folder| !mounts.are_remote(folder)) {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
        for name in names.filter(|name| asked.mean(name)).take(MOST_PROGRAMS) {
            found.program(folder.join(&name), name);
        }
        found.folders.push(folder);
    }
    found
}

impl Found {
    /// Only the inode matters; a link leads to it if it is its owner's own or the system's.
    fn program(&mut self, path: PathBuf, name: String) {
        let Ok(link) = fs::symlink_metadata(&path) else { return };
        let Ok(file) = fs::metadata(&path) else { return };
        let own = file.uid() == link.uid() || file.uid() == 0 || link.uid() == 0;
        if !file.is_file() || !own {
            return;
        }
        let names = self.programs.entry((file.dev(), file.ino())).or_default();
        if names.is_empty() {
            self.files.push(path);
        }
        if !names.contains(&name) {
            names.push(name);
        }
    }
}

/// The folders that a pattern means: one of its parts may be `*`.
fn spread(folder: &str) -> Vec<PathBuf> {
    let Some((above, behind)) = folder.split_once("/*/") else { return vec![folder.into()] };
    let entries = fs::read_dir(above).into_iter().flatten().flatten();
    entries.map(|entry| entry.path().join(behind)).filter(|path| path.is_dir()).collect()
}

/// Where something may come to be that a pattern means, as far as it is there.
pub fn nearest(folder: &str) -> Option<PathBuf> {
    let above = folder.split_once("/*/").map_or(folder, |(above, _)| above);
    Path::new(above).ancestors().find(|path| path.is_dir()).map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn programs_are_found_by_name_and_through_links() {
        let dir = tempfile::tempdir().expect("a folder");
        let root = dir.path();
        for folder in ["bin", "versions/1/bin", "versions/2/bin"] {
            fs::create_dir_all(root.join(folder)).expect("a folder");
        }
        for file in ["bin/dash", "bin/ls", "bin/git", "versions/2/bin/node", "bin/python3.12"] {
            fs::write(root.join(file), "").expect("a file");
        }
        symlink("dash", root.join("bin/sh")).expect("a link");
        symlink("none", root.join("bin/bash")).expect("a link");
        let text = |path: PathBuf| path.to_string_lossy().as_ref().into();
        let folders = ["bin", "versions/*/bin", "absent"].map(|it| text(root.join(it)));
        let names = ["sh", "dash", "bash", "git", "node", "python"].map(Into::into);
        let asked = AskedPrograms { names: names.into(), folders: folders.into() };
        let found = find(&asked, &Mounts::default());
        let mut names: Vec<String> = found
            .programs
            .values()
            .map(|names| {
                let mut names = names.clone();
                names.sort();
                names.join(" ")
            })
            .collect();
        names.sort();
        assert_eq!(names, ["dash sh", "git", "node", "python3.12"]);
        assert_eq!((found.files.len(), found.folders.len()), (4, 3));
        assert_eq!(
            nearest(&root.join("versions/*/bin").to_string_lossy()),
            Some(root.join("versions"))
        );
        assert_eq!(nearest(&root.join("absent/x").to_string_lossy()), Some(root.to_owned()));
    }
}
