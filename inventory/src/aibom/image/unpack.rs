//! From an archive to a folder with what a look reads of the image. Whoever runs this may write below that folder only.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::NotAnImage;
use super::archive::Archive;
use super::blobs::Blobs;
use super::layers::Layers;
use super::manifest::Manifest;
use super::tar::why;
use super::tree::{Is, MOST_ENTRIES, Name, Node, Refused, Tree};
use crate::attend;

/// The folder in which the image's own root is.
pub const ROOT: &str = "root";
/// What else was unpacked.
pub const FACTS: &str = "image.json";

/// Most bytes of all layers, and how many times more than the archive has.
const MOST_BYTES: u64 = 128 << 30;
pub const TIMES: u64 = 200;
pub const ALWAYS: u64 = 1 << 30;

/// What the next one is told beside the files.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Unpacked {
    pub manifest: Manifest,
    /// Where it came from: the name of the archive.
    pub from: String,
    /// Hashes (BLAKE3) of files of which only the head was kept, by their places in the image.
    pub hashes: Vec<(String, String)>,
    /// What could not be unpacked.
    pub unsure: Vec<String>,
}

/// Unpacks the image in `from` into the empty folder `into`.
pub fn unpack(from: &Path, into: &Path) -> Result<(), NotAnImage> {
    let unwritten = |error: io::Error| NotAnImage::Unwritten(error.to_string());
    if let Some(why) = attend::before(from) {
        return Err(NotAnImage::Unread(why.to_string()));
    }
    let archive = Archive::open(from, into)?;
    let manifest = Manifest::find(&archive)?;
    let size = size_of(from, &archive, &manifest);
    let most = MOST_BYTES.min(ALWAYS.saturating_add(size.saturating_mul(TIMES)));
    let blobs = Blobs::new(into.join("blobs")).map_err(unwritten)?;
    let mut layers = Layers::new(blobs, most);
    for (number, name) in (1u32..).zip(&manifest.layers) {
        let broken = |error: io::Error| NotAnImage::Piece(name.clone(), why(&error));
        let put = layers.put(number, archive.piece(name)?).map_err(broken)?;
        put.ok_or(NotAnImage::Bomb(most))?;
    }
    let mut unpacked = Unpacked {
        manifest,
        from: from.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        unsure: unsure(&layers),
        ..Unpacked::default()
    };
    let root = into.join(ROOT);
    let mut placing =
        Placing { links: Vec::new(), hashes: &mut unpacked.hashes, blobs: &mut layers.blobs };
    placing.folder(layers.tree.root(), &root, &mut Vec::new()).map_err(unwritten)?;
    for way in placing.links {
        link(&layers.tree, &root, &way).map_err(unwritten)?;
    }
    let text = serde_json::to_vec(&unpacked).map_err(|error| unwritten(error.into()))?;
    File::create_new(into.join(FACTS)).and_then(|mut file| file.write_all(&text)).map_err(unwritten)
}

fn size_of(from: &Path, archive: &Archive, manifest: &Manifest) -> u64 {
    let bytes = |path: &Path| fs::metadata(path).map_or(0, |meta| meta.len());
    match archive {
        Archive::Tar { .. } => bytes(from),
        Archive::Folder(folder) => {
            manifest.layers.iter().map(|name| bytes(&folder.join(name))).sum()
        }
    }
}

fn unsure(layers: &Layers) -> Vec<String> {
    let mut all = Vec::new();
    for (why, count) in &layers.refused {
        all.push(match why {
            Refused::Path => format!("{count} entries have a path that leads out, or is too long: left out"),
            Refused::Place => format!("{count} entries are where no folder is, or stand for a file that is not there: left out"),
            Refused::Full => format!("it has more than {MOST_ENTRIES} files and folders: {count} left out"),
        });
    }
    if layers.blobs.without_room > 0 {
        all.push(format!(
            "{} files were not read: there is too much to unpack",
            layers.blobs.without_room
        ));
    }
    all
}

/// Gives what is in the tree its place on the disk.
struct Placing<'a> {
    /// Ways to links, which come last: nothing is written through one.
    links: Vec<Vec<Name>>,
    hashes: &'a mut Vec<(String, String)>,
    blobs: &'a mut Blobs,
}

impl Placing<'_> {
    fn folder(&mut self, node: &Node, place: &Path, way: &mut Vec<Name>) -> io::Result<()> {
        let Is::Folder(folder) = &node.is else { return Ok(()) };
        fs::create_dir(place)?;
        attend::busy();
        for (name, node) in folder {
            way.push(name.clone());
            let place = place.join(std::ffi::OsStr::from_bytes(name));
            match &node.is {
                Is::Folder(_) => self.folder(node, &place, way)?,
                Is::File(blob) => {
                    if let Some(hash) = self.blobs.place(*blob, &place)? {
                        let inside = String::from_utf8_lossy(&way.join(&b'/')).into_owned();
                        self.hashes.push((format!("/{inside}"), hash));
                    }
                }
                Is::Link(_) => self.links.push(way.clone()),
            }
            way.pop();
        }
        Ok(())
    }
}

/// A link to where it leads inside the image, if anything is there.
fn link(tree: &Tree, root: &Path, way: &[Name]) -> io::Result<()> {
    let parts: Vec<&[u8]> = way.iter().map(|name| &**name).collect();
    let Some(target) = tree.real(&parts).filter(|target| tree.at(target).is_some()) else {
        return Ok(());
    };
    let mut relative = PathBuf::new();
    (1..way.len()).for_each(|_| relative.push(".."));
    target.iter().for_each(|name| relative.push(std::ffi::OsStr::from_bytes(name)));
    if relative.as_os_str().is_empty() {
        relative.push(".");
    }
    let place = way
        .iter()
        .fold(root.to_owned(), |place, name| place.join(std::ffi::OsStr::from_bytes(name)));
    symlink(relative, place)
}
