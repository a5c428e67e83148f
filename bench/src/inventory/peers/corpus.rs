//! The same skills and tools under scanners that judge offline, without a key.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::Peer;

/// What a scanner says of one sample.
#[derive(Clone, Copy, Debug, Default)]
pub struct Verdict {
    /// Something of level medium or above.
    pub flagged: bool,
    /// What it would refuse by itself.
    pub refused: bool,
}

/// The scanner of skills, if it is installed.
pub fn of_skills() -> Option<Peer> {
    Peer::find("cisco-ai-skill-scanner", "skill-scanner")
}

/// The scanner of descriptions of tools, if it is installed.
pub fn of_tools() -> Option<Peer> {
    Peer::find("cisco-ai-mcp-scanner", "mcp-scanner")
}

/// Verdicts over all skills below `place`, by the first folder on the way to each.
pub fn skills(peer: &Peer, place: &Path) -> Result<BTreeMap<String, Verdict>> {
    let home = tempfile::tempdir()?;
    let folder = place.to_str().context("a folder whose name is text")?;
    let args = ["scan-all", folder, "--recursive", "--format", "json", "--use-behavioral"];
    let told = peer.ask(home.path(), &args)?;
    let mut verdicts: BTreeMap<String, Verdict> = BTreeMap::new();
    for result in told["results"].as_array().context("its answer has results")? {
        let path = Path::new(result["skill_path"].as_str().context("a result has its path")?);
        let below = path.strip_prefix(place).with_context(|| path.display().to_string())?;
        let sample = below.components().next().context("a skill stands in a folder")?;
        let verdict = verdicts.entry(sample.as_os_str().to_string_lossy().into()).or_default();
        verdict.flagged |= result["max_severity"].as_str().is_some_and(is_grave);
        verdict.refused |= result["is_safe"] == false;
    }
    Ok(verdicts)
}

/// Verdicts over descriptions of tools, each told by its name.
pub fn tools(peer: &Peer, tools: &[Value]) -> Result<BTreeMap<String, Verdict>> {
    let home = tempfile::tempdir()?;
    let file = home.path().join("tools.json");
    fs::write(&file, json!({ "tools": tools }).to_string())?;
    let file = file.to_str().context("a file whose name is text")?;
    let told =
        peer.ask(home.path(), &["--analyzers", "yara", "--raw", "static", "--tools", file])?;
    let mut verdicts = BTreeMap::new();
    for tool in told.as_array().context("its answer is a list")? {
        let name = tool["tool_name"].as_str().context("a tool has a name")?;
        let mut findings = tool["findings"].as_object().into_iter().flatten();
        let flagged = findings.any(|(_, one)| one["severity"].as_str().is_some_and(is_grave));
        let refused = tool["is_safe"] == false;
        verdicts.insert(name.to_owned(), Verdict { flagged, refused });
    }
    Ok(verdicts)
}

fn is_grave(severity: &str) -> bool {
    matches!(severity, "MEDIUM" | "HIGH" | "CRITICAL")
}
