//! Policies put where the configuration names them: all files at once, and the old ones kept beside.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rustix::fs::{CWD, RenameFlags, renameat_with};

use crate::files;

/// A file by its path inside of the directory of policies, and its text.
pub type Named = (String, String);

/// What lies at the place of policies: those and their cases. Nothing, where nothing is there yet.
pub fn there(place: &Path) -> Result<Vec<Named>> {
    if !place.exists() {
        return Ok(Vec::new());
    }
    let is = |name: &str| name.ends_with(".cedar") || name.ends_with(".cases.yaml");
    read(place, is)
}

/// Files by their paths inside of `place`; a file alone by its name.
pub fn read(place: &Path, is: impl Fn(&str) -> bool) -> Result<Vec<Named>> {
    let inside = |file: &Path| {
        let below = file.strip_prefix(place).ok().filter(|rest| !rest.as_os_str().is_empty());
        let name = below.map_or_else(|| file.file_name().map(Path::new), Some);
        name.unwrap_or(file).display().to_string()
    };
    let each = files::named(place, is)?.into_iter().map(|file| {
        let text =
            fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        Ok((inside(&file), text))
    });
    each.collect()
}

/// Puts files in the place of the old ones, in one step; says where the old ones are.
pub fn put(place: &Path, all: &[Named]) -> Result<PathBuf> {
    let place = fs::canonicalize(place).unwrap_or_else(|_| place.to_owned());
    let old = beside(&place, "old");
    if place.is_file() {
        let [(_, text)] = all else { anyhow::bail!("{} is one file", place.display()) };
        fs::copy(&place, &old).with_context(|| format!("cannot write {}", old.display()))?;
        files::replace(&place, text.as_bytes())
            .with_context(|| format!("cannot write {}", place.display()))?;
        return Ok(old);
    }
    let next = beside(&place, "next");
    if next.exists() {
        fs::remove_dir_all(&next).with_context(|| format!("cannot remove {}", next.display()))?;
    }
    fill(&next, &place, all).with_context(|| format!("cannot write {}", next.display()))?;
    let moved = format!("cannot put {} in the place of {}", next.display(), place.display());
    if !place.exists() {
        fs::rename(&next, &place).context(moved)?;
        return Ok(old);
    }
    if old.exists() {
        fs::remove_dir_all(&old).with_context(|| format!("cannot remove {}", old.display()))?;
    }
    match renameat_with(CWD, &next, CWD, &place, RenameFlags::EXCHANGE) {
        Ok(()) => fs::rename(&next, &old).context(moved)?,
        // Not every file system can: then there is a moment without.
        Err(_) => {
            fs::rename(&place, &old).context(moved.clone())?;
            fs::rename(&next, &place).context(moved)?;
        }
    }
    Ok(old)
}

/// What else lay there stays.
fn fill(next: &Path, place: &Path, all: &[Named]) -> std::io::Result<()> {
    fs::create_dir_all(next)?;
    if place.is_dir() {
        fs::set_permissions(next, fs::metadata(place)?.permissions())?;
    }
    let ours = |name: &str| name.ends_with(".cedar") || name.ends_with(".cases.yaml");
    let others = files::named(place, |name| !ours(name)).unwrap_or_default();
    for file in others {
        let Ok(inside) = file.strip_prefix(place) else { continue };
        if all.iter().any(|(name, _)| Path::new(name) == inside) {
            continue;
        }
        let to = next.join(inside);
        to.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::copy(&file, to)?;
    }
    for (name, text) in all {
        let to = next.join(name);
        to.parent().map_or(Ok(()), fs::create_dir_all)?;
        let mut file = OpenOptions::new().write(true).create_new(true).open(to)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
    }
    fs::File::open(next)?.sync_all()
}

fn beside(place: &Path, what: &str) -> PathBuf {
    let mut name = place.as_os_str().to_owned();
    name.push(format!(".{what}"));
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(all: &[(&str, &str)]) -> Vec<Named> {
        all.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn all_files_are_exchanged_and_the_old_ones_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("policies");
        let old = put(&place, &named(&[("a.cedar", "1"), ("deep/b.cedar", "1")])).expect("put");
        assert!(!old.exists(), "there was nothing before");
        fs::write(place.join("README"), "mine").expect("written");
        put(&place, &named(&[("a.cedar", "2"), ("a.cases.yaml", "2")])).expect("put");
        assert_eq!(there(&place).expect("read"), named(&[("a.cases.yaml", "2"), ("a.cedar", "2")]));
        assert_eq!(there(&old).expect("read"), named(&[("a.cedar", "1"), ("deep/b.cedar", "1")]));
        assert_eq!(fs::read_to_string(place.join("README")).expect("it stays"), "mine");
        put(&place, &named(&[("a.cedar", "3")])).expect("put");
        assert_eq!(there(&old).expect("read")[1].1, "2");
        assert_eq!(fs::read_dir(folder.path()).expect("read").count(), 2, "nothing else is left");
    }

    #[test]
    fn a_file_stays_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().join("own.cedar");
        fs::write(&place, "1").expect("written");
        let old = put(&place, &named(&[("other.cedar", "2")])).expect("put");
        assert_eq!(fs::read_to_string(&place).expect("read"), "2");
        assert_eq!(fs::read_to_string(old).expect("read"), "1");
        put(&place, &named(&[("a.cedar", "1"), ("b.cedar", "1")])).expect_err("two are no file");
    }
}
