//! The policies at work: what ships, and those of the configuration.

mod live;
mod operators;
pub mod put;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use event::Text;
use event::show::plain;
use graph::attribute::ModelEndpoints;
use journal::Lift;
use policy::{Guide, Home, Kinds, Refusal, Selection, Source, Surroundings};

use crate::config::Config;
use crate::{accounts, files};

pub use live::Live;

/// Files of policies, by name and text.
pub struct Own(Vec<(String, String)>);

impl Own {
    /// Those of a `*.cedar` file, or of every one in a directory, in order.
    pub fn read(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else { return Ok(Self(Vec::new())) };
        let files = files::named(path, |name| name.ends_with(".cedar"))?;
        let read = files.iter().map(|file| {
            let text = std::fs::read_to_string(file)
                .with_context(|| format!("cannot read {}", file.display()))?;
            Ok((file.display().to_string(), text))
        });
        read.collect::<Result<_>>().map(Self)
    }

    /// With what answers became beside them.
    pub fn and(mut self, answers: &[Lift]) -> Self {
        self.0.extend(answers.iter().map(|it| (it.id.to_string(), it.text.to_string())));
        self
    }

    /// Those that were read otherwise, by name and text.
    pub fn of(files: Vec<(String, String)>) -> Self {
        Self(files)
    }

    /// With one more, or another one in the place of one of that name.
    pub fn with(&self, name: &str, text: &str) -> Self {
        let file = |known: &str| known.rsplit('/').next().unwrap_or(known).to_owned();
        let others = self.0.iter().filter(|(known, _)| file(known) != name).cloned();
        Self(others.chain([(name.to_owned(), text.to_owned())]).collect())
    }

    /// What the reader of policies takes.
    pub fn sources(&self) -> Vec<Source<'_>> {
        self.0.iter().map(|(name, text)| Source { name, text }).collect()
    }
}

/// What is in force by the configuration.
pub fn load(config: &Config) -> Result<Guide> {
    load_with(config, &[])
}

/// The same, and what answers of people became.
pub fn load_with(config: &Config, answers: &[Lift]) -> Result<Guide> {
    let own = Own::read(config.policy.path.as_deref())?.and(answers);
    guide(config, &own).map_err(|refusals| refused(&refusals))
}

/// What would be in force with these policies.
pub fn guide(config: &Config, own: &Own) -> Result<Guide, Vec<Refusal>> {
    let selection =
        Selection { otherwise: config.policy.profile, choices: config.policy.profiles.clone() };
    let guide = Guide::new(&own.sources(), selection, surroundings(config)?)?;
    match guide.locks_out(&operators::operators()) {
        locked if locked.is_empty() => Ok(guide),
        locked => Err(locked),
    }
}

/// Agents (`codex-cli`, `codex-cli@alice`) and the team of each.
pub fn teams(config: &Config) -> BTreeMap<String, Text> {
    let teams = config.policy.teams.iter();
    let each = teams.flat_map(|(team, agents)| {
        agents.iter().map(|agent| (agent.clone(), Text::from(team.as_str())))
    });
    each.collect()
}

/// What of this host and its configuration the kinds of things depend on.
pub fn surroundings(config: &Config) -> Result<Surroundings, Vec<Refusal>> {
    let mut models = ModelEndpoints::shipped();
    for gateway in &config.agents.gateways {
        models.add(gateway);
    }
    let kinds = Kinds::parse("kinds.yaml", policy::shipped_kinds()).map_err(|error| {
        vec![Refusal {
            file: "kinds.yaml".into(),
            line: 0,
            column: 0,
            message: error.to_string(),
            hint: "this ships with the program: please report it".into(),
        }]
    })?;
    let homes = homes().into_iter().map(|home| home.path.to_string());
    Ok(Surroundings {
        kinds: kinds.at_homes(homes),
        declared_hosts: config.policy.hosts.clone(),
        model_hosts: models.hosts().collect(),
    })
}

/// The homes of this host's accounts, and our own: accounts of a directory service stand in no file here.
pub fn homes() -> Vec<Home> {
    let mut passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let own = std::env::var_os("HOME").and_then(|home| PathBuf::from(home).canonicalize().ok());
    if let Some(own) =
        own.as_deref().and_then(Path::to_str).filter(|own| !own.contains([':', '\n']))
    {
        let uid = rustix::process::geteuid().as_raw();
        let name = accounts::name_of(uid).unwrap_or_else(|| uid.to_string().into());
        passwd.push_str(&format!("\n{name}:x:{uid}:0::{own}:\n"));
    }
    let homes = inventory::discover::homes(&passwd).into_iter();
    let known = homes.filter_map(|home| {
        let path = home.path.to_str()?.into();
        Some(Home { path, account: home.owner })
    });
    known.collect()
}

/// All refusals as one error.
pub fn refused(refusals: &[Refusal]) -> anyhow::Error {
    let lines: Vec<String> =
        refusals.iter().map(|it| plain(&it.to_string()).into_owned()).collect();
    anyhow::anyhow!("{}", lines.join("\n"))
}
