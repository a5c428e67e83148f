//! Our own cases of soundness (`rules/soundness/cases.yaml`), as they are judged here and by other scanners. They were
//! written for our rules, so our own share is no proof of anything; the others meet texts that they never saw.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use event::Verbatim;
use inventory::sound::{Level, Soundness, of_path};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::peers::corpus::{self, Verdict};
use crate::figure::{Figure, progress};
use crate::workspace;

#[derive(Deserialize)]
struct File {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    rule: String,
    file: String,
    text: String,
    #[serde(default)]
    with: BTreeMap<String, String>,
}

impl Case {
    fn hostile(&self) -> bool {
        self.rule != "none"
    }

    /// Its files, in a folder of their own.
    fn put(&self, folder: &Path) -> Result<()> {
        let main = [(&self.file, &self.text)];
        for (way, text) in main.into_iter().chain(&self.with) {
            let path = folder.join(way);
            fs::create_dir_all(path.parent().context("a file has a folder")?)?;
            fs::write(path, text)?;
        }
        Ok(())
    }
}

pub fn measure() -> Result<()> {
    let text = fs::read_to_string(workspace::root().join("rules/soundness/cases.yaml"))?;
    let cases = content::yaml::parse::<File>(&text)?.cases;
    let of = |file: &str| -> Vec<&Case> { cases.iter().filter(|case| case.file == file).collect() };
    if let Some(peer) = corpus::of_skills() {
        let cases = of("SKILL.md");
        let place = tempfile::tempdir()?;
        for (at, case) in cases.iter().enumerate() {
            case.put(&place.path().join(at.to_string()))?;
        }
        progress(peer.name);
        figures("skills", &cases, &peer.called(), &corpus::skills(&peer, place.path())?)?;
    }
    if let Some(peer) = corpus::of_tools() {
        let cases = of("tools.json");
        let mut tools = Vec::new();
        for (at, case) in cases.iter().enumerate() {
            tools.extend(named(&case.text, at)?);
        }
        progress(peer.name);
        let mut verdicts: BTreeMap<String, Verdict> = BTreeMap::new();
        for (name, verdict) in corpus::tools(&peer, &tools)? {
            let at = name.rsplit('_').next().unwrap_or_default();
            let case = verdicts.entry(at.to_owned()).or_default();
            case.flagged |= verdict.flagged;
            case.refused |= verdict.refused;
        }
        figures("descriptions of tools", &cases, &peer.called(), &verdicts)?;
    }
    Ok(())
}

/// The tools of a case, whose names tell which case it is.
fn named(text: &str, case: usize) -> Result<Vec<Value>> {
    let parsed: Value = serde_json::from_str(text)?;
    let mut tools = parsed["tools"].as_array().context("a case has tools")?.clone();
    for tool in &mut tools {
        let name = format!("{}_{case}", tool["name"].as_str().unwrap_or_default());
        tool["name"] = name.into();
    }
    Ok(tools)
}

/// Hostile ones found, and harmless ones that are called hostile.
fn figures(
    what: &str,
    cases: &[&Case],
    peer: &str,
    verdicts: &BTreeMap<String, Verdict>,
) -> Result<()> {
    let soundness = Soundness::shipped()?;
    for hostile in [true, false] {
        let (mut of, mut ours, mut flagged, mut refused) = (0, 0, 0, 0);
        for (at, case) in cases.iter().enumerate().filter(|(_, case)| case.hostile() == hostile) {
            let verdict = verdicts.get(&at.to_string()).copied().unwrap_or_default();
            of += 1;
            ours += usize::from(judged(&soundness, case)?);
            flagged += usize::from(verdict.flagged);
            refused += usize::from(verdict.refused);
        }
        let said = json!({ "medium and above": flagged, "its own no": refused, "of": of });
        let sort = if hostile { "hostile" } else { "harmless" };
        Figure {
            what: format!("own cases, {what}, {sort}, flagged"),
            value: 100.0 * ours as f64 / of.max(1) as f64,
            unit: "%",
            peers: Map::from_iter([(peer.to_owned(), said)]),
            workload: format!("{ours} of {of}; written for our rules"),
            n: of,
            ..Figure::default()
        }
        .print();
    }
    Ok(())
}

fn judged(soundness: &Soundness, case: &Case) -> Result<bool> {
    let place = tempfile::tempdir()?;
    case.put(place.path())?;
    let mut flagged = false;
    of_path(place.path(), &Verbatim, &mut Vec::new(), &mut |subject| {
        let flaws = soundness.judge(&subject, &Verbatim);
        flagged |= flaws.iter().any(|flaw| flaw.level >= Level::Medium);
    });
    Ok(flagged)
}
