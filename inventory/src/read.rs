//! Reads a file of somebody: regular files only, bounded, and never what its owner may not read himself.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::Read;
use std::os::fd::AsRawFd;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{Mode, OFlags};

use crate::attend;

/// Longest settings that are read, in bytes.
pub const MAX_SETTINGS: u64 = 16 << 20;
/// Longest text of instructions that is read, in bytes.
pub const MAX_WORDING: u64 = 2 << 20;

/// A file as it was.
#[derive(Clone, Debug)]
pub struct Content {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Permissions.
    pub mode: u32,
    /// Last change, UTC.
    pub changed_unix_ns: u64,
}

impl Content {
    /// As text without its byte order mark, which also tells UTF-16 from UTF-8; what is neither is replaced.
    pub fn text(&self) -> Cow<'_, str> {
        match self.bytes.as_slice() {
            [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes).into(),
            [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes).into(),
            [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
            bytes => String::from_utf8_lossy(bytes),
        }
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair));
    char::decode_utf16(units).map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Why a file was not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// A pipe, a device, a socket.
    #[error("it is {0}, not a file: not read")]
    Kind(&'static str),
    /// Too long.
    #[error("it has {0} bytes, more than {1}: not read")]
    TooLong(u64, u64),
    /// A link leads to what the home's owner may not read.
    #[error("it leads to a file of somebody else: not read")]
    Foreign,
    /// It was to be left out.
    #[error("{0}")]
    LeftOut(event::Text),
    /// The system refused.
    #[error("{0}")]
    Refused(String),
}

/// The beginning of a file, and how long it is.
#[derive(Clone, Debug)]
pub struct Beginning {
    /// Its first bytes.
    pub bytes: Vec<u8>,
    /// Its length.
    pub length: u64,
}

/// Reads `path` below a home of `uid`.
pub fn file(path: &Path, uid: u32, most: u64) -> Result<Content, Why> {
    let (file, meta) = open(path, uid)?;
    if meta.len() > most {
        return Err(Why::TooLong(meta.len(), most));
    }
    let bytes = first(file, most + 1)?;
    let length = bytes.len() as u64;
    if length > most {
        return Err(Why::TooLong(length, most));
    }
    Ok(Content { bytes, mode: meta.mode() & 0o7777, changed_unix_ns: changed(&meta) })
}

/// Reads the first bytes of `path` below a home of `uid`, however long it is.
pub fn beginning(path: &Path, uid: u32, most: u64) -> Result<Beginning, Why> {
    let (file, meta) = open(path, uid)?;
    Ok(Beginning { bytes: first(file, most)?, length: meta.len() })
}

fn first(file: File, most: u64) -> Result<Vec<u8>, Why> {
    let mut bytes = Vec::new();
    let read = file.take(most).read_to_end(&mut bytes);
    read.map_err(|error| Why::Refused(error.to_string()))?;
    Ok(bytes)
}

/// Opens `path` below a home of `uid`, if it is a file that this account may read.
pub fn open(path: &Path, uid: u32) -> Result<(File, fs::Metadata), Why> {
    if let Some(why) = attend::before(path) {
        return Err(Why::LeftOut(why));
    }
    let refused = |error: rustix::io::Errno| Why::Refused(error.to_string());
    // Opening a pipe or a device can wait or do something; looking at it cannot.
    let flags = OFlags::PATH | OFlags::CLOEXEC;
    let place = rustix::fs::open(path, flags, Mode::empty()).map_err(refused)?;
    let way = format!("/proc/self/fd/{}", place.as_raw_fd());
    let io = |error: std::io::Error| Why::Refused(error.to_string());
    let meta = fs::metadata(&way).map_err(io)?;
    if !meta.is_file() {
        return Err(Why::Kind(kind(&meta)));
    }
    let may = meta.uid() == uid || meta.uid() == 0 || meta.mode() & 0o004 != 0;
    // What is root's may still be closed to the owner.
    if !may || (meta.uid() == 0 && uid != 0 && meta.mode() & 0o004 == 0) {
        return Err(Why::Foreign);
    }
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
    let file = rustix::fs::open(way.as_str(), flags, Mode::empty()).map_err(refused)?;
    Ok((File::from(file), meta))
}

/// Last change of a file, UTC.
pub fn changed(meta: &fs::Metadata) -> u64 {
    let seconds = u64::try_from(meta.mtime()).unwrap_or(0);
    seconds
        .saturating_mul(1_000_000_000)
        .saturating_add(u64::try_from(meta.mtime_nsec()).unwrap_or(0))
}

fn kind(meta: &fs::Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    let kind = meta.file_type();
    if kind.is_dir() {
        "a folder"
    } else if kind.is_fifo() {
        "a pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn only_files_are_read_and_only_so_far() {
        let place = tempfile::tempdir().expect("a folder");
        let uid = fs::metadata(place.path()).expect("there").uid();
        let at = |name: &str| place.path().join(name);
        fs::write(at("a"), "text").expect("written");
        let check = |name: &str, expect: &str| {
            let told = match file(&at(name), uid, 10) {
                Ok(content) => content.text().into_owned(),
                Err(why) => why.to_string(),
            };
            assert_eq!(told, expect, "{name}");
        };
        check("a", "text");
        let marked =
            [b"\xef\xbb\xbfx".as_slice(), b"\xff\xfex\0y\0", b"\xfe\xff\0x\0y\0", b"x\xff"];
        for (bytes, expect) in marked.into_iter().zip(["x", "xy", "xy", "x\u{fffd}"]) {
            fs::write(at("marked"), bytes).expect("written");
            check("marked", expect);
        }
        symlink(at("a"), at("link")).expect("linked");
        check("link", "text");
        fs::write(at("long"), "0123456789a").expect("written");
        check("long", "it has 11 bytes, more than 10: not read");
        check(".", "it is a folder, not a file: not read");
        symlink(at("loop"), at("loop")).expect("linked");
        check("loop", "Too many levels of symbolic links (os error 40)");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            at("pipe"),
            rustix::fs::FileType::Fifo,
            Mode::from_raw_mode(0o600),
            0,
        )
        .expect("a pipe");
        check("pipe", "it is a pipe, not a file: not read");
    }

    #[test]
    fn what_the_owner_may_not_read_is_not_read_for_him() {
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join("a");
        fs::write(&path, "secret").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("set");
        let mine = fs::metadata(&path).expect("there").uid();
        assert_eq!(file(&path, mine + 1, 10).expect_err("refused"), Why::Foreign);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("set");
        assert!(file(&path, mine + 1, 10).is_ok());
    }
}
