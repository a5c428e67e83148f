//! What belongs to an agent: of the disk what it loads and could reach, of the record what it used.

use anyhow::Result;
use event::{AgentId, Asset, Text};
use inventory::used::{Declared, Used};

use crate::config::Config;
use crate::record::{self, Filter};
use crate::worker::Found;

/// Everything of an agent's owner and of the host.
pub struct Near {
    assets: Vec<Asset>,
    home: String,
    own: Vec<Text>,
}

impl Near {
    pub fn of(looked: &Found, agent: &Asset) -> Self {
        let near = |one: &&Asset| one.owner == agent.owner || one.owner.is_empty();
        let assets: Vec<Asset> = looked.inventory.assets.iter().filter(near).cloned().collect();
        let of_it = |one: &&Asset| one.products.iter().any(|it| agent.products.contains(it));
        let places = assets.iter().filter(of_it).flat_map(|one| &one.evidence);
        let own = places.map(|evidence| evidence.place.clone()).collect();
        Self { own, home: looked.home_of(&agent.owner), assets }
    }

    pub fn declared<'a>(&'a self, agent: &'a Asset) -> Declared<'a> {
        Declared { agent, assets: &self.assets, home: &self.home, own: self.own.clone() }
    }
}

/// What the record says that an agent used.
pub fn used(config: &Config, product: &str, agent: AgentId) -> Result<Used> {
    let mut used = Used::default();
    let filter = Filter { agent: Some(product.to_owned()), ..Filter::default() };
    let damage = record::each(config, &filter, usize::MAX, |act| {
        if act.actor.as_ref().is_some_and(|actor| actor.agent == agent) {
            used.take(&act);
        }
        Ok(())
    })?;
    damage.warn();
    Ok(used)
}
