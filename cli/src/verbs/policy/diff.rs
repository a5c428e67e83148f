//! `chaperone policy diff`: which policies are other, and what they would decide otherwise.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, anyhow};
use engine::Wanted;
use event::show::plain;
use event::{Effect, Text};
use policy::{Changed, Difference, Guide, Profile, case};
use serde_json::json;

use super::shown;
use crate::config::Config;
use crate::out::{self, Colour, paint};
use crate::policies::{self, Own, guide, put};
use crate::record::{self, Filter};
use crate::verbs::{Common, Exit};

/// What decisions are compared on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    Cases,
    /// Cases, and everything that was recorded.
    Record(Profile),
}

pub fn diff(old: &Path, new: &Path, on: On, common: &Common) -> Result<Exit> {
    let config = common.config()?;
    let read = |path: &Path| -> Result<Guide> {
        guide(&config, &Own::read(Some(path))?).map_err(|refusals| policies::refused(&refusals))
    };
    let guides = [read(old)?, read(new)?];
    let differences = policy::diff(&guides[0], &guides[1]);
    tell(&differences, common.json)?;
    let mut others = cases(&guides, &[old, new], common.json)?;
    if let On::Record(profile) = on {
        others += recorded(&guides, &config, profile, common.json)?;
    }
    if !common.json {
        out::line(&format!("{} policies are other, {others} decisions", differences.len()))?;
    }
    Ok(if differences.is_empty() && others == 0 { Exit::Done } else { Exit::Different })
}

/// Each policy that is other, with its text before and now.
pub fn tell(differences: &[Difference], json: bool) -> Result<()> {
    for Difference { policy, changed, texts: [before, now] } in differences {
        let what = match changed {
            Changed::Added => "new".to_owned(),
            Changed::Removed => "gone".to_owned(),
            Changed::Effect(before, now) => format!("{} instead of {}", now.name(), before.name()),
            Changed::Text => "another text".to_owned(),
            Changed::Moved => "written elsewhere or otherwise, says the same".to_owned(),
        };
        if json {
            out::json(&json!({ "policy": policy, "changed": what, "before": before, "now": now }))?;
            continue;
        }
        out::line(&format!("{}: {what}", plain(policy)))?;
        if *changed == Changed::Moved {
            continue;
        }
        for (sign, text, shade) in [("-", before, Colour::Red), ("+", now, Colour::Green)] {
            for line in text.lines().filter(|line| !line.trim().is_empty()) {
                out::line(&paint(&format!("  {sign} {}", plain(line)), shade, out::coloured()))?;
            }
        }
    }
    Ok(())
}

/// Cases that come out otherwise: those that ship, and those beside the policies.
fn cases(guides: &[Guide; 2], places: &[&Path; 2], json: bool) -> Result<u64> {
    let mut texts: Vec<(String, String)> = policy::shipped_cases()
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    for place in places {
        texts.extend(put::read(place, |name| name.ends_with(".cases.yaml"))?);
    }
    // One file may lie beside both.
    texts.retain(|(name, _)| name.ends_with(".cases.yaml"));
    texts.sort();
    texts.dedup();
    let mut others = 0;
    for (file, text) in &texts {
        for case in case::parse(text).map_err(|error| anyhow!("{file}: {error}"))? {
            let action = case.action();
            let [before, now] = guides.each_ref().map(|it| it.decide(case.profile, &action).would);
            if before == now {
                continue;
            }
            others += 1;
            if json {
                out::json(
                    &json!({ "case": case.that, "file": file, "before": before, "now": now }),
                )?;
            } else {
                let said = plain(&case.that);
                out::line(&format!("{} instead of {}: {said}", shown(now), shown(before)))?;
            }
        }
    }
    Ok(others)
}

/// Different things that are told of one row.
const TOLD: usize = 3;

#[derive(Default)]
struct Row {
    times: u64,
    of: Vec<String>,
}

/// What was recorded and would be decided otherwise.
fn recorded(guides: &[Guide; 2], config: &Config, profile: Profile, json: bool) -> Result<u64> {
    crate::verbs::readable(&config.data_dir())?;
    let mut wanted = Wanted::new(policies::teams(config));
    let mut rows: BTreeMap<(Text, Effect, Effect), Row> = BTreeMap::new();
    let damage = record::each(config, &Filter::default(), usize::MAX, |act| {
        for action in wanted.of(&act) {
            let [before, now] = guides.each_ref().map(|it| it.decide(profile, &action).would);
            if before == now {
                continue;
            }
            let agent = action.principal.agent().map_or("people".into(), |it| it.product.clone());
            let row = rows.entry((agent, before, now)).or_default();
            row.times += u64::from(act.event.count);
            let of = action.object.named();
            if row.of.len() < TOLD && !row.of.contains(&of) {
                row.of.push(of);
            }
        }
        Ok(())
    })?;
    damage.warn();
    let mut others = 0;
    for ((agent, before, now), Row { times, of }) in &rows {
        others += times;
        if json {
            out::json(
                &json!({ "agent": agent, "before": before, "now": now, "times": times, "of": of }),
            )?;
        } else {
            out::line(&format!(
                "{} instead of {}: {times} times by {}: {}",
                shown(*now),
                shown(*before),
                plain(agent),
                of.join(", ")
            ))?;
        }
    }
    Ok(others)
}
