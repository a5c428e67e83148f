//! What listens beyond this host: agents, servers of models and of tools; and whether it asks who calls.

use event::{Asset, Evidence, Installed, Role, Text, What};
use serde::Serialize;

use super::Table;
use crate::join::Inventory;

/// Something that listens beyond this host, or is told to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Exposure {
    /// What it is.
    pub role: Role,
    /// Its name.
    pub name: Text,
    /// Its product or program, by its id.
    pub product: Text,
    /// Whose it is; empty: the host's.
    pub owner: Text,
    /// Where it listens, or the setting that says so.
    pub address: Text,
    /// It was heard there; else something says that it will.
    pub now: bool,
    /// Whether it asks who calls.
    pub login: Login,
    /// Where that is seen.
    pub at: Evidence,
}

/// Whether something that listens asks who calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Login {
    /// It answered without.
    Nobody,
    /// By this setting it does.
    By(Text),
    /// Nothing that was read says it.
    Unknown,
}

/// Everything of an inventory that listens beyond its host.
pub fn exposures(inventory: &Inventory, table: &Table) -> Vec<Exposure> {
    let assets = inventory.assets.iter();
    let mut found: Vec<Exposure> = assets.flat_map(|asset| of(asset, table)).collect();
    // What was heard says more than what a setting lets expect.
    found.sort_by(|a, b| (&a.product, !a.now, &a.address).cmp(&(&b.product, !b.now, &b.address)));
    found.dedup_by(|a, b| {
        (&a.product, &a.owner, &a.address, &a.at) == (&b.product, &b.owner, &b.address, &b.at)
    });
    found
}

fn of(asset: &Asset, table: &Table) -> Vec<Exposure> {
    let Some(at) = asset.evidence.first() else { return Vec::new() };
    let one = |role, address: &Text, now, login| Exposure {
        role,
        name: asset.name.clone(),
        product: asset.products.first().cloned().unwrap_or_default(),
        owner: asset.owner.clone(),
        address: address.clone(),
        now,
        login,
        at: at.clone(),
    };
    let network = event::Exposure::Network;
    match &asset.what {
        What::Agent(installed) => of_agent(installed, table, &|address, at| Exposure {
            at,
            ..one(Role::Agent, &address, false, Login::Unknown)
        }),
        What::ToolServer(server) if server.enabled => {
            let all = listens(&server.command, table);
            all.map(|address| one(Role::ToolServer, &address, false, Login::Unknown)).collect()
        }
        What::Service(service) => {
            let login = service.guard.clone().map_or(Login::Unknown, Login::By);
            let listens = service.listens.iter();
            listens.map(|by| one(service.role, by, false, login.clone())).collect()
        }
        // It told its models to who came without a key.
        What::ModelServer(server) if server.exposure == network => {
            vec![one(Role::ModelServer, &server.address, true, Login::Nobody)]
        }
        What::Listener(listener) if listener.exposure == network => {
            vec![one(listener.role, &listener.address, true, Login::Unknown)]
        }
        What::Container(container) => {
            let all = container.publishes.iter();
            all.map(|address| one(container.role, address, false, Login::Unknown)).collect()
        }
        _ => Vec::new(),
    }
}

/// Options by which a program is told where to listen, and variables.
const LISTENS: &[&str] =
    &["--host", "--hostname", "--listen", "--bind", "--address", "--addr", "HOST"];

/// What of a command line lets a program listen beyond its host.
fn listens<'c>(command: &'c [Text], table: &'c Table) -> impl Iterator<Item = Text> + use<'c> {
    let pairs = command.iter().zip(command.iter().skip(1));
    let apart = pairs.map(|(option, value)| (&**option, &**value));
    let joined = command.iter().filter_map(|word| word.split_once('='));
    let told = apart
        .chain(joined)
        .filter(|(option, value)| LISTENS.contains(option) && table.is_open(value));
    told.map(|(option, value)| format!("{option} {value}").into())
}

fn of_agent(
    installed: &Installed,
    table: &Table,
    one: &dyn Fn(Text, Evidence) -> Exposure,
) -> Vec<Exposure> {
    let open = installed.listens.iter().filter(|told| table.is_open(&told.text));
    let nobody = installed.autonomy.iter().any(|it| table.asks_nobody.contains(&it.setting));
    let login = if nobody { Login::Nobody } else { Login::Unknown };
    open.map(|told| Exposure { login: login.clone(), ..one(told.text.clone(), told.at.clone()) })
        .collect()
}
