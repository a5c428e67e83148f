//! What lies in a folder beside what is declared there: files of models and data, and the libraries that lock files
//! name. Only here and in `image` this module reads files: whoever calls them gave up its rights.

mod card;
mod lock;
mod packages;

use std::collections::HashMap;
use std::fs;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use event::Text;

use super::make::{DataSet, Folder, ModelFile};
use crate::attend;
use crate::join::{Inside, Unsure, stem, text};
use crate::read;

pub use packages::{installed, licences};

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

/// What a file may be, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Weights,
    Data,
    /// Data, where it lies in a folder for such.
    MaybeData,
    Other,
}

/// By its name.
pub fn kind_of(name: &str) -> Kind {
    let Some((_, ending)) = name.rsplit_once('.') else { return Kind::Other };
    let ending = ending.to_lowercase();
    let is = |list: &[&str]| list.contains(&ending.as_str());
    let torch = ending == "bin" && (name.contains("model") || name.contains("adapter"));
    if is(WEIGHTS) || torch {
        Kind::Weights
    } else if is(DATA) {
        Kind::Data
    } else if is(MAYBE_DATA) {
        Kind::MaybeData
    } else {
        Kind::Other
    }
}

/// Whether a folder of this name holds data.
pub fn is_data_folder(name: &str) -> bool {
    DATA_FOLDERS.contains(&name.to_lowercase().as_str())
}

/// Whether a folder of this name holds others' things.
pub fn is_skipped(name: &str) -> bool {
    SKIPPED.contains(&name)
}

/// Looks into a folder.
pub fn folder(place: &Path, reach: Reach) -> std::io::Result<Folder> {
    let place = fs::canonicalize(place)?;
    let uid = fs::metadata(&place)?.uid();
    let own = place.file_name().map(|name| text(PathBuf::from(name))).unwrap_or_default();
    let (name, version) = lock::own_name(&place, uid);
    let folder =
        Folder { place: text(&place), name: name.unwrap_or(own), version, ..Folder::default() };
    let known = Known { uid, ..Known::default() };
    Ok(folders(&[place], folder, reach, &known))
}

/// What is known before anybody looks.
#[derive(Debug, Default)]
pub struct Known {
    /// Whose the files are.
    pub uid: u32,
    /// How places are told.
    pub inside: Inside,
    /// Hashes by places, as they are told: these files are not what they were. Any other is read.
    pub hashes: Option<HashMap<Text, Text>>,
}

/// Looks into several, all of one subject.
pub fn folders(places: &[PathBuf], folder: Folder, reach: Reach, known: &Known) -> Folder {
    let mut looking = Looking { known, left: reach.entries, bytes: reach.hashed, folder };
    for place in places {
        looking.walk(place, reach.depth, InData::No);
    }
    let mut folder = looking.folder;
    folder.libraries.sort();
    folder
        .libraries
        .dedup_by(|a, b| (&a.registry, &a.name, &a.version) == (&b.registry, &b.name, &b.version));
    folder
}

struct Looking<'a> {
    known: &'a Known,
    left: usize,
    bytes: u64,
    folder: Folder,
}

/// Whether a folder above is for data.
#[derive(Clone, Copy, PartialEq, Eq)]
enum InData {
    No,
    Yes,
}

impl Looking<'_> {
    fn unsure(&mut self, place: &Path, why: impl Into<Text>) {
        let place = self.known.inside.place(place);
        self.folder.unsure.push(Unsure { place, why: why.into() });
    }

    fn walk(&mut self, place: &Path, depth: usize, in_data: InData) {
        if let Some(why) = attend::before(place) {
            return self.unsure(place, why);
        }
        let entries = match fs::read_dir(place) {
            Ok(entries) => entries,
            Err(error) => return self.unsure(place, error.to_string()),
        };
        // One more than there may be, so that too many are noticed.
        let mut entries: Vec<_> = entries.flatten().take(self.left + 1).collect();
        attend::entries(entries.len() as u64);
        entries.sort_by_key(fs::DirEntry::file_name);
        let card = card::of_folder(place, self.known.uid);
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
            } else if kind.is_dir() && !is_skipped(&name) {
                match depth.checked_sub(1) {
                    Some(depth) => {
                        let data = if is_data_folder(&name) { InData::Yes } else { in_data };
                        self.walk(&path, depth, data);
                    }
                    None => self.unsure(&path, "it lies deeper than is looked"),
                }
            }
        }
    }

    fn file(&mut self, path: &Path, name: &str, in_data: InData, card: &ModelFile) {
        if lock::is_lock(name) {
            return self.lock(path, name);
        }
        let place = self.known.inside.place(path);
        match kind_of(name) {
            Kind::Weights => {
                let (bytes, hashes) = self.hash(path);
                let own = card.name.is_empty().then(|| stem(path));
                self.folder.models.push(ModelFile {
                    name: own.unwrap_or_else(|| format!("{} {name}", card.name).into()),
                    place: Some(place),
                    bytes: Some(bytes),
                    hashes,
                    ..card.clone()
                });
            }
            Kind::MaybeData if in_data == InData::No => {}
            Kind::Data | Kind::MaybeData => {
                let (bytes, hashes) = self.hash(path);
                let ending = name.rsplit('.').next().unwrap_or_default().to_lowercase();
                self.folder.data_sets.push(DataSet {
                    name: stem(path),
                    place,
                    form: ending.as_str().into(),
                    bytes,
                    hashes,
                });
            }
            Kind::Other => {}
        }
    }

    fn lock(&mut self, path: &Path, name: &str) {
        match read::file(path, self.known.uid, read::MAX_SETTINGS) {
            Ok(content) => match lock::libraries(path, name, &content.text()) {
                Ok(libraries) => {
                    let place = self.known.inside.place(path);
                    self.folder.libraries.extend(libraries.into_iter().map(|mut library| {
                        library.at.iter_mut().for_each(|at| at.place = place.clone());
                        library
                    }));
                }
                Err(unread) => self.unsure(path, format!("not understood: {unread}")),
            },
            Err(why) => self.unsure(path, why.to_string()),
        }
    }

    /// Size and hash of a file.
    fn hash(&mut self, path: &Path) -> (u64, Vec<(Text, Text)>) {
        let hash = |hash: &str| vec![("BLAKE3".into(), hash.into())];
        let bytes = fs::symlink_metadata(path).map_or(0, |meta| meta.len());
        if let Some(hashes) = &self.known.hashes {
            let known = hashes.get(&self.known.inside.place(path));
            return (bytes, known.map(|it| hash(it)).unwrap_or_default());
        }
        let Some(left) = self.bytes.checked_sub(bytes) else {
            self.unsure(path, "not hashed: there is more here than is hashed");
            return (bytes, Vec::new());
        };
        self.bytes = left;
        match hashed(path, self.known.uid) {
            Ok(content) => (bytes, hash(&content)),
            Err(error) => {
                self.unsure(path, format!("not hashed: {error}"));
                (bytes, Vec::new())
            }
        }
    }
}

/// Of the content of a file, as long as it was when it was opened.
fn hashed(path: &Path, uid: u32) -> Result<String, String> {
    let (mut file, meta) = read::open(path, uid).map_err(|why| why.to_string())?;
    let (mut hasher, mut left) = (blake3::Hasher::new(), meta.len());
    let mut piece = vec![0; 1 << 20];
    while left > 0 {
        let read = file.read(&mut piece).map_err(|error| error.to_string())?;
        let read = read.min(usize::try_from(left).unwrap_or(read));
        let Some(some) = piece.get(..read).filter(|it| !it.is_empty()) else { break };
        hasher.update(some);
        left -= some.len() as u64;
        attend::busy();
    }
    Ok(hasher.finalize().to_hex().to_string())
}
