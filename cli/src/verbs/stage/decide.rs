//! Accepts and discards. A person does: no agent decides about its own work.

use anyhow::{Context, Result};
use event::show::plain;
use sandbox::stage::{self, Change, Done, Force, What, changes, meant};
use serde_json::json;

use super::Of;
use super::kept::{Kept, Room};
use crate::out;
use crate::verbs::trust::who::person;
use crate::verbs::{Common, Exit, Stop, state};

/// Puts changes into the workspace.
pub fn accept(room: &Room, of: &Of, force: bool, common: &Common) -> Result<Exit> {
    person(state(&common.config()?).ok().as_ref(), "what of its changes is accepted")?;
    let kept = room.take(of)?;
    let chosen = chosen(&kept, of)?;
    let force = if force { Force::Overwrite } else { Force::Never };
    let done = stage::accept(&kept.staged(), &chosen, force).context("nothing was accepted")?;
    let mut left = 0;
    for (change, done) in chosen.iter().zip(&done) {
        let why = match done {
            Done::Accepted => None,
            Done::Conflict(conflict) => Some(conflict.name().to_owned()),
            Done::Failed(error) => Some(error.to_string()),
        };
        left += usize::from(why.is_some());
        let path = change.path.to_string_lossy();
        if common.json {
            out::json(&json!({ "accepted": { "path": path, "done": why.is_none(), "why": why } }))?;
        } else if let Some(why) = why {
            out::line(&format!("not accepted  {}: {}", plain(&path), plain(&why)))?;
        }
    }
    crate::say!("{} accepted, {left} not", chosen.len() - left);
    if left > 0 {
        crate::say!(
            "hint: `stage diff` shows both; --force takes the run's, `stage discard` the workspace's"
        );
        return Ok(Exit::Different);
    }
    forget_if_empty(kept)?;
    Ok(Exit::Done)
}

/// Throws changes away.
pub fn discard(room: &Room, of: &Of, common: &Common) -> Result<Exit> {
    person(state(&common.config()?).ok().as_ref(), "what of its changes is discarded")?;
    let kept = room.take(of)?;
    if of.paths.is_empty() {
        let name = kept.name.clone();
        kept.forget()?;
        crate::say!("discarded all of {}", plain(&name));
        return Ok(Exit::Done);
    }
    let chosen = chosen(&kept, of)?;
    let staged = kept.staged();
    // Folders of the workspace in which something changed are none of the changes, and what is in a new folder goes
    // with it.
    let mut gone: Option<&Change> = None;
    for change in &chosen {
        if gone.is_some_and(|gone| change.path.starts_with(&gone.path)) {
            continue;
        }
        stage::discard(&staged.upper, &change.path)
            .with_context(|| format!("cannot discard {}", change.path.display()))?;
        gone = (change.what == What::Made).then_some(change);
    }
    crate::say!("{} discarded", chosen.len());
    forget_if_empty(kept)?;
    Ok(Exit::Done)
}

/// The changes that are meant. A file that is meant is nothing without the new folders around it.
fn chosen(kept: &Kept, of: &Of) -> Result<Vec<Change>> {
    let named = kept.paths(of);
    let all = changes(&kept.staged()).context("cannot read what was changed")?;
    let wanted: Vec<_> =
        all.iter().filter(|it| meant(&it.path, &named)).map(|it| it.path.clone()).collect();
    if wanted.is_empty() && !named.is_empty() {
        let said =
            "the run changed nothing there\nhint: `chaperone stage diff` names what it changed";
        return Err(Stop::new(Exit::NotFound, said).into());
    }
    let around = |change: &Change| {
        change.what == What::Made && named.iter().any(|name| name.starts_with(&change.path))
    };
    Ok(all.into_iter().filter(|it| meant(&it.path, &named) || around(it)).collect())
}

fn forget_if_empty(kept: Kept) -> Result<()> {
    if changes(&kept.staged()).is_ok_and(|left| left.is_empty()) {
        kept.forget()?;
    }
    Ok(())
}
