//! `chaperone inventory diff`: what came, changed and went between two looks.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use event::show::{brief, plain};
use event::{Asset, Became};
use inventory::change::{Change, changes};
use inventory::{Inventory, Unsure};
use serde::Deserialize;

use super::Where;
use crate::out::{self, Colour};
use crate::verbs::{Common, Exit};

#[derive(Debug, Args)]
pub struct Diff {
    /// What `chaperone inventory --json` wrote earlier.
    #[arg(value_name = "A")]
    before: PathBuf,
    /// The same of later [default: this host now].
    #[arg(value_name = "B")]
    after: Option<PathBuf>,
    #[command(flatten)]
    place: Where,
}

/// A line of `chaperone inventory --json`.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Asset(Box<Asset>),
    Unsure(Unsure),
}

/// Longest file that is read, in bytes.
const MOST: u64 = 256 << 20;

impl Diff {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let before = read(&self.before)?;
        let after = match &self.after {
            Some(path) => read(path)?,
            None => self.place.look(common)?.inventory,
        };
        let changes = changes(&before, &after);
        for change in &changes {
            show(change, common)?;
        }
        super::say(&after.unsure);
        if changes.is_empty() {
            crate::say!("nothing came, changed or went");
        }
        Ok(if changes.is_empty() { super::exit(&after.unsure) } else { Exit::Different })
    }
}

fn read(path: &Path) -> Result<Inventory> {
    let cannot = || format!("cannot read {}", path.display());
    let length = std::fs::metadata(path).with_context(cannot)?.len();
    if length > MOST {
        bail!("{} has {length} bytes, more than {MOST}", path.display());
    }
    let text = std::fs::read_to_string(path).with_context(cannot)?;
    let mut inventory = Inventory::default();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str(line) {
            Ok(Line::Asset(asset)) => inventory.assets.push(*asset),
            Ok(Line::Unsure(unsure)) => inventory.unsure.push(unsure),
            Err(error) => bail!(
                "{}, line {}: {error}\nhint: give it what `chaperone inventory --json` wrote",
                path.display(),
                at + 1
            ),
        }
    }
    Ok(inventory)
}

/// One change, for people or programs.
pub fn show(change: &Change, common: &Common) -> Result<()> {
    let Change { became, asset, digest_before, differs } = change;
    if common.json {
        return out::json(&serde_json::json!({
            "became": became, "asset": asset, "digest_before": digest_before, "differs": differs,
        }));
    }
    let (sign, shade) = match became {
        Became::Known | Became::Appeared => ("+", Colour::Green),
        Became::Changed => ("~", Colour::Yellow),
        Became::Gone => ("-", Colour::Red),
    };
    let colour = out::coloured();
    let kind = asset.what.kind().replace('_', " ");
    let place = asset.evidence.first().map_or("", |evidence| &*evidence.place);
    let owner = if asset.owner.is_empty() { "this host" } else { &*asset.owner };
    out::line(&out::paint(
        &format!("{sign} {kind} {}  of {}  {}", brief(&asset.name, 60), plain(owner), plain(place)),
        shade,
        colour,
    ))?;
    for one in differs {
        for was in &one.was {
            out::line(&format!("    {}: - {}", plain(&one.what), brief(was, 140)))?;
        }
        for is in &one.is {
            out::line(&format!("    {}: + {}", plain(&one.what), brief(is, 140)))?;
        }
    }
    if let (Some(before), Some(now)) = (digest_before, &asset.digest)
        && differs.is_empty()
    {
        let short = |hash: &str| hash.chars().take(12).collect::<String>();
        out::line(&format!("    content: {} is {} now", short(before), short(now)))?;
    }
    Ok(())
}
