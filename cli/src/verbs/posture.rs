//! `chaperone posture`: how every agent stands, and what to do about it.

use anyhow::Result;
use clap::Args;
use event::AssetId;
use event::show::{brief, plain};
use inventory::posture::{self, Posture, Reason};
use inventory::reach::flaws;
use inventory::sound::Flaw;
use std::collections::HashMap;

use super::inventory::{Where, reach};
use super::{Common, Exit};
use crate::out::{self, Colour};
use crate::worker::Found;

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
        let found = self.place.judge(common)?;
        let table = reach::table()?;
        let maps = reach::of(&found, &table);
        let reached = maps.iter().map(|map| (map.agent, flaws(map, &table))).collect();
        let Found { inventory, flaws: found, .. } = found;
        let mut wrong: HashMap<AssetId, Vec<Flaw>> = HashMap::new();
        for (of, flaw) in found {
            if let Some(of) = of {
                wrong.entry(of).or_default().push(flaw);
            }
        }
        let mut agents = posture::of(&inventory, &wrong, &reached);
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
        if common.json {
            for unsure in &inventory.unsure {
                out::json(&serde_json::json!({ "unsure": unsure }))?;
            }
        } else {
            super::inventory::say(&inventory.unsure);
        }
        Ok(super::inventory::exit(&inventory.unsure))
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
                &format!("            fix: {}", plain(&reason.flaw.fix)),
                Colour::Dim,
                colour,
            ))?;
        }
        if let Some(more) = agent.reasons.len().checked_sub(most).filter(|more| *more > 0) {
            out::line(&format!("            {more} more (--all)"))?;
        }
        if !agent.reaches.is_empty() {
            let keys: std::collections::BTreeSet<&str> =
                agent.reaches.iter().map(|key| &*key.text).collect();
            let keys: Vec<&str> = keys.into_iter().collect();
            let (count, keys) = (agent.reaches.len(), brief(&keys.join(", "), 200));
            out::line(&format!(
                "     its account holds {count} keys: {keys}; `inventory reach` says what it could touch"
            ))?;
        }
        out::line("")?;
        Ok(())
    }
}

fn line(reason: &Reason) -> String {
    let Reason { points, flaw } = reason;
    let line = if flaw.line == 0 { String::new() } else { format!(":{}", flaw.line) };
    let kind = plain(&flaw.kind).replace('_', " ");
    let what = format!("{kind} {}", brief(&flaw.name, 40));
    format!("     -{points:<4} {}; {what}  {}{line}", plain(&flaw.title), plain(&flaw.place))
}
