//! In the parent: a worker that lives. It says what exists, and from then on what changes; when it breaks, the next
//! one looks without what broke it, and only what is different is told.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use anyhow::{Result, anyhow, bail};
use event::show::plain;
use event::{Asset, AssetChange, AssetId, Became};
use inventory::change::{Change, changes};
use inventory::{Inventory, Unsure};

use super::parent::{leave_out, say_unconfined};
use super::running::{Last, Running};
use super::wire::{Root, Said, Task};

/// Who is told of changes.
pub trait Hearer {
    /// Whether to go on; asked several times in a second.
    fn goes_on(&self) -> bool;
    /// What one look found. Returns what was moved aside on it: that it is gone is no news then.
    fn hear(&mut self, heard: Heard) -> Vec<AssetId>;
}

/// What one look found.
pub struct Heard {
    /// What came, changed or went.
    pub changes: Vec<AssetChange>,
    /// Things that are there now.
    pub there: usize,
    /// Folders that the kernel does not watch for us.
    pub unwatched: usize,
    roots: Vec<Root>,
}

impl Heard {
    /// The account of an owner.
    pub fn uid_of(&self, owner: &str) -> u32 {
        self.roots.iter().find(|root| *root.owner == *owner).map_or(0, |root| root.uid)
    }
}

/// Until `hearer` has enough.
pub fn run(mut task: Task, before: Option<Vec<Asset>>, hearer: &mut dyn Hearer) -> Result<()> {
    let mut known = Known {
        last: before.map(|assets| Inventory { assets, ..Inventory::default() }),
        held: HashSet::new(),
    };
    let mut first = true;
    while hearer.goes_on() {
        let mut round = Round::default();
        let mut running = Running::start(&task)?;
        let end = running.listen(&mut |said| round.take(said, &mut known, hearer));
        if std::mem::take(&mut first) {
            say_unconfined(&round.unconfined);
        }
        if let Some(failed) = round.failed {
            return Err(anyhow!("{failed}"));
        }
        if !hearer.goes_on() {
            break;
        }
        match &round.at {
            Some(at) => {
                tracing::info!(place = %at.display(), why = end.why(), "left out");
                leave_out(&mut task.left_out, at, &round.roots, end)?;
            }
            // It had looked and waited: nothing is to blame, but nothing goes on for ever.
            None if round.looks > 0 => {
                tracing::warn!(worker = ?end, "the inventory is looked at anew")
            }
            None => {
                let complaint = running.complaint();
                let complaint = plain(complaint.lines().next().unwrap_or("it said nothing"));
                bail!("the reader of files ended at its start: {complaint}");
            }
        }
    }
    Ok(())
}

/// Kinds that earlier versions did not look for.
const YOUNG: [&str; 2] = ["account", "repository"];

/// Whether a thing is of such a kind, and none of it was known before: it is new to us, not to the host.
fn is_new_to_us(last: &Inventory, asset: &Asset) -> bool {
    let kind = asset.what.kind();
    YOUNG.contains(&kind) && !last.assets.iter().any(|known| known.what.kind() == kind)
}

/// What is known over the life of all workers.
struct Known {
    last: Option<Inventory>,
    /// What was moved aside and is not yet seen to be gone.
    held: HashSet<AssetId>,
}

impl Known {
    /// All of what exists, as a new worker saw it: only what is different is told.
    fn compare(&mut self, all: Vec<AssetChange>, unsure: Vec<Unsure>) -> Vec<AssetChange> {
        let time_unix_ns = all.first().map_or(0, |change| change.time_unix_ns);
        let assets = all.iter().map(|change| change.asset.clone()).collect();
        let now = Inventory { assets, unsure, entries: 0 };
        let told = match &self.last {
            None => all,
            Some(last) => {
                let mut flaws: HashMap<AssetId, _> =
                    all.into_iter().map(|change| (change.asset.id, change.flaws)).collect();
                let told = changes(last, &now).into_iter().map(|change| {
                    let Change { became, asset, digest_before, differs } = change;
                    let became = if is_new_to_us(last, &asset) { Became::Known } else { became };
                    let flaws = match became {
                        Became::Gone => Vec::new(),
                        _ => flaws.remove(&asset.id).unwrap_or_default(),
                    };
                    let standing = event::Standing::Unasked;
                    let unheld = None;
                    AssetChange {
                        time_unix_ns,
                        became,
                        asset,
                        digest_before,
                        differs,
                        flaws,
                        standing,
                        unheld,
                    }
                });
                told.collect()
            }
        };
        self.last = Some(now);
        told
    }

    /// What a worker that looked before says is different now.
    fn apply(&mut self, told: &[AssetChange], unsure: Vec<Unsure>) {
        let last = self.last.get_or_insert_default();
        let changed: HashSet<AssetId> = told.iter().map(|change| change.asset.id).collect();
        last.assets.retain(|asset| !changed.contains(&asset.id));
        let there = told.iter().filter(|change| change.became != Became::Gone);
        last.assets.extend(there.map(|change| change.asset.clone()));
        last.unsure = unsure;
    }
}

/// What one worker said.
#[derive(Default)]
struct Round {
    unconfined: Vec<String>,
    roots: Vec<Root>,
    at: Option<PathBuf>,
    changes: Vec<AssetChange>,
    unsure: Vec<Unsure>,
    failed: Option<String>,
    looks: u64,
}

impl Round {
    fn take(&mut self, said: Option<Said>, known: &mut Known, hearer: &mut dyn Hearer) -> Last {
        match said {
            None if !hearer.goes_on() => return Last::Yes,
            None | Some(Said::Idle) => {}
            Some(Said::Confined(missing)) => self.unconfined = missing,
            Some(Said::Roots(roots)) => self.roots = roots,
            Some(Said::At { place, .. }) => self.at = Some(place.0),
            Some(Said::Change(change)) => self.changes.push(*change),
            Some(Said::Unsure(unsure)) => self.unsure.push(unsure),
            Some(Said::Settled { unwatched, .. }) => self.settled(unwatched, known, hearer),
            Some(Said::Failed(why)) => {
                let lines: Vec<_> = why.lines().map(plain).collect();
                self.failed = Some(lines.join("\n"));
                return Last::Yes;
            }
            // Of other tasks.
            Some(
                Said::Asset(_)
                | Said::Flaw { .. }
                | Said::Material(_)
                | Said::Words { .. }
                | Said::Done { .. },
            ) => {}
        }
        Last::No
    }

    fn settled(&mut self, unwatched: usize, known: &mut Known, hearer: &mut dyn Hearer) {
        // Nothing that comes later is this file's doing.
        self.at = None;
        let (told, unsure) = (std::mem::take(&mut self.changes), std::mem::take(&mut self.unsure));
        let mut changes = if self.looks == 0 {
            known.compare(told, unsure)
        } else {
            known.apply(&told, unsure);
            told
        };
        self.looks += 1;
        let ours = |change: &AssetChange, held: &mut HashSet<AssetId>| {
            change.became == Became::Gone && held.remove(&change.asset.id)
        };
        changes.retain(|change| !ours(change, &mut known.held));
        let there = known.last.as_ref().map_or(0, |last| last.assets.len());
        let heard = Heard { changes, there, unwatched, roots: self.roots.clone() };
        for held in hearer.hear(heard) {
            known.held.insert(held);
            if let Some(last) = &mut known.last {
                last.assets.retain(|asset| asset.id != held);
            }
        }
    }
}
