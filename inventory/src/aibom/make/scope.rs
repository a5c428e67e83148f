//! Of what a bill of materials is, and what belongs to it.

use event::{Asset, What};

use super::Folder;
use crate::aibom::image::Image;
use crate::join::Inventory;

/// The product of what any agent in a project loads.
const SHARED: &str = "project";

/// Of what a document is.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    /// Everything that was found.
    Host,
    /// One agent, and what hangs on it.
    Agent(&'a Asset),
    /// A folder: what is declared there, and what lies there.
    Folder(&'a Folder),
    /// An image of a container, and what lies in it.
    Image(&'a Image),
}

impl<'a> Scope<'a> {
    /// What lies in the subject.
    pub(super) fn folder(self) -> Option<&'a Folder> {
        match self {
            Self::Folder(folder) => Some(folder),
            Self::Image(image) => Some(&image.folder),
            Self::Host | Self::Agent(_) => None,
        }
    }
}

/// The agents that a word means: an id, a product, or `product@owner`.
pub fn agents<'a>(inventory: &'a Inventory, word: &str) -> Vec<&'a Asset> {
    let (product, owner) = match word.rsplit_once('@') {
        Some((product, owner)) if !product.is_empty() => (product, Some(owner)),
        _ => (word, None),
    };
    let meant = |asset: &&Asset| {
        let is = asset.products.iter().any(|one| **one == *product)
            && owner.is_none_or(|owner| *asset.owner == *owner);
        matches!(asset.what, What::Agent(_)) && (is || asset.id.to_string() == word)
    };
    inventory.assets.iter().filter(meant).collect()
}

/// Whether an agent loads a thing.
pub fn hangs_on(agent: &Asset, thing: &Asset) -> bool {
    let near = thing.owner == agent.owner || thing.owner.is_empty();
    let own = thing.products.iter().any(|one| agent.products.contains(one) || &**one == SHARED);
    near && own && thing.id != agent.id && !matches!(thing.what, What::Agent(_))
}
