//! Where to look. Asking a folder whose it is can hang like anything else, so a worker does that too.

use std::collections::HashSet;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use event::Text;
use inventory::discover::{Bounds, Home, far_away, homes};
use inventory::product::Products;
use inventory::{Asks, Inside, Look};

use super::wire::{Homes, Place, Task};
use crate::host;

/// The products that are known.
pub fn products() -> Result<Products> {
    let (products, wrong) = Products::shipped();
    match wrong.first() {
        Some(wrong) => bail!("{wrong}"),
        None => Ok(products),
    }
}

/// The plan of a task, without the folders that are left out.
pub fn plan(task: &Task, left_out: &dyn Fn(&Path) -> bool) -> Result<Look> {
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let named = |folders: &[Place]| -> Result<Vec<Home>> {
        let there = folders.iter().filter(|folder| !left_out(&folder.0));
        there.map(|folder| owned(&folder.0, &passwd)).collect()
    };
    let homes = match &task.homes {
        Homes::Accounts => accounts(&passwd, task, named)?,
        Homes::One(home) => named(std::slice::from_ref(home))?,
        Homes::Nobodys => Vec::new(),
    };
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let far: HashSet<PathBuf> = far_away(&mounts);
    Ok(Look {
        host: host::this_host().name,
        homes,
        projects: named(&task.projects)?,
        // Who names a home wants to know of nothing else.
        root: (task.homes == Homes::Accounts).then(|| PathBuf::from("/")),
        inside: Inside::default(),
        far,
        bounds: Bounds::default(),
        ask: if task.ask { Asks::Loopback } else { Asks::Nothing },
    })
}

/// The homes that this account may look into.
fn accounts(
    passwd: &str,
    task: &Task,
    named: impl Fn(&[Place]) -> Result<Vec<Home>>,
) -> Result<Vec<Home>> {
    let homes = homes(passwd);
    if host::is_root() {
        return Ok(homes);
    }
    let own = rustix::process::getuid().as_raw();
    match homes.into_iter().find(|home| home.uid == own) {
        Some(home) => Ok(vec![home]),
        None => {
            let own = task.own.as_ref();
            let own = own.context("this account has no home\nhint: name a folder with --home")?;
            named(std::slice::from_ref(own))
        }
    }
}

/// A folder, and the account that it belongs to.
fn owned(folder: &Path, passwd: &str) -> Result<Home> {
    let cannot = || format!("cannot look into {}", folder.display());
    let path = std::fs::canonicalize(folder).with_context(cannot)?;
    let uid = std::fs::metadata(&path).with_context(cannot)?.uid();
    let name = passwd.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        (fields.get(2)?.parse() == Ok(uid)).then(|| Text::from(*fields.first().unwrap_or(&"")))
    });
    Ok(Home { owner: name.unwrap_or_else(|| uid.to_string().into()), uid, path })
}
