//! `chaperone trust`: what agents may load, by somebody's word.

pub mod pins;
mod recorded;
pub mod who;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use event::show::{brief, plain};
use event::{Asset, Standing, Text};
use inventory::hold::{Held, Holding};
use inventory::trust::{Trust, Trusted};
use journal::StateReader;
use journal::audit::What;

use super::{Common, Exit, Stop, examples};
use crate::host::now_unix_ns;
use crate::lines::{short, stamp};
use crate::{audit, out};

/// What is decided here.
const LOADED: &str = "what agents may load";

#[derive(Debug, Args)]
pub struct TrustVerb {
    #[command(subcommand)]
    what: Word,
}

#[derive(Debug, Subcommand)]
enum Word {
    /// What is trusted, and what waits for it.
    #[command(after_help = examples::TRUST_LIST)]
    List,
    /// Trust things as they are now, and put back what was moved aside.
    #[command(after_help = examples::TRUST_ADD)]
    Add {
        /// An id of `trust list`, or its beginning; the name or the file of a thing.
        #[arg(required = true, value_name = "ID|NAME|FILE")]
        things: Vec<String>,
        /// Why.
        #[arg(long)]
        note: Option<String>,
    },
    /// Trust things no more; what they are now stays loaded until it changes.
    #[command(after_help = examples::TRUST_REMOVE)]
    Remove {
        /// The beginning of a hash of `trust list`, or the name of a thing.
        #[arg(required = true, value_name = "HASH|NAME")]
        things: Vec<String>,
    },
    /// Delete for good what was moved aside.
    #[command(after_help = examples::TRUST_DISCARD)]
    Discard {
        /// An id of `trust list`, or its beginning.
        #[arg(required = true, value_name = "ID")]
        things: Vec<String>,
    },
}

impl TrustVerb {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let config = common.config()?;
        let dir = config.data_dir();
        let room = Room { holding: Holding::of(&dir), dir };
        match self.what {
            Word::List => room.list(common),
            Word::Add { things, note } => room.add(common, &things, note.map(Text::from)),
            Word::Remove { things } => room.remove(common, &things),
            Word::Discard { things } => room.discard(common, &things),
        }
    }
}

struct Room {
    dir: std::path::PathBuf,
    holding: Holding,
}

impl Room {
    /// Things that nobody trusts yet and that are loaded all the same.
    fn untrusted(&self, common: &Common, trust: &Trust) -> Result<Vec<Asset>> {
        let known = state(common)?.map(|state| state.assets()).transpose()?.unwrap_or_default();
        let there = known.into_iter().filter(|known| known.gone_unix_ns.is_none());
        let asked = there.filter(|known| known.change.standing == Standing::Untrusted);
        Ok(asked.map(|known| known.change.asset).filter(|asset| !trust.trusts(asset)).collect())
    }

    fn list(&self, common: &Common) -> Result<Exit> {
        let trust = Trust::load(&self.dir)?;
        let (held, untrusted) = (self.holding.list(), self.untrusted(common, &trust)?);
        if common.json {
            for one in &held {
                out::json(&serde_json::json!({ "held": one }))?;
            }
            for one in &untrusted {
                out::json(&serde_json::json!({ "untrusted": one }))?;
            }
            for one in trust.waiting() {
                out::json(&serde_json::json!({ "waits": one }))?;
            }
            for one in trust.entries() {
                out::json(&serde_json::json!({ "trusted": one }))?;
            }
            return Ok(Exit::Done);
        }
        let row = |standing: &str, id: String, asset: &Asset, more: String| {
            let kind = asset.what.kind().replace('_', " ");
            vec![standing.to_owned(), id, kind, brief(&asset.name, 32), more]
        };
        let place = |asset: &Asset| {
            let place = asset.evidence.first().map_or("", |evidence| &*evidence.place);
            format!("{}  {}", plain(&asset.owner), plain(place))
        };
        let mut rows: Vec<Vec<String>> = Vec::new();
        for one in &held {
            let more = format!("{}, since {}", place(&one.asset), stamp(one.time_unix_ns));
            rows.push(row("held", short(one.asset.id), &one.asset, more));
        }
        for one in &untrusted {
            rows.push(row("untrusted", short(one.id), one, place(one)));
        }
        rows.extend(pins::waiting(&trust));
        rows.extend(pins::pinned(&trust));
        for one in trust.entries().iter().filter(|one| !pins::is_first_use(one)) {
            let note = one.note.as_deref().map(|note| format!(": {}", brief(note, 60)));
            let by = format!("by {} {}", plain(&one.by), stamp(one.time_unix_ns));
            rows.push(vec![
                "trusted".into(),
                one.digest.chars().take(8).collect(),
                one.kind.replace('_', " "),
                brief(&one.name, 32),
                format!("{by}{}", note.unwrap_or_default()),
            ]);
        }
        if rows.is_empty() {
            crate::say!("nothing waits, and nothing was trusted yet");
            return Ok(Exit::Done);
        }
        out::table(&["stands", "id", "kind", "name", "where, or by whom"], &rows)?;
        if !held.is_empty() || !untrusted.is_empty() || !trust.waiting().is_empty() {
            crate::say!("`chaperone trust add ID` trusts one as it is and puts it back");
        }
        Ok(Exit::Done)
    }

    fn add(&self, common: &Common, things: &[String], note: Option<Text>) -> Result<Exit> {
        let by = who::person(state(common)?.as_ref(), LOADED)?;
        let known = state(common)?.map(|state| state.assets()).transpose()?.unwrap_or_default();
        let there: Vec<Asset> = known
            .into_iter()
            .filter(|known| known.gone_unix_ns.is_none() && known.change.standing != Standing::Held)
            .map(|known| known.change.asset)
            .collect();
        let held = self.holding.list();
        for thing in things {
            if self.add_offer(common, thing, &by, note.as_ref())? {
                continue;
            }
            let held = held.iter().filter(|held| is(&held.asset, thing));
            let held: Vec<&Held> = held.collect();
            let assets: Vec<&Asset> = match held.as_slice() {
                [] => there.iter().filter(|asset| is(asset, thing)).collect(),
                held => held.iter().map(|held| &held.asset).collect(),
            };
            let asset = only(&assets, thing)?;
            if asset.digest.is_none() {
                bail!("{} has no content of its own that could be trusted", plain(&asset.name));
            }
            let now = now_unix_ns();
            Trust::edit(&self.dir, |trust| trust.add(asset, &by, now, note.clone()))?;
            for held in held {
                self.holding.release(&held.key()).with_context(|| {
                    format!("{} is trusted, but was not put back", plain(&held.asset.name))
                })?;
            }
            self.note(common, &by, "added", asset, note.clone())?;
            say(common, "trusted", asset)?;
        }
        Ok(Exit::Done)
    }

    /// Trusts what a server of tools offers, if that waits.
    fn add_offer(
        &self,
        common: &Common,
        thing: &str,
        by: &Text,
        note: Option<&Text>,
    ) -> Result<bool> {
        let trust = Trust::load(&self.dir)?;
        let Some(one) = pins::meant(&trust, thing)? else { return Ok(false) };
        let entry = pins::entry(one, by, now_unix_ns(), note.cloned());
        Trust::edit(&self.dir, |trust| trust.put(entry))?;
        let (kind, name, digest) = (one.kind.clone(), one.name.clone(), Some(one.digest.clone()));
        let what = What::Trust { did: "added".into(), kind, name, digest, note: note.cloned() };
        audit::note(&common.config()?, by, what)?;
        if common.json {
            out::json(&serde_json::json!({ "trusted": one }))?;
        } else {
            out::line(&format!("trusted: {} {}", one.kind.replace('_', " "), plain(&one.name)))?;
        }
        Ok(true)
    }

    fn remove(&self, common: &Common, things: &[String]) -> Result<Exit> {
        let by = who::person(state(common)?.as_ref(), LOADED)?;
        for thing in things {
            let is = |one: &Trusted| *one.name == **thing || begins(&one.digest, thing);
            let gone = Trust::edit(&self.dir, |trust| trust.remove(is))?;
            if gone.is_empty() {
                return Err(Stop::new(Exit::NotFound, format!("`{thing}` is not trusted")).into());
            }
            for one in gone {
                let (kind, name) = (one.kind.clone(), one.name.clone());
                let digest = Some(one.digest.clone());
                let did = "removed".into();
                let what = What::Trust { did, kind, name, digest, note: None };
                audit::note(&common.config()?, &by, what)?;
                if common.json {
                    out::json(&serde_json::json!({ "removed": one }))?;
                } else {
                    out::line(&format!("{} is trusted no more", plain(&one.name)))?;
                }
            }
        }
        Ok(Exit::Done)
    }

    fn discard(&self, common: &Common, things: &[String]) -> Result<Exit> {
        let by = who::person(state(common)?.as_ref(), LOADED)?;
        let held = self.holding.list();
        for thing in things {
            let found: Vec<&Held> = held.iter().filter(|held| is(&held.asset, thing)).collect();
            let assets: Vec<&Asset> = found.iter().map(|held| &held.asset).collect();
            let asset = only(&assets, thing)?;
            for held in found {
                self.holding.discard(&held.key())?;
            }
            self.note(common, &by, "discarded", asset, None)?;
            say(common, "discarded", asset)?;
        }
        Ok(Exit::Done)
    }

    fn note(
        &self,
        common: &Common,
        by: &Text,
        did: &str,
        asset: &Asset,
        note: Option<Text>,
    ) -> Result<()> {
        let (kind, name) = (asset.what.kind().into(), asset.name.clone());
        let digest = asset.digest.clone();
        let what = What::Trust { did: did.into(), kind, name, digest, note };
        audit::note(&common.config()?, by, what)
    }
}

/// The lists of the record; none where nothing was ever recorded: pins need no daemon.
fn state(common: &Common) -> Result<Option<StateReader>> {
    match super::state(&common.config()?) {
        Ok(state) => Ok(Some(state)),
        Err(error) if Exit::of(&error) == Exit::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn say(common: &Common, what: &str, asset: &Asset) -> Result<()> {
    if common.json {
        return out::json(&serde_json::json!({ what: asset }));
    }
    let kind = asset.what.kind().replace('_', " ");
    Ok(out::line(&format!("{what}: {kind} {}", plain(&asset.name)))?)
}

fn begins(text: &str, prefix: &str) -> bool {
    prefix.len() >= 4 && text.starts_with(prefix)
}

fn is(asset: &Asset, thing: &str) -> bool {
    let place = asset.evidence.first().map_or("", |evidence| &*evidence.place);
    *asset.name == *thing || place == thing || begins(&asset.id.to_string(), thing)
}

/// The one that is meant.
fn only<'a>(assets: &[&'a Asset], thing: &str) -> Result<&'a Asset> {
    match assets {
        [] => Err(Stop::new(
            Exit::NotFound,
            format!("`{thing}` is not known\nhint: `chaperone trust list` and `chaperone inventory` name what is"),
        )
        .into()),
        [one] => Ok(one),
        [first, rest @ ..] if rest.iter().all(|one| one.digest == first.digest) => Ok(first),
        many => {
            let ids: Vec<String> = many.iter().map(|asset| short(asset.id)).collect();
            bail!("`{thing}` is said of {} things\nhint: name one by its id: {}", many.len(), ids.join(", "))
        }
    }
}
