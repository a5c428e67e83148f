//! What a bill of materials says beside the inventory: in the child it is found and told in pieces, in the parent it is
//! put together again.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result};
use event::{Redact, Text};
use inventory::aibom::image::{self, Image};
use inventory::aibom::{Folder, disk};
use inventory::{Inventory, Look};

use super::wire::Material;

/// What was found.
#[derive(Debug, Default)]
pub struct Materials {
    /// Licences that packages say, by the place that is evidence for them.
    pub licences: HashMap<Text, Text>,
    /// A folder as the subject.
    pub folder: Folder,
    /// An image as the subject.
    pub image: Option<Image>,
}

impl Materials {
    /// Takes a piece.
    pub fn take(&mut self, piece: Material) {
        match piece {
            Material::Licence { place, licence } => drop(self.licences.insert(place, licence)),
            Material::Folder(folder) => self.folder = folder,
            Material::Image(image) => self.image = Some(*image),
            Material::Model(model) => self.folder.models.push(model),
            Material::DataSet(data) => self.folder.data_sets.push(data),
            Material::Library(library) => self.folder.libraries.push(library),
        }
    }

    /// That was all.
    pub fn done(&mut self) {
        if let Some(image) = &mut self.image {
            image.folder = std::mem::take(&mut self.folder);
        }
    }
}

/// What lies in a folder.
pub fn folder(place: &Path, say: &dyn Fn(Material)) -> Result<()> {
    let cannot = || format!("cannot look into {}", place.display());
    tell(disk::folder(place, disk::Reach::default()).with_context(cannot)?, say);
    Ok(())
}

/// What an image is that was unpacked into a folder, and how it is looked at.
pub fn image(place: &Path, redact: &dyn Redact, say: &dyn Fn(Material)) -> Result<Look> {
    let (mut image, look) = image::read(place, redact)?;
    tell(std::mem::take(&mut image.folder), say);
    say(Material::Image(Box::new(image)));
    Ok(look)
}

fn tell(mut folder: Folder, say: &dyn Fn(Material)) {
    let models = std::mem::take(&mut folder.models);
    let data_sets = std::mem::take(&mut folder.data_sets);
    let libraries = std::mem::take(&mut folder.libraries);
    say(Material::Folder(folder));
    models.into_iter().for_each(|one| say(Material::Model(one)));
    data_sets.into_iter().for_each(|one| say(Material::DataSet(one)));
    libraries.into_iter().for_each(|one| say(Material::Library(one)));
}

/// The licences of what was found.
pub fn licences(inventory: &Inventory, plan: &Look, say: &dyn Fn(Material)) {
    for (place, licence) in disk::licences(inventory, &plan.inside, |owner| plan.uid_of(owner)) {
        say(Material::Licence { place, licence });
    }
}
