//! Of what a bill of materials is to be: all of a host, an agent, a folder, an image.

use std::path::Path;

use anyhow::{Context, Result};
use event::show::plain;
use event::{AssetId, What};
use inventory::Unsure;
use inventory::aibom::image::Image;
use inventory::aibom::{Scope, agents};

use super::image;
use crate::verbs::inventory::{Where, look_at};
use crate::verbs::{Common, Exit, Stop};
use crate::worker::Found;

/// What was found of it.
pub enum Subject {
    Host(Found),
    Agent(Found, AssetId),
    Folder(Found),
    Image(Found, Box<Image>),
}

impl Subject {
    pub fn find(of: Option<&str>, place: &Where, common: &Common) -> Result<Self> {
        let Some(word) = of else { return Ok(Self::Host(place.materials(common)?)) };
        let path = Path::new(word);
        // A folder beside us that is called like an agent is meant with `./` before it.
        let is_place = word.contains('/') || word.starts_with('.');
        if path.is_file() || (path.is_dir() && is_place) {
            return Self::of_place(path, common);
        }
        // No agent is called so.
        if is_place && !path.exists() {
            let message = format!(
                "{} does not exist\nhint: name an agent, a folder or an image",
                plain(word)
            );
            return Err(Stop::new(Exit::NotFound, message).into());
        }
        let looked = place.materials(common)?;
        let meant: Vec<_> = agents(&looked.inventory, word)
            .iter()
            .map(|agent| {
                (agent.id, agent.products.first().cloned().unwrap_or_default(), agent.owner.clone())
            })
            .collect();
        match meant.as_slice() {
            [(id, _, _)] => Ok(Self::Agent(looked, *id)),
            [] if path.is_dir() => Self::of_place(path, common),
            [] => Err(nobody(&looked, word).into()),
            several => {
                let names: Vec<String> = several
                    .iter()
                    .map(|(_, product, owner)| format!("`{}@{}`", plain(product), plain(owner)))
                    .collect();
                let message = format!(
                    "`{}` is several agents\nhint: name one of {}",
                    plain(word),
                    names.join(", ")
                );
                Err(Stop::new(Exit::Words, message).into())
            }
        }
    }

    /// A file is an image, and so is a folder in which the pieces of one lie.
    fn of_place(path: &Path, common: &Common) -> Result<Self> {
        if path.is_dir() && !path.join("oci-layout").is_file() {
            return Ok(Self::Folder(look_at(path, common)?));
        }
        let (looked, image) = image::look(path, common)?;
        Ok(Self::Image(looked, Box::new(image)))
    }

    pub fn looked(&self) -> &Found {
        match self {
            Self::Host(looked)
            | Self::Agent(looked, _)
            | Self::Folder(looked)
            | Self::Image(looked, _) => looked,
        }
    }

    pub fn scope(&self) -> Result<Scope<'_>> {
        Ok(match self {
            Self::Host(_) => Scope::Host,
            Self::Folder(looked) => Scope::Folder(&looked.materials.folder),
            Self::Image(_, image) => Scope::Image(image),
            Self::Agent(looked, id) => {
                let agent = looked.inventory.assets.iter().find(|asset| asset.id == *id);
                Scope::Agent(agent.context("the agent is there")?)
            }
        })
    }

    /// What could not be looked at.
    pub fn unsure(&self) -> Vec<Unsure> {
        let folder = match self {
            Self::Host(_) | Self::Agent(..) => None,
            Self::Folder(looked) => Some(&looked.materials.folder),
            Self::Image(_, image) => Some(&image.folder),
        };
        let beside = folder.into_iter().flat_map(|folder| &folder.unsure);
        let mut all: Vec<Unsure> =
            self.looked().inventory.unsure.iter().chain(beside).cloned().collect();
        all.sort();
        all.dedup();
        all
    }
}

fn nobody(looked: &Found, word: &str) -> Stop {
    let here = looked.inventory.assets.iter().filter(|asset| matches!(asset.what, What::Agent(_)));
    let here: Vec<String> = here
        .take(12)
        .filter_map(|agent| {
            Some(format!("`{}@{}`", plain(agent.products.first()?), plain(&agent.owner)))
        })
        .collect();
    let hint = if here.is_empty() {
        "no agent was found; folders and images are named by their paths".to_owned()
    } else {
        format!("here are {}; folders and images are named by their paths", here.join(", "))
    };
    Stop::new(Exit::NotFound, format!("`{}` is no agent that is here\nhint: {hint}", plain(word)))
}
