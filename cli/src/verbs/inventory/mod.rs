//! `chaperone inventory`: what exists here, found on the disk.

mod artifacts;
mod diff;
mod show;
mod watch;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, Subcommand};
use event::{Asset, Redact, Text};
use inventory::discover::{Bounds, Home, far_away, homes};
use inventory::live::Live;
use inventory::product::Products;
use inventory::sound::Soundness;
use inventory::{Asks, Inventory, Look};

use show::Show;

use crate::config::Config;
use crate::host;
use crate::stages::redactor;
use crate::verbs::{Common, Exit, examples};

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

/// What was found, and where it was looked for.
pub struct Looked {
    pub inventory: Inventory,
    plan: Look,
}

impl Looked {
    /// The account of an owner; his files are read as he could.
    pub fn uid_of(&self, owner: &str) -> u32 {
        self.plan.uid_of(owner)
    }

    /// The home of an owner; empty where he has none.
    pub fn home_of(&self, owner: &str) -> String {
        let home = self.plan.homes.iter().find(|home| *home.owner == *owner);
        home.map(|home| home.path.to_string_lossy().into_owned()).unwrap_or_default()
    }
}

impl Where {
    /// All of this host.
    pub fn of_host(config: &Config) -> Self {
        Self { home: None, projects: config.inventory.projects.clone(), ask: false }
    }

    /// Looks again and again. `before`: what was there when somebody looked last.
    pub fn live(&self, redact: Arc<dyn Redact>, before: Option<Vec<Asset>>) -> Result<Live> {
        let soundness = Soundness::shipped().map_err(|wrong| anyhow!("{wrong}"))?;
        Ok(Live::new(products()?, soundness, self.plan()?, redact, before)?)
    }

    /// Looks.
    pub fn look(&self) -> Result<Looked> {
        let plan = self.plan()?;
        let inventory = inventory::look(&products()?, &plan, &*redactor(None)?);
        Ok(Looked { inventory, plan })
    }

    fn plan(&self) -> Result<Look> {
        let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        let homes = match &self.home {
            Some(home) => vec![owned(home, &passwd)?],
            None => accounts(&passwd)?,
        };
        let projects =
            self.projects.iter().map(|folder| owned(folder, &passwd)).collect::<Result<_>>()?;
        let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
        // Who names a home wants to know of nothing else.
        let root = self.home.is_none().then(|| PathBuf::from("/"));
        let far: HashSet<PathBuf> = far_away(&mounts);
        Ok(Look {
            host: host::this_host().name,
            homes,
            projects,
            root,
            far,
            bounds: Bounds::default(),
            ask: if self.ask { Asks::Loopback } else { Asks::Nothing },
        })
    }
}

/// Looks at one folder with projects, and at nothing else.
pub fn look_at(folder: &PathBuf) -> Result<Looked> {
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let plan = Look {
        host: host::this_host().name,
        projects: vec![owned(folder, &passwd)?],
        far: far_away(&mounts),
        ..Look::default()
    };
    let inventory = inventory::look(&products()?, &plan, &*redactor(None)?);
    Ok(Looked { inventory, plan })
}

fn products() -> Result<Products> {
    let (products, wrong) = Products::shipped();
    match wrong.first() {
        Some(wrong) => bail!("{wrong}"),
        None => Ok(products),
    }
}

/// The homes that this account may look into.
fn accounts(passwd: &str) -> Result<Vec<Home>> {
    let homes = homes(passwd);
    if host::is_root() {
        return Ok(homes.into_iter().filter(|home| home.path.is_dir()).collect());
    }
    let own = rustix::process::getuid().as_raw();
    match homes.into_iter().find(|home| home.uid == own) {
        Some(home) => Ok(vec![home]),
        None => {
            let home = std::env::var_os("HOME")
                .context("this account has no home\nhint: name a folder with --home")?;
            Ok(vec![owned(&PathBuf::from(home), passwd)?])
        }
    }
}

/// A folder, and the account that it belongs to.
fn owned(folder: &PathBuf, passwd: &str) -> Result<Home> {
    use std::os::unix::fs::MetadataExt;
    let path = std::fs::canonicalize(folder)
        .with_context(|| format!("cannot look into {}", folder.display()))?;
    let uid = std::fs::metadata(&path)?.uid();
    let name = passwd.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        (fields.get(2)?.parse() == Ok(uid)).then(|| Text::from(*fields.first().unwrap_or(&"")))
    });
    Ok(Home { owner: name.unwrap_or_else(|| uid.to_string().into()), uid, path })
}
