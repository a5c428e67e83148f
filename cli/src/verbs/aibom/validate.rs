//! `chaperone aibom validate`: whether files are what their format wants, and how complete they are.

use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use clap::{Args, ValueEnum};
use event::show::plain;
use inventory::aibom::{Bom, Cluster, Completeness, Elements, Problem};
use serde_json::json;

use crate::out::{self, Colour};
use crate::verbs::{Common, Exit};

#[derive(Debug, Args)]
pub struct Validate {
    /// Bills of materials: CycloneDX 1.5 to 1.7 or SPDX 3.0, as JSON; `-` is stdin.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Judge them by the minimum elements of an authority, too.
    #[arg(long, value_enum, value_name = "WHOSE")]
    check: Option<Whose>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Whose {
    /// G7: minimum elements of an SBOM for AI (May 2026).
    G7,
    /// CISA: published together with the G7, the same elements.
    Cisa,
}

impl Validate {
    pub fn run(self, common: &Common) -> Result<Exit> {
        let elements = self.check.map(|_| Elements::shipped()).transpose();
        let elements = elements.map_err(|wrong| anyhow!("minimum-elements.yaml: {wrong}"))?;
        let mut exit = Exit::Done;
        for path in &self.files {
            let (format, problems, bom) = match Bom::read(&super::bytes(path)?) {
                Ok(bom) => (Some(bom.format().name()), bom.check()?, Some(bom)),
                Err(error) => (None, vec![unread(&error.to_string())], None),
            };
            if !problems.is_empty() {
                exit = Exit::Flawed;
            }
            let judged = elements.as_ref().zip(bom.as_ref()).map(|(it, bom)| it.judge(bom));
            if common.json {
                out::json(&json!({ "validated": {
                    "file": path, "format": format, "valid": problems.is_empty(),
                    "problems": problems, "completeness": judged,
                }}))?;
            } else {
                show(path, format, &problems)?;
                judged.iter().try_for_each(complete)?;
            }
        }
        Ok(exit)
    }
}

/// What is no document at all is a problem of the whole.
fn unread(told: &str) -> Problem {
    let (what, hint) = told.split_once("\nhint: ").unwrap_or((told, ""));
    Problem { pointer: String::new(), what: what.to_owned(), hint: hint.to_owned() }
}

fn show(path: &Path, format: Option<&str>, problems: &[Problem]) -> Result<()> {
    let colour = out::coloured();
    let path = path.display().to_string();
    let format = format.unwrap_or("not understood");
    let verdict = match problems.is_empty() {
        true => out::paint("valid", Colour::Green, colour),
        false => out::paint("invalid", Colour::Red, colour),
    };
    out::line(&format!("{verdict}  {}  ({format})", plain(&path)))?;
    for problem in problems {
        out::line(&format!("    {problem}"))?;
        let hint = format!("        hint: {}", problem.hint);
        out::line(&out::paint(&hint, Colour::Dim, colour))?;
    }
    Ok(())
}

fn complete(judged: &Completeness) -> Result<()> {
    let colour = out::coloured();
    for cluster in &judged.clusters {
        let score = paint(cluster.score, colour);
        let has = cluster.elements - cluster.missing.len();
        out::line(&format!(
            "    {score}  {:<15} {}, {has} of {} elements whole",
            cluster.cluster, cluster.about, cluster.elements
        ))?;
        missing(cluster, colour)?;
    }
    out::line(&format!("    {}  of all minimum elements", paint(judged.score, colour)))?;
    Ok(())
}

fn missing(cluster: &Cluster, colour: bool) -> Result<()> {
    for missing in &cluster.missing {
        let of = match missing.of.as_slice() {
            [] => String::new(),
            [one] => format!(" (of {one})"),
            many => format!(" (of {} and {} more)", many[0], many.len() - 1),
        };
        out::line(&format!("            missing {}: {}{of}", missing.element, missing.name))?;
        let supply = format!("                hint: {}", missing.supply);
        out::line(&out::paint(&supply, Colour::Dim, colour))?;
    }
    Ok(())
}

fn paint(score: f64, colour: bool) -> String {
    let meant = match score {
        score if score < 50.0 => Colour::Red,
        score if score < 80.0 => Colour::Yellow,
        _ => Colour::Green,
    };
    out::paint(&format!("{score:>5.1} %"), meant, colour)
}
