//! What policies would have done to acts, counted by day, agent and policy.

use std::collections::BTreeMap;

use anyhow::Result;
use engine::Wanted;
use event::{Action, Attributed, Effect, Guard, Object};
use policy::{Guide, Profile};

use crate::config::Config;
use crate::policies;

/// Counts.
pub struct Tally {
    guide: Guide,
    wanted: Wanted,
    /// What spoke.
    pub rows: BTreeMap<Key, Row>,
    /// Acts that were looked at.
    pub acts: u64,
    /// Acts that would have been denied or asked about.
    pub stopped: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub day: String,
    pub agent: String,
    pub policy: String,
}

/// What one policy would have done to one agent on one day.
#[derive(Debug, Default)]
pub struct Row {
    pub effect: Effect,
    pub times: u64,
    /// What it would have been about: some of it.
    pub of: BTreeMap<String, u64>,
}

/// Different things that a row remembers.
const REMEMBERED: usize = 64;

impl Tally {
    /// With the policies of the configuration, everybody held by one profile.
    pub fn new(config: &Config, profile: Profile) -> Result<Self> {
        let mut config = config.clone();
        (config.policy.profile, config.policy.profiles) = (profile, Vec::new());
        Ok(Self {
            guide: policies::load(&config)?,
            wanted: Wanted::new(policies::teams(&config)),
            rows: BTreeMap::new(),
            acts: 0,
            stopped: 0,
        })
    }

    /// Counts one act.
    pub fn take(&mut self, act: &Attributed) {
        let times = u64::from(act.event.count);
        self.acts += times;
        let day = crate::lines::stamp(act.event.time_unix_ns);
        let day = day.split('T').next().unwrap_or_default();
        let mut stopped = false;
        for action in self.wanted.of(act) {
            let decision = self.guide.check(&action);
            stopped |= !decision.would.goes_on();
            let agent = action.principal.agent().map_or("people", |agent| &*agent.product);
            for because in &decision.because {
                let key = Key {
                    day: day.to_owned(),
                    agent: agent.to_owned(),
                    policy: because.policy.to_string(),
                };
                let row = self.rows.entry(key).or_default();
                row.effect = because.effect;
                row.times += times;
                let of = object(&action);
                if row.of.len() < REMEMBERED || row.of.contains_key(&of) {
                    *row.of.entry(of).or_default() += times;
                }
            }
        }
        if stopped {
            self.stopped += times;
        }
    }
}

/// The object of an action, as people name it.
fn object(action: &Action) -> String {
    match &action.object {
        Object::File { path } => path.to_string(),
        Object::Program { path, command_line } if command_line.is_empty() => path.to_string(),
        Object::Program { command_line, .. } => command_line.to_string(),
        Object::Host { name, address, port, .. } => match (name.is_empty(), address) {
            (true, Some(address)) => format!("{address} port {port}"),
            _ => format!("{name} port {port}"),
        },
        Object::Tool { server, name } => format!("{server}/{name}"),
        Object::Model { provider, name } => format!("{provider}/{name}"),
        Object::Secret { kind, name } => format!("{kind}/{name}"),
    }
}
