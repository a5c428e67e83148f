//! One layer after the other, put upon what is there, with what each takes away (whiteouts of the OCI).

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use super::blobs::Blobs;
use super::tar::{Entry, Kind, Tar};
use super::tree::{Is, Refused, Tree};
use crate::attend;

/// Begins the name of an entry that takes something away.
const WHITEOUT: &[u8] = b".wh.";
/// The same, for what only the storage knows.
const STORAGE: &[u8] = b".wh..wh.";
/// Takes away all that is in a folder.
const OPAQUE: &[u8] = b".wh..wh..opq";
/// Largest window of compressed layers, as a power of two.
const WINDOW: u32 = 27;

/// Layers, while they are put together.
pub struct Layers {
    pub tree: Tree,
    pub blobs: Blobs,
    /// Bytes that may still come out of all layers.
    left: u64,
    /// Entries that were not taken.
    pub refused: Vec<(Refused, u64)>,
    /// Devices, pipes and files with holes.
    pub others: u64,
}

impl Layers {
    pub fn new(blobs: Blobs, most: u64) -> Self {
        Self { tree: Tree::new(), blobs, left: most, refused: Vec::new(), others: 0 }
    }

    /// Puts one on. None: there is more in it than may be.
    pub fn put(&mut self, number: u32, piece: Box<dyn Read + '_>) -> io::Result<Option<()>> {
        let counted = Counted { from: opened(piece)?, left: self.left };
        let mut tar = Tar::new(counted);
        let done = loop {
            attend::busy();
            match tar.next() {
                Ok(Some(entry)) => match self.entry(number, &entry, &mut tar) {
                    Ok(()) => {}
                    Err(error) => break Err(error),
                },
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        self.left = tar.into_inner().left;
        match done {
            _ if self.left == 0 => Ok(None),
            Ok(()) => Ok(Some(())),
            Err(error) => Err(error),
        }
    }

    fn entry(&mut self, layer: u32, entry: &Entry, content: &mut impl Read) -> io::Result<()> {
        let (folder, name) = split(&entry.path);
        // What begins so is of the storage, not of the image.
        let mut parts = folder.split(|byte| *byte == b'/');
        if parts.any(|part| part.starts_with(STORAGE)) {
            return Ok(());
        }
        if name == OPAQUE {
            let hidden = self.tree.hide_all(folder, layer, &mut self.blobs);
            self.note(hidden);
            return Ok(());
        }
        if let Some(gone) = name.strip_prefix(WHITEOUT) {
            if !gone.starts_with(WHITEOUT) && !gone.is_empty() {
                let hidden = self.tree.hide(&[folder, b"/", gone].concat(), layer, &mut self.blobs);
                self.note(hidden);
            }
            return Ok(());
        }
        let is = match entry.kind {
            Kind::Folder => Is::Folder(Default::default()),
            Kind::Link => Is::Link(entry.target.as_slice().into()),
            Kind::File => Is::File(self.blobs.take(entry, content)?),
            Kind::HardLink => match self.tree.get(&entry.target).map(|node| &node.is) {
                Some(Is::File(blob)) => Is::File(self.blobs.name(*blob)),
                Some(Is::Link(target)) => Is::Link(target.clone()),
                _ => {
                    self.note(Err(Refused::Place));
                    return Ok(());
                }
            },
            Kind::Other => {
                self.others += 1;
                return Ok(());
            }
        };
        let blob = if let Is::File(blob) = &is { Some(*blob) } else { None };
        let put = self.tree.put(&entry.path, layer, is, &mut self.blobs);
        if let (Err(_), Some(blob)) = (put, blob) {
            self.blobs.drop(blob);
        }
        self.note(put);
        Ok(())
    }

    fn note(&mut self, done: Result<(), Refused>) {
        let Err(why) = done else { return };
        match self.refused.iter_mut().find(|(known, _)| *known == why) {
            Some((_, count)) => *count += 1,
            None => self.refused.push((why, 1)),
        }
    }
}

/// A layer without its compression, told by its first bytes.
pub fn opened(piece: Box<dyn Read + '_>) -> io::Result<Box<dyn Read + '_>> {
    let mut piece = BufReader::with_capacity(1 << 16, piece);
    Ok(match piece.fill_buf()? {
        [0x1f, 0x8b, ..] => Box::new(MultiGzDecoder::new(piece)),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            let mut decoder = zstd::Decoder::with_buffer(piece)?;
            decoder.window_log_max(WINDOW)?;
            Box::new(decoder)
        }
        _ => Box::new(piece),
    })
}

/// Counts what comes, and ends where there is too much.
struct Counted<R> {
    from: R,
    left: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = (&mut self.from).take(self.left).read(into)?;
        self.left -= read as u64;
        attend::busy();
        Ok(read)
    }
}

/// Folder and name.
fn split(path: &[u8]) -> (&[u8], &[u8]) {
    let path = path.strip_suffix(b"/").unwrap_or(path);
    match path.iter().rposition(|byte| *byte == b'/') {
        Some(at) => (path.get(..at).unwrap_or_default(), path.get(at + 1..).unwrap_or_default()),
        None => (b"", path),
    }
}
