//! What each agent could touch, as its account: an exposure map from agents to keys, repositories, more rights, the
//! network; less what its own settings keep it from. Pure: from an inventory, with nothing read.
//!
//! What settings forbid stays in the map, marked: such a rule is as strong as the product that obeys it.

mod limits;
mod open;
mod picture;
mod points;
mod repositories;
mod table;
#[cfg(test)]
mod tests;

use event::{
    Account, Asset, AssetId, Autonomy, Credential, Door, Evidence, Freedom, Leads, Text, Told,
    Touch, What,
};
use serde::Serialize;

pub use open::{Exposure, Login, exposures};
pub use picture::dot;
pub use points::flaws;
pub use table::Table;

use crate::join::Inventory;
use limits::Limits;

/// What one agent could touch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Map {
    /// The agent.
    pub agent: AssetId,
    /// Its name.
    pub name: Text,
    /// Its version, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<Text>,
    /// Its product.
    pub product: Text,
    /// The account it acts as.
    pub owner: Text,
    /// What is known of the account; none where the host was not looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<Account>,
    /// The setting by which it goes furthest without asking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unasked: Option<Autonomy>,
    /// Everything it could touch, the worst first.
    pub edges: Vec<Edge>,
    /// Where it listens beyond this host.
    pub exposures: Vec<Exposure>,
}

/// One thing that an agent could touch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edge {
    /// How.
    pub way: Way,
    /// Whether something says no.
    pub held: Held,
    /// What it is (`SSH key`, `repository`).
    pub what: Text,
    /// Its name for people.
    pub name: Text,
    /// Where it is.
    pub place: Text,
    /// Whose it is, where it is another account's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<Text>,
    /// What it opens, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub opens: Vec<Text>,
    /// Why it is production.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub production: Option<Text>,
    /// Why it could.
    pub why: Vec<Told>,
    /// What says no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub but: Option<Told>,
}

/// How something could be touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// It becomes root.
    Root,
    /// It reads a key.
    Read,
    /// It pushes to where a repository comes from.
    Push,
    /// It changes files of a repository.
    Write,
    /// It runs some commands as root, or as somebody else.
    Commands,
    /// It starts containers.
    Engine,
    /// It asks what a cloud tells its machines.
    Metadata,
    /// It talks to any host.
    Network,
}

/// Whether something keeps an agent from what it could touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    /// Nothing.
    No,
    /// Only with a password that it does not have.
    ByPassword,
    /// A rule in its settings: as strong as the product that obeys it.
    ByRule,
    /// A box in which the product puts its commands: as strong as that.
    ByBox,
}

/// What every agent of an inventory could touch. `home_of`: the home of an account.
pub fn maps(inventory: &Inventory, table: &Table, home_of: &dyn Fn(&str) -> String) -> Vec<Map> {
    let open = exposures(inventory, table);
    let agents = inventory.assets.iter().filter(|asset| matches!(asset.what, What::Agent(_)));
    agents.filter_map(|agent| map(agent, inventory, table, &open, &home_of(&agent.owner))).collect()
}

fn map(
    agent: &Asset,
    inventory: &Inventory,
    table: &Table,
    open: &[Exposure],
    home: &str,
) -> Option<Map> {
    let What::Agent(installed) = &agent.what else { return None };
    let product = agent.products.first()?.clone();
    let account = inventory.assets.iter().find_map(|asset| match &asset.what {
        What::Account(account) if asset.owner == agent.owner => Some(account),
        _ => None,
    });
    let look = Look {
        agent,
        assets: &inventory.assets,
        account,
        table,
        limits: Limits { installed, home },
    };
    let mut edges = look.doors();
    edges.extend(look.keys());
    edges.extend(look.repositories());
    edges.push(look.network());
    edges.sort_by(|a, b| {
        let key = |it: &Edge| (it.held, it.production.is_none(), it.way, it.of.clone());
        (key(a), &a.what, &a.place).cmp(&(key(b), &b.what, &b.place))
    });
    let own = |it: &&Exposure| it.product == product && [&agent.owner, ""].contains(&&*it.owner);
    Some(Map {
        agent: agent.id,
        name: agent.name.clone(),
        version: agent.version.clone(),
        owner: agent.owner.clone(),
        account: account.cloned(),
        unasked: installed.autonomy.iter().max_by_key(|it| it.freedom).cloned(),
        edges,
        exposures: open.iter().filter(own).cloned().collect(),
        product,
    })
}

impl Map {
    /// Whether it does all without asking.
    pub fn asks_nobody(&self) -> bool {
        self.unasked.as_ref().is_some_and(|it| it.freedom == Freedom::All)
    }
}

/// What is needed to say what one agent could touch.
struct Look<'a> {
    agent: &'a Asset,
    assets: &'a [Asset],
    account: Option<&'a Account>,
    table: &'a Table,
    limits: Limits<'a>,
}

impl Look<'_> {
    fn is_root(&self) -> bool {
        self.account.is_some_and(|account| account.uid == 0)
    }

    /// Keys that its account may read, beside its own.
    fn keys(&self) -> Vec<Edge> {
        let own = |asset: &Asset| {
            asset.owner == self.agent.owner
                && asset.products.iter().any(|one| self.agent.products.contains(one))
        };
        let keys = self.assets.iter().filter_map(|asset| match &asset.what {
            What::Credential(key) if !own(asset) => self.key(asset, key),
            _ => None,
        });
        keys.collect()
    }

    fn key(&self, asset: &Asset, key: &Credential) -> Option<Edge> {
        let at = asset.evidence.first()?;
        let mine = asset.owner == self.agent.owner;
        let everybodys = key.readable_by.as_deref() == Some("everybody");
        let why = match mine {
            _ if self.is_root() => "root reads every file",
            true if key.closed => return None,
            true if everybodys => "everybody on this host may read the file",
            true => "the account may read the file",
            false if asset.owner.is_empty() && !key.closed => "it is there for whoever runs here",
            false if everybodys => "everybody on this host may read the file",
            false => return None,
        };
        let (held, but) = self.limits.reading(&at.place);
        Some(Edge {
            way: Way::Read,
            held,
            what: key.holds.clone(),
            name: asset.name.clone(),
            place: at.place.clone(),
            of: (!mine).then(|| asset.owner.clone()),
            opens: key.opens.clone(),
            production: self.production(&key.opens, &at.place),
            why: vec![told(why, at)],
            but,
        })
    }

    /// By what it opens, else by how its file and the folder of it are called.
    fn production(&self, opens: &[Text], place: &str) -> Option<Text> {
        let mut last = place.rsplit('/').take(2);
        opens
            .iter()
            .find_map(|name| self.table.production(name))
            .or_else(|| last.find_map(|part| self.table.production(part)))
    }

    /// Ways to more rights.
    fn doors(&self) -> Vec<Edge> {
        let doors = self.account.into_iter().flat_map(|account| &account.doors);
        doors.map(|door| self.door(door)).collect()
    }

    fn door(&self, door: &Door) -> Edge {
        let (way, touch, what) = match door.to {
            Leads::Root => (Way::Root, Touch::Rise, "root of this host"),
            Leads::Commands => (Way::Commands, Touch::Rise, "commands of other accounts"),
            Leads::Engine => (Way::Engine, Touch::Rise, "container engine"),
            Leads::Metadata => (Way::Metadata, Touch::Network, "tokens of this machine"),
        };
        let (mut held, mut but) = match &*door.name {
            "root" => (Held::No, None),
            _ => self.limits.running(&samples(&door.name), touch),
        };
        if door.password && held == Held::No {
            (held, but) = (Held::ByPassword, Some(told("sudo asks for the password", &door.at)));
        }
        Edge {
            way,
            held,
            what: what.into(),
            name: door.name.clone(),
            place: door.at.place.clone(),
            of: None,
            opens: Vec::new(),
            production: None,
            why: vec![told(&door.why, &door.at)],
            but,
        }
    }

    fn network(&self) -> Edge {
        let (held, but) = self.limits.network();
        let at = self.agent.evidence.first().cloned();
        let at = at.unwrap_or_else(|| Evidence { place: "".into(), line: 0 });
        Edge {
            way: Way::Network,
            held,
            what: "network".into(),
            name: "any host".into(),
            place: at.place.clone(),
            of: None,
            opens: Vec::new(),
            production: None,
            why: vec![told("nothing keeps the account's programs from it", &at)],
            but,
        }
    }
}

/// Commands by which something would be used, as rules about commands name them.
fn samples(name: &str) -> Vec<String> {
    let programs: &[&str] = match name.to_ascii_lowercase() {
        name if name.contains("docker") => &["docker run x", "docker"],
        name if name.contains("podman") => &["podman run x", "podman"],
        name if name.contains("sudo") => &["sudo x", "sudo"],
        name if name.contains("containerd") => &["ctr run x", "nerdctl run x"],
        _ => &["x"],
    };
    programs.iter().map(|it| (*it).to_owned()).collect()
}

fn told(text: &str, at: &Evidence) -> Told {
    Told { text: text.into(), at: at.clone() }
}
