//! Outcomes as people and programs read them: a table by family, what came through by name, or JSON.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use super::outcome::{Measured, Outcome};
use super::table::{Suite, Trial};
use super::way::Way;

/// One trial in one way.
#[derive(Debug, Serialize, Deserialize)]
pub struct Row {
    pub suite: Suite,
    /// As the table calls it, with the tier of the kernel that it was tried in.
    way: String,
    by: Way,
    family: String,
    pub name: String,
    /// Why it is not stopped this way, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    known: Option<String>,
    pub outcome: Outcome,
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
            suite,
            way: way.title(),
            by: way,
            family: trial.family.clone(),
            name: trial.name.clone(),
            known: trial.known(way).cloned(),
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
        match (self.suite, self.by) {
            _ if self.known.is_some() => true,
            (_, way) if way.is_others() => true,
            (Suite::Escapes, Way::Up) => self.outcome != Outcome::Missed,
            _ => !matches!(
                self.outcome,
                Outcome::Missed | Outcome::Detected | Outcome::FalselyStopped
            ),
        }
    }

    /// Whether nothing shows that it does anything on this host at all.
    pub fn is_doubtful(&self) -> bool {
        match self.outcome {
            Outcome::Untold | Outcome::Failed => true,
            Outcome::Prevented => self.by != Way::Up,
            _ => false,
        }
    }
}

/// One suite: the counts by way, and every trial that is not as it must be.
pub fn suite(suite: Suite, rows: &[&Row], json: bool) -> Result<()> {
    if json {
        for row in rows {
            println!("{}", serde_json::to_string(row)?);
        }
        return Ok(());
    }
    let mut ways: BTreeMap<(Way, &str), Vec<&Row>> = BTreeMap::new();
    rows.iter().for_each(|row| ways.entry((row.by, &row.way)).or_default().push(row));
    let seen = |outcome: &Outcome| rows.iter().any(|row| row.outcome == *outcome);
    let columns: Vec<Outcome> = Outcome::ALL.into_iter().filter(seen).collect();
    let titles: Vec<&str> = columns.iter().map(|it| it.words()).collect();
    println!("\n| {} | trials | {} |", suite.name(), titles.join(" | "));
    println!("|---|---|{}", "---|".repeat(columns.len()));
    for ((_, way), rows) in &ways {
        let count = |outcome: &Outcome| rows.iter().filter(|row| row.outcome == *outcome).count();
        let counts: Vec<String> = columns.iter().map(|it| count(it).to_string()).collect();
        println!("| {way} | {} | {} |", rows.len(), counts.join(" | "));
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
        let known = row.known.as_ref().map_or(String::new(), |why| format!(" (known: {why})"));
        let held = if row.held { "" } else { " (not held in time)" };
        println!(
            "{}: {}: {}: {}{known}{held}: {said} [{}; {} findings]",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_not_come_of_it_is_not_good() {
        let check = |suite: Suite, way: Way, outcome: Outcome, known: bool, expect: bool| {
            let trial = Trial {
                name: "n".into(),
                family: "f".into(),
                earlier: None,
                r#do: "true".into(),
                not_by_up: known.then(|| "why".into()),
                not_in_tier_b: None,
                not_by_run: None,
                not_by_landlock: None,
                root: false,
            };
            let row =
                Row::new(suite, way, &trial, outcome, &Measured::default(), Default::default());
            assert_eq!(row.is_good(), expect, "{suite:?} {way:?} {outcome:?} {known}");
        };
        check(Suite::Exfiltration, Way::Up, Outcome::Prevented, false, true);
        check(Suite::Exfiltration, Way::Up, Outcome::Detected, false, false);
        check(Suite::Exfiltration, Way::Up, Outcome::Missed, true, true);
        // A box has no excuse of the kernel's.
        check(Suite::Exfiltration, Way::Run, Outcome::Missed, true, false);
        check(Suite::Escapes, Way::Up, Outcome::Detected, false, true);
        check(Suite::Escapes, Way::Up, Outcome::Missed, false, false);
        check(Suite::Escapes, Way::Run, Outcome::Missed, false, false);
        check(Suite::LookAlikes, Way::Up, Outcome::FalselyStopped, false, false);
        check(Suite::LookAlikes, Way::Up, Outcome::WentOn, false, true);
        // What somebody else's guard misses is told, and fails nothing.
        check(Suite::Escapes, Way::SandboxRuntime, Outcome::Missed, false, true);
    }
}
