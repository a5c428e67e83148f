//! `chaperone mcp install` and `uninstall`: settings of products lead to their servers through us, and back.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use content::mcp::settings::{Moved, addresses, readdressed, unwrapped, wrapped};
use event::What;
use event::show::{brief, plain};

use super::super::hook::files::{beside, read, refuse_others, write};
use super::super::inventory::Where;
use super::super::{Common, Exit};
use crate::config::gateway::Gateway;
use crate::out;

#[derive(Debug, Args)]
pub struct Install {
    /// Write it; else what would be written is shown.
    #[arg(long)]
    write: bool,
    #[command(flatten)]
    place: Where,
    /// Only these files of settings (JSON) [default: those of this account that name servers].
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Through us.
    Through,
    /// As it was.
    Back,
}

impl Install {
    pub fn run(self, common: &Common, way: Way) -> Result<Exit> {
        let program = std::env::current_exe()?;
        let program = program.to_str().context("the path of this program is no text")?.to_owned();
        let ours = Ours { program, gateway: common.config()?.gateway };
        let files = match self.files.is_empty() {
            true => self.found(common)?,
            false => self.files.iter().cloned().collect(),
        };
        let mut left = false;
        for file in files {
            match self.one(&file, &ours, way, common) {
                Ok(()) => {}
                Err(error) => {
                    left = true;
                    crate::say!("left alone: {error:#}");
                }
            }
        }
        if !self.write {
            crate::say!("nothing is written yet: `--write` does");
        }
        Ok(if left { Exit::Unsure } else { Exit::Done })
    }

    /// Files that name servers.
    fn found(&self, common: &Common) -> Result<BTreeSet<PathBuf>> {
        let found = self.place.look(common)?;
        let servers =
            found.inventory.assets.iter().filter(|it| matches!(it.what, What::ToolServer(_)));
        let places = servers.flat_map(|asset| &asset.evidence);
        let files = places.map(|evidence| PathBuf::from(&*evidence.place));
        Ok(files.filter(|file| file.extension().is_some_and(|it| it == "json")).collect())
    }

    fn one(&self, file: &Path, ours: &Ours, way: Way, common: &Common) -> Result<()> {
        let named = || file.display().to_string();
        let real = std::fs::canonicalize(file).with_context(named)?;
        refuse_others(real.parent().context("a file has a folder")?)?;
        let text = read(&real)?.unwrap_or_default();
        let (edited, changes) = ours.changed(&text, way).with_context(named)?;
        if way == Way::Through {
            ours.unknown(&text).with_context(named)?;
        }
        if changes.is_empty() {
            return Ok(());
        }
        self.tell(&real, &changes, way, common)?;
        if !self.write {
            return Ok(());
        }
        let kept = beside(&real);
        match way {
            Way::Through => {
                if !kept.exists() {
                    write(&kept, &text, &real)?;
                }
                write(&real, &edited, &real)
            }
            Way::Back => {
                let before = read(&kept)?;
                let same = |before: &String| {
                    ours.changed(before, Way::Through).is_ok_and(|it| it.0 == text)
                };
                let back = before.filter(same).unwrap_or(edited);
                write(&real, &back, &real)?;
                if kept.exists() {
                    std::fs::remove_file(&kept).with_context(|| kept.display().to_string())?;
                }
                Ok(())
            }
        }
    }

    fn tell(&self, file: &Path, changes: &[Change], way: Way, common: &Common) -> Result<()> {
        if common.json {
            let names: Vec<&str> = changes.iter().map(|one| &*one.name).collect();
            let through = way == Way::Through;
            let said = serde_json::json!({
                "file": file, "servers": names, "wrapped": through, "written": self.write,
            });
            return out::json(&said);
        }
        out::line(&plain(&file.display().to_string()))?;
        for Change { name, was, now } in changes {
            let name = brief(name, 60);
            out::line(&format!("- {name}: {}\n+ {name}: {}", brief(was, 120), brief(now, 200)))?;
        }
        Ok(())
    }
}

/// Where we are.
struct Ours {
    program: String,
    gateway: Gateway,
}

/// A server that is reached otherwise.
struct Change {
    name: String,
    was: String,
    now: String,
}

impl Ours {
    /// The text with every server led through us, or as it was.
    fn changed(&self, text: &str, way: Way) -> Result<(String, Vec<Change>)> {
        let (started, addressed) = match way {
            Way::Through => {
                let started = wrapped(text, &self.program)?;
                let addressed = readdressed(&started.0, &|url| self.gateway.through(url))?;
                (started.1, addressed)
            }
            Way::Back => {
                let started = unwrapped(text)?;
                let addressed = readdressed(&started.0, &|url| self.gateway.behind(url))?;
                (started.1, addressed)
            }
        };
        let mut changes: Vec<Change> =
            started.into_iter().map(|moved| started_change(moved, way)).collect();
        changes.extend(addressed.1.into_iter().map(|moved| self.addressed_change(moved, way)));
        Ok((addressed.0, changes))
    }

    fn addressed_change(&self, moved: Moved, way: Way) -> Change {
        let Moved { name, was } = moved;
        let now = match way {
            Way::Through => self.gateway.through(&was),
            Way::Back => self.gateway.behind(&was),
        };
        Change { name, was, now: now.unwrap_or_default() }
    }

    /// Says which servers are asked past us.
    fn unknown(&self, text: &str) -> Result<()> {
        for (name, url) in addresses(text)? {
            if self.gateway.through(&url).is_none() && self.gateway.behind(&url).is_none() {
                let (name, url) = (brief(&name, 60), brief(&url, 120));
                crate::say!(
                    "left alone: {name} at {url}, which is in no `[gateway.mcp.NAME]`\nhint: name it there as `url`, with `gateway.listen` set, and install again"
                );
            }
        }
        Ok(())
    }
}

fn started_change(moved: Moved, way: Way) -> Change {
    let Moved { name, was } = moved;
    match way {
        Way::Through => {
            let now = format!("chaperone mcp wrap --name {name} -- {was} …");
            Change { name, was: format!("{was} …"), now }
        }
        Way::Back => Change { name, was: "chaperone mcp wrap …".into(), now: "as it was".into() },
    }
}
