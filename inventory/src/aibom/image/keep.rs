//! How much of a file of an image is kept: what a look reads, and no more.

use crate::aibom::disk::{Kind, is_data_folder, is_skipped, kind_of};
use crate::read::{MAX_SETTINGS, MAX_WORDING};

/// What is kept of a file. Its length is always.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Nobody reads it.
    Nothing,
    /// So many bytes from its beginning.
    Bytes(u64),
    /// The same, and the hash of all.
    Hashed(u64),
    /// All of it, if it is a program; else so many bytes.
    Program(u64),
}

/// What the heads of files are judged by.
const HEAD: u64 = 64 << 10;
/// Largest program that is kept.
const MAX_PROGRAM: u64 = 512 << 20;

/// Folders of the system in which no reader looks for anything.
const UNREAD: &[&str] = &[
    "dev/",
    "proc/",
    "sys/",
    "usr/share/doc/",
    "usr/share/fonts/",
    "usr/share/i18n/",
    "usr/share/icons/",
    "usr/share/info/",
    "usr/share/locale/",
    "usr/share/man/",
    "usr/share/perl/",
    "usr/share/terminfo/",
    "usr/share/zoneinfo/",
    "usr/include/",
    "var/cache/",
    "var/lib/apt/",
    "var/lib/dpkg/info/",
    "var/log/",
];
/// Endings of files that no reader opens.
const UNOPENED: &[&str] = &[
    "pyc", "pyo", "so", "a", "o", "h", "c", "cc", "cpp", "hpp", "map", "png", "jpg", "gif", "svg",
    "ico", "woff", "woff2", "ttf", "mo", "gz", "xz", "zip", "whl",
];
/// Endings of settings, which may be long.
const SETTINGS: &[&str] = &["json", "jsonc", "toml", "yaml", "yml", "lock", "xml"];

/// Judges a file by its path in the image.
pub fn keep(path: &[u8], size: u64, mode: u32) -> Keep {
    let path = String::from_utf8_lossy(path);
    let path = path.trim_start_matches("./").trim_start_matches('/');
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    let ends = |list: &[&str]| ending.as_deref().is_some_and(|ending| list.contains(&ending));
    if UNREAD.iter().any(|folder| path.starts_with(folder)) {
        return Keep::Nothing;
    }
    let folders = || path.split('/').rev().skip(1);
    let hashed = match kind_of(name) {
        Kind::Weights | Kind::Data => true,
        Kind::MaybeData => folders().any(is_data_folder),
        Kind::Other => false,
    };
    if hashed && !folders().any(is_skipped) {
        let most = if ends(SETTINGS) { MAX_SETTINGS } else { HEAD };
        return Keep::Hashed(if size <= most { size } else { HEAD });
    }
    // The database of a package manager is one text.
    let packages =
        ["var/lib/dpkg/status", "lib/apk/db/installed"].iter().any(|it| path.ends_with(it));
    if ends(UNOPENED) || name.contains(".so.") {
        return Keep::Nothing;
    }
    let whole = if ends(SETTINGS) || packages { MAX_SETTINGS } else { MAX_WORDING };
    if size <= whole {
        Keep::Bytes(size)
    } else if mode & 0o111 != 0 && size <= MAX_PROGRAM {
        Keep::Program(HEAD)
    } else {
        Keep::Bytes(HEAD)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_look_reads_is_kept_and_no_more() {
        let check = |path: &str, size: u64, mode: u32, expect: Keep| {
            assert_eq!(keep(path.as_bytes(), size, mode), expect, "{path}");
        };
        check("app/server.py", 900, 0o644, Keep::Bytes(900));
        check("./app/notes.md", 3 << 20, 0o644, Keep::Bytes(HEAD));
        check("app/package-lock.json", 3 << 20, 0o644, Keep::Bytes(3 << 20));
        check("app/data/train.json", 3 << 20, 0o644, Keep::Hashed(3 << 20));
        check("app/data/train.csv", 3 << 20, 0o644, Keep::Hashed(HEAD));
        check("app/uv.lock", 3 << 20, 0o644, Keep::Bytes(3 << 20));
        check("server/mcp", 30 << 20, 0o755, Keep::Program(HEAD));
        check("models/x.gguf", 5 << 30, 0o644, Keep::Hashed(HEAD));
        check("/usr/share/doc/x/copyright", 9, 0o644, Keep::Nothing);
        check("usr/lib/libc.so.6", 9, 0o755, Keep::Nothing);
        check("usr/lib/python3/x.pyc", 9, 0o644, Keep::Nothing);
        check("var/lib/dpkg/status", 4 << 20, 0o644, Keep::Bytes(4 << 20));
    }
}
