//! Rules, each with texts that have the flaw and many that look alike and have not: `rules/soundness/cases.yaml`.

use std::collections::BTreeMap;
use std::fs;

use content::redact::Redactor;
use serde::Deserialize;

use super::*;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    rule: String,
    about: String,
    file: String,
    text: String,
    /// Judged wrongly, and known to be: why. Who mends it takes this away.
    #[serde(default)]
    known: Option<String>,
}

fn cases() -> Vec<Case> {
    let text = include_str!("../../../rules/soundness/cases.yaml");
    content::yaml::parse::<File>(text).expect("cases").cases
}

/// The rules that a case breaks, at least `level` bad.
fn broken(
    soundness: &Soundness,
    redact: &Redactor,
    case: &Case,
    level: Level,
) -> BTreeMap<String, String> {
    let place = tempfile::tempdir().expect("a folder");
    // A skill is called like its folder.
    let folder = place.path().join("case");
    fs::create_dir(&folder).expect("made");
    fs::write(folder.join(&case.file), &case.text).expect("written");
    let mut unsure = Vec::new();
    let mut subjects = Vec::new();
    of_path(&folder, redact, &mut unsure, &mut |subject| subjects.push(subject));
    assert!(unsure.is_empty() && !subjects.is_empty(), "{}: {unsure:?}", case.about);
    let flaws = subjects.iter().flat_map(|subject| soundness.judge(subject, redact));
    let flaws = flaws.filter(|flaw| flaw.level >= level);
    flaws.map(|flaw| (flaw.rule.to_string(), flaw.shows.to_string())).collect()
}

#[test]
fn what_is_not_sound_is_found_and_nothing_else() {
    let soundness = Soundness::shipped().unwrap_or_else(|wrong| panic!("{wrong}"));
    let redact = Redactor::new(b"a secret of the tests").expect("patterns");
    let mut wrong = Vec::new();
    for case in cases() {
        let told = if case.rule == "none" {
            let broken = broken(&soundness, &redact, &case, Level::Medium);
            (!broken.is_empty()).then(|| format!("false {broken:?}: {}", case.about))
        } else {
            let broken = broken(&soundness, &redact, &case, Level::Low);
            (!broken.contains_key(&case.rule))
                .then(|| format!("missed {}: {}", case.rule, case.about))
        };
        match (told, &case.known) {
            (Some(told), None) => wrong.push(told),
            (None, Some(_)) => wrong.push(format!("is right now: {}", case.about)),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What no text can show: permissions of files and settings of agents.
const WITHOUT_CASES: &[&str] = &[
    "asks-nobody",
    "any-command",
    "key-open-to-others",
    "hook-open-to-others",
    "service-asks-nobody",
    "model-server-open",
    "container-opens-host",
    "model-runs-code",
    "extension-drives-browser",
];

#[test]
fn every_rule_has_a_text_that_breaks_it() {
    let soundness = Soundness::shipped().unwrap_or_else(|wrong| panic!("{wrong}"));
    let cases = cases();
    let without = soundness
        .rules()
        .iter()
        .map(|rule| &*rule.id)
        .filter(|id| !WITHOUT_CASES.contains(id) && cases.iter().all(|case| case.rule != **id));
    assert_eq!(without.collect::<Vec<_>>(), Vec::<&str>::new());
}
