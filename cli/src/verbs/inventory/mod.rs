//! `chaperone inventory`: what exists here, found on the disk.

mod artifacts;
mod diff;
mod ground;
pub mod reach;
mod record;
mod show;
mod watch;

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{Args, Subcommand};
use event::Asset;
use event::show::plain;
use inventory::Unsure;

use show::Show;

use crate::config::Config;
use crate::out::{self, Colour};
use crate::verbs::{Common, Exit, examples};
use crate::worker::{self, Found, Hearer, Homes, Job, Of, Place, Task};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct InventoryVerb {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    show: Show,
}

#[derive(Debug, Subcommand)]
enum What {
    /// What exists now; the same as without a word.
    #[command(after_help = examples::INVENTORY_SHOW)]
    Show(Show),
    /// What came, changed and went between two looks.
    #[command(after_help = examples::INVENTORY_DIFF)]
    Diff(diff::Diff),
    /// What each agent could touch, why, and what its settings keep it from.
    #[command(after_help = examples::INVENTORY_REACH)]
    Reach(reach::Reach),
    /// Tell what comes, changes and goes, as it does.
    #[command(after_help = examples::INVENTORY_WATCH)]
    Watch(watch::WatchVerb),
}

impl InventoryVerb {
    pub fn run(self, common: &Common) -> Result<Exit> {
        match self.what {
            None => self.show.run(common),
            Some(What::Show(verb)) => verb.run(common),
            Some(What::Diff(verb)) => verb.run(common),
            Some(What::Reach(verb)) => verb.run(common),
            Some(What::Watch(verb)) => verb.run(common),
        }
    }
}

/// Where to look.
#[derive(Clone, Debug, Default, Args)]
pub struct Where {
    /// Only this home [default: those of all accounts as root, else the own].
    #[arg(long, value_name = "DIR")]
    home: Option<PathBuf>,
    /// A further folder with projects; may be given several times.
    #[arg(long, value_name = "DIR")]
    projects: Vec<PathBuf>,
    /// Ask servers of models that listen on this host for their lists, on loopback.
    #[arg(long)]
    ask: bool,
}

impl Where {
    /// All of this host.
    pub fn of_host(config: &Config) -> Self {
        Self { home: None, projects: config.inventory.projects.clone(), ask: false }
    }

    /// Looks, then tells what changes. `before`: what was there when somebody looked last.
    pub fn live(&self, before: Option<Vec<Asset>>, hearer: &mut dyn Hearer) -> Result<()> {
        worker::live(self.task(Job::Live), before, hearer)
    }

    /// Looks.
    pub fn look(&self, common: &Common) -> Result<Found> {
        worker::run(self.task(Job::Look), common)
    }

    /// Looks, and at what a bill of materials says beside.
    pub fn materials(&self, common: &Common) -> Result<Found> {
        worker::run(self.task(Job::Materials(Of::Looked)), common)
    }

    /// Looks, and judges what was found.
    pub fn judge(&self, common: &Common) -> Result<Found> {
        worker::run(self.task(Job::Judge), common)
    }

    fn task(&self, job: Job) -> Task {
        Task {
            job,
            homes: self.home.clone().map_or(Homes::Accounts, |home| Homes::One(Place(home))),
            projects: self.projects.iter().cloned().map(Place).collect(),
            ask: self.ask,
            own: std::env::var_os("HOME").map(|home| Place(home.into())),
            left_out: Vec::new(),
        }
    }
}

/// Looks at one folder with projects, and at nothing else.
pub fn look_at(folder: &Path, common: &Common) -> Result<Found> {
    let projects = vec![Place(folder.to_owned())];
    let job = Job::Materials(Of::Folder(Place(folder.to_owned())));
    worker::run(Task { job, homes: Homes::Nobodys, projects, ..Task::default() }, common)
}

/// Says what could not be looked at.
pub fn say(unsure: &[Unsure]) {
    for unsure in unsure {
        let label = out::label("not looked at: ", Colour::Yellow);
        crate::say!("{label}{}: {}", plain(&unsure.place), plain(&unsure.why));
    }
}

/// How a look ends that found what it could.
pub fn exit(unsure: &[Unsure]) -> Exit {
    if unsure.is_empty() { Exit::Done } else { Exit::Unsure }
}
