//! How large a folder is, as far as it is worth to look.

use std::fs;
use std::path::Path;

/// Most entries that are looked at.
const MOST: usize = 10_000;
/// Deepest folder.
const DEPTH: u8 = 5;

/// Bytes and number of the files below; links count nothing.
pub fn of(folder: &Path) -> (u64, u32) {
    let (mut bytes, mut files, mut left) = (0u64, 0u32, MOST);
    let mut waiting = vec![(folder.to_owned(), DEPTH)];
    while let Some((folder, depth)) = waiting.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let (Ok(kind), true) = (entry.file_type(), left > 0) else { continue };
            left -= 1;
            if kind.is_dir() && depth > 0 {
                waiting.push((entry.path(), depth - 1));
            } else if kind.is_file() {
                bytes = bytes.saturating_add(entry.metadata().map_or(0, |meta| meta.len()));
                files += 1;
            }
        }
    }
    (bytes, files)
}

/// Names of the folders in one.
pub fn folders(at: &Path) -> Vec<String> {
    let entries = fs::read_dir(at).into_iter().flatten().take(MOST).flatten();
    let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    let mut names: Vec<String> =
        folders.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}
