//! How an agent stands: a hundred points less what is wrong with it and with what it loads. Every point that is
//! missing has a reason and a remedy.

use std::collections::HashMap;

use event::{Asset, AssetId, Text, Told, What};
use serde::Serialize;

use crate::join::Inventory;
use crate::sound::{Flaw, Level};

/// The product of keys that belong to an account and to no agent.
const REACH: &str = "reach";
/// The product of what any agent in a project loads.
const SHARED: &str = "project";

/// How one agent stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Posture {
    /// The agent.
    pub agent: AssetId,
    /// Its name.
    pub name: Text,
    /// Its version, where it is known.
    pub version: Option<Text>,
    /// Its product.
    pub product: Text,
    /// Account.
    pub owner: Text,
    /// Of a hundred.
    pub score: u32,
    /// Where the others went, most first.
    pub reasons: Vec<Reason>,
    /// Keys of the account that it could read.
    pub reaches: Vec<Told>,
}

/// Points that are missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// How many.
    pub points: u32,
    /// For what.
    #[serde(flatten)]
    pub flaw: Flaw,
}

/// What a flaw costs when it is the first of its kind; the next of the same rule costs half, then a third.
fn price(level: Level) -> u32 {
    match level {
        Level::High => 24,
        Level::Medium => 10,
        Level::Low => 3,
    }
}

/// How every agent stands. `flaws`: what is wrong with each thing; `reached`: what is wrong with what each agent could
/// touch.
pub fn of(
    inventory: &Inventory,
    flaws: &HashMap<AssetId, Vec<Flaw>>,
    reached: &HashMap<AssetId, Vec<Flaw>>,
) -> Vec<Posture> {
    let agents = inventory.assets.iter().filter(|asset| matches!(asset.what, What::Agent(_)));
    let of_one = |agent: &Asset| {
        of_agent(agent, inventory, flaws, reached.get(&agent.id).map_or(&[], Vec::as_slice))
    };
    agents.map(of_one).collect()
}

fn of_agent(
    agent: &Asset,
    inventory: &Inventory,
    flaws: &HashMap<AssetId, Vec<Flaw>>,
    reached: &[Flaw],
) -> Posture {
    let near = |asset: &&Asset| asset.owner == agent.owner || asset.owner.is_empty();
    let own = |asset: &&Asset| {
        asset.products.iter().any(|one| agent.products.contains(one) || &**one == SHARED)
    };
    let mut wrong: Vec<&Flaw> = inventory
        .assets
        .iter()
        .filter(near)
        .filter(own)
        .filter_map(|asset| flaws.get(&asset.id))
        .flatten()
        .chain(reached)
        .collect();
    wrong.sort_by(|a, b| {
        (b.level, &a.rule, &a.place, a.line).cmp(&(a.level, &b.rule, &b.place, b.line))
    });
    let (mut left, mut times) = (100, HashMap::<&str, u32>::new());
    let mut reasons = Vec::new();
    for flaw in wrong {
        let time = times.entry(&flaw.rule).or_default();
        *time += 1;
        let points = (price(flaw.level) / *time).max(1).min(left);
        left -= points;
        reasons.push(Reason { points, flaw: flaw.clone() });
    }
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.points));
    let keys = inventory.assets.iter().filter(near).filter_map(|asset| match &asset.what {
        What::Credential(key) if asset.products.iter().any(|one| &**one == REACH) => {
            Some(Told { text: key.holds.clone(), at: asset.evidence.first()?.clone() })
        }
        _ => None,
    });
    Posture {
        agent: agent.id,
        name: agent.name.clone(),
        version: agent.version.clone(),
        product: agent.products.first().cloned().unwrap_or_default(),
        owner: agent.owner.clone(),
        score: left,
        reasons,
        reaches: keys.collect(),
    }
}
