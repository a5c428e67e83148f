//! Data for models: tables and lines that lie where such data is kept, and look like it. Files of one folder are one set.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use event::{Dataset, Text, What};
use serde_json::Value;

use super::{Found, HEAD};
use crate::discover::Data;
use crate::product::ArtifactSigns;
use crate::read::{self, Why};

/// Sets, while they are put together.
#[derive(Debug, Default)]
pub struct Sets {
    sets: BTreeMap<PathBuf, Set>,
}

#[derive(Debug)]
struct Set {
    name: Text,
    product: Option<&'static str>,
    dataset: Dataset,
}

/// How data is written, as a word.
pub fn word(data: Data) -> &'static str {
    match data {
        Data::Parquet => "parquet",
        Data::Arrow => "arrow",
        Data::JsonLines => "jsonl",
    }
}

impl Sets {
    /// Takes a file, if it is a part of such data. Most files of these kinds are not, and are not opened.
    pub fn take(
        &mut self,
        path: &Path,
        named: Data,
        uid: u32,
        signs: &ArtifactSigns,
    ) -> Result<(), Why> {
        let Some((root, name, product)) = root(path, signs) else { return Ok(()) };
        let head = read::beginning(path, uid, HEAD)?;
        if !holds(named, &head.bytes, signs) {
            return Ok(());
        }
        let format = word(named);
        let set = self.sets.entry(root).or_insert_with(|| Set {
            name,
            product,
            dataset: Dataset { format: format.into(), ..Dataset::default() },
        });
        set.dataset.bytes = set.dataset.bytes.saturating_add(head.length);
        set.dataset.files += 1;
        Ok(())
    }

    /// All sets.
    pub fn finish(self) -> impl Iterator<Item = Found> {
        self.sets.into_iter().map(|(place, set)| Found {
            name: set.name,
            place,
            product: set.product,
            what: What::Dataset(set.dataset),
        })
    }
}

/// The folder that is the set, its name, and whose cache it is in.
fn root(path: &Path, signs: &ArtifactSigns) -> Option<(PathBuf, Text, Option<&'static str>)> {
    let folder = path.parent()?;
    let named = |at: &Path| at.file_name().and_then(|name| name.to_str()).map(str::to_owned);
    // `~/.cache/huggingface/datasets/org___name/config/version/hash/file.arrow`.
    for at in folder.ancestors().take(5) {
        if at.parent().is_some_and(|it| it.ends_with("huggingface/datasets")) {
            let name = named(at)?.replacen("___", "/", 1);
            return Some((at.to_owned(), name.into(), Some("huggingface")));
        }
    }
    let is_data = |at: &&Path| signs.data_folders.iter().any(|one| at.ends_with(&**one));
    if let Some(above) = folder.ancestors().take(3).find(is_data) {
        // What is right in such a folder is called like what the folder is in.
        let below = folder.strip_prefix(above).ok().and_then(|it| it.iter().next());
        return Some(match below {
            Some(below) => (above.join(below), below.to_string_lossy().as_ref().into(), None),
            None => (above.to_owned(), named(above.parent()?)?.into(), None),
        });
    }
    let file = named(path)?;
    let split = signs.splits.iter().any(|split| {
        file.strip_prefix(&**split).is_some_and(|rest| rest.starts_with(['-', '_', '.']))
    });
    let name = if folder.ends_with("data") { named(folder.parent()?) } else { named(folder) };
    split.then_some((folder.to_owned(), name?.into(), None))
}

/// Whether the first bytes are of such data.
fn holds(named: Data, bytes: &[u8], signs: &ArtifactSigns) -> bool {
    match named {
        Data::Parquet => bytes.starts_with(b"PAR1"),
        Data::Arrow => bytes.starts_with(b"ARROW1") || bytes.starts_with(b"\xff\xff\xff\xff"),
        Data::JsonLines => {
            let text = String::from_utf8_lossy(bytes);
            let Some(line) = text.lines().find(|line| !line.trim().is_empty()) else {
                return false;
            };
            match serde_json::from_str::<Value>(line) {
                Ok(line) => signs.keys.iter().any(|key| line.get(&**key).is_some()),
                // Longer than what was read: its keys stand at its beginning, or nowhere.
                Err(_) => {
                    line.starts_with('{')
                        && line.len() > 32_000
                        && signs.keys.iter().any(|key| line.contains(&format!("\"{key}\"")))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expect: Option<(&str, &str)>) {
        let signs = ArtifactSigns {
            data_folders: vec!["datasets".into()],
            splits: vec!["train".into()],
            ..ArtifactSigns::default()
        };
        let told = root(Path::new(path), &signs).map(|(root, name, _)| (root, name.to_string()));
        let expect = expect.map(|(root, name)| (PathBuf::from(root), name.to_owned()));
        assert_eq!(told, expect, "{path}");
    }

    #[test]
    fn sets_are_called_like_the_folder_that_is_theirs() {
        check(
            "/h/.cache/huggingface/datasets/org___set/default/0.0.0/abc/x.arrow",
            Some(("/h/.cache/huggingface/datasets/org___set", "org/set")),
        );
        check("/h/w/p/datasets/faq/a/x.jsonl", Some(("/h/w/p/datasets/faq", "faq")));
        check("/h/w/p/datasets/x.jsonl", Some(("/h/w/p/datasets", "p")));
        check("/h/w/p/data/train-00000.parquet", Some(("/h/w/p/data", "p")));
        check("/h/w/p/data/trains.parquet", None);
        check("/h/w/p/logs/x.jsonl", None);
    }
}
