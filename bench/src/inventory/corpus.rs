//! Skills and tool servers of public collections, hostile and harmless: how many are judged rightly, by class
//! of attack. Markers of the collections are taken out before anything is looked at.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use event::Verbatim;
use inventory::sound::{Level, Soundness, of_path};
use serde_json::{Map, Value, json};

use super::peers::{self, Peer};
use crate::figure::{Figure, Target, progress};
use crate::measure::{binomial, median};
use crate::workspace;

/// From here on a sample counts as found.
const FOUND: Level = Level::Medium;

#[derive(Default)]
struct Class {
    samples: u64,
    flagged: u64,
    /// Those that the other scanner could look at.
    beside: Beside,
}

#[derive(Default)]
struct Beside {
    samples: u64,
    ours: u64,
    flagged: u64,
    refused: u64,
}

pub fn measure(chaperone: Option<&Path>) -> Result<()> {
    let soundness = Soundness::shipped()?;
    let place = tempfile::tempdir()?;
    let Some(samples) = samples()? else {
        progress("skipped: the evaluation data is not here");
        return Ok(());
    };
    for (at, sample) in samples.iter().enumerate() {
        copy(&sample.path, &place.path().join(at.to_string()))?;
    }
    let peer = peers::corpus::of_skills();
    let verdicts = match &peer {
        Some(peer) => speed(peer, place.path(), chaperone)?,
        None => BTreeMap::new(),
    };
    let mut classes: BTreeMap<String, Class> = BTreeMap::new();
    let mut harmless = Class::default();
    for (at, sample) in samples.iter().enumerate() {
        let folder = place.path().join(at.to_string());
        let mut unsure = Vec::new();
        let mut flaws = Vec::new();
        of_path(&folder, &Verbatim, &mut unsure, &mut |subject| {
            flaws.extend(soundness.judge(&subject, &Verbatim));
        });
        flaws.retain(|flaw| flaw.level >= FOUND);
        let class = match &sample.class {
            Some(class) => classes.entry(class.clone()).or_default(),
            None => &mut harmless,
        };
        class.samples += 1;
        class.flagged += u64::from(!flaws.is_empty());
        if let Some(verdict) = verdicts.get(&at.to_string()) {
            class.beside.samples += 1;
            class.beside.ours += u64::from(!flaws.is_empty());
            class.beside.flagged += u64::from(verdict.flagged);
            class.beside.refused += u64::from(verdict.refused);
        }
        if sample.class.is_some() == flaws.is_empty() {
            let rules: Vec<&str> = flaws.iter().map(|flaw| &*flaw.rule).collect();
            let said = sample.class.as_deref().unwrap_or("harmless");
            progress(format!("{said}: {} {}", sample.path.display(), rules.join(" ")));
        }
    }
    for (class, counts) in &classes {
        figure(format!("found, {class}"), counts, Target::AtLeast(90.0), peer.as_ref());
    }
    figure("found, harmless ones".into(), &harmless, Target::AtMost(5.0), peer.as_ref());
    Ok(())
}

/// How long both take for all of it, in turns; and what the other one says.
fn speed(
    peer: &Peer,
    place: &Path,
    chaperone: Option<&Path>,
) -> Result<BTreeMap<String, peers::corpus::Verdict>> {
    const ROUNDS: usize = 3;
    let program = crate::daemon::program(chaperone)?;
    let (mut ours, mut theirs, mut verdicts) = (Vec::new(), Vec::new(), BTreeMap::new());
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let scan = Command::new(&program).args(["scan", "--json"]).arg(place).output()?;
        ours.push(began.elapsed().as_secs_f64());
        ensure!(!scan.stdout.is_empty(), "`scan` told nothing");
        progress(peer.name);
        let began = Instant::now();
        verdicts = peers::corpus::skills(peer, place)?;
        theirs.push(began.elapsed().as_secs_f64());
    }
    let (value, spread) = median(&ours);
    let (beside, (least, most)) = median(&theirs);
    let said = json!({ "median s": beside, "least": least, "most": most });
    Figure {
        what: "scan of the corpus".into(),
        value,
        unit: "s",
        peers: Map::from_iter([(peer.called(), said)]),
        workload: format!("the other one looks at {} skills of it", verdicts.len()),
        n: ROUNDS,
        spread,
        ..Figure::default()
    }
    .print();
    Ok(verdicts)
}

fn figure(what: String, class: &Class, target: Target, peer: Option<&Peer>) {
    let (least, most) = binomial(class.flagged, class.samples);
    let mut peers = Map::new();
    if let Some(peer) = peer.filter(|_| class.beside.samples > 0) {
        let beside = &class.beside;
        let said = json!({
            "medium and above": beside.flagged, "its own no": beside.refused,
            "of skills": beside.samples, "ours of them": beside.ours,
        });
        peers.insert(peer.called(), said);
    }
    Figure {
        what,
        value: 100.0 * class.flagged as f64 / class.samples.max(1) as f64,
        unit: "%",
        target: Some(target),
        peers,
        workload: format!("{} of {}; exact 95 % interval", class.flagged, class.samples),
        n: class.samples as usize,
        spread: (100.0 * least, 100.0 * most),
        ..Figure::default()
    }
    .print();
}

/// A file or a folder, and the class of its attack.
struct Sample {
    path: PathBuf,
    class: Option<String>,
}

fn samples() -> Result<Option<Vec<Sample>>> {
    let Some(mcp) = workspace::shared("mcp/skillfortify/benchmarks") else { return Ok(None) };
    let manifest: Value = serde_json::from_str(&fs::read_to_string(mcp.join("manifest.json"))?)?;
    let mut samples = Vec::new();
    for entry in manifest["entries"].as_array().context("the manifest has entries")? {
        let path = mcp.join(entry["path"].as_str().context("an entry has a path")?);
        let attack = entry["attack_type"].as_str().filter(|_| entry["is_malicious"] == true);
        let form = entry["format"].as_str().unwrap_or_default();
        let whole = if form == "mcp" {
            path.clone()
        } else {
            path.parent().map_or(path.clone(), Path::to_owned)
        };
        samples.push(Sample {
            path: whole,
            class: attack.map(|attack| format!("skillfortify {attack}")),
        });
    }
    if let Some(cisco) = workspace::shared("cisco_skills/evals") {
        expected(&cisco, &mut samples)?;
    }
    Ok(Some(samples))
}

/// Folders with `_expected.json`.
fn expected(folder: &Path, samples: &mut Vec<Sample>) -> Result<()> {
    let answer = folder.join("_expected.json");
    if let Ok(text) = fs::read_to_string(&answer) {
        let answer: Value = serde_json::from_str(&text)?;
        let hostile = answer["expected_safe"] == false;
        samples.push(Sample {
            path: folder.to_owned(),
            class: hostile.then(|| "cisco skills".to_owned()),
        });
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            expected(&entry.path(), samples)?;
        }
    }
    Ok(())
}

/// Copies without what names the collection.
fn copy(from: &Path, to: &Path) -> Result<()> {
    if from.is_file() {
        fs::create_dir_all(to)?;
        let name = from.file_name().context("a file has a name")?;
        if name == "_expected.json" {
            return Ok(());
        }
        fs::write(to.join(name), clean(&fs::read_to_string(from)?))?;
        return Ok(());
    }
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let below =
            if entry.file_type()?.is_dir() { to.join(entry.file_name()) } else { to.to_owned() };
        copy(&entry.path(), &below)?;
    }
    Ok(())
}

fn clean(text: &str) -> String {
    let marked =
        |line: &&str| !line.contains("SKILLFORTIFYBENCH") && !line.contains("skillfortifybench");
    text.lines().filter(marked).map(|line| format!("{line}\n")).collect()
}
