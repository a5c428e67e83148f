//! The inventory beside the hall: looks at the start, then whenever something may have changed, and says what.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result};
use event::{Asset, AssetChange, Became, Record, Redact, Standing};
use inventory::admission::Admission;
use inventory::live::Live;
use inventory::watch::Woken;
use journal::KnownAsset;

use crate::config::Config;
use crate::host::now_unix_ns;
use crate::verbs::inventory::Where;

/// How soon the thread sees that it shall end.
const ROUND: Duration = Duration::from_millis(500);
/// Without any sign of a change, everything is looked at again: folders behind links and new homes have none.
const ANYWAY: u32 = 600;

/// Whom the changes are told.
pub struct Told {
    /// The journal.
    pub journal: SyncSender<Vec<Record>>,
    /// Who prints, if anybody does.
    pub console: Option<SyncSender<Vec<Record>>>,
}

/// Starts the thread. It ends when `stop` is raised or nobody listens.
pub fn start(
    config: &Config,
    redact: Arc<dyn Redact>,
    known: &[KnownAsset],
    told: Told,
    stop: Arc<AtomicBool>,
) -> Result<JoinHandle<()>> {
    let admission = Admission::open(config.inventory.clone(), &config.data_dir())?;
    let before = before(known);
    let place = Where::of_host(config);
    let live = move || -> Result<Live> { place.live(redact, before) };
    let start = thread::Builder::new().name("inventory".into());
    let thread = start.spawn(move || match live() {
        Ok(live) => run(live, admission, &told, &stop),
        Err(error) => tracing::error!(%error, "the inventory is not watched"),
    });
    thread.context("cannot start a thread for the inventory")
}

/// What was there when the record ended; none where nobody ever looked.
fn before(known: &[KnownAsset]) -> Option<Vec<Asset>> {
    let there = |known: &&KnownAsset| known.gone_unix_ns.is_none();
    // What is held is not there.
    let loaded = |known: &&KnownAsset| known.change.standing != Standing::Held;
    let assets = known.iter().filter(there).filter(loaded).map(|known| known.change.asset.clone());
    (!known.is_empty()).then(|| assets.collect())
}

fn run(mut live: Live, mut admission: Admission, told: &Told, stop: &AtomicBool) {
    // Only ever better for others if it works.
    let _ = rustix::process::setpriority_process(None, 10);
    while !stop.load(Ordering::Relaxed) {
        let changes = live.look();
        let time_unix_ns = now_unix_ns();
        let mut records = Vec::with_capacity(changes.len());
        for change in changes {
            let mut change = live.tell(change, time_unix_ns);
            let uid = live.uid_of(&change.asset.owner);
            admission.judge(&mut change, uid);
            if change.standing == Standing::Held {
                live.forget(&change.asset);
            }
            records.push(change);
        }
        if !records.is_empty() && !say(records, told) {
            return;
        }
        if !wait(&mut live, stop) {
            return;
        }
    }
}

/// False when nobody listens any more.
fn say(changes: Vec<AssetChange>, told: &Told) -> bool {
    let news = changes.iter().filter(|change| change.became != Became::Known).count();
    tracing::debug!(changes = changes.len(), news, "the inventory changed");
    let records: Vec<Record> =
        changes.into_iter().map(|change| Record::Asset(Box::new(change))).collect();
    if let Some(console) = &told.console {
        // Who prints slowly misses a line; the record has it.
        let _ = console.try_send(records.clone());
    }
    told.journal.send(records).is_ok()
}

/// Until another look is worth it; false if there is to be none.
fn wait(live: &mut Live, stop: &AtomicBool) -> bool {
    for _ in 0..ANYWAY {
        if stop.load(Ordering::Relaxed) {
            return false;
        }
        match live.wait(ROUND) {
            Ok(Woken::Changed) => return true,
            Ok(Woken::Nothing) => {}
            Err(error) => {
                tracing::error!(%error, "changes of the inventory are not told at once");
                thread::sleep(ROUND);
            }
        }
    }
    true
}
