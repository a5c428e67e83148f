//! Where the pieces of an image are: in a tar as `docker save` and `podman save` write it, or in an OCI layout, which
//! is a folder or a tar.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::NotAnImage;
use super::layers::opened;
use super::tar::{Kind, Tar, why};
use super::unpack::{ALWAYS, TIMES};
use crate::attend;

/// Most entries of an archive of pieces.
const MOST: usize = 100_000;
/// Most bytes of an archive that was compressed as a whole.
const MOST_WHOLE: u64 = 16 << 30;
/// Links from piece to piece.
const MOST_LINKS: usize = 8;

/// The pieces, by their names.
pub enum Archive {
    Folder(PathBuf),
    Tar { file: File, pieces: BTreeMap<Vec<u8>, Piece> },
}

/// A piece of an archive.
pub enum Piece {
    /// Where its content begins, and how long it is.
    At(u64, u64),
    /// It is another one; older archives have equal layers once.
    Link(Vec<u8>),
}

impl Archive {
    /// `room` is a folder for an archive that is compressed as a whole.
    pub fn open(path: &Path, room: &Path) -> Result<Self, NotAnImage> {
        let unread = |error: io::Error| NotAnImage::Unread(error.to_string());
        if path.is_dir() {
            return Ok(Self::Folder(path.to_owned()));
        }
        let mut file = File::open(path).map_err(unread)?;
        let mut head = [0; 4];
        let read = file.read_at(&mut head, 0).map_err(unread)?;
        match head.get(..read).unwrap_or_default() {
            [0x1f, 0x8b, ..] | [0x28, 0xb5, 0x2f, 0xfd] => file = whole(file, room)?,
            [0xfd, b'7', b'z', b'X'] => return Err(NotAnImage::Compressed("unxz")),
            [b'B', b'Z', b'h', _] => return Err(NotAnImage::Compressed("bunzip2")),
            _ => {}
        }
        let mut pieces = BTreeMap::new();
        let length = file.metadata().map_err(unread)?.len();
        let mut tar = Tar::over(Pieces { file: &file, at: 0, length }, Pieces::pass);
        while let Some(entry) = tar.next().map_err(|error| NotAnImage::NoTar(why(&error)))? {
            attend::busy();
            let piece = match entry.kind {
                Kind::File => Piece::At(tar.position(), entry.size),
                Kind::Link => Piece::Link(beside(&entry.path, &entry.target)),
                Kind::HardLink => Piece::Link(plain(&entry.target)),
                Kind::Folder | Kind::Other => continue,
            };
            if pieces.len() >= MOST {
                return Err(NotAnImage::NoTar(format!("it has more than {MOST} pieces")));
            }
            pieces.insert(plain(&entry.path), piece);
        }
        Ok(Self::Tar { file, pieces })
    }

    pub fn has(&self, name: &str) -> bool {
        match self {
            Self::Folder(folder) => is_below(name) && folder.join(name).is_file(),
            Self::Tar { .. } => self.range(name).is_some(),
        }
    }

    /// A whole piece that is short.
    pub fn text(&self, name: &str, most: u64) -> Result<Vec<u8>, NotAnImage> {
        let mut bytes = Vec::new();
        let read = self.piece(name)?.take(most + 1).read_to_end(&mut bytes);
        read.map_err(|error| NotAnImage::Piece(name.to_owned(), why(&error)))?;
        match bytes.len() as u64 > most {
            true => {
                Err(NotAnImage::Piece(name.to_owned(), format!("it has more than {most} bytes")))
            }
            false => Ok(bytes),
        }
    }

    /// A piece, to be read from its beginning.
    pub fn piece(&self, name: &str) -> Result<Box<dyn Read + '_>, NotAnImage> {
        let missing = || NotAnImage::Piece(name.to_owned(), "it is not there".to_owned());
        match self {
            Self::Folder(folder) => {
                let path = folder.join(name);
                let file = if is_below(name) { crate::read::open(&path, own()).ok() } else { None };
                Ok(Box::new(BufReader::with_capacity(1 << 16, file.ok_or_else(missing)?.0)))
            }
            Self::Tar { file, .. } => {
                let (at, size) = self.range(name).ok_or_else(missing)?;
                let piece = Pieces { file, at, length: at.saturating_add(size) }.take(size);
                Ok(Box::new(BufReader::with_capacity(1 << 16, piece)))
            }
        }
    }

    fn range(&self, name: &str) -> Option<(u64, u64)> {
        let Self::Tar { pieces, .. } = self else { return None };
        let mut piece = pieces.get(&plain(name.as_bytes()))?;
        for _ in 0..MOST_LINKS {
            match piece {
                Piece::At(at, size) => return Some((*at, *size)),
                Piece::Link(to) => piece = pieces.get(to)?,
            }
        }
        None
    }
}

/// An archive without its compression, as a file that has no name any more.
fn whole(file: File, room: &Path) -> Result<File, NotAnImage> {
    let unwritten = |error: io::Error| NotAnImage::Unwritten(error.to_string());
    let length = file.metadata().map_err(unwritten)?.len();
    let most = MOST_WHOLE.min(ALWAYS.saturating_add(length.saturating_mul(TIMES)));
    let place = room.join("archive");
    let to = File::options().read(true).write(true).create_new(true).open(&place);
    let mut to = to.map_err(unwritten)?;
    std::fs::remove_file(&place).map_err(unwritten)?;
    let broken = |error: io::Error| NotAnImage::NoTar(why(&error));
    let mut from = opened(Box::new(file)).map_err(broken)?.take(most);
    let mut piece = vec![0; 1 << 16];
    loop {
        let read = from.read(&mut piece).map_err(broken)?;
        let Some(some) = piece.get(..read).filter(|it| !it.is_empty()) else { break };
        to.write_all(some).map_err(unwritten)?;
        attend::busy();
    }
    if from.limit() == 0 { Err(NotAnImage::Bomb(most)) } else { Ok(to) }
}

/// Whoever named the folder reads it.
fn own() -> u32 {
    rustix::process::getuid().as_raw()
}

/// A name that stays below.
fn is_below(name: &str) -> bool {
    Path::new(name).components().all(|part| matches!(part, std::path::Component::Normal(_)))
}

/// A path without what says nothing.
fn plain(path: &[u8]) -> Vec<u8> {
    let mut way: Vec<&[u8]> = Vec::new();
    for part in path.split(|byte| *byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." => drop(way.pop()),
            part => way.push(part),
        }
    }
    way.join(&b'/')
}

/// Where a link beside `path` leads.
fn beside(path: &[u8], target: &[u8]) -> Vec<u8> {
    let folder = path.iter().rposition(|byte| *byte == b'/').and_then(|at| path.get(..at));
    plain(&[folder.unwrap_or_default(), b"/", target].concat())
}

/// A file from some place on.
struct Pieces<'f> {
    file: &'f File,
    at: u64,
    length: u64,
}

impl Pieces<'_> {
    fn pass(&mut self, bytes: u64) -> io::Result<u64> {
        let passed = bytes.min(self.length.saturating_sub(self.at));
        self.at += passed;
        Ok(passed)
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(into, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}
