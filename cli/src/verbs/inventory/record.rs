//! What the record adds to what lies on the disk: since when each thing is known, and what agents really used.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use event::show::{brief, plain};
use event::{AgentId, Asset, AssetId, Became, Text, What};
use graph::attribute::ModelEndpoints;
use inventory::used::{Used, tool_servers};
use journal::KnownAsset;
use serde::Serialize;

use crate::config::Config;
use crate::host::{now_unix_ns, this_host};
use crate::lines::stamp;
use crate::out::{Colour, Words};
use crate::record::{self, Filter};
use crate::verbs::agents::Near;
use crate::verbs::{Common, Exit};
use crate::worker::Found;

/// Of what time the record is asked what agents used, unless somebody says otherwise.
pub const WEEK_NS: u64 = 7 * 24 * 3_600 * 1_000_000_000;
/// Acts that say what was asked and started.
const KINDS: [&str; 4] = ["process_exec", "network_connect", "network_send", "network_listen"];
/// How long the record is read, and after how many acts that is looked at.
const PATIENCE: Duration = Duration::from_secs(5);
const LOOKS: u32 = 4_096;
/// Places where models answer that people get; programs get all.
const SHOWN: usize = 6;

/// What the record knows.
#[derive(Default)]
pub struct Recorded {
    seen: HashMap<AssetId, Seen>,
    used: HashMap<AssetId, UsedBy>,
    /// Why there is no record: then everything is known since this look.
    pub missing: Option<Missing>,
}

/// Why there is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Nobody recorded.
    Nobody,
    /// This account may not read it.
    NotAllowed,
}

impl Missing {
    /// What that means, and what to do.
    pub fn say(self) -> &'static str {
        match self {
            Self::Nobody => {
                "nobody recorded here: each thing is known since this look\n\
                 hint: `sudo chaperone up` remembers when it came and what agents used"
            }
            Self::NotAllowed => {
                "this account may not read the record: each thing is known since this look\n\
                 hint: with sudo it is told when it came and what agents used"
            }
        }
    }
}

/// Since when a thing is known.
#[derive(Clone, Debug, Serialize)]
pub struct Seen {
    /// First sight, UTC.
    first_unix_ns: u64,
    /// It was there when this host was looked at for the first time.
    before_first_look: bool,
    /// Its last change, UTC; none where it is as it was at first.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed_unix_ns: Option<u64>,
    /// Last sight, UTC: this look.
    last_unix_ns: u64,
}

/// What an agent used of late.
#[derive(Clone, Debug, Serialize)]
pub struct UsedBy {
    /// From when on, UTC.
    since_unix_ns: u64,
    /// Until when the record was read, where it was too long to read it all, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    until_unix_ns: Option<u64>,
    /// Runs.
    sessions: usize,
    /// Places where models answer.
    models: Vec<Asked>,
    /// Where it listened.
    listened: Vec<Listened>,
    /// Servers of tools that it may load, and whether each was started or asked.
    tool_servers: Vec<Loaded>,
}

/// A place that was asked.
#[derive(Clone, Debug, Serialize)]
struct Asked {
    host: Text,
    times: u64,
    first_unix_ns: u64,
    last_unix_ns: u64,
}

/// An address at which it listened.
#[derive(Clone, Debug, Serialize)]
struct Listened {
    address: Text,
    first_unix_ns: u64,
    last_unix_ns: u64,
}

/// A server of tools.
#[derive(Clone, Debug, Serialize)]
struct Loaded {
    name: Text,
    used: bool,
}

impl Recorded {
    /// Of what a look found. `span_ns`: how far back the acts are read.
    pub fn read(found: &Found, span_ns: u64, common: &Common) -> Result<Self> {
        let config = match common.config() {
            Err(error) if is_denied(&error) => return Ok(Self::without(Missing::NotAllowed)),
            config => config?,
        };
        let state = match crate::verbs::state(&config) {
            Ok(state) => state,
            Err(error) if is_denied(&error) => return Ok(Self::without(Missing::NotAllowed)),
            Err(error) => match Exit::of(&error) {
                Exit::NotFound => return Ok(Self::without(Missing::Nobody)),
                Exit::NotAllowed => return Ok(Self::without(Missing::NotAllowed)),
                _ => return Err(error),
            },
        };
        let now = now_unix_ns();
        let mut seen = HashMap::new();
        for KnownAsset { change, first_seen_unix_ns, .. } in state.assets()? {
            let changed = change.became == Became::Changed;
            let first = match changed {
                true => state.asset_history(change.asset.id)?.first().map(|it| it.became.clone()),
                false => Some(change.became.name().into()),
            };
            let of_it = Seen {
                first_unix_ns: first_seen_unix_ns,
                before_first_look: first.as_deref() == Some(Became::Known.name()),
                changed_unix_ns: changed.then_some(change.time_unix_ns),
                last_unix_ns: now,
            };
            seen.insert(change.asset.id, of_it);
        }
        let used = used(found, &config, now.saturating_sub(span_ns))?;
        Ok(Self { seen, used, missing: None })
    }

    fn without(why: Missing) -> Self {
        Self { missing: Some(why), ..Self::default() }
    }

    /// The thing as JSON, with what the record adds.
    pub fn value(&self, asset: &Asset) -> Result<serde_json::Value> {
        let mut value = serde_json::to_value(asset)?;
        if let Some(object) = value.as_object_mut() {
            if let Some(seen) = self.seen.get(&asset.id) {
                object.insert("seen".into(), serde_json::to_value(seen)?);
            }
            if let Some(used) = self.used.get(&asset.id) {
                object.insert("used".into(), serde_json::to_value(used)?);
            }
        }
        Ok(value)
    }

    /// Since when a thing is known, in words; nothing where nobody recorded it.
    pub fn since(&self, asset: &Asset) -> String {
        let Some(seen) = self.seen.get(&asset.id) else { return String::new() };
        let day = |unix_ns: u64| stamp(unix_ns).split('T').next().unwrap_or_default().to_owned();
        let first = match seen.before_first_look {
            true => format!("  there at the first look, {}", day(seen.first_unix_ns)),
            false => format!("  since {}", day(seen.first_unix_ns)),
        };
        let changed = seen.changed_unix_ns.map(|it| format!(", changed {}", day(it)));
        first + &changed.unwrap_or_default()
    }

    /// What an agent used of late, in lines.
    pub fn used(&self, agent: &Asset, lines: &mut Vec<Words>) {
        let Some(used) = self.used.get(&agent.id).filter(|used| used.sessions > 0) else { return };
        for (at, asked) in used.models.iter().take(SHOWN).enumerate() {
            let title = if at == 0 { "asked" } else { "" };
            let words = Words::plain(format!("    {title:<14}{}", brief(&asked.host, 60)));
            let when = format!(
                "  {} times, {} to {}",
                asked.times,
                stamp(asked.first_unix_ns),
                stamp(asked.last_unix_ns)
            );
            lines.push(words.with(when, Colour::Dim));
        }
        if let Some(more) = used.models.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            lines.push(Words::plain(format!("    {:<14}and {more} more places of models", "")));
        }
        let listened: Vec<&str> = used.listened.iter().map(|it| &*it.address).collect();
        if !listened.is_empty() {
            let listened = brief(&listened.join(", "), 110);
            lines.push(Words::plain(format!("    {:<14}{listened}", "listened at")));
        }
        for (title, wanted) in [("tools used", true), ("never used", false)] {
            let of = used.tool_servers.iter().filter(|it| it.used == wanted);
            let names: Vec<String> = of.map(|it| plain(&it.name).into_owned()).collect();
            if !names.is_empty() {
                lines.push(Words::plain(format!(
                    "    {title:<14}{}",
                    brief(&names.join(", "), 110)
                )));
            }
        }
    }
}

/// Gathers what each agent used. Says until when, if there was no time for all of it.
fn read(config: &Config, since: u64, acts: &mut BTreeMap<AgentId, Used>) -> Result<Option<u64>> {
    // SQL finds the kinds; without it every act is read, and counted against the time.
    let kinds = if cfg!(feature = "sql") { KINDS.as_slice() } else { &[] };
    let filter = Filter {
        since_unix_ns: Some(since),
        kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        ..Filter::default()
    };
    let (began, mut count, mut until) = (Instant::now(), 0_u32, None);
    let read = record::each(config, &filter, usize::MAX, |act| {
        count = count.wrapping_add(1);
        if count.is_multiple_of(LOOKS) && began.elapsed() > PATIENCE {
            until = Some(act.event.time_unix_ns);
            bail!("the record was read for long enough");
        }
        if KINDS.contains(&act.event.act.name())
            && let Some(actor) = &act.actor
        {
            acts.entry(actor.agent).or_default().take(&act);
        }
        Ok(())
    });
    match (read, until) {
        (Ok(damage), _) => damage.warn(),
        (Err(_), Some(until)) => crate::say!(
            "the record is long: what agents used is told until {}\nhint: --last 1h asks less of it",
            stamp(until)
        ),
        (Err(error), None) => return Err(error),
    }
    Ok(until)
}

/// What exists is told to whoever may look at it; the record, and its configuration, may be somebody else's.
fn is_denied(error: &anyhow::Error) -> bool {
    let denied = |it: &std::io::Error| it.kind() == std::io::ErrorKind::PermissionDenied;
    error.chain().any(|cause| cause.downcast_ref().is_some_and(denied))
}

/// What the agents of a look used since then, in one reading of the record.
fn used(found: &Found, config: &Config, since: u64) -> Result<HashMap<AssetId, UsedBy>> {
    let mut acts: BTreeMap<AgentId, Used> = BTreeMap::new();
    let until = read(config, since, &mut acts)?;
    let mut endpoints = ModelEndpoints::shipped();
    for gateway in &config.agents.gateways {
        endpoints.add(gateway);
    }
    let host = this_host().name;
    let mut all = HashMap::new();
    for asset in &found.inventory.assets {
        let (What::Agent(_), Some(product)) = (&asset.what, asset.products.first()) else {
            continue;
        };
        let id = AgentId::derive(&host, product, &asset.owner);
        let nothing = Used::default();
        let used = acts.get(&id).unwrap_or(&nothing);
        let near = Near::of(found, asset);
        let servers = tool_servers(&near.declared(asset), used);
        let is_model = |host: &str| {
            endpoints.is_model_host(host.rsplit_once(':').map_or(host, |(name, _)| name))
        };
        let models = used.hosts.iter().filter(|(host, _)| is_model(host));
        let models = models.map(|(host, times)| {
            let (first, last) = used.host_times.get(host).copied().unwrap_or_default();
            Asked { host: host.clone(), times: *times, first_unix_ns: first, last_unix_ns: last }
        });
        let loaded = |(name, used): (Text, bool)| Loaded { name, used };
        let listened = used.listened.iter().map(|(address, (first, last))| Listened {
            address: address.clone(),
            first_unix_ns: *first,
            last_unix_ns: *last,
        });
        all.insert(
            asset.id,
            UsedBy {
                since_unix_ns: since,
                until_unix_ns: until,
                sessions: used.sessions.len(),
                models: models.collect(),
                listened: listened.collect(),
                tool_servers: servers.into_iter().map(loaded).collect(),
            },
        );
    }
    Ok(all)
}
