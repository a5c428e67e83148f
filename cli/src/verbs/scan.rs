//! `chaperone scan`: whether what agents load is sound.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use event::What;
use event::show::{brief, plain};
use inventory::Unsure;
use inventory::sound::{Flaw, Level, Rule, Soundness};
use serde_json::{Value, json};

use super::inventory::Where;
use super::{Common, Exit};
use crate::out::{self, Colour};
use crate::worker::{self, Found};

#[derive(Debug, Args)]
pub struct Scan {
    /// `agents`: everything that agents of this host load; or files and folders.
    #[arg(required = true, value_name = "agents|PATH")]
    what: Vec<PathBuf>,
    #[command(flatten)]
    place: Where,
    /// Leave out what is less bad.
    #[arg(long, value_enum, default_value = "low")]
    level: AtLeast,
    /// How it is told; `--json` is one flaw per line.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum AtLeast {
    Low,
    Medium,
    High,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// SARIF 2.1.0, for what shows results of scanners.
    Sarif,
}

impl AtLeast {
    fn level(self) -> Level {
        match self {
            Self::Low => Level::Low,
            Self::Medium => Level::Medium,
            Self::High => Level::High,
        }
    }
}

impl Scan {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let (mut flaws, mut unsure) = (Vec::new(), Vec::new());
        let agents = |what: &&PathBuf| what.as_os_str() == "agents" && !what.exists();
        let paths: Vec<PathBuf> = self.what.iter().filter(|it| !agents(it)).cloned().collect();
        let mut found = Vec::new();
        if self.what.iter().any(|what| agents(&what)) {
            found.push(self.agents(common)?);
        }
        if !paths.is_empty() {
            found.push(worker::judge(&paths, common)?);
        }
        for found in found {
            flaws.extend(found.flaws.into_iter().map(|(_, flaw)| flaw));
            unsure.extend(found.inventory.unsure);
        }
        flaws.retain(|flaw| flaw.level >= self.level.level());
        flaws.sort_by(|a, b| {
            (b.level, &a.place, a.line, &a.rule).cmp(&(a.level, &b.place, b.line, &b.rule))
        });
        flaws.dedup();
        if common.json {
            for flaw in &flaws {
                out::json(&json!({ "flaw": flaw }))?;
            }
            for unsure in &unsure {
                out::json(&json!({ "unsure": unsure }))?;
            }
        } else if self.format == Format::Sarif {
            let soundness = match Soundness::shipped() {
                Ok(soundness) => soundness,
                Err(wrong) => bail!("{wrong}"),
            };
            out::json(&sarif(soundness.rules(), &flaws, &unsure))?;
        } else {
            text(&flaws, &unsure)?;
        }
        Ok(match (flaws.is_empty(), unsure.is_empty()) {
            (false, _) => Exit::Flawed,
            (true, false) => Exit::Unsure,
            (true, true) => Exit::Done,
        })
    }

    fn agents(&self, common: &Common) -> Result<Found> {
        let found = self.place.judge(common)?;
        if !found.inventory.assets.iter().any(|asset| matches!(asset.what, What::Agent(_))) {
            crate::say!("no agent was found; what projects hold for one was looked at");
        }
        Ok(found)
    }
}

fn text(flaws: &[Flaw], unsure: &[Unsure]) -> Result<()> {
    let colour = out::coloured();
    for flaw in flaws {
        let paint = match flaw.level {
            Level::High => Colour::Red,
            Level::Medium => Colour::Yellow,
            Level::Low => Colour::Dim,
        };
        let line = if flaw.line == 0 { String::new() } else { format!(":{}", flaw.line) };
        let level = out::paint(&format!("{:<7}", flaw.level.name()), paint, colour);
        let title = out::paint(&plain(&flaw.title), Colour::Bold, colour);
        out::line(&format!("{level} {title}  ({})", plain(&flaw.rule)))?;
        let kind = plain(&flaw.kind).replace('_', " ");
        out::line(&format!(
            "        {kind} {}  {}{line}",
            brief(&flaw.name, 60),
            plain(&flaw.place)
        ))?;
        if !flaw.shows.is_empty() {
            out::line(&format!(
                "        {}",
                out::paint(&brief(&flaw.shows, 120), Colour::Cyan, colour)
            ))?;
        }
        out::line(&format!(
            "        why: {}\n        fix: {}\n",
            plain(&flaw.why),
            plain(&flaw.fix)
        ))?;
    }
    super::inventory::say(unsure);
    let count = |level| flaws.iter().filter(|flaw| flaw.level == level).count();
    match flaws.len() {
        0 => crate::say!("no flaws were found"),
        _ => crate::say!(
            "{} high, {} medium, {} low",
            count(Level::High),
            count(Level::Medium),
            count(Level::Low)
        ),
    }
    Ok(())
}

/// SARIF 2.1.0 (OASIS): one run, every rule, and of what could not be looked at a notification.
fn sarif(rules: &[Rule], flaws: &[Flaw], unsure: &[Unsure]) -> Value {
    let level = |level| match level {
        Level::High => "error",
        Level::Medium => "warning",
        Level::Low => "note",
    };
    let rules: Vec<Value> = rules
        .iter()
        .map(|rule| {
            json!({
                "id": rule.id,
                "shortDescription": { "text": rule.title },
                "fullDescription": { "text": rule.why },
                "help": { "text": rule.fix },
                "defaultConfiguration": { "level": level(rule.level) },
                "properties": { "tags": rule.tags },
            })
        })
        .collect();
    let results: Vec<Value> = flaws
        .iter()
        .map(|flaw| {
            json!({
                "ruleId": flaw.rule,
                "level": level(flaw.level),
                "message": { "text": format!("{}: {}. {}", flaw.name, flaw.title, flaw.why) },
                "locations": [{ "physicalLocation": {
                    "artifactLocation": { "uri": uri(&flaw.place) },
                    "region": { "startLine": flaw.line.max(1), "snippet": { "text": flaw.shows } },
                }}],
            })
        })
        .collect();
    let notes: Vec<Value> = unsure
        .iter()
        .map(|unsure| {
            json!({
                "level": "warning",
                "message": { "text": unsure.why },
                "locations": [{ "physicalLocation": { "artifactLocation": { "uri": uri(&unsure.place) } } }],
            })
        })
        .collect();
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "chaperone",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": notes,
            }],
            "results": results,
        }],
    })
}

/// A path as a reference of a URI: what may not stand in one is written as its bytes.
fn uri(path: &str) -> String {
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                uri.push(char::from(byte))
            }
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}
