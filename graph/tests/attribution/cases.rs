//! Each product against starts that are its and starts that only look so: `rules/agents/cases.jsonl`.

use std::path::Path;

use event::testing::pid;
use event::{Exec, FileRef, ProcessId, Text};
use graph::signature::{Facts, Package, Signatures, Source, embedded};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    expect: Option<Text>,
    exe: Text,
    argv: Vec<Text>,
    #[serde(default)]
    env: Vec<Text>,
    /// What user space answers, for the whole start.
    #[serde(default)]
    mentions: Vec<Text>,
    #[serde(default)]
    imports: Vec<Text>,
    #[serde(default)]
    package: Vec<Text>,
    /// For the reader.
    #[serde(default)]
    #[expect(dead_code, reason = "says why a case is there")]
    why: Text,
}

impl Facts for Case {
    fn mentions(&self, _: ProcessId, _: &str, text: &str) -> bool {
        self.mentions.iter().any(|known| &**known == text)
    }
    fn imports(&self, _: ProcessId, _: &str, module: &str) -> bool {
        self.imports.iter().any(|known| &**known == module)
    }
    fn package(&self, _: ProcessId, _: &str) -> Option<Package> {
        Some(Package { name: self.package.first()?.clone(), version: self.package.get(1).cloned() })
    }
}

fn cases() -> Vec<(usize, Case)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules/agents/cases.jsonl");
    let text = std::fs::read_to_string(&path).expect("rules/agents/cases.jsonl");
    let parse = |(at, line): (usize, &str)| {
        (at + 1, serde_json::from_str(line).unwrap_or_else(|e| panic!("line {}: {e}", at + 1)))
    };
    text.lines().enumerate().map(parse).collect()
}

fn shipped() -> Signatures {
    let (signatures, wrong) = Signatures::parse(embedded().iter().copied());
    assert!(wrong.is_empty(), "{wrong:#?}");
    signatures
}

fn check(signatures: &Signatures, case: &Case) -> Option<Text> {
    let exec = Exec {
        exe: FileRef::named(case.exe.clone()),
        argv: case.argv.clone(),
        env: case.env.clone(),
        cwd: "/home/alice/project".into(),
        ..Exec::default()
    };
    let found = signatures.recognise(pid(1), &exec, "/bin/bash", case)?;
    signatures.product(found.product).map(|product| product.id.clone())
}

#[test]
fn starts_are_recognised_and_decoys_are_not() {
    let signatures = shipped();
    let wrong: Vec<String> = cases()
        .iter()
        .filter_map(|(line, case)| {
            let found = check(&signatures, case);
            let words = case.argv.join(" ");
            (found != case.expect).then(|| format!("line {line}: {found:?}: {words}"))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn each_product_that_can_match_has_a_case() {
    let cases = cases();
    let signatures = shipped();
    let products = signatures.products().map(|(_, product)| product);
    let bare: Vec<_> = products
        .filter(|p| !p.matches.is_empty())
        .filter(|p| !cases.iter().any(|(_, case)| case.expect.as_ref() == Some(&p.id)))
        .map(|p| p.id.clone())
        .collect();
    assert!(bare.is_empty(), "no case for {bare:?}");
}

#[test]
fn the_kernel_is_told_what_to_look_for() {
    let signatures = shipped();
    let plan = signatures.watch_plan();
    for name in ["node", "python3", "codex", "claude", "claude.exe", "uvx"] {
        assert!(plan.candidates.iter().any(|known| &**known == name), "{name}");
    }
    for name in ["bash", "sh", "git", "make"] {
        assert!(!plan.candidates.iter().any(|known| &**known == name), "{name}");
    }
    // The kernel's table of names: 1,024 entries of at most 31 bytes.
    assert!(plan.candidates.len() < 512 && plan.candidates.iter().all(|name| name.len() < 32));
    assert!(plan.variables.iter().any(|name| &**name == "CODEX_HOME"));
    let tested = signatures.products().filter(|(_, p)| p.source == Source::Tested).count();
    assert!(tested >= 10, "{tested} products were traced");
}

#[test]
fn what_is_wrong_is_told_and_the_rest_works() {
    let good = "agents:\n  - {id: a, name: A, kind: agent, vendor: V, source: tested, match: [{exe: ['**/x/a']}]}\n";
    let by_name = "agents:\n  - id: b\n    name: B\n    kind: agent\n    vendor: V\n    source: tested\n    match:\n      - name: [b]\n";
    let misspelt = "agents:\n  - id: c\n    nmae: C\n";
    let twice = good;
    let files = [("good", good), ("name", by_name), ("key", misspelt), ("twice", twice)];
    let (signatures, wrong) = Signatures::parse(files);
    assert_eq!(signatures.products().count(), 1);
    let told: Vec<_> = wrong.iter().map(|it| (&*it.file, it.line)).collect();
    assert_eq!(told, [("name", 2), ("key", 3), ("twice", 1)], "{wrong:#?}");
    assert!(wrong.iter().all(|it| !it.hint.is_empty()));
}
