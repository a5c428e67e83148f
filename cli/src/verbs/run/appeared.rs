//! Names that are there after a launch and were not before, which the profile would have kept from changes: put aside, so that
//! no agent takes them for its rules. What is not there cannot be held before.

use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};

/// One of them.
pub struct Appeared {
    pub path: PathBuf,
    /// Where it is now; none if it stayed.
    pub aside: Option<PathBuf>,
}

/// Puts them aside, each in its own folder.
pub fn put_aside(paths: Vec<PathBuf>) -> Vec<Appeared> {
    let all = paths.into_iter().map(|path| Appeared { aside: moved(&path), path });
    all.collect()
}

fn moved(path: &Path) -> Option<PathBuf> {
    let mut name = path.file_name()?.to_owned();
    name.push(format!(".chaperone-aside-{}", std::process::id()));
    let aside = path.with_file_name(name);
    // Never over something else.
    renameat_with(CWD, path, CWD, &aside, RenameFlags::NOREPLACE).ok()?;
    Some(aside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_moved_and_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(".mcp.json");
        std::fs::write(&path, "x").expect("written");
        let paths = vec![path.clone(), folder.path().join("gone")];
        let aside: Vec<_> = put_aside(paths).into_iter().map(|it| it.aside).collect();
        assert!(!path.exists());
        let kept = aside.first().cloned().flatten().expect("put aside");
        assert_eq!(std::fs::read_to_string(kept).expect("kept"), "x");
        assert_eq!(aside.get(1), Some(&None));
    }
}
