//! The files of an image while its layers are put upon each other: in memory, so that no name of a stranger is a path
//! of ours before all of it is known.

use std::collections::BTreeMap;

use super::blobs::{Blob, Blobs};

/// Most entries that an image may have.
pub const MOST_ENTRIES: usize = 400_000;
/// Deepest folder, longest name and longest path, in bytes.
const DEPTH: usize = 64;
const MAX_NAME: usize = 255;
const MAX_PATH: usize = 3000;
/// Links that are followed one after the other.
const MOST_LINKS: usize = 40;

pub type Name = Box<[u8]>;

/// One file, folder or link.
#[derive(Debug)]
pub struct Node {
    /// The layer that it came with last.
    layer: u32,
    pub is: Is,
}

#[derive(Debug)]
pub enum Is {
    Folder(BTreeMap<Name, Node>),
    File(Blob),
    Link(Box<[u8]>),
}

/// Why an entry is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refused {
    /// Its path leads out, or is longer or deeper than any.
    Path,
    /// Where it is to be there is no folder.
    Place,
    /// There are too many.
    Full,
}

/// All files.
#[derive(Debug)]
pub struct Tree {
    root: Node,
    entries: usize,
}

impl Tree {
    pub fn new() -> Self {
        Self { root: Node { layer: 0, is: Is::Folder(BTreeMap::new()) }, entries: 0 }
    }

    pub fn root(&self) -> &Node {
        &self.root
    }

    /// Puts something at a path, in place of what was there; two folders are one.
    pub fn put(
        &mut self,
        path: &[u8],
        layer: u32,
        is: Is,
        blobs: &mut Blobs,
    ) -> Result<(), Refused> {
        let mut way = way(path)?;
        let Some(name) = way.pop() else {
            // The root itself.
            return if matches!(is, Is::Folder(_)) { Ok(()) } else { Err(Refused::Path) };
        };
        let way = self.real(&way).ok_or(Refused::Place)?;
        if self.entries + way.len() >= MOST_ENTRIES {
            return Err(Refused::Full);
        }
        let mut added = 1;
        let folder = self.folder(&way, layer, &mut added).ok_or(Refused::Place)?;
        let mut gone = None;
        match (folder.get_mut(name), is) {
            (Some(Node { layer: of, is: Is::Folder(_) }), Is::Folder(_)) => {
                (*of, added) = (layer, added - 1);
            }
            (_, is) => gone = folder.insert(name.into(), Node { layer, is }),
        }
        self.entries += added;
        if let Some(gone) = gone {
            self.entries = self.entries.saturating_sub(drop_all(gone, blobs));
        }
        Ok(())
    }

    /// What is at a path, behind links in its folders.
    pub fn get(&self, path: &[u8]) -> Option<&Node> {
        let mut way = way(path).ok()?;
        let name = way.pop()?;
        let way = self.real(&way)?;
        let Is::Folder(folder) = &self.at(&way)?.is else { return None };
        folder.get(name)
    }

    /// Takes away what lower layers have at a path.
    pub fn hide(&mut self, path: &[u8], layer: u32, blobs: &mut Blobs) -> Result<(), Refused> {
        let mut way = way(path)?;
        let Some(name) = way.pop() else { return Err(Refused::Path) };
        let Some(folder) = self.there(&way) else { return Ok(()) };
        let Some(node) = folder.get_mut(name) else { return Ok(()) };
        let mut gone = 0;
        if !fade(node, layer, blobs, &mut gone) {
            folder.remove(name);
        }
        self.entries = self.entries.saturating_sub(gone);
        Ok(())
    }

    /// Takes away all that lower layers have in a folder.
    pub fn hide_all(&mut self, path: &[u8], layer: u32, blobs: &mut Blobs) -> Result<(), Refused> {
        let way = way(path)?;
        let Some(folder) = self.there(&way) else { return Ok(()) };
        let mut gone = 0;
        folder.retain(|_, node| fade(node, layer, blobs, &mut gone));
        self.entries = self.entries.saturating_sub(gone);
        Ok(())
    }

    fn there(&mut self, way: &[&[u8]]) -> Option<&mut BTreeMap<Name, Node>> {
        let way = self.real(way)?;
        self.at(&way)?;
        self.folder(&way, 0, &mut 0)
    }

    /// The way to a folder without links; folders that are not there yet stay as they are called.
    pub fn real(&self, way: &[&[u8]]) -> Option<Vec<Name>> {
        let mut real: Vec<Name> = Vec::new();
        // What is still to go, the next one last.
        let mut rest: Vec<Name> = way.iter().rev().map(|name| Name::from(*name)).collect();
        let mut links = 0;
        while let Some(name) = rest.pop() {
            match &*name {
                b".." => drop(real.pop()),
                b"" | b"." => {}
                _ => {
                    real.push(name);
                    let Some(Node { is: Is::Link(target), .. }) = self.at(&real) else { continue };
                    links += 1;
                    if links > MOST_LINKS || real.len() > DEPTH {
                        return None;
                    }
                    real.pop();
                    if target.first() == Some(&b'/') {
                        real.clear();
                    }
                    rest.extend(target.rsplit(|byte| *byte == b'/').map(Name::from));
                }
            }
        }
        (real.len() <= DEPTH).then_some(real)
    }

    /// What is at a way without links.
    pub fn at(&self, way: &[Name]) -> Option<&Node> {
        way.iter().try_fold(&self.root, |node, name| match &node.is {
            Is::Folder(folder) => folder.get(name),
            Is::File(_) | Is::Link(_) => None,
        })
    }

    /// The folder at a way without links; it is made where there is none.
    fn folder(
        &mut self,
        way: &[Name],
        layer: u32,
        added: &mut usize,
    ) -> Option<&mut BTreeMap<Name, Node>> {
        let mut node = &mut self.root;
        for name in way {
            let Is::Folder(folder) = &mut node.is else { return None };
            node = folder.entry(name.clone()).or_insert_with(|| {
                *added += 1;
                Node { layer, is: Is::Folder(BTreeMap::new()) }
            });
        }
        match &mut node.is {
            Is::Folder(folder) => Some(folder),
            Is::File(_) | Is::Link(_) => None,
        }
    }
}

/// The parts of a path in an archive. One that leads upward is nobody's.
fn way(path: &[u8]) -> Result<Vec<&[u8]>, Refused> {
    let parts = path.split(|byte| *byte == b'/').filter(|part| !part.is_empty() && *part != b".");
    let way: Vec<&[u8]> = parts.collect();
    let fits = |part: &&[u8]| **part != *b".." && part.len() <= MAX_NAME && !part.contains(&0);
    let short = way.len() <= DEPTH && path.len() <= MAX_PATH;
    if short && way.iter().all(fits) { Ok(way) } else { Err(Refused::Path) }
}

/// Takes away what is of lower layers; false if nothing is left.
fn fade(node: &mut Node, layer: u32, blobs: &mut Blobs, gone: &mut usize) -> bool {
    if let Is::Folder(folder) = &mut node.is {
        folder.retain(|_, node| fade(node, layer, blobs, gone));
        if !folder.is_empty() {
            return true;
        }
    }
    let stays = node.layer >= layer;
    if !stays {
        *gone += 1;
        if let Is::File(blob) = &node.is {
            blobs.drop(*blob);
        }
    }
    stays
}

/// Lets go of a node and all below; says how many they are.
fn drop_all(node: Node, blobs: &mut Blobs) -> usize {
    match node.is {
        Is::Folder(folder) => {
            1 + folder.into_values().map(|node| drop_all(node, blobs)).sum::<usize>()
        }
        Is::File(blob) => {
            blobs.drop(blob);
            1
        }
        Is::Link(_) => 1,
    }
}
