//! The list of keys is what the types know.

use super::super::Config;
use super::*;

/// `[section]` with `NAME` as a word.
fn table(name: &str) -> String {
    if name.is_empty() { String::new() } else { format!("[{}]\n", name.replace("NAME", "soc")) }
}

/// The keys and tables that the types know in `section`, by what they say to an unknown one.
fn known(section: &str) -> Vec<String> {
    let text = format!("{}no_such_key = 1\n", table(section));
    let error = format!("{:#}", Config::parse(&text).expect_err("no such key"));
    let names = error.lines().next().unwrap_or_default().split('`').skip(1).step_by(2);
    let mut names: Vec<String> = names.skip(1).map(str::to_owned).collect();
    names.sort();
    names
}

fn listed(section: &str) -> Vec<String> {
    let below = |other: &&Section| other.name != section && is_below(section, other.name);
    let mut names: Vec<String> = SECTIONS
        .iter()
        .filter(|one| one.name == section)
        .flat_map(|one| one.keys.iter().map(|key| key.name.to_owned()))
        .chain(SECTIONS.iter().filter(below).filter_map(|one| child(section, one.name)))
        .collect();
    names.sort();
    names.dedup();
    names
}

fn is_below(parent: &str, name: &str) -> bool {
    parent.is_empty() || name.strip_prefix(parent).is_some_and(|rest| rest.starts_with('.'))
}

fn child(parent: &str, name: &str) -> Option<String> {
    let rest = name.strip_prefix(parent)?.trim_start_matches('.');
    rest.split('.').next().filter(|word| !word.is_empty()).map(str::to_owned)
}

#[test]
fn every_key_of_the_types_is_listed_and_no_other() {
    let parents = ["journal", "journal.outlets"].into_iter();
    let skipped = if cfg!(feature = "sql") { "" } else { "query" };
    if !skipped.is_empty() {
        eprintln!("skipped: [query] is not in this build");
    }
    for section in SECTIONS.iter().map(|one| one.name).chain(parents) {
        if section != skipped || section.is_empty() {
            assert_eq!(listed(section), known(section), "[{section}]");
        }
    }
}

#[test]
fn every_default_is_the_one_that_holds_and_every_example_can_be_written() {
    let mut text = String::new();
    for section in SECTIONS {
        text.push_str(&table(section.name));
        for key in section.keys {
            if let Required(example) = key.default {
                text.push_str(&format!("{} = {example}\n", key.name));
            }
        }
    }
    let held = toml::Table::try_from(Config::parse(&text).expect("examples are good"));
    let held = toml::Value::Table(held.expect("it can be written"));
    for section in SECTIONS {
        for key in section.keys {
            let (Is(value) | Unset(value) | Required(value)) = key.default else { continue };
            let alone = format!("x = {value}");
            let value = toml::from_str::<toml::Table>(&alone).expect("a value")["x"].clone();
            let path = format!("{}.{}", section.name.replace("NAME", "soc"), key.name);
            let in_build = cfg!(feature = "sql") || section.name != "query";
            let found = path.split('.').try_fold(&held, |at, part| at.get(part));
            match key.default {
                Is(_) if in_build => assert_eq!(found, Some(&value), "{path}"),
                Unset(_) => assert_eq!(found, None, "{path}"),
                _ => {}
            }
        }
    }
}

#[test]
fn a_key_is_found_below_any_name() {
    let check = |path: &str, expect: Option<&str>| {
        assert_eq!(find(path).map(|key| key.name), expect, "{path}");
    };
    check("data_dir", Some("data_dir"));
    check("journal.outlets.webhook.my-soc.tls.ca_file", Some("ca_file"));
    check("journal.outlets.webhook.url", None);
}
