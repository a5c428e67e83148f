//! The thread that keeps shadows of files in advance (`chaperone undo`): of the folders of the configuration, and of
//! those that agents work in.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Duration;

use anyhow::Result;
use event::Record;
use shadow::{Keeper, Leaves, LeftOut};

use super::WAITING;
use crate::config::Config;
use crate::verbs::undo::store;
use crate::{out, policies};

/// The longest that a new workspace, or the end, is not noticed.
const PACE: Duration = Duration::from_millis(500);
/// Workspaces that are covered at most, until `up` starts anew.
const WORKSPACES: usize = 64;

/// Starts to keep, where the configuration wants it, until `stop`: the lane for the records that tell of workspaces.
/// That no shadows can be kept is told, and no reason not to watch.
pub fn start(config: &Config, stop: &Arc<AtomicBool>) -> Result<Option<SyncSender<Vec<Record>>>> {
    if !config.undo.wanted() {
        return Ok(None);
    }
    let mut keeper = match Keeper::open(&store(config), &config.undo, leaves(config)?) {
        Ok(keeper) => keeper,
        Err(error) => {
            warn(&format!("no shadows of files are kept: {error}"));
            return Ok(None);
        }
    };
    for folder in &config.undo.folders {
        match folder.canonicalize() {
            Ok(folder) => keeper.cover(&folder),
            Err(error) => warn(&format!("no shadows are kept of {}: {error}", folder.display())),
        }
    }
    let (lane, records) = sync_channel::<Vec<Record>>(WAITING);
    let (found, workspaces) = channel();
    let wanted = config.undo.workspaces;
    let learn = move || {
        for record in records.into_iter().flatten() {
            if let Record::Session(session) = record
                && wanted
                && session.ended_unix_ns.is_none()
                && found.send(PathBuf::from(&*session.cwd)).is_err()
            {
                return;
            }
        }
    };
    thread::Builder::new().name("workspaces".into()).spawn(learn)?;
    let stop = Arc::clone(stop);
    let keep = move || keep(keeper, &workspaces, &stop);
    thread::Builder::new().name("shadows".into()).spawn(keep)?;
    Ok(Some(lane))
}

fn keep(mut keeper: Keeper, workspaces: &Receiver<PathBuf>, stop: &AtomicBool) {
    let homes: Vec<PathBuf> =
        policies::homes().iter().map(|home| PathBuf::from(&*home.path)).collect();
    let mut covered = 0;
    let mut well = true;
    while !stop.load(Ordering::Relaxed) {
        for workspace in workspaces.try_iter() {
            if covered < WORKSPACES && is_workspace(&workspace, &homes) {
                covered += 1;
                keeper.cover(&workspace);
            }
        }
        let turned = keeper.turn(PACE);
        if let Err(error) = &turned {
            if well {
                tracing::error!(%error, "shadows are not kept");
            }
            // What the disk refuses now it may take later.
            thread::sleep(PACE);
        }
        well = turned.is_ok();
    }
    keeper.tell();
}

/// Whether it is a folder somebody works in: no home as a whole, nor what lies around homes, nor a part of the system.
fn is_workspace(path: &Path, homes: &[PathBuf]) -> bool {
    const SYSTEM: &[&str] = &[
        "/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc", "/boot", "/dev", "/proc", "/sys", "/run",
    ];
    path.is_absolute()
        && path.components().count() > 2
        && !SYSTEM.iter().any(|part| path.starts_with(part))
        && !homes.iter().any(|home| home.starts_with(path))
}

/// Credentials have one place, and the record has none in the shadows of itself.
fn leaves(config: &Config) -> Result<Leaves> {
    let own = config.data_dir();
    let own = own.canonicalize().unwrap_or(own);
    let surroundings =
        policies::surroundings(config).map_err(|refusals| policies::refused(&refusals))?;
    let kinds = surroundings.kinds;
    Ok(Box::new(move |path| {
        if path.starts_with(&own) {
            return Some(LeftOut::Entirely);
        }
        let kinds = kinds.of_file(&path.to_string_lossy(), "", ["", ""]);
        kinds.contains("credential").then_some(LeftOut::Secret)
    }))
}

fn warn(said: &str) {
    let warning = out::label("warning: ", out::Colour::Yellow);
    crate::say!("{warning}{said}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workspaces_are_folders_that_somebody_works_in() {
        let homes = [PathBuf::from("/root"), "/home/alice".into(), "/srv/people/bob".into()];
        let check = |path: &str, expect: bool| {
            assert_eq!(is_workspace(Path::new(path), &homes), expect, "{path}");
        };
        check("/home/alice/code/shop", true);
        check("/srv/prod/app", true);
        check("/tmp/work", true);
        check("/root/code", true);
        check("/root", false);
        check("/home/alice", false);
        check("/home", false);
        check("/srv/people", false);
        check("/", false);
        check("/etc/nginx", false);
        check("", false);
        check("work", false);
    }

    #[test]
    fn credentials_and_the_record_itself_are_left_out() {
        let data_dir = Some(PathBuf::from("/var/lib/chaperone"));
        let leaves = leaves(&Config { data_dir, ..Config::default() }).expect("the table is right");
        let check = |path: &str, expect: Option<LeftOut>| {
            assert_eq!(leaves(Path::new(path)), expect, "{path}");
        };
        check("/home/alice/code/main.rs", None);
        check("/home/alice/.ssh/id_ed25519", Some(LeftOut::Secret));
        check("/home/alice/.aws/credentials", Some(LeftOut::Secret));
        check("/var/lib/chaperone/journal/0000000001.seg", Some(LeftOut::Entirely));
    }
}
