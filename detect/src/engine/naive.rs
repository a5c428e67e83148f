//! A second, slow evaluator for the tests: it reads the YAML of a rule itself, knows no automaton, no
//! index and no simplification, and must agree with the engine on every event.

use content::pattern::{Flags, Pattern};
use content::tree::{Kind as Yaml, Node};
use content::yaml::documents;
use event::Attributed;
use proptest::prelude::*;

use super::{Engine, plain};
use crate::field::Field;
use crate::field::read::{Input, read};
use crate::look::with_text;
use crate::pack::{Line, parse_line};
use crate::rule::condition::{Condition, fits, parse};
use crate::rule::document::Pack;
use crate::ruleset::Loader;

/// The values of a field, none if the name is not known.
fn values(name: &str, audit: bool, input: Input<'_>) -> Vec<String> {
    let field = match name {
        "" => Some(Field::Keywords),
        _ if audit => Field::audit(name),
        _ => Field::named(name),
    };
    let mut found = Vec::new();
    if let Some(field) =
        field.filter(|field| field.kinds().contains(crate::kind::Kind::of(&input.act.event.act)))
    {
        read(field, input, &mut |value| found.push(with_text(value, str::to_owned)));
    }
    found
}

/// Sigma's wildcards, one letter after the other.
fn wild(pattern: &[char], text: &[char]) -> bool {
    match pattern {
        [] => text.is_empty(),
        ['\\', next @ ('*' | '?' | '\\'), rest @ ..] => {
            text.first() == Some(next) && wild(rest, &text[1..])
        }
        ['*', rest @ ..] => (0..=text.len()).any(|at| wild(rest, &text[at..])),
        ['?', rest @ ..] => !text.is_empty() && wild(rest, &text[1..]),
        [letter, rest @ ..] => text.first() == Some(letter) && wild(rest, &text[1..]),
    }
}

fn small(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

fn value_fits(value: &Node, words: &[&str], found: &[String], keyword: bool) -> bool {
    let has = |word: &str| words.contains(&word);
    if has("exists") {
        return (value.kind == Yaml::Bool(true)) != found.is_empty();
    }
    let Some(wanted) = value.scalar().filter(|text| !text.is_empty()) else {
        return found.is_empty();
    };
    if has("re") {
        let flags = Flags { ignore_case: has("i"), multi_line: has("m"), dot_all: has("s") };
        let pattern = Pattern::new(&wanted, flags).ok();
        return found.iter().any(|text| pattern.as_ref().is_some_and(|p| p.is_match(text)));
    }
    if has("gt") || has("lte") {
        let wanted: f64 = wanted.parse().unwrap_or(f64::NAN);
        let holds = |number: f64| if has("gt") { number > wanted } else { number <= wanted };
        return found.iter().filter_map(|text| text.parse().ok()).any(holds);
    }
    let anywhere = has("contains") || (keyword && !has("startswith") && !has("endswith"));
    let before = if anywhere || has("endswith") { "*" } else { "" };
    let after = if anywhere || has("startswith") { "*" } else { "" };
    let fold = |text: &str| if has("cased") { text.to_owned() } else { small(text) };
    let pattern: Vec<char> = fold(&format!("{before}{wanted}{after}")).chars().collect();
    found.iter().any(|text| wild(&pattern, &fold(text).chars().collect::<Vec<_>>()))
}

fn line_fits(key: &str, value: &Node, audit: bool, input: Input<'_>) -> bool {
    let mut words = key.split('|');
    let name = words.next().unwrap_or_default();
    let words: Vec<&str> = words.collect();
    let found = values(name, audit, input);
    let mut each =
        value.one_or_many().iter().map(|v| value_fits(v, &words, &found, name.is_empty()));
    let all = if words.contains(&"all") { each.all(|fits| fits) } else { each.any(|fits| fits) };
    all != words.contains(&"neq")
}

fn selection_fits(node: &Node, audit: bool, input: Input<'_>) -> bool {
    match &node.kind {
        Yaml::Map(entries) => entries.iter().all(|e| line_fits(&e.key, &e.value, audit, input)),
        Yaml::List(items) => items.iter().any(|item| selection_fits(item, audit, input)),
        _ => line_fits("", node, audit, input),
    }
}

fn holds(condition: &Condition, detection: &Node, audit: bool, input: Input<'_>) -> bool {
    let each = |pattern: &str| {
        let entries = detection.entries().iter().filter(|e| e.key != "condition");
        let fitting = entries.filter(|entry| fits(pattern, &entry.key));
        fitting.map(|entry| selection_fits(&entry.value, audit, input)).collect::<Vec<_>>()
    };
    match condition {
        Condition::Name(name) | Condition::OneOf(name) => each(name).contains(&true),
        Condition::AllOf(name) => !each(name).contains(&false),
        Condition::Not(inner) => !holds(inner, detection, audit, input),
        Condition::And(parts) => parts.iter().all(|part| holds(part, detection, audit, input)),
        Condition::Or(parts) => parts.iter().any(|part| holds(part, detection, audit, input)),
    }
}

/// What the slow evaluator says of one rule's text.
fn slow(rule: &Node, input: Input<'_>) -> bool {
    let audit = rule.get("logsource").and_then(|l| l.get("service")).is_some();
    let detection = rule.get("detection").expect("a rule has a detection");
    let conditions = detection.get("condition").expect("a detection has a condition").one_or_many();
    conditions.iter().any(|text| {
        let condition = parse(text.text().expect("a condition is text")).expect("it is read");
        holds(&condition, detection, audit, input)
    })
}

/// Both evaluators on all rules and events; gives back how often rules matched.
fn compare(rules: &[String], acts: &[Attributed]) -> usize {
    let mut loader = Loader::default();
    for (index, rule) in rules.iter().enumerate() {
        loader.add(&Pack::agents("test"), &index.to_string(), rule);
    }
    let set = loader.finish();
    let texts: Vec<Node> = set
        .rules
        .iter()
        .map(|rule| {
            let index: usize = rule.place.0.parse().expect("files are numbers");
            documents(&rules[index]).expect("it was read before").remove(0)
        })
        .collect();
    let mut engine = Engine::new(&set.rules).expect("the rules compile");
    let mut total = 0;
    for act in acts {
        let input = plain(act);
        let mut fast = vec![false; texts.len()];
        engine.matches(input, |rule| fast[rule] = true);
        for ((rule, text), fast) in set.rules.iter().zip(&texts).zip(fast) {
            let kinds = rule.logsource.kinds((0, 0)).expect("it was loaded");
            let slow = kinds.contains(crate::kind::Kind::of(&act.event.act)) && slow(text, input);
            assert_eq!(
                fast,
                slow,
                "{}\n{act:?}",
                rules[rule.place.0.parse::<usize>().expect("number")]
            );
            total += usize::from(fast);
        }
    }
    total
}

const FIELDS: [&str; 10] = [
    "Image",
    "CommandLine",
    "ParentImage",
    "ParentCommandLine",
    "Lineage",
    "TargetFilename",
    "User",
    "Uid",
    "ScriptPath",
    "Argument",
];
const MODIFIERS: [&str; 12] = [
    "",
    "|contains",
    "|startswith",
    "|endswith",
    "|contains|all",
    "|re",
    "|re|i",
    "|contains|cased",
    "|exists",
    "|neq",
    "|gt",
    "|endswith|neq",
];

fn word() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop::sample::select(vec!["a", "b", "A", "/", " ", "ä", "Ä", "-", "1", "ab"]),
        1..5,
    )
    .prop_map(|parts| parts.concat())
}

/// One line of a selection.
fn line() -> impl Strategy<Value = String> {
    let value = prop::collection::vec(prop_oneof![3 => word(), 1 => Just("*".into()), 1 => Just("?".into()), 1 => Just("\\*".into())], 1..4)
        .prop_map(|parts| parts.concat());
    let parts = (
        prop::sample::select(FIELDS.to_vec()),
        prop::sample::select(MODIFIERS.to_vec()),
        prop::collection::vec(value, 1..4),
        any::<bool>(),
    );
    parts.prop_map(|(field, modifier, values, flag)| match modifier {
        "|exists" => format!("{field}|exists: {flag}"),
        "|gt" => "Uid|gt: 500".into(),
        re if re.starts_with("|re") => {
            let values: Vec<_> = values.iter().map(|v| v.replace(['*', '?', '\\'], ".+")).collect();
            format!("{field}{re}: {values:?}")
        }
        _ => {
            // YAML's single quotes leave backslashes alone.
            let values: Vec<_> = values.iter().map(|value| format!("'{value}'")).collect();
            format!("{field}{modifier}: [{}]", values.join(", "))
        }
    })
}

fn selection() -> impl Strategy<Value = String> {
    let map = prop::collection::btree_set(line(), 1..4).prop_filter("keys are unique", |lines| {
        let keys: std::collections::BTreeSet<_> =
            lines.iter().map(|l| l.split(':').next()).collect();
        keys.len() == lines.len()
    });
    let map =
        map.prop_map(|lines| lines.into_iter().map(|l| format!("\n      {l}")).collect::<String>());
    let keywords = prop::collection::vec(word(), 1..3).prop_map(|words| {
        words.iter().map(|word| format!("\n      - '{word}'")).collect::<String>()
    });
    prop_oneof![4 => map, 1 => keywords]
}

fn rule() -> impl Strategy<Value = String> {
    let condition = prop::sample::select(vec![
        "a",
        "a and b",
        "a or b",
        "a and not b",
        "not a and c",
        "1 of *",
        "all of them",
        "(a or b) and not c",
        "not (a and b)",
        "not 1 of b*",
    ]);
    let source = prop::sample::select(vec![
        "category: process_creation",
        "category: file",
        "category: any",
        "service: auditd",
        "category: file_access",
    ]);
    (selection(), selection(), selection(), condition, source).prop_map(|(a, b, c, condition, source)| {
        format!(
            "title: t\nlogsource:\n  product: linux\n  {source}\ndetection:\n    a:{a}\n    b:{b}\n    c:{c}\n    condition: {condition}\n"
        )
    })
}

fn act() -> impl Strategy<Value = Attributed> {
    let path =
        || prop::collection::vec(word(), 1..3).prop_map(|parts| format!("/{}", parts.concat()));
    let text = || prop::collection::vec(word(), 0..5).prop_map(|parts| parts.concat());
    let parents = prop::collection::vec(text(), 0..3);
    (path(), text(), parents, prop::option::of(path()), any::<bool>(), 0u32..1_000).prop_map(
        |(exe, cmd, parents, file, create, uid)| {
            let mut line = Line {
                agent: Some("codex".into()),
                exe: Some(exe),
                argv: Some(cmd.split(' ').map(str::to_owned).collect()),
                parents,
                uid: Some(uid),
                ..Line::default()
            };
            if create {
                line.create = file
            } else {
                line.open = file
            }
            line.attributed()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn fast_and_slow_agree(
        rules in prop::collection::vec(rule(), 1..8),
        acts in prop::collection::vec(act(), 1..12),
    ) {
        // Each rule needs its own id; refused ones (never possible) are left out by both.
        let rules: Vec<String> =
            rules.iter().enumerate().map(|(index, rule)| format!("id: r{index}\n{rule}")).collect();
        compare(&rules, &acts);
    }
}

#[test]
fn fast_and_slow_agree_on_public_rules_and_real_commands() {
    let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let commands =
        std::fs::read_to_string(data.join("terminal-bench-agents/mini_swe_agent_steps.jsonl"));
    let attacks = std::fs::read_to_string(data.join("atomic-red-team-linux/linux_atomics.jsonl"));
    let mut rules = Vec::new();
    gather(&data.join("sigma-linux"), &mut rules);
    let (Ok(commands), Ok(attacks), false) = (commands, attacks, rules.is_empty()) else {
        println!("skipped: {} is not there", data.display());
        return;
    };
    let mut acts = Vec::new();
    // Some of them: the slow evaluator is slow. Without optimisation it takes 20 ms for an event.
    let (some, longest) = if cfg!(debug_assertions) { (29, 300) } else { (1, usize::MAX) };
    for text in commands.lines().chain(attacks.lines()).step_by(some) {
        let step: serde_json::Value = serde_json::from_str(text).expect("JSON");
        let Some(command) = step["command"].as_str().filter(|c| c.len() <= longest) else {
            continue;
        };
        let mut line = Line { agent: Some("codex".into()), ..Line::default() };
        line.parents = vec!["/usr/bin/python3 agent.py".into()];
        for part in std::iter::once(command).chain(command.split(['\n', ';', '|', '&'])) {
            let simple: Vec<String> = part.split_whitespace().map(str::to_owned).collect();
            let shell = vec!["/bin/bash".into(), "-c".into(), part.to_owned()];
            line.argv = Some(if part == command { shell } else { simple });
            acts.push(line.attributed());
        }
    }
    let matches = compare(&rules, &acts);
    println!("{} events, {} rules, {matches} matches", acts.len(), rules.len());
    assert!(matches > 5);
}

fn gather(folder: &std::path::Path, rules: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            gather(&path, rules);
        } else if path.extension().is_some_and(|ends| ends == "yml") {
            rules.push(std::fs::read_to_string(path).expect("a rule file"));
        }
    }
}

#[test]
fn lines_are_read_as_events() {
    let line = parse_line(r#"{"agent":"codex-cli","exe":"/bin/cat","open":"/x","acces":"read"}"#);
    assert!(
        line.is_err_and(|(message, hint)| message.contains("acces") && hint.contains("access"))
    );
    assert!(parse_line(r#"{"open":"/x","unlink":"/y"}"#).is_err());
    assert!(parse_line(r#"{"connect":"nonsense"}"#).is_err());
    assert!(parse_line(r#"{"caveats":["tired"]}"#).is_err());
}
