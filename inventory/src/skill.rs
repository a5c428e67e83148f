//! The files of a skill: its main one, and what lies beside and below it. An agent loads the first and runs the others,
//! so another script beside the same `SKILL.md` is another skill.

use std::fs;
use std::path::{Path, PathBuf};

use event::{Part, Text};

use crate::attend;
use crate::join::{Unsure, text};
use crate::read;

/// Most files of one skill.
const MOST_FILES: usize = 500;
/// Deepest folder below a skill.
const MOST_DEPTH: usize = 16;
/// Most entries of one folder.
const MOST_ENTRIES: usize = 20_000;
/// Most bytes of one skill that are hashed.
const MOST_BYTES: u64 = 16 << 20;

/// Folders of tools, not of the skill: what they hold changes with every use.
const OF_TOOLS: &[&str] = &[".git", "__pycache__"];
/// Folders with packages of others: too much to be read, and said so.
const PACKAGES: &[&str] = &["node_modules", ".venv", "venv"];

/// What lies in the folder of a skill, its main file among it, in order.
#[derive(Debug, Default)]
pub struct Files {
    /// Files.
    pub files: Vec<PathBuf>,
    /// Links, which are not followed to folders.
    pub links: Vec<PathBuf>,
    /// What was not looked at.
    pub unsure: Vec<Unsure>,
}

/// Whether everything beside a file belongs to it.
pub fn is_main(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.eq_ignore_ascii_case("SKILL.md"))
}

/// The files of the skill whose main one is `main`; `reads` is told each folder before it is read.
pub fn files(main: &Path, reads: &mut dyn FnMut(&Path)) -> Files {
    let mut found = Files::default();
    let Some(folder) = main.parent() else { return found };
    let mut waiting = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = waiting.pop() {
        reads(&folder);
        match found.list(&folder) {
            _ if found.files.len() + found.links.len() >= MOST_FILES => {
                let why = format!("more than {MOST_FILES} files: the rest was not read");
                found.left_out(&folder, why);
                break;
            }
            Ok(inside) if depth < MOST_DEPTH => {
                waiting.extend(inside.into_iter().map(|below| (below, depth + 1)));
            }
            Ok(inside) if inside.is_empty() => {}
            Ok(_) => found.left_out(&folder, format!("deeper than {MOST_DEPTH} folders: not read")),
            Err(why) => found.left_out(&folder, why),
        }
    }
    found.files.sort();
    found.links.sort();
    found
}

impl Files {
    /// Takes the files of one folder; the folders in it come back. In the order of their names: where there are too
    /// many, it is always the same ones that are left out.
    fn list(&mut self, folder: &Path) -> Result<Vec<PathBuf>, String> {
        if let Some(why) = attend::before(folder) {
            return Err(why.to_string());
        }
        let entries = fs::read_dir(folder).map_err(|error| error.to_string())?;
        let mut entries: Vec<fs::DirEntry> = entries.flatten().take(MOST_ENTRIES).collect();
        attend::entries(entries.len() as u64);
        entries.sort_by_key(fs::DirEntry::file_name);
        let mut inside = Vec::new();
        for entry in entries {
            let Ok(kind) = entry.file_type() else { continue };
            let name = entry.file_name();
            let is = |names: &[&str]| names.iter().any(|it| name == *it);
            if kind.is_dir() && is(PACKAGES) {
                self.left_out(&entry.path(), "packages of a skill: not read".into());
            } else if kind.is_dir() && !is(OF_TOOLS) {
                inside.push(entry.path());
            } else if self.files.len() + self.links.len() >= MOST_FILES {
                break;
            } else if kind.is_symlink() {
                self.links.push(entry.path());
            } else if kind.is_file() {
                self.files.push(entry.path());
            }
        }
        inside.reverse();
        Ok(inside)
    }

    fn left_out(&mut self, path: &Path, why: String) {
        self.unsure.push(Unsure { place: text(path), why: why.into() });
    }
}

/// One hash over all files of a skill, and each with its own.
#[derive(Debug)]
pub struct Digest {
    /// Of the whole (BLAKE3).
    pub whole: Text,
    /// Every file, where the main one is not alone.
    pub parts: Vec<Part>,
    /// What it does not cover.
    pub unsure: Vec<Unsure>,
}

/// Hashes the skill whose main file holds `bytes`; `reads` is told all that is looked at, before.
pub fn digest(main: &Path, bytes: &[u8], uid: u32, reads: &mut dyn FnMut(&Path)) -> Digest {
    let own: Text = blake3::hash(bytes).to_hex().as_str().into();
    let mut found = if is_main(main) { files(main, reads) } else { Files::default() };
    let folder = main.parent().unwrap_or(main);
    let (mut parts, mut left) = (Vec::new(), MOST_BYTES);
    for path in found.files.iter().chain(&found.links) {
        if path == main {
            continue;
        }
        reads(path);
        let digest = match one(path, uid, &mut left) {
            Ok(digest) => digest,
            Err((why, digest)) => {
                found.unsure.push(Unsure { place: text(path), why: why.into() });
                digest
            }
        };
        parts.push(Part { file: text(path.strip_prefix(folder).unwrap_or(path)), digest });
    }
    if parts.is_empty() {
        return Digest { whole: own, parts, unsure: found.unsure };
    }
    parts.push(Part { file: text(main.strip_prefix(folder).unwrap_or(main)), digest: own });
    parts.sort();
    let mut whole = blake3::Hasher::new();
    for part in &parts {
        // Names cannot hold a zero, hashes have one length: no two lists look alike.
        whole.update(part.file.as_bytes()).update(&[0]).update(part.digest.as_bytes());
    }
    Digest { whole: whole.finalize().to_hex().as_str().into(), parts, unsure: found.unsure }
}

/// The hash of one file; of what is not read, of what is known about it.
fn one(path: &Path, uid: u32, left: &mut u64) -> Result<Text, (String, Text)> {
    let to = fs::read_link(path).ok();
    let known = |what: String| -> Text {
        let to = to.as_deref().map(text).unwrap_or_default();
        let what = format!("{what} {to}");
        blake3::hash(what.as_bytes()).to_hex().as_str().into()
    };
    match read::file(path, uid, *left) {
        Ok(content) => {
            *left = left.saturating_sub(content.bytes.len() as u64);
            Ok(blake3::hash(&content.bytes).to_hex().as_str().into())
        }
        Err(read::Why::TooLong(length, _)) => {
            let why = format!(
                "a skill is hashed up to {MOST_BYTES} bytes: of this file only its length counts"
            );
            Err((why, known(format!("length {length}"))))
        }
        Err(why) => Err((why.to_string(), known("unread".into()))),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt, symlink};

    use super::*;

    struct Given(tempfile::TempDir);

    impl Given {
        fn write(&self, name: &str, text: &str) -> PathBuf {
            let path = self.0.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("made");
            fs::write(&path, text).expect("written");
            path
        }
        fn digest(&self) -> Digest {
            let main = self.0.path().join("s/SKILL.md");
            let bytes = fs::read(&main).expect("there");
            let uid = fs::metadata(&main).expect("there").uid();
            digest(&main, &bytes, uid, &mut |_| {})
        }
    }

    fn given() -> Given {
        let given = Given(tempfile::tempdir().expect("a folder"));
        given.write("s/SKILL.md", "run it");
        given
    }

    #[test]
    fn alone_it_is_its_own_hash_and_every_file_beside_counts() {
        let given = given();
        let alone = given.digest();
        assert_eq!(&*alone.whole, blake3::hash(b"run it").to_hex().as_str());
        assert!(alone.parts.is_empty());
        let mut seen = vec![alone.whole];
        let mut differs = |what: &str| {
            let now = given.digest();
            assert!(!seen.contains(&now.whole), "{what}");
            assert_eq!(now.whole, given.digest().whole, "{what}");
            seen.push(now.whole);
            now.parts
        };
        given.write("s/scripts/run.sh", "one");
        let parts = differs("a script");
        let files: Vec<&str> = parts.iter().map(|part| &*part.file).collect();
        assert_eq!(files, ["SKILL.md", "scripts/run.sh"]);
        given.write("s/scripts/run.sh", "two");
        differs("another script");
        fs::rename(given.0.path().join("s/scripts/run.sh"), given.0.path().join("s/run.sh"))
            .expect("moved");
        differs("elsewhere");
        given.write("out.sh", "three");
        symlink("../out.sh", given.0.path().join("s/link.sh")).expect("linked");
        differs("a link");
        given.write("out.sh", "four");
        differs("what a link leads to");
        symlink("/", given.0.path().join("s/all")).expect("linked");
        differs("a link to a folder");
        assert_eq!(given.digest().unsure.len(), 1);
    }

    #[test]
    fn all_that_is_looked_at_is_told_before() {
        // What remembers a look compares the states of these: one that is not told would change unseen.
        let given = given();
        let main = given.write("s/SKILL.md", "run it");
        given.write("s/lib/deep/run.sh", "one");
        symlink("SKILL.md", given.0.path().join("s/link.md")).expect("linked");
        let mut told = Vec::new();
        let uid = fs::metadata(&main).expect("there").uid();
        digest(&main, b"run it", uid, &mut |path| {
            let below = path.strip_prefix(given.0.path()).expect("below");
            told.push(below.display().to_string());
        });
        assert_eq!(told, ["s", "s/lib", "s/lib/deep", "s/lib/deep/run.sh", "s/link.md"]);
    }

    #[test]
    fn what_changes_with_use_does_not_count_and_packages_are_said() {
        let given = given();
        let alone = given.digest().whole;
        given.write("s/__pycache__/a.pyc", "x");
        given.write("s/.git/HEAD", "x");
        assert_eq!(given.digest().whole, alone);
        given.write("s/node_modules/a/index.js", "x");
        let now = given.digest();
        assert_eq!((now.whole, now.unsure.len()), (alone, 1));
    }

    #[test]
    fn many_files_and_long_ones_are_said() {
        let given = given();
        let long = given.write("s/long.bin", "");
        let file = fs::File::options().write(true).open(&long).expect("there");
        file.set_len(MOST_BYTES + 1).expect("long");
        let first = given.digest();
        assert_eq!(first.unsure.len(), 1, "{:?}", first.unsure);
        file.set_len(MOST_BYTES + 2).expect("longer");
        assert_ne!(given.digest().whole, first.whole);
        for at in 0..MOST_FILES + 7 {
            given.write(&format!("s/many/{at}.txt"), "x");
        }
        let many = given.digest();
        assert!(many.parts.len() <= MOST_FILES + 1 && many.unsure.len() <= 2, "{:?}", many.unsure);
    }
}
