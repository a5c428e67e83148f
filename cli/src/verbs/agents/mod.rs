//! `chaperone agents`: who is here and who was seen, as one; of one, what it may do against what it did; and who
//! answers for it.

pub mod care;
mod list;
mod near;
mod one;
mod remarks;

use anyhow::Result;
use clap::Args;
use event::{Agent, AgentId, AgentKind, Asset, Session, Text, What};
use journal::{SessionFilter, StateReader, Stewardship};

pub use near::{Near, used};

use super::inventory::Where;
use super::{Common, Exit, Stop};
use crate::config::{self, Config};
use crate::worker::Found;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Agents {
    #[command(subcommand)]
    say: Option<care::Say>,
    /// One agent, by its id, product or name: what it may do, what it did, and every difference.
    #[arg(value_name = "AGENT")]
    which: Option<String>,
    #[command(flatten)]
    place: Where,
}

/// An agent as the disk has it, as the record has it, or both.
pub struct Known {
    /// The same for both: host, product and owner make it.
    pub id: AgentId,
    pub product: Text,
    pub name: Text,
    pub owner: Text,
    pub kind: AgentKind,
    /// As it is installed.
    pub declared: Option<Asset>,
    /// As it was seen.
    pub seen: Option<Agent>,
    /// Its runs, the latest first.
    pub sessions: Vec<Session>,
    /// Who answers for it.
    pub care: Stewardship,
}

impl Known {
    pub fn version(&self) -> Option<&str> {
        let seen = self.seen.as_ref().and_then(|agent| agent.version.as_deref());
        seen.or_else(|| self.declared.as_ref().and_then(|asset| asset.version.as_deref()))
    }

    /// When it was used last, UTC: a run, or a transcript.
    pub fn last_unix_ns(&self) -> Option<u64> {
        let runs = self.sessions.iter().map(|it| it.ended_unix_ns.unwrap_or(it.started_unix_ns));
        let transcript = match self.declared.as_ref().map(|asset| &asset.what) {
            Some(What::Agent(installed)) => installed.last_used_unix_ns,
            _ => None,
        };
        runs.max().max(transcript)
    }

    pub fn running(&self) -> usize {
        self.sessions.iter().filter(|session| session.ended_unix_ns.is_none()).count()
    }
}

/// Everything that is known of agents here.
pub struct All {
    pub agents: Vec<Known>,
    pub looked: Found,
    pub state: Option<StateReader>,
    pub settings: config::Agents,
}

impl Agents {
    pub fn run(self, common: &Common) -> Result<Exit> {
        if let Some(say) = self.say {
            return say.run(common);
        }
        let config = common.config()?;
        let all = All::read(&config, &self.place, common)?;
        match &self.which {
            None => list::show(&all, common)?,
            Some(which) => one::show(&all, all.one(which)?, &config, common)?,
        }
        Ok(Exit::Done)
    }
}

impl All {
    fn read(config: &Config, place: &Where, common: &Common) -> Result<Self> {
        Self::of(place.look(common)?, state(config)?, config)
    }

    /// What `looked` has of the disk and `state` of the record.
    fn of(looked: Found, state: Option<StateReader>, config: &Config) -> Result<Self> {
        let mut agents = join(&looked, state.as_ref())?;
        for agent in &mut agents {
            agent.care = state
                .as_ref()
                .map(|state| state.stewardship(agent.id))
                .transpose()?
                .unwrap_or_default();
        }
        Ok(Self { agents, looked, state, settings: config.agents.clone() })
    }

    fn one(&self, which: &str) -> Result<&Known> {
        let wanted = which.to_lowercase();
        let is = |agent: &&Known| {
            let id = agent.id.to_string();
            *agent.product == *wanted
                || agent.name.to_lowercase() == wanted
                || wanted.len() >= 4 && id.starts_with(&wanted)
                || format!("{}@{}", agent.product, agent.owner) == wanted
        };
        let found: Vec<&Known> = self.agents.iter().filter(is).collect();
        match found.as_slice() {
            [one] => Ok(one),
            [] => Err(Stop::new(
                Exit::NotFound,
                format!("no agent is called `{which}`\nhint: `chaperone agents` lists them"),
            )
            .into()),
            many => {
                let names: Vec<String> =
                    many.iter().map(|it| format!("{}@{}", it.product, it.owner)).collect();
                let said = format!("`{which}` is several agents\nhint: say {}", names.join(" or "));
                Err(Stop::new(Exit::Words, said).into())
            }
        }
    }
}

/// The record's lists, where somebody recorded: else the disk alone says who is here.
fn state(config: &Config) -> Result<Option<StateReader>> {
    match super::state(config) {
        Ok(state) => Ok(Some(state)),
        Err(error) if Exit::of(&error) == Exit::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn join(looked: &Found, state: Option<&StateReader>) -> Result<Vec<Known>> {
    let host = crate::host::this_host().name;
    let mut agents: Vec<Known> = Vec::new();
    for asset in &looked.inventory.assets {
        let (What::Agent(_), Some(product)) = (&asset.what, asset.products.first()) else {
            continue;
        };
        agents.push(Known {
            id: AgentId::derive(&host, product, &asset.owner),
            product: product.clone(),
            name: asset.name.clone(),
            owner: asset.owner.clone(),
            kind: AgentKind::Agent,
            declared: Some(asset.clone()),
            seen: None,
            sessions: Vec::new(),
            care: Stewardship::default(),
        });
    }
    for seen in state.map(StateReader::agents).transpose()?.unwrap_or_default() {
        let filter = SessionFilter { agent: Some(seen.id), ..SessionFilter::default() };
        let sessions = state.map(|state| state.sessions(&filter)).transpose()?.unwrap_or_default();
        match agents.iter_mut().find(|known| known.id == seen.id) {
            Some(known) => {
                known.kind = seen.kind;
                (known.seen, known.sessions) = (Some(seen), sessions);
            }
            None => agents.push(Known {
                id: seen.id,
                product: seen.product.clone(),
                name: seen.name.clone(),
                owner: seen.owner.clone(),
                kind: seen.kind,
                declared: None,
                seen: Some(seen),
                sessions,
                care: Stewardship::default(),
            }),
        }
    }
    agents.sort_by(|a, b| (&a.owner, &a.name).cmp(&(&b.owner, &b.name)));
    Ok(agents)
}
