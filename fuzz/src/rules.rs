//! Files that people and strangers write: YAML, Sigma rules, agent signatures.

use std::sync::LazyLock;

use content::yaml;
use detect::{Detector, Loader, Pack, Settings, pack};
use event::{Attributed, ProcessId};
use graph::signature::{NoFacts, Signatures};

pub fn yaml(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let lines = text.lines().count() + 1;
    if let Err(error) = yaml::documents(&text) {
        assert!(error.line as usize <= lines, "line {} of {lines}", error.line);
        assert!(!error.hint.is_empty());
    }
}

pub fn sigma(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut loader = Loader::default();
    loader.add(&Pack::agents("fuzz"), "rule.yml", &text);
    let rules = loader.finish();
    for entry in rules.diagnostics.iter() {
        let _ = entry.to_string();
    }
    let Ok(mut detector) = Detector::new(rules, Settings::default()) else { return };
    let mut found = Vec::new();
    for act in ACTS.iter() {
        detector.detect(act, &mut found);
    }
    detector.flush(u64::MAX, &mut found);
}

pub fn signatures(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (signatures, diagnostics) = Signatures::parse([("fuzz.yaml", &*text)]);
    for problem in diagnostics {
        let _ = problem.to_string();
    }
    let _ = signatures.watch_plan();
    for act in ACTS.iter() {
        if let event::Act::ProcessExec(exec) = &act.event.act {
            let _ = signatures.recognise(ProcessId::default(), exec, "/usr/bin/node", &NoFacts);
        }
    }
}

/// Acts of every kind that rules look at, in the short form of rule tests.
pub const STREAM: &str = include_str!("../acts.jsonl");

pub static ACTS: LazyLock<Vec<Attributed>> =
    LazyLock::new(|| pack::acts(STREAM).expect("the stream is written right"));
