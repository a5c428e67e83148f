//! What lies in a folder beside what is declared there: files of models and data, and the libraries that lock files
//! name. With `packages`, the only part of this module that reads files.

mod card;
mod lock;
mod packages;

use std::fs;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use event::Text;

use super::make::{DataSet, Folder, ModelFile};
use crate::join::{Unsure, stem, text};
use crate::read;

pub use packages::licences;

/// How far is looked.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// Deepest folder.
    pub depth: usize,
    /// Most entries of all folders together.
    pub entries: usize,
    /// Most bytes that are hashed.
    pub hashed: u64,
}

impl Default for Reach {
    fn default() -> Self {
        Self { depth: 16, entries: 400_000, hashed: 64 << 30 }
    }
}

/// Folders that hold others' things.
const SKIPPED: &[&str] = &[
    ".git",
    "node_modules",
    "target",
    ".venv",
    "venv",
    "__pycache__",
    "site-packages",
    ".tox",
    ".cache",
];
/// Endings of files that hold the weights of a model.
const WEIGHTS: &[&str] = &[
    "gguf",
    "ggml",
    "safetensors",
    "onnx",
    "pt",
    "pth",
    "ckpt",
    "keras",
    "h5",
    "tflite",
    "mlmodel",
    "engine",
    "joblib",
    "pkl",
    "npz",
];
/// Endings of files that hold data wherever they lie.
const DATA: &[&str] = &["parquet", "arrow", "feather", "tfrecord"];
/// Endings of files that hold data in a folder that is called so.
const MAYBE_DATA: &[&str] = &["jsonl", "ndjson", "csv", "tsv", "json", "txt"];
const DATA_FOLDERS: &[&str] = &[
    "data", "dataset", "datasets", "train", "training", "corpus", "corpora", "finetune", "eval",
    "evals",
];

/// Looks into a folder.
pub fn folder(place: &Path, reach: Reach) -> std::io::Result<Folder> {
    let place = fs::canonicalize(place)?;
    let uid = fs::metadata(&place)?.uid();
    let own = place.file_name().map(|name| text(PathBuf::from(name))).unwrap_or_default();
    let (name, version) = lock::own_name(&place, uid);
    let mut looking = Looking {
        uid,
        left: reach.entries,
        bytes: reach.hashed,
        folder: Folder {
            place: text(&place),
            name: name.unwrap_or(own),
            version,
            ..Folder::default()
        },
    };
    looking.walk(&place, reach.depth, false);
    let mut folder = looking.folder;
    folder.libraries.sort();
    folder
        .libraries
        .dedup_by(|a, b| (&a.registry, &a.name, &a.version) == (&b.registry, &b.name, &b.version));
    Ok(folder)
}

struct Looking {
    uid: u32,
    left: usize,
    bytes: u64,
    folder: Folder,
}

impl Looking {
    fn unsure(&mut self, place: &Path, why: impl Into<Text>) {
        self.folder.unsure.push(Unsure { place: text(place), why: why.into() });
    }

    fn walk(&mut self, place: &Path, depth: usize, in_data: bool) {
        let entries = match fs::read_dir(place) {
            Ok(entries) => entries,
            Err(error) => return self.unsure(place, error.to_string()),
        };
        let mut entries: Vec<_> = entries.flatten().collect();
        entries.sort_by_key(fs::DirEntry::file_name);
        let card = card::of_folder(place, self.uid);
        for entry in entries {
            match self.left.checked_sub(1) {
                Some(left) => self.left = left,
                None => return self.unsure(place, "there is more here than is looked at"),
            }
            // Links are not followed: what they lead to is listed where it lies.
            let Ok(kind) = entry.file_type() else { continue };
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            if kind.is_file() {
                self.file(&path, &name, in_data, &card);
            } else if kind.is_dir() && !SKIPPED.contains(&name.as_str()) {
                match depth.checked_sub(1) {
                    Some(depth) => {
                        let data = in_data || DATA_FOLDERS.contains(&name.to_lowercase().as_str());
                        self.walk(&path, depth, data);
                    }
                    None => self.unsure(&path, "it lies deeper than is looked"),
                }
            }
        }
    }

    fn file(&mut self, path: &Path, name: &str, in_data: bool, card: &ModelFile) {
        if lock::is_lock(name) {
            match read::file(path, self.uid, read::MAX_SETTINGS) {
                Ok(content) => match lock::libraries(path, name, &content.text()) {
                    Ok(libraries) => self.folder.libraries.extend(libraries),
                    Err(unread) => self.unsure(path, format!("not understood: {unread}")),
                },
                Err(why) => self.unsure(path, why.to_string()),
            }
            return;
        }
        let Some((_, ending)) = name.rsplit_once('.') else { return };
        let ending = ending.to_lowercase();
        let is = |list: &[&str]| list.contains(&ending.as_str());
        let torch = ending == "bin" && (name.contains("model") || name.contains("adapter"));
        if is(WEIGHTS) || torch {
            let bytes = fs::metadata(path).map_or(0, |meta| meta.len());
            let hashes = self.hash(path, bytes);
            let own = card.name.is_empty().then(|| stem(path));
            self.folder.models.push(ModelFile {
                name: own.unwrap_or_else(|| format!("{} {name}", card.name).into()),
                place: Some(text(path)),
                bytes: Some(bytes),
                hashes,
                ..card.clone()
            });
        } else if is(DATA) || (in_data && is(MAYBE_DATA)) {
            let bytes = fs::metadata(path).map_or(0, |meta| meta.len());
            let hashes = self.hash(path, bytes);
            self.folder.data_sets.push(DataSet {
                name: stem(path),
                place: text(path),
                form: ending.as_str().into(),
                bytes,
                hashes,
            });
        }
    }

    fn hash(&mut self, path: &Path, bytes: u64) -> Vec<(Text, Text)> {
        let Some(left) = self.bytes.checked_sub(bytes) else {
            self.unsure(path, "not hashed: there is more here than is hashed");
            return Vec::new();
        };
        self.bytes = left;
        let mut hasher = blake3::Hasher::new();
        let read =
            fs::File::open(path).and_then(|file| hasher.update_reader(file.take(bytes)).map(drop));
        match read {
            Ok(()) => vec![("BLAKE3".into(), hasher.finalize().to_hex().as_str().into())],
            Err(error) => {
                self.unsure(path, format!("not hashed: {error}"));
                Vec::new()
            }
        }
    }
}
