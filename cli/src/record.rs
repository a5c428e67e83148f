//! The record, asked for acts: from Parquet and journal together, or from the journal alone.

use anyhow::Result;
use event::Attributed;

use crate::config::Config;

/// Which acts. An empty filter is all of them.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// This time and later, UTC.
    pub since_unix_ns: Option<u64>,
    /// Kinds as on the wire.
    pub kinds: Vec<String>,
    /// Product id.
    pub agent: Option<String>,
    /// Beginning of a session id.
    pub session: Option<String>,
    /// Pid.
    pub pid: Option<u32>,
}

/// Acts that pass, oldest first.
#[cfg(feature = "sql")]
pub fn acts(config: &Config, filter: &Filter, most: usize) -> Result<Vec<Attributed>> {
    let settings = query::Settings { max_rows: most, ..config.query.clone() };
    Ok(query::Query::open(&config.data_dir(), settings)?.acts(&filter.condition())?)
}

/// Calls `tell` with each act that passes, oldest first.
#[cfg(feature = "sql")]
pub fn each(
    config: &Config,
    filter: &Filter,
    tell: impl FnMut(Attributed) -> Result<()>,
) -> Result<()> {
    acts(config, filter, EVERYTHING)?.into_iter().try_for_each(tell)
}

/// More than any record holds, and still a number that SQL takes.
#[cfg(feature = "sql")]
const EVERYTHING: usize = 1 << 40;

/// Acts that pass, oldest first, the newest `most` of them.
#[cfg(not(feature = "sql"))]
pub fn acts(config: &Config, filter: &Filter, most: usize) -> Result<Vec<Attributed>> {
    let mut acts = std::collections::VecDeque::new();
    each(config, filter, |act| {
        if acts.len() == most {
            acts.pop_front();
        }
        acts.push_back(act);
        Ok(())
    })?;
    Ok(acts.into())
}

/// Calls `tell` with each act that passes, oldest first, as the journal is read.
#[cfg(not(feature = "sql"))]
pub fn each(
    config: &Config,
    filter: &Filter,
    mut tell: impl FnMut(Attributed) -> Result<()>,
) -> Result<()> {
    let mut reader = journal::Reader::open(&config.data_dir())?;
    if let Some(since) = filter.since_unix_ns {
        reader = reader.since(since);
    }
    while let Some(batch) = reader.next_batch()? {
        for stored in batch {
            if let event::Record::Act(act) = stored.record
                && filter.passes(&act)
            {
                tell(*act)?;
            }
        }
    }
    let damage = reader.damage();
    if damage.places + damage.unknown > 0 {
        crate::say!(
            "{}{} records cannot be read: the record is damaged at {} places",
            crate::out::label("warning: ", crate::out::Colour::Yellow),
            damage.records + damage.unknown,
            damage.places
        );
    }
    Ok(())
}

impl Filter {
    /// The filter as SQL over the columns of `events`.
    #[cfg(feature = "sql")]
    fn condition(&self) -> String {
        let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
        let mut parts = vec!["true".to_owned()];
        if let Some(since) = self.since_unix_ns {
            parts.push(format!("time >= to_timestamp_nanos({since})"));
        }
        if !self.kinds.is_empty() {
            let kinds: Vec<String> = self.kinds.iter().map(|kind| quoted(kind)).collect();
            parts.push(format!("act IN ({})", kinds.join(", ")));
        }
        if let Some(agent) = &self.agent {
            parts.push(format!("agent = {}", quoted(agent)));
        }
        if let Some(session) = &self.session {
            parts.push(format!("starts_with(session, {})", quoted(session)));
        }
        if let Some(pid) = self.pid {
            parts.push(format!("pid = {pid}"));
        }
        parts.join(" AND ")
    }

    /// The same question asked of one act.
    #[cfg(not(feature = "sql"))]
    fn passes(&self, act: &Attributed) -> bool {
        let actor = act.actor.as_ref();
        (self.kinds.is_empty() || self.kinds.iter().any(|kind| kind == act.event.act.name()))
            && self.since_unix_ns.is_none_or(|since| act.event.time_unix_ns >= since)
            && self.pid.is_none_or(|pid| act.event.process.pid == pid)
            && self.agent.as_deref().is_none_or(|agent| actor.is_some_and(|a| &*a.product == agent))
            && self.session.as_deref().is_none_or(|prefix| {
                actor.is_some_and(|a| a.session.to_string().starts_with(prefix))
            })
    }
}
