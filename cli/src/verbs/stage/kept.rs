//! Staged runs on the disk: a folder each, with the layer and what it belongs to.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result};
use event::Text;
use event::show::brief;
use rustix::fs::{FlockOperation, flock};
use sandbox::launch::Layer;
use sandbox::stage::{Open, Staged, remove};
use serde::{Deserialize, Serialize};

use super::Of;
use crate::config::Config;
use crate::verbs::{Exit, Stop};

const ABOUT: &str = "about.json";

/// Where staged runs are kept.
pub struct Room(PathBuf);

/// What a layer belongs to.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The folder that was worked on.
    pub workspace: PathBuf,
    /// The command line, as one would read it.
    pub program: Text,
    /// The profile.
    pub profile: Text,
    /// When it began, as files are told, in ns since 1970.
    pub began_unix_ns: i64,
}

/// A staged run.
#[derive(Debug)]
pub struct Kept {
    /// Its name.
    pub name: String,
    /// What it belongs to.
    pub about: About,
    dir: PathBuf,
    /// Held while somebody works with it.
    _lock: Option<File>,
}

impl Room {
    /// In the data directory.
    pub fn of(config: &Config) -> Self {
        Self(config.data_dir().join("stages"))
    }

    /// A new one, held until it is dropped.
    pub fn make(&self, workspace: &Path, program: Text, profile: Text) -> Result<Kept> {
        let now = jiff::Timestamp::now().strftime("%Y%m%d-%H%M%S").to_string();
        let name = format!("{now}-{}", std::process::id());
        let dir = self.0.join(&name);
        let make = || -> io::Result<i64> {
            std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.0)?;
            for folder in [dir.clone(), dir.join("work"), dir.join("upper")] {
                std::fs::DirBuilder::new().mode(0o700).create(&folder)?;
            }
            // The top of the layer is the workspace, to whoever looks at it through the layer.
            let upper = dir.join("upper");
            std::fs::set_permissions(&upper, workspace.metadata()?.permissions())?;
            let made = upper.metadata()?;
            Ok(made.ctime() * 1_000_000_000 + made.ctime_nsec())
        };
        let began_unix_ns = make().with_context(|| {
            format!(
                "cannot keep changes in {}\nhint: --data-dir names another place",
                dir.display()
            )
        })?;
        let about = About { workspace: workspace.to_owned(), program, profile, began_unix_ns };
        std::fs::write(dir.join(ABOUT), serde_json::to_vec(&about)?)?;
        let lock = hold(&dir)?;
        Ok(Kept { name, about, dir, _lock: Some(lock) })
    }

    /// All of them, the oldest first.
    pub fn all(&self) -> Result<Vec<Kept>> {
        let listed = match std::fs::read_dir(&self.0) {
            Ok(listed) => listed,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", self.0.display()));
            }
        };
        let one = |entry: std::fs::DirEntry| {
            let (name, dir) = (entry.file_name().into_string().ok()?, entry.path());
            let text = std::fs::read(dir.join(ABOUT)).ok()?;
            let about = serde_json::from_slice(&text).ok()?;
            Some(Kept { name, about, dir, _lock: None })
        };
        let mut all: Vec<Kept> = listed.flatten().filter_map(one).collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(all)
    }

    /// The one that is meant.
    pub fn find(&self, of: &Of) -> Result<Kept> {
        let mut meant: Vec<Kept> =
            self.all()?.into_iter().filter(|kept| kept.name.starts_with(&of.session)).collect();
        let named = brief(&of.session, 80);
        match meant.len() {
            1 => Ok(meant.remove(0)),
            0 => Err(Stop::new(
                Exit::NotFound,
                format!(
                    "no staged run is called `{named}`\nhint: `chaperone stage list` names them"
                ),
            )
            .into()),
            more => Err(Stop::new(
                Exit::Words,
                format!("{more} staged runs begin with `{named}`\nhint: write more of the name"),
            )
            .into()),
        }
    }

    /// The one that is meant, for oneself alone.
    pub fn take(&self, of: &Of) -> Result<Kept> {
        let mut kept = self.find(of)?;
        kept._lock = Some(hold(&kept.dir)?);
        Ok(kept)
    }
}

impl Kept {
    /// Where the kernel puts changes.
    pub fn layer(&self) -> Layer {
        Layer { upper: self.dir.join("upper"), work: self.dir.join("work") }
    }

    /// The layer over its workspace.
    pub fn staged(&self) -> Staged {
        Staged {
            upper: self.dir.join("upper"),
            workspace: self.about.workspace.clone(),
            began_unix_ns: self.about.began_unix_ns.into(),
        }
    }

    /// Whether its run is still going, or somebody decides about it.
    pub fn is_busy(&self) -> bool {
        self._lock.is_none() && hold(&self.dir).is_err()
    }

    /// Removes it with all that it holds.
    pub fn forget(self) -> Result<()> {
        let above = self.dir.parent().unwrap_or(Path::new("/"));
        let removed = Open::folder(above).and_then(|above| remove(&above, OsStr::new(&self.name)));
        removed.with_context(|| format!("cannot remove {}", self.dir.display()))
    }

    /// Paths of the command line as the workspace has them.
    pub fn paths(&self, of: &Of) -> Vec<PathBuf> {
        let one = |path: &PathBuf| -> PathBuf {
            let path = path.strip_prefix(&self.about.workspace).unwrap_or(path);
            path.components().filter(|part| !matches!(part, Component::CurDir)).collect()
        };
        of.paths.iter().map(one).collect()
    }
}

fn hold(dir: &Path) -> Result<File> {
    let file = File::open(dir.join(ABOUT)).context("cannot open the staged run")?;
    flock(&file, FlockOperation::NonBlockingLockExclusive).map_err(|_| {
        Stop::new(
            Exit::Busy,
            "the run is still going, or somebody decides about it already\nhint: end it first",
        )
    })?;
    Ok(file)
}
