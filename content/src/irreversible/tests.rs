//! The shipped tables against `cases.yaml`: what must be found, and what may not.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::*;
use crate::command::acts;
use crate::shell;
use crate::yaml;

const PLACE: Place<'_> = Place {
    cwd: "/home/ada/work/shop",
    workspace: "/home/ada/work/shop",
    home: "/home/ada",
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    irreversible: BTreeMap<String, Vec<String>>,
    unclear: Vec<String>,
    harmless: Vec<String>,
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
fn there_are_cases_for_every_rule_of_commands() {
    let (table, cases) = (table(), cases());
    let bare = table.commands.harms().filter(|harm| !cases.irreversible.contains_key(&harm.id));
    none(bare.map(|harm| harm.id.clone()).filter(|id| id != "into-nowhere").collect());
    assert!(cases.irreversible.values().map(Vec::len).sum::<usize>() >= 250);
    assert!(cases.harmless.len() >= 100);
}
