//! `chaperone posture`: how every agent stands, and what to do about it.

use anyhow::{Result, bail};
use clap::Args;
use event::AssetId;
use event::show::{brief, plain};
use inventory::posture::{self, Posture, Reason};
use inventory::sound::{Flaw, Soundness, of_asset};
use std::collections::HashMap;

use super::inventory::Where;
use super::{Common, Exit};
use crate::out::{self, Colour};
use crate::stages::redactor;

#[derive(Debug, Args)]
pub struct PostureVerb {
    #[command(flatten)]
    place: Where,
    /// Only this product (`claude-code`).
    #[arg(long, value_name = "PRODUCT")]
    of: Option<String>,
    /// Every reason, also those that cost little.
    #[arg(long)]
    all: bool,
}

/// Reasons that are shown of an agent unless all are wanted.
const SHOWN: usize = 8;

impl PostureVerb {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let soundness = match Soundness::shipped() {
            Ok(soundness) => soundness,
            Err(wrong) => bail!("{wrong}"),
        };
        let redact = redactor(None)?;
        let looked = self.place.look()?;
        let mut unsure = looked.inventory.unsure.clone();
        let mut flaws: HashMap<AssetId, Vec<Flaw>> = HashMap::new();
        for asset in &looked.inventory.assets {
            for subject in of_asset(asset, looked.uid_of(&asset.owner), &mut unsure) {
                flaws.entry(asset.id).or_default().extend(soundness.judge(&subject, &*redact));
            }
        }
        let mut agents = posture::of(&looked.inventory, &flaws);
        agents.retain(|agent| self.of.as_ref().is_none_or(|of| *agent.product == **of));
        agents.sort_by(|a, b| (a.score, &a.owner, &a.name).cmp(&(b.score, &b.owner, &b.name)));
        for agent in &agents {
            if common.json {
                out::json(&serde_json::json!({ "posture": agent }))?;
            } else {
                self.show(agent)?;
            }
        }
        if agents.is_empty() {
            crate::say!("no agent was found");
        }
        for unsure in unsure.iter().filter(|_| !common.json) {
            let label = out::label("not looked at: ", Colour::Yellow);
            crate::say!("{label}{}: {}", plain(&unsure.place), plain(&unsure.why));
        }
        Ok(Exit::Done)
    }

    fn show(&self, agent: &Posture) -> Result<()> {
        let colour = out::coloured();
        let paint = match agent.score {
            0..50 => Colour::Red,
            50..80 => Colour::Yellow,
            _ => Colour::Green,
        };
        let version = agent.version.as_deref().unwrap_or("");
        let name = format!("{} {}", plain(&agent.name), plain(version));
        let score = out::paint(&format!("{:>3} of 100", agent.score), paint, colour);
        let name = out::paint(name.trim_end(), Colour::Bold, colour);
        out::line(&format!("{score}  {name}, {}", plain(&agent.owner)))?;
        let most = if self.all { usize::MAX } else { SHOWN };
        for reason in agent.reasons.iter().take(most) {
            out::line(&line(reason))?;
            out::line(&out::paint(
                &format!("            fix: {}", reason.flaw.fix),
                Colour::Dim,
                colour,
            ))?;
        }
        if let Some(more) = agent.reasons.len().checked_sub(most).filter(|more| *more > 0) {
            out::line(&format!("            {more} more (--all)"))?;
        }
        if !agent.reaches.is_empty() {
            let keys: Vec<String> = agent
                .reaches
                .iter()
                .map(|key| format!("{} {}", key.text, plain(&key.at.place)))
                .collect();
            out::line(&format!("     could read {}", brief(&keys.join(", "), 400)))?;
        }
        out::line("")?;
        Ok(())
    }
}

fn line(reason: &Reason) -> String {
    let Reason { points, flaw } = reason;
    let line = if flaw.line == 0 { String::new() } else { format!(":{}", flaw.line) };
    let kind = flaw.kind.replace('_', " ");
    let what = format!("{kind} {}", brief(&flaw.name, 40));
    format!("     -{points:<4} {}; {what}  {}{line}", plain(&flaw.title), plain(&flaw.place))
}
