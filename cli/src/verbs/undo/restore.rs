//! `undo restore`: a person puts back what an agent took away.

use std::collections::BTreeSet;
use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use event::show::{brief, plain};
use journal::audit::What;
use serde_json::json;
use shadow::{Done, Force, History, Lack, Objects, Piece};

use super::lost::{self, Lost};
use super::traces::{self, Session};
use super::{history, store, whole};
use crate::config::Config;
use crate::record::Filter;
use crate::verbs::trust::who::person;
use crate::verbs::{Common, Exit, Stop, state};
use crate::{audit, out};

#[derive(Debug, Args)]
pub struct Words {
    /// A session, by its id or the beginning of it; or paths, with `/` or `./` at the beginning.
    #[arg(required = true, value_name = "SESSION|PATH")]
    of: Vec<String>,
    /// Put it there, below this folder, and leave what stands where it stood.
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
    /// Of one path, this version (`undo show`), whoever changed it.
    #[arg(long, value_name = "N")]
    version: Option<usize>,
    /// Only say what would be done.
    #[arg(long)]
    dry_run: bool,
    /// Also over what somebody changed since.
    #[arg(long)]
    force: bool,
    /// Without being asked once more.
    #[arg(long, short)]
    yes: bool,
}

impl Words {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let config = common.config()?;
        let state = state(&config)?;
        let by = match self.dry_run {
            true => None,
            false => Some(person(Some(&state), "what of its changes is undone")?),
        };
        let history = history(&config)?;
        let pieces = match self.version {
            Some(number) => self.version_of(number, &history)?,
            None => self.lost(&config, &history)?,
        };
        let pieces = match &self.to {
            Some(folder) => elsewhere(pieces, folder)?,
            None => pieces,
        };
        let objects = Objects::of(&store(&config));
        let looked = match self.force {
            true => Force::LookOverwrite,
            false => Force::Look,
        };
        let would = shadow::restore(&objects, &pieces, looked).context("nothing was put back")?;
        let Some(by) = by else { return tell(&pieces, &would, &self, common) };
        if !self.yes && !agreed(&pieces, &would)? {
            crate::say!("nothing was put back");
            return Ok(Exit::Done);
        }
        let force = if self.force { Force::Overwrite } else { Force::Never };
        let done = shadow::restore(&objects, &pieces, force).context("nothing was put back")?;
        let back = done.iter().filter(|done| matches!(done, Done::Restored(_))).count() as u64;
        let told = tell(&pieces, &done, &self, common)?;
        let of = self.of.iter().map(|it| brief(it, 200).into()).collect();
        audit::note(&config, &by, What::Undone { of, files: back })?;
        Ok(told)
    }

    /// What sessions took away: of the one that is named, or for each path of the last that touched it.
    fn lost(&self, config: &Config, history: &History) -> Result<Vec<Piece>> {
        let named = self.of.iter().all(|it| is_path(it));
        if !named && (self.of.len() != 1 || self.of.iter().any(|it| is_path(it))) {
            let said = "one session, or paths\nhint: paths begin with `/` or `./`";
            return Err(Stop::new(Exit::Words, said).into());
        }
        let session = self.of.first().filter(|_| !named).map(|id| id.to_lowercase());
        let sessions = traces::read(config, Filter { session, ..Filter::default() })?;
        let lost = match named {
            false => of_session(&sessions, history, &self.of)?,
            true => {
                let paths: Vec<_> =
                    self.of.iter().map(|it| whole(Path::new(it))).collect::<Result<_>>()?;
                of_paths(&sessions, history, &paths)
            }
        };
        if lost.iter().all(|one| one.here.is_none()) {
            let said = "no agent took anything away there of which there is a shadow\nhint: `chaperone undo list` names what can come back, `undo show PATH` the versions of a path";
            return Err(Stop::new(Exit::NotFound, said).into());
        }
        Ok(lost::pieces(&lost, history))
    }

    fn version_of(&self, number: usize, history: &History) -> Result<Vec<Piece>> {
        let [path] = self.of.as_slice() else {
            return Err(Stop::new(Exit::Words, "--version goes with one path").into());
        };
        let path = whole(Path::new(path))?;
        let version = number.checked_sub(1).and_then(|place| history.of(&path).get(place));
        let Some(here) = version.and_then(|version| version.here()) else {
            let said = format!(
                "`{}` has no version {number} that could come back\nhint: `chaperone undo show` lists them",
                brief(&path.to_string_lossy(), 120)
            );
            return Err(Stop::new(Exit::NotFound, said).into());
        };
        Ok(vec![Piece { path, here: here.clone(), until_unix_ns: None, names: Vec::new() }])
    }
}

fn is_path(text: &str) -> bool {
    text.contains('/')
}

fn of_session(sessions: &[Session], history: &History, of: &[String]) -> Result<Vec<Lost>> {
    match sessions {
        [one] => Ok(lost::of(one, history)),
        [] => {
            let named = brief(of.first().map_or("", String::as_str), 80);
            let said = format!(
                "no session that changed files begins with `{named}`\nhint: `chaperone undo list` names them; paths begin with `/` or `./`"
            );
            Err(Stop::new(Exit::NotFound, said).into())
        }
        more => {
            let said = format!("{} sessions begin so\nhint: write more of the id", more.len());
            Err(Stop::new(Exit::Words, said).into())
        }
    }
}

/// What was taken away at or below these paths: as it stood before the last session that touched each.
fn of_paths(sessions: &[Session], history: &History, paths: &[PathBuf]) -> Vec<Lost> {
    let mut met = BTreeSet::new();
    let mut all = Vec::new();
    for session in sessions.iter().rev() {
        let meant = |one: &Lost| paths.iter().any(|path| one.path.starts_with(path));
        let lost = lost::of(session, history).into_iter().filter(meant);
        all.extend(lost.filter(|one| met.insert(one.path.clone())));
    }
    all
}

/// The same below another folder, with the paths that they have below the folder around all of them.
fn elsewhere(mut pieces: Vec<Piece>, folder: &Path) -> Result<Vec<Piece>> {
    let folder = folder.canonicalize().with_context(|| {
        format!("cannot put anything into {}\nhint: make it first", folder.display())
    })?;
    let mut around = pieces.first().and_then(|it| it.path.parent()).unwrap_or(Path::new("/"));
    while !pieces.iter().all(|piece| piece.path.starts_with(around)) {
        around = around.parent().unwrap_or(Path::new("/"));
    }
    let around = around.to_owned();
    for piece in &mut pieces {
        piece.path = folder.join(piece.path.strip_prefix(&around)?);
        (piece.until_unix_ns, piece.names) = (None, Vec::new());
    }
    Ok(pieces)
}

/// Says what would come back and what not, and asks for a yes.
fn agreed(pieces: &[Piece], would: &[Done]) -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        let said = "nobody is at the terminal to agree\nhint: --dry-run shows what would be done, --yes does it";
        return Err(Stop::new(Exit::Words, said).into());
    }
    const SHOWN: usize = 20;
    let back = |done: &Done| matches!(done, Done::Restored(_));
    let count = would.iter().filter(|done| back(done)).count();
    for (piece, _) in pieces.iter().zip(would).filter(|(_, done)| back(done)).take(SHOWN) {
        crate::say!("  {}", plain(&piece.path.to_string_lossy()));
    }
    if count > SHOWN {
        crate::say!("  and {} more", count - SHOWN);
    }
    crate::say!("put back {count} of {}? [y/N]", pieces.len());
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(matches!(line.trim(), "y" | "Y" | "yes"))
}

fn tell(pieces: &[Piece], done: &[Done], words: &Words, common: &Common) -> Result<Exit> {
    let (mut back, mut same, mut left) = (0, 0, 0);
    for (piece, done) in pieces.iter().zip(done) {
        let (is_back, why) = match done {
            Done::Restored(lacks) => {
                back += 1;
                (true, lacks.iter().map(|lack: &Lack| lack.name()).collect::<Vec<_>>().join(", "))
            }
            Done::Same => {
                same += 1;
                continue;
            }
            Done::Refused(refused) => (false, refused.name().to_owned()),
            Done::Failed(error) => (false, error.to_string()),
        };
        left += usize::from(!is_back);
        let path = piece.path.to_string_lossy();
        if common.json {
            let why = (!why.is_empty()).then_some(why);
            out::json(
                &json!({ "undone": { "path": path, "back": is_back, "dry_run": words.dry_run, "why": why } }),
            )?;
        } else if !is_back {
            out::line(&format!("not back  {}: {}", plain(&path), plain(&why)))?;
        } else if words.dry_run || !why.is_empty() {
            let but = if why.is_empty() { String::new() } else { format!(": {why}") };
            let word = if words.dry_run { "would be back" } else { "back" };
            out::line(&format!("{word}  {}{but}", plain(&path)))?;
        }
    }
    let would = if words.dry_run { "would be " } else { "" };
    crate::say!("{back} {would}back, {left} not, {same} stood so already");
    if left > 0 {
        crate::say!("hint: --force replaces what was changed since, --to puts it elsewhere");
        return Ok(Exit::Different);
    }
    Ok(Exit::Done)
}
