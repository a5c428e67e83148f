//! A second process that reads what strangers wrote. It gives up its rights first, has so much memory and time per
//! file, and what breaks it is left out and said.
//!
//! ```text
//! verb ─▶ parent ── Task ──▶ child: confined, then inventory::look, sound::judge, aibom::disk, aibom::image
//!            ▲                 │
//!            └──── Said ◀──────┘  where it is, what it found; silence or death: again, without that file
//! ```

mod bar;
pub mod child;
mod following;
mod live;
mod materials;
mod parent;
mod plan;
mod running;
mod transcripts;
mod wire;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use event::{Asset, AssetId};
use inventory::Inventory;
use inventory::sound::Flaw;

use wire::Root;

use crate::verbs::Common;
pub use following::{Heard as HeardWords, Listener, run as follow};
pub use live::{Heard, Hearer};
pub use materials::Materials;
pub use transcripts::MOST_FOLLOWED;
pub use wire::{Follow, Homes, Job, Mark, Of, Place, Task};

/// How long one file may take. Longer is a mount that hangs, or a text that was made to.
const PATIENCE: Duration = Duration::from_secs(5);
/// Most memory for reading, in MB.
const MEMORY_MB: u64 = 256;

/// What a worker found.
#[derive(Debug, Default)]
pub struct Found {
    /// What exists; of a scan of paths only what could not be looked at.
    pub inventory: Inventory,
    /// What is not sound, and of which thing of the inventory.
    pub flaws: Vec<(Option<AssetId>, Flaw)>,
    /// What a bill of materials says beside.
    pub materials: Materials,
    roots: Vec<Root>,
}

impl Found {
    /// The home of an owner; empty where he has none.
    pub fn home_of(&self, owner: &str) -> String {
        let home = self.roots.iter().find(|root| !owner.is_empty() && *root.owner == *owner);
        home.map(|home| home.place.0.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// The home, where that of one account alone was looked at.
    pub fn only_home(&self) -> Option<String> {
        let mut owners = self.roots.iter().map(|root| &root.owner).filter(|it| !it.is_empty());
        let first = owners.next()?;
        owners.all(|owner| owner == first).then(|| self.home_of(first))
    }
}

/// Has the task done. On a terminal a long one shows where it is.
pub fn run(task: Task, common: &Common) -> Result<Found> {
    parent::run(task, &mut bar::Bar::new(common))
}

/// Looks, then tells what changes; see [`live::run`].
pub fn live(task: Task, before: Option<Vec<Asset>>, hearer: &mut dyn Hearer) -> Result<()> {
    live::run(task, before, hearer)
}

/// Judges files and folders.
pub fn judge(paths: &[PathBuf], common: &Common) -> Result<Found> {
    let paths = paths.iter().cloned().map(Place).collect();
    run(Task { job: Job::JudgePaths(paths), ..Task::default() }, common)
}
