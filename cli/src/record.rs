//! The record, asked for acts: from Parquet and journal together, or from the journal alone.

use std::collections::VecDeque;

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
    /// What a path, host or command line contains.
    pub text: Option<String>,
}

/// What of the record could not be read.
#[must_use = "who shows the record says what is missing"]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Damage {
    /// Records.
    pub records: u64,
    /// Places where they are missing.
    pub places: u64,
}

impl Damage {
    /// Says it on stderr, if there is any.
    pub fn warn(self) {
        if self.records + self.places > 0 {
            let warning = crate::out::label("warning: ", crate::out::Colour::Yellow);
            let Self { records, places } = self;
            crate::say!(
                "{warning}{records} records cannot be read: the record is damaged at {places} places"
            );
        }
    }
}

/// Calls `tell` with each act that passes, oldest first, while the record is read: the newest `most`
/// of them. Where `filter` asks for a text, these are held, else no more than a part of them.
pub fn each(
    config: &Config,
    filter: &Filter,
    most: usize,
    mut tell: impl FnMut(Attributed) -> Result<()>,
) -> Result<Damage> {
    if most == usize::MAX || (filter.text.is_none() && COUNTS) {
        return stream(config, filter, most, tell);
    }
    let mut newest = Newest::new(most);
    let damage = stream(config, filter, usize::MAX, |act| newest.push(act))?;
    newest.acts.into_iter().try_for_each(&mut tell)?;
    Ok(damage)
}

/// Acts that pass, oldest first, the newest `most` of them.
pub fn acts(config: &Config, filter: &Filter, most: usize) -> Result<(Vec<Attributed>, Damage)> {
    let mut acts = Vec::new();
    let damage = each(config, filter, most, |act| {
        acts.push(act);
        Ok(())
    })?;
    Ok((acts, damage))
}

/// SQL counts before it reads, so that the newest need not be held to be found.
const COUNTS: bool = cfg!(feature = "sql");

/// First what is rolled, a page at a time, then what the journal holds behind it.
#[cfg(feature = "sql")]
fn stream(
    config: &Config,
    filter: &Filter,
    most: usize,
    mut tell: impl FnMut(Attributed) -> Result<()>,
) -> Result<Damage> {
    let dir = config.data_dir();
    // In this order: what is rolled between the two is in the files, and not read twice.
    let reader = journal::Reader::open(&dir)?.hold()?;
    let rolled = query::Query::rolled(&dir, config.query.clone())?;
    let until = rolled.until();
    let reader = if until.0 > 0 { reader.from(until)? } else { reader };
    let older = |most: u64, tell: &mut dyn FnMut(Attributed) -> Result<()>| {
        rolled.each_act(&filter.condition(), most, |act| {
            if filter.has_text(&act) { tell(act) } else { Ok(()) }
        })
    };
    let behind = if most == usize::MAX {
        older(u64::MAX, &mut tell)?;
        tail(reader, filter, tell)?
    } else {
        let mut newest = Newest::new(most);
        let behind = tail(reader, filter, |act| newest.push(act))?;
        older((most - newest.acts.len()) as u64, &mut tell)?;
        newest.acts.into_iter().try_for_each(tell)?;
        behind
    };
    let query::Damage { records, places } = rolled.damage()?;
    Ok(Damage { records: records + behind.records, places: places + behind.places })
}

#[cfg(not(feature = "sql"))]
fn stream(
    config: &Config,
    filter: &Filter,
    _: usize,
    tell: impl FnMut(Attributed) -> Result<()>,
) -> Result<Damage> {
    tail(journal::Reader::open(&config.data_dir())?, filter, tell)
}

/// What the journal holds.
fn tail(
    mut reader: journal::Reader,
    filter: &Filter,
    mut tell: impl FnMut(Attributed) -> Result<()>,
) -> Result<Damage> {
    if let Some(since) = filter.since_unix_ns {
        reader = reader.since(since);
    }
    while let Some(batch) = reader.next_batch()? {
        for stored in batch {
            if let event::Record::Act(act) = stored.record
                && filter.passes(&act)
                && filter.has_text(&act)
            {
                tell(*act)?;
            }
        }
    }
    let damage = reader.damage();
    Ok(Damage { records: damage.records + damage.unknown, places: damage.places })
}

/// The last acts of a stream.
struct Newest {
    acts: VecDeque<Attributed>,
    most: usize,
}

impl Newest {
    fn new(most: usize) -> Self {
        Self { acts: VecDeque::new(), most }
    }

    fn push(&mut self, act: Attributed) -> Result<()> {
        if self.acts.len() == self.most {
            self.acts.pop_front();
        }
        if self.most > 0 {
            self.acts.push_back(act);
        }
        Ok(())
    }
}

impl Filter {
    /// Whether the text that is asked for stands in it.
    fn has_text(&self, act: &Attributed) -> bool {
        let Some(text) = self.text.as_deref() else { return true };
        let act = &act.event.act;
        // What is shown is cut short.
        crate::lines::object(act).contains(text)
            || act.file().is_some_and(|file| file.path.contains(text))
            || matches!(act, event::Act::ProcessExec(exec) if exec.command_line().contains(text))
    }

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
