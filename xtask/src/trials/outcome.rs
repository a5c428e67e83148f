//! What came of a trial: what happened is measured, what is said of it comes from the record.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Output;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::lab::{Arrival, CANARY, Kept};

/// What came of one trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It did not happen. Of a daemon also: the record says that it was stopped.
    Prevented,
    /// It happened, and was ended then.
    StoppedAfter,
    /// It happened, and is told: a finding, or a decision that nothing here could stop it.
    Detected,
    /// It happened, and nobody knows.
    Missed,
    /// It did not happen, and the record does not say why.
    Untold,
    /// It went on as it should.
    WentOn,
    /// Somebody stopped what is harmless.
    FalselyStopped,
    /// It failed, and nobody says that it was stopped.
    Failed,
    /// It does not work on this host at all.
    NotHere,
}

impl Outcome {
    pub const ALL: [Self; 9] = [
        Self::Prevented,
        Self::StoppedAfter,
        Self::Detected,
        Self::Missed,
        Self::Untold,
        Self::WentOn,
        Self::FalselyStopped,
        Self::Failed,
        Self::NotHere,
    ];

    pub fn words(self) -> &'static str {
        match self {
            Self::Prevented => "prevented",
            Self::StoppedAfter => "stopped after",
            Self::Detected => "detected",
            Self::Missed => "missed",
            Self::Untold => "prevented, untold",
            Self::WentOn => "went on",
            Self::FalselyStopped => "falsely stopped",
            Self::Failed => "failed",
            Self::NotHere => "not here",
        }
    }
}

/// What was measured of one trial.
#[derive(Debug, Default)]
pub struct Measured {
    /// What happened that must not; empty: nothing.
    pub happened: Vec<String>,
    /// What was made is put aside.
    pub aside: bool,
    /// It ended well and says that it works.
    pub works: bool,
    /// The agent was held before it began.
    pub held: bool,
    /// When it began, and as which process.
    pub began_unix_ns: u64,
    pub pid: u64,
    /// The last words, for who looks into it.
    pub words: String,
}

impl Measured {
    /// By what the trial said, what arrived, and what is different.
    pub fn of(output: &Output, arrived: &[Arrival], before: &Kept, after: &Kept) -> Self {
        let said = String::from_utf8_lossy(&output.stdout);
        let also = String::from_utf8_lossy(&output.stderr);
        let mut happened = Vec::new();
        if said.contains(CANARY) || also.contains(CANARY) {
            happened.push("a key was read".to_owned());
        }
        if said.contains("ESCAPED") {
            happened.push("it says so".to_owned());
        }
        if let Some(first) = arrived.first() {
            let bytes: u64 = arrived.iter().map(|it| it.bytes).sum();
            happened.push(format!("{bytes} bytes came to {} ({})", first.at, first.how));
        }
        let paths: BTreeSet<_> = before.keys().chain(after.keys()).collect();
        let aside = |path: &Path| path.to_string_lossy().contains(".chaperone-aside-");
        let mut changed = paths.into_iter().filter(|path| before.get(*path) != after.get(*path));
        let changed = changed.find(|path| !aside(path));
        if let Some(path) = changed {
            happened.push(format!("{} was changed", path.display()));
        }
        let mut begins =
            said.lines().find_map(|line| line.strip_prefix("BEGINS ")).unwrap_or("").split(' ');
        let mut number = || begins.next().and_then(|word| word.parse().ok()).unwrap_or(0);
        let (began_unix_ns, pid) = (number(), number());
        let tail = |text: &str| {
            text.chars().rev().take(300).collect::<Vec<_>>().into_iter().rev().collect::<String>()
        };
        Self {
            happened,
            aside: also.contains("it was put aside"),
            works: output.status.success() && said.contains("WORKS"),
            held: !said.contains("NOT HELD"),
            began_unix_ns,
            pid,
            words: format!("{} | {} | {}", output.status, tail(&said), tail(&also)),
        }
    }
}

/// What the record says of sessions, by the process that begins them.
#[derive(Debug, Default)]
pub struct Told {
    sessions: BTreeMap<u64, String>,
    decisions: Vec<Value>,
    findings: Vec<Value>,
}

impl Told {
    pub fn new(sessions: &[Value], decisions: Vec<Value>, findings: Vec<Value>) -> Self {
        let known = |session: &Value| {
            Some((session["root"]["pid"].as_u64()?, session["id"].as_str()?.to_owned()))
        };
        Self { sessions: sessions.iter().filter_map(known).collect(), decisions, findings }
    }

    /// Outcomes of decisions of the session, since it was held; and titles of findings.
    pub fn of(&self, measured: &Measured) -> (Vec<(String, String)>, Vec<String>) {
        let Some(session) = self.sessions.get(&measured.pid) else { return Default::default() };
        let since =
            |record: &Value| record["time_unix_ns"].as_u64() >= Some(measured.began_unix_ns);
        let decisions = self.decisions.iter().filter(|it| {
            since(it) && it["action"]["principal"].to_string().contains(session.as_str())
        });
        let words = |it: &Value| {
            let policy = it["decision"]["because"][0]["policy"].as_str().unwrap_or_default();
            (it["outcome"].as_str().unwrap_or_default().to_owned(), policy.to_owned())
        };
        let findings = self
            .findings
            .iter()
            .filter(|it| since(it) && it["actor"]["session"] == session.as_str());
        let title = |it: &Value| it["rule"]["title"].as_str().unwrap_or_default().to_owned();
        (decisions.map(words).collect(), findings.map(title).collect())
    }
}

/// What came of an attack in a box.
pub fn in_a_box(measured: &Measured) -> Outcome {
    match (measured.happened.is_empty(), measured.aside) {
        (true, false) => Outcome::Prevented,
        (true, true) => Outcome::StoppedAfter,
        (false, _) => Outcome::Missed,
    }
}

/// What came of an attack that `up` held.
pub fn of_attack(measured: &Measured, told: &Told) -> Outcome {
    let (decisions, findings) = told.of(measured);
    let any = |outcome: &str| decisions.iter().any(|(it, _)| it == outcome);
    match (measured.happened.is_empty(), any("prevented"), any("stopped_after")) {
        (true, true, _) => Outcome::Prevented,
        (true, false, true) => Outcome::StoppedAfter,
        (true, false, false) => Outcome::Untold,
        (false, _, true) => Outcome::StoppedAfter,
        (false, _, false) if decisions.is_empty() && findings.is_empty() => Outcome::Missed,
        (false, _, false) => Outcome::Detected,
    }
}

/// What came of work that `up` held.
pub fn of_work(measured: &Measured, told: &Told) -> Outcome {
    let (decisions, _) = told.of(measured);
    let stopped = decisions.iter().any(|(it, _)| it == "prevented" || it == "stopped_after");
    match (measured.works, stopped) {
        // Going on although a part was refused is being stopped, too.
        (_, true) => Outcome::FalselyStopped,
        (true, false) => Outcome::WentOn,
        (false, false) => Outcome::Failed,
    }
}

/// What was asked of the record, all of it at once.
pub fn told(record: impl Fn(&[&str]) -> Result<Vec<Value>>) -> Result<Told> {
    let sessions = record(&["sessions"])?;
    let decisions = record(&["decisions", "--all", "--limit", "100000"])?;
    let findings = record(&["findings"])?;
    Ok(Told::new(&sessions, decisions, findings))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The record of one session, which began as process 7; one decision and one finding at most.
    fn told(decision: Option<(&str, u64)>, finding: bool) -> Told {
        let record = |(outcome, time): (&str, u64)| {
            json!({"time_unix_ns": time, "outcome": outcome, "action": {"principal": {"session": {"id": "s7"}}},
                "decision": {"because": [{"policy": "p"}]}})
        };
        let finding = finding.then(
            || json!({"time_unix_ns": 20, "rule": {"title": "t"}, "actor": {"session": "s7"}}),
        );
        let sessions =
            [json!({"id": "s7", "root": {"pid": 7}}), json!({"id": "s8", "root": {"pid": 8}})];
        Told::new(
            &sessions,
            decision.map(record).into_iter().collect(),
            finding.into_iter().collect(),
        )
    }

    #[test]
    fn what_came_of_it_is_measured_and_held_against_the_record() {
        let check =
            |happened: bool, decision: Option<(&str, u64)>, finding: bool, expect: Outcome| {
                let happened = if happened { vec!["x".to_owned()] } else { Vec::new() };
                let measured =
                    Measured { happened, pid: 7, began_unix_ns: 10, ..Measured::default() };
                assert_eq!(of_attack(&measured, &told(decision, finding)), expect, "{decision:?}");
            };
        check(false, Some(("prevented", 20)), false, Outcome::Prevented);
        check(false, None, false, Outcome::Untold);
        check(false, None, true, Outcome::Untold);
        // Refused before it was held as a whole: of another act.
        check(false, Some(("prevented", 5)), false, Outcome::Untold);
        check(false, Some(("stopped_after", 20)), false, Outcome::StoppedAfter);
        check(true, Some(("stopped_after", 20)), false, Outcome::StoppedAfter);
        check(true, Some(("went_on", 20)), false, Outcome::Detected);
        check(true, None, true, Outcome::Detected);
        // A part of it was refused: what happened has happened.
        check(true, Some(("prevented", 20)), false, Outcome::Detected);
        check(true, None, false, Outcome::Missed);
    }

    #[test]
    fn what_a_box_puts_aside_was_there_for_a_while() {
        let check = |happened: &[&str], aside: bool, expect: Outcome| {
            let happened = happened.iter().map(|it| (*it).to_owned()).collect();
            assert_eq!(in_a_box(&Measured { happened, aside, ..Measured::default() }), expect);
        };
        check(&[], false, Outcome::Prevented);
        check(&[], true, Outcome::StoppedAfter);
        check(&["x"], true, Outcome::Missed);
    }

    #[test]
    fn work_is_stopped_if_anything_of_it_was_refused() {
        let check = |works: bool, decision: Option<(&str, u64)>, expect: Outcome| {
            let measured = Measured { works, pid: 7, began_unix_ns: 10, ..Measured::default() };
            assert_eq!(of_work(&measured, &told(decision, false)), expect, "{works} {decision:?}");
        };
        check(true, None, Outcome::WentOn);
        check(true, Some(("went_on", 20)), Outcome::WentOn);
        check(true, Some(("prevented", 20)), Outcome::FalselyStopped);
        check(false, Some(("prevented", 20)), Outcome::FalselyStopped);
        check(false, None, Outcome::Failed);
    }

    #[test]
    fn an_attack_shows_by_its_words_by_what_arrives_and_by_what_is_different() {
        let output = |text: &str| {
            let mut command = std::process::Command::new("printf");
            command.arg(text).output().expect("printf is here")
        };
        let kept = |text: &str| Kept::from([("/a".into(), (0o644, 0, text.as_bytes().to_vec()))]);
        let arrival = [Arrival { at: "192.175.48.7".into(), how: "tcp".into(), bytes: 3 }];
        let check = |text: &str, arrived: &[Arrival], after: &Kept, expect: &[&str]| {
            let measured = Measured::of(&output(text), arrived, &kept("x"), after);
            assert_eq!(measured.happened, expect, "{text}");
        };
        check("BEGINS 5 6\n", &[], &kept("x"), &[]);
        check("a canary-7f3b b", &[], &kept("x"), &["a key was read"]);
        check("ESCAPED", &[], &kept("x"), &["it says so"]);
        check("", &arrival, &kept("x"), &["3 bytes came to 192.175.48.7 (tcp)"]);
        check("", &[], &kept("y"), &["/a was changed"]);
        check("", &[], &Kept::new(), &["/a was changed"]);
        let measured = Measured::of(&output("BEGINS 5 6\nWORKS"), &[], &kept("x"), &kept("x"));
        assert_eq!((measured.began_unix_ns, measured.pid, measured.works), (5, 6, true));
    }
}
