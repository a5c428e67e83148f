//! Of what a bill of materials is to be: all of a host, an agent, a folder.

use std::path::Path;

use anyhow::{Context, Result};
use event::show::plain;
use event::{AssetId, What};
use inventory::aibom::{Folder, Scope, agents, disk};

use crate::verbs::inventory::{Where, look_at};
use crate::verbs::{Common, Exit, Stop};
use crate::worker::Found;

/// What was found of it.
pub enum Subject {
    Host(Found),
    Agent(Found, AssetId),
    Folder(Found, Box<Folder>),
}

impl Subject {
    pub fn find(of: Option<&str>, place: &Where, common: &Common) -> Result<Self> {
        let Some(word) = of else { return Ok(Self::Host(place.look(common)?)) };
        let path = Path::new(word);
        // A folder beside us that is called like an agent is meant with `./` before it.
        if path.is_dir() && (word.contains('/') || word.starts_with('.')) {
            return Self::folder(path, common);
        }
        if path.is_file() {
            return Err(image(path).into());
        }
        let looked = place.look(common)?;
        let meant: Vec<_> = agents(&looked.inventory, word)
            .iter()
            .map(|agent| {
                (agent.id, agent.products.first().cloned().unwrap_or_default(), agent.owner.clone())
            })
            .collect();
        match meant.as_slice() {
            [(id, _, _)] => Ok(Self::Agent(looked, *id)),
            [] if path.is_dir() => Self::folder(path, common),
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

    fn folder(path: &Path, common: &Common) -> Result<Self> {
        if path.join("oci-layout").is_file() || path.join("index.json").is_file() {
            return Err(image(path).into());
        }
        let cannot = || format!("cannot look into {}", path.display());
        let folder = disk::folder(path, disk::Reach::default()).with_context(cannot)?;
        let looked = look_at(path, common)?;
        Ok(Self::Folder(looked, Box::new(folder)))
    }

    pub fn looked(&self) -> &Found {
        match self {
            Self::Host(looked) | Self::Agent(looked, _) | Self::Folder(looked, _) => looked,
        }
    }

    pub fn scope(&self) -> Result<Scope<'_>> {
        Ok(match self {
            Self::Host(_) => Scope::Host,
            Self::Folder(_, folder) => Scope::Folder(folder),
            Self::Agent(looked, id) => {
                let agent = looked.inventory.assets.iter().find(|asset| asset.id == *id);
                Scope::Agent(agent.context("the agent is there")?)
            }
        })
    }
}

fn image(path: &Path) -> Stop {
    let message = format!(
        "{} is no folder with files of its own: images of containers are not looked into yet\nhint: unpack it (`docker export`, `umoci unpack`) and name the folder",
        path.display()
    );
    Stop::new(Exit::Failed, message)
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
        "no agent was found; a folder is named by its path".to_owned()
    } else {
        format!("here are {}; a folder is named by its path", here.join(", "))
    };
    Stop::new(Exit::NotFound, format!("`{}` is no agent that is here\nhint: {hint}", plain(word)))
}
