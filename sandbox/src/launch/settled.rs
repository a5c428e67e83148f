//! The plan with the places of this host: links followed, and what is not there yet held all the same.

use std::path::{Path, PathBuf};

use event::{FileAccess, Grant, SandboxPlan, Text};

use super::Error;

/// A plan whose places are there.
pub struct Settled {
    /// The plan, by places without links.
    pub plan: SandboxPlan,
    /// What was made so that nobody else makes it.
    pub made: Vec<Made>,
}

/// A name that is held by an empty file or folder.
#[derive(Debug)]
pub struct Made(PathBuf);

impl Drop for Made {
    /// Takes it away if it is empty still.
    fn drop(&mut self) {
        let Ok(stat) = std::fs::symlink_metadata(&self.0) else { return };
        if stat.is_dir() {
            let _ = std::fs::remove_dir(&self.0);
        } else if stat.is_file() && stat.len() == 0 {
            let _ = std::fs::remove_file(&self.0);
        }
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
    let mut made = Vec::new();
    for grant in missing {
        if let Some(place) = hold(&settled, grant) {
            add(&mut settled.grants, grant, &place.0);
            made.push(place);
        }
    }
    settled.workspace = std::fs::canonicalize(&*plan.workspace)
        .map_or_else(|_| plan.workspace.clone(), |real| Text::from(&*real.to_string_lossy()));
    Ok(Settled { plan: settled, made })
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

/// What is not there and may not be changed could be made, where the folder around it may be changed.
fn hold(plan: &SandboxPlan, grant: &Grant) -> Option<Made> {
    let path = Path::new(&*grant.path);
    let above = std::fs::canonicalize(path.parent()?).ok()?;
    let name = path.file_name()?;
    let around = plan.access(&above.to_string_lossy()).0;
    if grant.access == FileAccess::Change || around != FileAccess::Change {
        return None;
    }
    let place = above.join(name);
    // A name with an ending is a file's, but for the point that hides it.
    let file = Path::new(name).extension().is_some();
    let made = if file {
        std::fs::File::create_new(&place).map(drop)
    } else {
        std::fs::create_dir(&place)
    };
    made.ok().map(|()| Made(place))
}
