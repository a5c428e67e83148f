//! The rules of this repository keep their promises, and public ones load or are refused with a reason.
#![expect(clippy::unwrap_used, reason = "test")]

use std::path::{Path, PathBuf};

use detect::{Detector, Loader, Pack, Settings, Weight, pack};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn files(folder: &Path, ends: &str, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files(&path, ends, found);
        } else if path.to_string_lossy().ends_with(ends) {
            found.push(path);
        }
    }
}

#[test]
fn own_rules_fire_and_stay_quiet() {
    let folder = root().join("rules/detections");
    let mut rules = Vec::new();
    files(&folder, "/rule.yml", &mut rules);
    if rules.is_empty() {
        println!("skipped: there are no rules in {}", folder.display());
        return;
    }
    let read = |path: &Path| std::fs::read_to_string(path).unwrap_or_default();
    let mut problems = Vec::new();
    let mut loader = Loader::default();
    for path in &rules {
        let folder = path.parent().unwrap();
        let name = folder.file_name().unwrap().to_string_lossy();
        let (rule, fires) = (read(path), read(&folder.join("fires.jsonl")));
        for problem in pack::check(&rule, &fires, &read(&folder.join("quiet.jsonl"))) {
            problems.push(format!("{name}/{problem}"));
        }
        loader.add(&Pack::agents("chaperone"), &name, &rule);
    }
    problems.extend(loader.finish().diagnostics.iter().map(ToString::to_string));
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

/// A day of a coding agent: packages, builds, tests, containers, a push, a pull request, a look at a
/// cluster. Each program reads what is its own; no rule has a word to say.
#[test]
fn an_ordinary_day_is_quiet() {
    let mut rules = Vec::new();
    files(&root().join("rules/detections"), "/rule.yml", &mut rules);
    let mut loader = Loader::default();
    for path in &rules {
        let name = path.parent().unwrap().file_name().unwrap().to_string_lossy();
        loader.add(&Pack::agents("chaperone"), &name, &std::fs::read_to_string(path).unwrap());
    }
    let mut detector = Detector::new(loader.finish(), Settings::default()).unwrap();
    let acts = pack::acts(include_str!("streams/ordinary-day.jsonl"));
    let acts = acts.unwrap_or_else(|error| panic!("{error}"));
    let mut findings = Vec::new();
    acts.iter().for_each(|act| detector.detect(act, &mut findings));
    let said: Vec<_> =
        findings.iter().map(|found| format!("{}: {}", found.rule.title, found.summary)).collect();
    assert!(acts.len() > 100 && said.is_empty(), "{}", said.join("\n"));
}

#[test]
fn public_rules_load_or_are_refused_with_a_reason() {
    let folder = root().join("../shared/data/sigma-linux");
    let mut rules = Vec::new();
    files(&folder, ".yml", &mut rules);
    if rules.is_empty() {
        println!("skipped: there are no public rules in {}", folder.display());
        return;
    }
    let mut loader = Loader::default();
    for path in &rules {
        let text = std::fs::read_to_string(path).unwrap();
        let name = path.strip_prefix(&folder).unwrap().to_string_lossy();
        loader.add(&Pack::agents("sigma"), &name, &text);
    }
    let set = loader.finish();
    for diagnostic in &set.diagnostics {
        println!("{diagnostic}");
        assert!(!diagnostic.message.is_empty() && !diagnostic.hint.is_empty());
        assert!(diagnostic.line > 0 && !diagnostic.file.is_empty());
    }
    let refused = set.diagnostics.iter().filter(|d| d.weight == Weight::Refused).count();
    println!("{} loaded, {refused} refused", set.rules.len());
    assert_eq!(set.rules.len() + refused, rules.len());
    assert!(set.rules.len() >= 215, "only {} of {} loaded", set.rules.len(), rules.len());
}
