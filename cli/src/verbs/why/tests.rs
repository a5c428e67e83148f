//! What `why` says of every rule of the own pack: whole sentences, no ids, no names of fields.

use detect::{Detector, Loader, Pack, RuleSet, pack};
use event::Finding;
use graph::threat::{Settings, ThreatGraph};

use super::Story;

/// The story of the first finding of a rule's own stream.
fn story(folder: &std::path::Path) -> Option<(Finding, Vec<String>)> {
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a rule is whole");
    let mut loader = Loader::default();
    loader.add(&Pack::agents("chaperone"), "rule.yml", &read("rule.yml"));
    let rules: RuleSet = loader.finish();
    let mut detector = Detector::new(rules, detect::Settings::default()).expect("rules work");
    let mut graph = ThreatGraph::new(Settings::default());
    let mut found = Vec::new();
    for act in pack::acts(&read("fires.jsonl")).expect("a rule is whole") {
        graph.add(&act);
        detector.detect(&act, &mut found);
        if let Some(finding) = found.first() {
            graph.add_finding(finding);
            let lines = Story::of(&graph, finding).lines(finding);
            return Some((finding.clone(), lines.iter().map(|line| line.paint(false)).collect()));
        }
    }
    None
}

fn folders() -> Vec<std::path::PathBuf> {
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/../rules/detections");
    let entries = std::fs::read_dir(own).expect("the own pack is here").flatten();
    let mut folders: Vec<_> = entries.map(|entry| entry.path()).filter(|p| p.is_dir()).collect();
    folders.sort();
    folders
}

fn is_uuid(word: &str) -> bool {
    let word = word.trim_matches(|edge: char| !edge.is_ascii_alphanumeric());
    word.len() == 36 && word.split('-').map(str::len).eq([8, 4, 4, 4, 12])
}

#[test]
fn no_story_has_ids_or_names_of_fields_in_it() {
    let mut told = 0;
    for folder in folders() {
        let Some((finding, lines)) = story(&folder) else { continue };
        told += 1;
        for line in lines.iter().filter(|line| !line.starts_with("  rule ")) {
            assert!(!line.split_whitespace().any(is_uuid), "{}: {line}", folder.display());
        }
        for (field, value) in &finding.matched {
            let raw = format!("{field} is {value}");
            assert!(!lines.iter().any(|line| line.contains(&raw)), "{}: {raw}", folder.display());
        }
    }
    assert!(told > 100, "only {told} rules told a story");
}

#[test]
fn stories() {
    let shown =
        ["access-token-printed", "person-process-killed", "drop-host-contacted", "cron-write"];
    let folders =
        folders().into_iter().filter(|path| shown.iter().any(|name| path.ends_with(name)));
    let told: Vec<String> =
        folders.filter_map(|folder| Some(story(&folder)?.1.join("\n"))).collect();
    insta::assert_snapshot!(told.join("\n\n---\n\n"));
}
