//! Rules, each with texts that have the flaw and many that look alike and have not: `rules/soundness/cases.yaml`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use content::redact::Redactor;
use event::Verbatim;
use serde::Deserialize;

use super::*;
use crate::discover::Home;
use crate::product::Products;
use crate::{Look, look};

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
    /// Further files, by their paths beside it.
    #[serde(default)]
    with: BTreeMap<String, String>,
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
    for (way, text) in &case.with {
        let path = folder.join(way);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
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

/// A home with settings, and what is to be said of it: `rules/soundness/homes.yaml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HomeFile {
    homes: Vec<HomeCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HomeCase {
    /// Must fire.
    rule: Option<String>,
    /// Must not, though something of the kind `sees` is there.
    quiet: Option<String>,
    sees: Option<String>,
    about: String,
    #[serde(default)]
    files: BTreeMap<String, String>,
    #[serde(default)]
    bytes: BTreeMap<String, Vec<u8>>,
    #[serde(default)]
    modes: BTreeMap<String, String>,
    /// Files below the root of the host.
    #[serde(default)]
    host: BTreeMap<String, String>,
}

fn homes() -> Vec<HomeCase> {
    let text = include_str!("../../../rules/soundness/homes.yaml");
    content::yaml::parse::<HomeFile>(text).expect("homes").homes
}

impl HomeCase {
    fn put(&self, home: &Path, root: &Path) {
        let write = |path: PathBuf, bytes: &[u8]| {
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, bytes).expect("written");
        };
        let named = home.to_string_lossy();
        for (way, text) in &self.files {
            write(home.join(way), text.replace("HOME", &named).as_bytes());
        }
        self.host.iter().for_each(|(way, text)| write(root.join(way), text.as_bytes()));
        self.bytes.iter().for_each(|(way, bytes)| write(home.join(way), bytes));
        for (way, mode) in &self.modes {
            let mode = u32::from_str_radix(mode, 8).expect("a mode");
            let mode = fs::Permissions::from_mode(mode);
            fs::set_permissions(home.join(way), mode).expect("set");
        }
    }

    /// Kinds that are there, and rules that are broken.
    fn judged(
        &self,
        products: &Products,
        soundness: &Soundness,
    ) -> (BTreeSet<String>, BTreeSet<String>) {
        let place = tempfile::tempdir().expect("a folder");
        let (home, root) = (place.path().join("ida"), place.path().join("root"));
        fs::create_dir_all(&home).expect("made");
        fs::create_dir_all(&root).expect("made");
        self.put(&home, &root);
        let uid = fs::metadata(&home).expect("there").uid();
        let homes = vec![Home { owner: "ida".into(), uid, path: home }];
        let plan = Look { host: "h".into(), homes, root: Some(root), ..Look::default() };
        let assets = look(products, &plan, &Verbatim).assets;
        let subjects = assets.iter().flat_map(|asset| of_asset(asset, uid, &mut Vec::new()));
        let flaws = subjects.flat_map(|subject| soundness.judge(&subject, &Verbatim));
        let rules = flaws.map(|flaw| flaw.rule.to_string()).collect();
        (assets.iter().map(|asset| asset.what.kind().to_owned()).collect(), rules)
    }
}

#[test]
fn homes_that_are_not_sound_are_told_from_those_that_look_like_it() {
    let mut wrong = Vec::new();
    let soundness = Soundness::shipped().unwrap_or_else(|wrong| panic!("{wrong}"));
    let (products, _) = Products::shipped();
    for case in homes() {
        let (kinds, broken) = case.judged(&products, &soundness);
        let told = format!("{}: {kinds:?} {broken:?}", case.about);
        match (&case.rule, &case.quiet, &case.sees) {
            (Some(rule), None, None) if broken.contains(rule) => {}
            (Some(rule), None, None) => wrong.push(format!("missed {rule}: {told}")),
            (None, Some(rule), Some(kind)) if !broken.contains(rule) && kinds.contains(kind) => {}
            (None, Some(rule), Some(kind)) => wrong.push(format!("{rule} of a {kind}: {told}")),
            _ => wrong.push(format!("`rule`, or `quiet` and `sees`: {told}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_two_cases_that_break_it_and_two_that_do_not() {
    let soundness = Soundness::shipped().unwrap_or_else(|wrong| panic!("{wrong}"));
    let redact = Redactor::new(b"a secret of the tests").expect("patterns");
    let (cases, homes) = (cases(), homes());
    let kind = |case: &Case| -> &'static [&'static str] {
        match case.file.as_str() {
            "SKILL.md" => &["skill"],
            "mcp.json" => &["tool_server"],
            "tools.json" => &["tool"],
            file if file.ends_with(".md") => &["rules"],
            _ => &["script"],
        }
    };
    let quiet: Vec<(&Case, BTreeMap<String, String>)> = cases
        .iter()
        .filter(|case| case.rule == "none")
        .map(|case| (case, broken(&soundness, &redact, case, Level::Low)))
        .collect();
    let mut few = Vec::new();
    for rule in soundness.rules() {
        let fires = cases.iter().filter(|case| case.rule == *rule.id).count()
            + homes.iter().filter(|case| case.rule.as_deref() == Some(&*rule.id)).count();
        // Of texts that have none of the flaws, those that the rule is asked about.
        let of = |case: &Case| {
            rule.of.is_empty()
                || kind(case).iter().any(|kind| rule.of.iter().any(|of| **of == **kind))
        };
        let quiet =
            quiet.iter().filter(|(case, broken)| of(case) && !broken.contains_key(&*rule.id));
        let quiet = quiet.count()
            + homes.iter().filter(|case| case.quiet.as_deref() == Some(&*rule.id)).count();
        if fires < 2 || quiet < 2 {
            few.push(format!("{}: {fires} and {quiet}", rule.id));
        }
    }
    assert!(few.is_empty(), "{}", few.join("\n"));
}
