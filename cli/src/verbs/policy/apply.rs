//! `chaperone policy apply`: policies put in force, if they are good, their cases come out right and nobody who looks
//! after this host is locked out.

use std::path::{Path, PathBuf};

use anyhow::Result;
use event::show::plain;
use journal::audit::What;
use policy::{Guide, case};
use serde_json::json;

use super::{diff, refusals};
use crate::config::Config;
use crate::policies::{InForce, Own, guide, put};
use crate::verbs::trust::who;
use crate::verbs::{Common, Exit, Stop};
use crate::{audit, out};

/// Whether files are changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    InForce,
    OnlyTry,
}

/// What new files take the place of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Of those that have their names.
    Named,
    /// Of everything in this folder.
    Folder(&'static str),
}

pub fn apply(paths: &[PathBuf], how: How, common: &Common) -> Result<Exit> {
    let config = common.config()?;
    let mut new = Vec::new();
    for path in paths {
        let is = |name: &str| name.ends_with(".cedar") || name.ends_with(".cases.yaml");
        let found = put::read(path, is)?;
        if found.is_empty() {
            let said = format!(
                "{} has no `*.cedar` file\nhint: name a file or a directory of them",
                path.display()
            );
            return Err(Stop::new(Exit::NotFound, said).into());
        }
        new.extend(found);
    }
    in_force(new, Takes::Named, how, &config, common)
}

/// Puts files in force, or says what is wrong with them.
pub fn in_force(
    new: Vec<put::Named>,
    takes: Takes,
    how: How,
    config: &Config,
    common: &Common,
) -> Result<Exit> {
    let state = crate::verbs::state(config).ok();
    let by = match how {
        How::InForce => Some(who::person(state.as_ref(), "which policies are in force")?),
        How::OnlyTry => None,
    };
    let place = place(config)?;
    let before = put::there(place)?;
    let all = together(before.clone(), new, takes, place)?;
    let hashed = (hash(config, place, &before), hash(config, place, &all));
    let (before, now) = match (read(config, place, &before), read(config, place, &all)) {
        (before, Ok(now)) => (before.ok(), now),
        (_, Err(refused)) => {
            refusals(&refused, common.json)?;
            return Ok(Exit::Failed);
        }
    };
    if !cases(&all, &now, common.json)? {
        return Ok(Exit::Failed);
    }
    if let Some(before) = &before {
        diff::tell(&policy::diff(before, &now), common.json)?;
    }
    let Some(by) = by else {
        crate::say!("all good; nothing was changed");
        return Ok(Exit::Done);
    };
    let old = put::put(place, &all)?;
    if state.is_some() {
        let (was, is) = hashed;
        let changes = is.changes(&was);
        let (old, new, refused) = (Some(was.hash()), is.hash(), None);
        audit::note(config, &by, What::PolicyChanged { old, new, changes, refused })?;
    }
    let kept = if old.exists() {
        format!("; the old ones are in {}", old.display())
    } else {
        String::new()
    };
    crate::say!("{} is in force: a running `up` reads it within seconds{kept}", place.display());
    Ok(Exit::Done)
}

fn place(config: &Config) -> Result<&Path> {
    config.policy.path.as_deref().ok_or_else(|| {
        let said = "no place for policies is set\nhint: set `path = \"/etc/chaperone/policies\"` below `[policy]`";
        Stop::new(Exit::Failed, said).into()
    })
}

/// What would lie there.
fn together(
    before: Vec<put::Named>,
    new: Vec<put::Named>,
    takes: Takes,
    place: &Path,
) -> Result<Vec<put::Named>> {
    if place.is_file() {
        let cedar: Vec<put::Named> =
            new.into_iter().filter(|(name, _)| name.ends_with(".cedar")).collect();
        if cedar.len() == 1 {
            return Ok(cedar);
        }
        let said = format!(
            "{} is one file, and these are {}\nhint: let `policy.path` name a directory",
            place.display(),
            cedar.len()
        );
        return Err(Stop::new(Exit::Failed, said).into());
    }
    let mut all = before;
    if let Takes::Folder(folder) = takes {
        all.retain(|(name, _)| !name.starts_with(folder));
    }
    for (number, (name, _)) in new.iter().enumerate() {
        if new.iter().skip(number + 1).any(|(other, _)| other == name) {
            let said =
                format!("two files are called `{}`\nhint: give one another name", plain(name));
            return Err(Stop::new(Exit::Failed, said).into());
        }
    }
    all.retain(|(name, _)| !new.iter().any(|(other, _)| other == name));
    all.extend(new);
    all.sort();
    Ok(all)
}

fn read(config: &Config, place: &Path, all: &[put::Named]) -> Result<Guide, Vec<policy::Refusal>> {
    guide(config, &own(place, all))
}

fn own(place: &Path, all: &[put::Named]) -> Own {
    let cedar = all.iter().filter(|(name, _)| name.ends_with(".cedar"));
    let named = |(name, text): &put::Named| (place.join(name).display().to_string(), text.clone());
    Own::of(cedar.map(named).collect())
}

/// The same as `up` will know it.
fn hash(config: &Config, place: &Path, all: &[put::Named]) -> InForce {
    InForce::of(config, &own(place, all), &[])
}

/// Whether all cases come out as they must; says which do not.
fn cases(all: &[put::Named], guide: &Guide, json: bool) -> Result<bool> {
    let mut good = true;
    for (file, text) in all.iter().filter(|(name, _)| name.ends_with(".cases.yaml")) {
        let cases = match case::parse(text) {
            Ok(cases) => cases,
            Err(error) => {
                good = false;
                tell(file, "cannot be read", &error.to_string(), json)?;
                continue;
            }
        };
        for case in cases {
            if let Err(wrong) = case.run(guide) {
                good = false;
                tell(file, &case.that, &wrong.why, json)?;
            }
        }
    }
    Ok(good)
}

fn tell(file: &str, that: &str, why: &str, json: bool) -> Result<()> {
    if json {
        return out::json(&json!({ "file": file, "that": that, "why": why }));
    }
    let word = out::paint("otherwise", out::Colour::Red, out::coloured());
    out::line(&format!("{word} {}: {}", plain(file), plain(that)))?;
    out::line(&format!("          {}", plain(why)))?;
    Ok(())
}
