//! Outcomes as people and programs read them: a table by family, what came through by name, or JSON.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Serialize;

use super::outcome::{Measured, Outcome};
use super::table::{Suite, Trial};
use super::way::Way;

/// One trial in one way.
#[derive(Debug, Serialize)]
pub struct Row {
    suite: &'static str,
    way: String,
    #[serde(skip)]
    of: (Suite, Way),
    family: String,
    name: String,
    outcome: Outcome,
    /// What happened that should not have, or was said where something failed.
    happened: Vec<String>,
    /// Outcome and policy of each decision.
    decisions: Vec<(String, String)>,
    findings: Vec<String>,
    /// Whether the agent was held before it began.
    held: bool,
    words: String,
}

impl Row {
    pub fn new(
        suite: Suite,
        way: Way,
        trial: &Trial,
        outcome: Outcome,
        measured: &Measured,
        (decisions, findings): (Vec<(String, String)>, Vec<String>),
    ) -> Self {
        Self {
            suite: suite.name(),
            way: way.title(),
            of: (suite, way),
            family: trial.family.clone(),
            name: trial.name.clone(),
            outcome,
            happened: measured.happened.clone(),
            decisions,
            findings,
            held: measured.held,
            words: measured.words.clone(),
        }
    }

    /// Whether it is as it must be: work goes on, no secret leaves, nobody gets out of a box. What `up` cannot stop of
    /// escapes on this kernel is at least told.
    pub fn is_good(&self) -> bool {
        match self.of {
            (Suite::Escapes, Way::Up) => self.outcome != Outcome::Missed,
            _ => !matches!(
                self.outcome,
                Outcome::Missed | Outcome::Detected | Outcome::FalselyStopped
            ),
        }
    }
}

/// One suite: the counts by way, and every trial that is not as it must be.
pub fn suite(suite: Suite, rows: &[Row], json: bool) -> Result<()> {
    if json {
        for row in rows {
            println!("{}", serde_json::to_string(row)?);
        }
        return Ok(());
    }
    let mut ways: BTreeMap<Way, Vec<&Row>> = BTreeMap::new();
    rows.iter().for_each(|row| ways.entry(row.of.1).or_default().push(row));
    let seen = |outcome: &Outcome| rows.iter().any(|row| row.outcome == *outcome);
    let columns: Vec<Outcome> = Outcome::ALL.into_iter().filter(seen).collect();
    let titles: Vec<&str> = columns.iter().map(|it| it.words()).collect();
    println!("\n| {} | trials | {} |", suite.name(), titles.join(" | "));
    println!("|---|---|{}", "---|".repeat(columns.len()));
    for (way, rows) in &ways {
        let count = |outcome: &Outcome| rows.iter().filter(|row| row.outcome == *outcome).count();
        let counts: Vec<String> = columns.iter().map(|it| count(it).to_string()).collect();
        println!("| {} | {} | {} |", way.title(), rows.len(), counts.join(" | "));
    }
    println!();
    for row in rows {
        let expected = matches!(row.outcome, Outcome::Prevented | Outcome::WentOn);
        if expected && row.held {
            continue;
        }
        let said = match row.happened.is_empty() {
            true => row.words.replace('\n', " "),
            false => row.happened.join(", "),
        };
        let mut policies: Vec<&str> = row.decisions.iter().map(|it| &*it.1).collect();
        policies.dedup();
        let held = if row.held { "" } else { " (not held in time)" };
        println!(
            "{}: {}: {}: {}{held}: {said} [{}; {} findings]",
            row.way,
            row.family,
            row.name,
            row.outcome.words(),
            policies.join(", "),
            row.findings.len()
        );
    }
    Ok(())
}
