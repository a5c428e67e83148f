//! In the parent: has a task done by workers, one after the other, each without what broke those before.

use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
use event::show::plain;
use inventory::Unsure;

use super::Found;
use super::bar::Bar;
use super::running::{End, Last, Running};
use super::wire::{LeftOut, Place, Root, Said, Task};

/// Files that may break a worker before the folder that holds the next one is left out as a whole.
const MOST_FILES: usize = 20;

pub fn run(mut task: Task, bar: &mut Bar) -> Result<Found> {
    let mut first = true;
    loop {
        let mut heard = Heard::default();
        let mut running = Running::start(&task)?;
        let end = running.listen(&mut |said| heard.take(said, bar));
        if std::mem::take(&mut first) {
            say_unconfined(&heard.unconfined);
        }
        if let Some(failed) = heard.failed {
            return Err(anyhow!("{failed}"));
        }
        if end == End::Done {
            return Ok(heard.found.with(&task.left_out));
        }
        let Some(at) = heard.at else {
            let complaint = running.complaint();
            let complaint = plain(complaint.lines().next().unwrap_or("it said nothing"));
            bail!("the reader of files ended at its start: {complaint}");
        };
        tracing::info!(place = %at.display(), why = end.why(), "left out");
        leave_out(&mut task.left_out, &at, &heard.found.roots, end)?;
    }
}

/// What one worker said.
#[derive(Default)]
struct Heard {
    found: Found,
    unconfined: Vec<String>,
    at: Option<PathBuf>,
    entries: u64,
    failed: Option<String>,
}

impl Heard {
    fn take(&mut self, said: Option<Said>, bar: &mut Bar) -> Last {
        match said {
            None => {
                if let Some(at) = &self.at {
                    bar.show(at, self.entries);
                }
            }
            Some(Said::Confined(missing)) => self.unconfined = missing,
            Some(Said::Roots(roots)) => self.found.roots = roots,
            Some(Said::At { place, entries }) => (self.at, self.entries) = (Some(place.0), entries),
            Some(Said::Asset(asset)) => self.found.inventory.assets.push(*asset),
            Some(Said::Flaw { of, flaw }) => self.found.flaws.push((of, *flaw)),
            Some(Said::Unsure(unsure)) => self.found.inventory.unsure.push(unsure),
            Some(Said::Failed(why)) => {
                let lines: Vec<_> = why.lines().map(plain).collect();
                self.failed = Some(lines.join("\n"));
                return Last::Yes;
            }
            // Only what lives says these.
            Some(Said::Change(_) | Said::Settled { .. } | Said::Words { .. } | Said::Idle) => {}
            Some(Said::Material(one)) => self.found.materials.take(*one),
            Some(Said::Done { entries }) => {
                self.found.inventory.entries = entries;
                self.found.materials.done();
                return Last::Yes;
            }
        }
        Last::No
    }
}

impl Found {
    /// With what had to be left out.
    fn with(mut self, left_out: &[LeftOut]) -> Self {
        let unsure = &mut self.inventory.unsure;
        unsure.extend(left_out.iter().map(|it| Unsure {
            place: it.place.0.to_string_lossy().as_ref().into(),
            why: it.why.clone(),
        }));
        unsure.sort();
        unsure.dedup();
        self
    }
}

/// A host where the reader is confined less than it should be.
pub(super) fn say_unconfined(missing: &[String]) {
    for part in missing {
        tracing::info!("the reader of files is confined without {}", plain(part));
    }
    let first = |name: &str| missing.iter().any(|part| part.starts_with(name));
    if first("Landlock for files") && first("seccomp") {
        tracing::warn!("the reader of files is not confined on this host; -v says why");
    }
}

/// Notes what the next worker is not to touch: the file, or the whole folder that was looked through when too many
/// of its files broke one. So one account cannot keep the others from being looked at.
pub(super) fn leave_out(
    left: &mut Vec<LeftOut>,
    at: &Path,
    roots: &[Root],
    end: End,
) -> Result<()> {
    let known = |place: &Path, left: &[LeftOut]| left.iter().any(|it| it.place.0 == place);
    let why = end.why();
    if left.len() < MOST_FILES && !known(at, left) {
        left.push(LeftOut { place: Place(at.to_owned()), why: why.into() });
        return Ok(());
    }
    let above = roots.iter().map(|root| &root.place.0);
    let above = above.filter(|root| at.starts_with(root) && !known(root, left));
    let Some(root) = above.max_by_key(|root| root.as_os_str().len()) else {
        let places: Vec<String> =
            left.iter().map(|it| plain(&it.place.0.to_string_lossy()).into_owned()).collect();
        bail!(
            "{} files broke the reader, the last one {} ({why}): {}\nhint: name other folders with --home or --projects",
            left.len() + 1,
            plain(&at.to_string_lossy()),
            places.join(", ")
        );
    };
    let why = format!("{} {why}, as others before: the rest was not looked at", at.display());
    left.push(LeftOut { place: Place(root.clone()), why: why.into() });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_many_files_the_folder_is_left_out_and_after_all_folders_it_ends() {
        let mut left = Vec::new();
        let roots = ["/", "/home/a", "/home/a/code"].map(|path| Root {
            place: Place(path.into()),
            owner: "a".into(),
            uid: 1,
        });
        let mut check = |at: &str, expect: Option<&str>| {
            let done = leave_out(&mut left, Path::new(at), &roots, End::Silent);
            let last = left.last().map(|it| it.place.0.display().to_string());
            assert_eq!(done.ok().and(last).as_deref(), expect, "{at}");
        };
        for file in 0..MOST_FILES {
            let at = format!("/home/a/{file}");
            check(&at, Some(&at));
        }
        check("/home/a/code/x", Some("/home/a/code"));
        check("/home/a/20", Some("/home/a"));
        check("/etc/x", Some("/"));
        check("/etc/y", None);
    }
}
