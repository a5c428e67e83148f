//! The shipped tables against `cases.yaml`: what must be found, and what may not.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::*;
use crate::command::acts;
use crate::shell;
use crate::yaml;

const PLACE: Place<'_> =
    Place { cwd: "/home/ada/code/shop", workspace: "/home/ada/code/shop", home: "/home/ada" };

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    irreversible: BTreeMap<String, Vec<String>>,
    unclear: Vec<String>,
    harmless: Vec<String>,
    tools: BTreeMap<String, Vec<String>>,
    tools_harmless: Vec<String>,
    requests: BTreeMap<String, Vec<String>>,
    requests_harmless: Vec<String>,
}

fn cases() -> Cases {
    yaml::parse(include_str!("../../../rules/irreversible/cases.yaml")).expect("cases")
}

fn table() -> Table {
    Table::shipped().expect("tables")
}

fn found(table: &Table, line: &str) -> (Acts, Vec<String>) {
    let acts = acts(&shell::parse(line), &PLACE);
    let found = table.consequences(&acts, &PLACE);
    let ids = found.iter().map(|it| format!("{} ({})", it.harm.id, it.target)).collect();
    (acts, ids)
}

fn none(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn programs_that_do_what_cannot_be_undone_are_named() {
    let (table, cases) = (table(), cases());
    let named: BTreeSet<&str> = table.commands.programs().collect();
    let known = |name: &str| {
        let stem = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        let begins =
            |pattern: &&str| pattern.strip_suffix('*').is_some_and(|it| name.starts_with(it));
        named.contains(name) || named.contains(stem) || named.iter().any(begins)
    };
    let mut wrong = Vec::new();
    for line in cases.irreversible.values().flatten() {
        let acts = acts(&shell::parse(line), &PLACE);
        for one in table.consequences(&acts, &PLACE) {
            // What a shell or the code of an interpreter does itself is done by that.
            if !matches!(&*one.act, "" | "code") && !known(&one.act) {
                wrong.push(format!("{}: {line}", one.act));
            }
        }
    }
    none(wrong);
    assert!(!named.contains("ls") && !named.contains("gcc"));
}

#[test]
fn what_cannot_be_undone_is_found() {
    let (table, cases) = (table(), cases());
    let mut wrong = Vec::new();
    for (id, lines) in &cases.irreversible {
        for line in lines {
            let (acts, found) = found(&table, line);
            if !found.iter().any(|it| it.split(' ').next() == Some(id)) {
                wrong.push(format!("{id}: {line}\n    found {found:?} in {acts:?}"));
            }
        }
    }
    none(wrong);
}

#[test]
fn look_alikes_are_not() {
    let (table, cases) = (table(), cases());
    let mut wrong = Vec::new();
    for line in &cases.harmless {
        let (acts, found) = found(&table, line);
        if !found.is_empty() || !acts.unclear.is_empty() {
            wrong.push(format!("{line}\n    found {found:?}, unclear {:?}", acts.unclear));
        }
    }
    none(wrong);
}

#[test]
fn what_is_not_known_is_said() {
    let (table, cases) = (table(), cases());
    let silent = cases.unclear.iter().filter(|line| found(&table, line).0.unclear.is_empty());
    none(silent.cloned().collect());
}

#[test]
fn padding_hides_nothing() {
    let table = table();
    let check = |line: &str, id: &str| {
        let (acts, found) = found(&table, line);
        let told = found.iter().any(|it| it.starts_with(id)) || !acts.unclear.is_empty();
        assert!(told, "{id}: {line:.80}");
    };
    for length in [1_000, 100_000, 300_000] {
        let blanks = " ".repeat(length);
        check(&format!("psql -c '{blanks} drop table x'"), "sql-drop");
        check(&format!("echo '{blanks}drop table x' | psql"), "sql-drop");
        check(&format!("sh -c '{blanks}rm -rf /'"), "delete-root");
        check(
            &format!("python3 -c '{} ;import os; os.system(\"rm -rf /\")'", "x;".repeat(length)),
            "delete-root",
        );
        check(&format!("rm -rf {} /", "a ".repeat(length)), "delete-root");
        check(&format!("rm -rf {{1..{length}}} /"), "delete-root");
        check(&format!("echo {} / | xargs rm -rf", "a ".repeat(length)), "delete-root");
        check(&format!("{} rm -rf /", "a;".repeat(length)), "delete-root");
        check(&format!("{} rm -rf /", "X=a;".repeat(length)), "delete-root");
        check(&format!("X=/; {} rm -rf $X", "(".repeat(length % 1_000)), "delete-root");
        check(&format!("git {} push -f", "-c a=b ".repeat(length)), "git-push-force");
        check(
            &format!("aws {} ec2 terminate-instances", "--region x ".repeat(length)),
            "aws-remove",
        );
    }
}

/// The rule for a tool as the cases write it: `name : description @ parameters`.
fn of_tool(table: &Table, text: &str) -> Option<String> {
    let (text, takes) = text.split_once(" @ ").unwrap_or((text, ""));
    let (name, description) = text.split_once(" : ").unwrap_or((text, ""));
    let parameters: Vec<&str> = takes.split(", ").collect();
    let tool = Tool { name, description, parameters: &parameters, ..Tool::default() };
    table.tools.harm(tool).map(|harm| harm.id.clone())
}

fn of_request(table: &Table, text: &str) -> Option<String> {
    let (method, url) = text.split_once(' ').expect("a method and an address");
    table.http.harm(method, url).map(|harm| harm.id.clone())
}

/// Each text is judged as its rule says; those of no rule by none.
fn judged(
    cases: &BTreeMap<String, Vec<String>>,
    harmless: &[String],
    judge: impl Fn(&str) -> Option<String>,
) {
    let some = cases.iter().flat_map(|(id, texts)| texts.iter().map(move |it| (Some(id), it)));
    let mut wrong = Vec::new();
    for (expect, text) in some.chain(harmless.iter().map(|it| (None, it))) {
        let found = judge(text);
        if found.as_ref() != expect {
            wrong.push(format!("{text}: {found:?}, not {expect:?}"));
        }
    }
    none(wrong);
}

#[test]
fn tools_are_judged_by_verb_words_and_what_they_take() {
    let (table, cases) = (table(), cases());
    judged(&cases.tools, &cases.tools_harmless, |it| of_tool(&table, it));
}

#[test]
fn requests_are_judged_by_method_host_and_path() {
    let (table, cases) = (table(), cases());
    judged(&cases.requests, &cases.requests_harmless, |it| of_request(&table, it));
}

#[test]
fn a_server_is_believed_where_it_warns_and_not_where_it_soothes() {
    let table = table();
    let judge = |hint| {
        let description = "Removes what is old.";
        table.tools.harm(Tool { name: "check_things", description, parameters: &[], hint })
    };
    assert!(judge(Hint::Destructive).is_some());
    assert!(judge(Hint::None).is_none());
    let soothed = Tool { name: "delete_file", hint: Hint::ReadOnly, ..Tool::default() };
    assert!(table.tools.harm(soothed).is_some());
}

#[test]
fn a_table_that_is_wrong_is_refused() {
    let refused = |text: &str, word: &str| {
        let error = Commands::parse(text).err().map(|it| it.to_string()).unwrap_or_default();
        assert!(error.contains(word) && error.contains("hint: "), "{text}: {error}");
    };
    let rule = "{id: a, says: b, undo: c, hurts: d, severity: low, when: [{program: [x]}]}";
    refused(&format!("dry: []\nprograms: []\nrules: [{rule}, {rule}]"), "`a` stands twice");
    refused(
        &format!("dry: []\nprograms: []\nrules: [{}]", rule.replace("[x]", "[\"*\"]")),
        "asks for nothing",
    );
    refused(
        &format!("dry: []\nprograms: []\nrules: [{}]", rule.replace("program", "programme")),
        "programme",
    );
}

#[test]
fn every_harm_is_told_whole() {
    let table = table();
    let all = table.commands.harms().chain(table.tools.harms()).chain(table.http.harms());
    for harm in all {
        assert!(
            harm.says.starts_with("it ") && !harm.says.ends_with('.'),
            "{}: {}",
            harm.id,
            harm.says
        );
        assert!(
            !harm.undo.is_empty() && !harm.hurts.is_empty() && !harm.tags.is_empty(),
            "{}",
            harm.id
        );
        let known = ["T1", "AML.T0", "ASI0"];
        assert!(
            harm.tags.iter().all(|tag| known.iter().any(|it| tag.starts_with(it))),
            "{}",
            harm.id
        );
    }
}

#[test]
fn there_are_cases_for_every_rule_of_commands() {
    let (table, cases) = (table(), cases());
    let bare = table.commands.harms().filter(|harm| !cases.irreversible.contains_key(&harm.id));
    none(bare.map(|harm| harm.id.clone()).collect());
    let of_tools = |harm: &&Harm| !cases.tools.contains_key(&harm.id);
    none(table.tools.harms().filter(of_tools).map(|harm| harm.id.clone()).collect());
    let of_http = |harm: &&Harm| !cases.requests.contains_key(&harm.id);
    none(table.http.harms().filter(of_http).map(|harm| harm.id.clone()).collect());
    assert!(cases.irreversible.values().map(Vec::len).sum::<usize>() >= 250);
    assert!(cases.harmless.len() >= 100);
}
