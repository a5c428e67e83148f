//! The plan with the places of this host: links followed, and what is not there yet held all the same.

use std::path::{Path, PathBuf};

use event::{FileAccess, Grant, SandboxPlan, Text};

use super::Error;

/// A plan whose places are there.
pub struct Settled {
    /// The plan, by places without links.
    pub plan: SandboxPlan,
    /// What was not there.
    pub held: Held,
}

/// Names of the plan that were not there when it was launched.
#[derive(Debug, Default)]
pub struct Held {
    /// Made, so that nobody else makes them.
    made: Vec<Made>,
    /// Left; whether they were made is seen at the end.
    absent: Vec<PathBuf>,
}

impl Held {
    /// Those that were left, and that may be refused to whoever makes them. A folder of hooks comes with Git's own.
    pub fn absent(&self) -> Vec<PathBuf> {
        self.absent.iter().filter(|path| !path.ends_with(".git/hooks")).cloned().collect()
    }

    /// Those that were left and are there now.
    pub fn appeared(&self) -> Vec<PathBuf> {
        self.absent.iter().filter(|path| path.symlink_metadata().is_ok()).cloned().collect()
    }
}

/// A folder that was made to be mounted on.
#[derive(Debug)]
struct Made(PathBuf);

impl Drop for Made {
    /// Takes it away if it is empty still.
    fn drop(&mut self) {
        let _ = std::fs::remove_dir(&self.0);
    }
}

/// Follows links in the plan's places, and makes what has to be there to be held.
pub fn settle(plan: &SandboxPlan) -> Result<Settled, Error> {
    let mut settled = SandboxPlan { grants: Vec::new(), ..plan.clone() };
    let mut missing = Vec::new();
    for grant in &plan.grants {
        let path = Path::new(&*grant.path);
        if !path.is_absolute() {
            let what = event::show::brief(&grant.path, 80);
            return Err(Error::Plan(format!(
                "the plan names `{what}`, which is no absolute place"
            )));
        }
        match std::fs::canonicalize(path) {
            Ok(real) => add(&mut settled.grants, grant, &real),
            Err(_) => missing.push(grant),
        }
    }
    let mut held = Held::default();
    for grant in missing {
        let path = Path::new(&*grant.path);
        match hold(&settled, path, grant.access) {
            Hold::Made(made) => {
                add(&mut settled.grants, grant, &made.0);
                held.made.push(made);
            }
            Hold::Watched => held.absent.push(path.to_owned()),
            Hold::Needless => {}
        }
    }
    settled.workspace = std::fs::canonicalize(&*plan.workspace)
        .map_or_else(|_| plan.workspace.clone(), |real| Text::from(&*real.to_string_lossy()));
    Ok(Settled { plan: settled, held })
}

/// Of two grants for one place the one that allows less counts.
fn add(grants: &mut Vec<Grant>, grant: &Grant, real: &Path) {
    let path = Text::from(&*real.to_string_lossy());
    match grants.iter_mut().find(|other| other.path == path) {
        Some(other) if other.access <= grant.access => {}
        Some(other) => *other = Grant { path, ..grant.clone() },
        None => grants.push(Grant { path, ..grant.clone() }),
    }
}

/// What is done about a name that is not there.
enum Hold {
    Made(Made),
    Watched,
    Needless,
}

/// What is not there could be made, where the folder around it may be changed. A file or folder that stands for it would
/// be seen by everybody's programs, and be taken for a setting; Git alone expects a folder of hooks where there is none.
fn hold(plan: &SandboxPlan, path: &Path, access: FileAccess) -> Hold {
    let around = path.ancestors().skip(1).find_map(|above| std::fs::canonicalize(above).ok());
    let around = around.map_or(FileAccess::Hidden, |it| plan.access(&it.to_string_lossy()).0);
    if access == FileAccess::Change || around != FileAccess::Change {
        return Hold::Needless;
    }
    let of_git = path.parent().is_some_and(|above| above.ends_with(".git") && above.is_dir());
    match of_git && path.ends_with("hooks") && std::fs::create_dir(path).is_ok() {
        true => Hold::Made(Made(path.to_owned())),
        false => Hold::Watched,
    }
}
