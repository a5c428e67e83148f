//! Bad files.

use xtask::tidy::shape;
use xtask::tidy::tree::File;
use xtask::tidy::violation::Weight;

fn check(path: &str, text: &str, expect: &[&str]) {
    let found = shape::check(&[File::new(path, text)]);
    assert_eq!(super::said(&found), expect, "{path}: {text}");
}

#[test]
fn files_open_with_a_sentence() {
    check("event/src/act.rs", "use std::fmt;\n", &["1 does not open with a `//!` sentence"]);
    check("event/src/act.rs", "//! What happened.\n", &[]);
    check("detect/src/lib.rs", "#![doc = include_str!(\"../README.md\")]\n", &[]);
    check("bpf/file.h", "#pragma once\n", &["1 does not open with a `/*` sentence"]);
    check("bpf/file.h", "/* Files. */\n", &[]);
    check("xtask/vm/init.sh", "#!/bin/sh\nset -e\n", &["1 does not open with a `#` sentence"]);
    check("xtask/vm/init.sh", "#!/bin/sh\n# First program of the guest.\n", &[]);
    check("rules/agents/coding.yaml", "agents:\n", &[]);
}

#[test]
fn long_files_are_mentioned_and_very_long_ones_refused() {
    let file = |lines: usize| format!("//! Long.\n{}", "\n".repeat(lines - 1));
    check("event/src/act.rs", &file(600), &[]);
    let found = |lines| shape::check(&[File::new("event/src/act.rs", &file(lines))]);
    let weights = |lines| found(lines).iter().map(|one| one.weight).collect::<Vec<_>>();
    assert_eq!(weights(1000), [Weight::Warning]);
    assert_eq!(weights(1001), [Weight::Error]);
}

#[test]
fn names_name_something() {
    check("event/src/utils.rs", "//! Drawer.\n", &["0 `utils.rs` names nothing"]);
    check("cli/src/common/mod.rs", "//! Drawer.\n", &["0 `common` names nothing"]);
    check("rules/misc/README.md", "", &[]);
}

#[test]
fn paths_of_one_machine_are_refused() {
    let path = concat!("/wo", "rk/main");
    check("docs/cli.md", &format!("\ncd {path}\n"), &[concat!("2 names `/wo", "rk/`")]);
    check("docs/cli.md", &format!("see ./home{path}\n"), &[]);
    check("event/tests/it.rs", &format!("//! {path}\n"), &[]);
    let home = concat!("/ro", "ot/");
    check("README.md", home, &[concat!("1 names `/ro", "ot/`")]);
    check("rules/detections/README.yml", home, &[]);
}

#[test]
fn a_detection_has_its_streams() {
    let files = [
        File::new("rules/detections/README.md", "All rules."),
        File::new("rules/detections/a/rule.yml", "title: A"),
        File::new("rules/detections/a/fires.jsonl", "{}\n{\n"),
    ];
    let found = shape::check(&files);
    assert_eq!(super::said(&found), ["2 is not a JSON value", "0 is missing"]);
    assert_eq!(found[1].path, "rules/detections/a/quiet.jsonl");
}
