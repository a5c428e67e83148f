//! Vector stores: by the files that only they leave, or by the first bytes of those.

use std::path::{Path, PathBuf};

use event::{Text, VectorStore, What};

use super::{Found, size};
use crate::discover::Store;
use crate::read::{self, Why};

/// How much of a database is read: its first page has the names of its tables.
const PAGE: u64 = 16 << 10;

/// The store that a file or folder belongs to.
pub fn of(path: &Path, named: Store, uid: u32) -> Result<Option<Found>, Why> {
    let folder = path.parent().unwrap_or(path);
    let head = || read::beginning(path, uid, PAGE).map(|it| it.bytes);
    let found = match named {
        Store::Chroma => is_sqlite(&head()?).then(|| whole(folder, "chroma", Vec::new())),
        Store::Faiss => is_faiss(&head()?).then(|| file(path, folder, "faiss")),
        Store::LanceDb => {
            let is = path.join("_versions").is_dir() || path.join("_transactions").is_dir();
            let table = path.file_stem().map(|it| it.to_string_lossy().as_ref().into());
            is.then(|| whole(folder, "lancedb", table.into_iter().collect()))
        }
        Store::Qdrant => {
            let collections = folder.join("collections");
            collections.is_dir().then(|| whole(folder, "qdrant", names(&collections)))
        }
        Store::QdrantLocal => {
            let collections = folder.join("collection");
            // Many programs have a `meta.json`; beside such a folder it says which collections there are.
            let is = collections.is_dir() && contains(&head()?, b"\"collections\"");
            is.then(|| whole(folder, "qdrant", names(&collections)))
        }
        Store::LlamaIndex => contains(&head()?, b"\"embedding_dict\"")
            .then(|| whole(folder, "llama-index", Vec::new())),
        Store::Milvus => is_milvus(&head()?).then(|| file(path, path, "milvus-lite")),
    };
    Ok(found)
}

fn names(folder: &Path) -> Vec<Text> {
    size::folders(folder).into_iter().map(Text::from).collect()
}

fn whole(folder: &Path, engine: &str, collections: Vec<Text>) -> Found {
    let (bytes, _) = size::of(folder);
    found(folder, folder, VectorStore { engine: engine.into(), bytes, collections })
}

/// A store that is a file, or files beside each other.
fn file(path: &Path, place: &Path, engine: &str) -> Found {
    let bytes = std::fs::metadata(path).map_or(0, |meta| meta.len());
    let name = if place == path { path } else { place };
    found(name, place, VectorStore { engine: engine.into(), bytes, collections: Vec::new() })
}

fn found(name: &Path, place: &Path, store: VectorStore) -> Found {
    let name = name.file_name().unwrap_or_default().to_string_lossy();
    let place: PathBuf = place.to_owned();
    Found { name: name.as_ref().into(), place, product: None, what: What::VectorStore(store) }
}

/// Tables and files of one store are one thing.
pub fn merge(found: &mut Vec<Found>) {
    found.sort_by(|a, b| (&a.place, &a.name).cmp(&(&b.place, &b.name)));
    found.dedup_by(|next, first| match (&mut first.what, &mut next.what) {
        (What::VectorStore(first_of), What::VectorStore(of))
            if first.place == next.place && first_of.engine == of.engine =>
        {
            first_of.collections.append(&mut of.collections);
            if &*of.engine == "faiss" {
                first_of.bytes = first_of.bytes.saturating_add(of.bytes);
            }
            true
        }
        _ => false,
    });
}

fn contains(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|part| part == words)
}

fn is_sqlite(bytes: &[u8]) -> bool {
    bytes.starts_with(b"SQLite format 3\0")
}

/// The table in which Milvus Lite keeps what its collections are.
fn is_milvus(bytes: &[u8]) -> bool {
    is_sqlite(bytes) && contains(bytes, b"collection_meta") && contains(bytes, b"blob_field")
}

/// Four letters say which kind of index.
fn is_faiss(bytes: &[u8]) -> bool {
    let known: [&[u8]; 5] = [b"Ix", b"Iw", b"IH", b"Iv", b"IB"];
    let letters = bytes.get(..4).is_some_and(|it| it.iter().all(u8::is_ascii_alphanumeric));
    letters && known.iter().any(|it| bytes.starts_with(it)) && bytes.len() > 16
}
