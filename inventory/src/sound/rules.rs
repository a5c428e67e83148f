//! Signs, rules and known names: data (`rules/soundness`), compiled once.

use std::collections::BTreeMap;

use content::matcher::Matcher;
use content::pattern::{Flags, Pattern};
use content::yaml::{self, YamlError};
use event::{Level, Text};
use serde::Deserialize;

use crate::product::Diagnostic;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    signals: Vec<RawSignal>,
    rules: Vec<Rule>,
    skills: Vec<Text>,
    packages: Vec<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSignal {
    id: Text,
    says: Text,
    #[serde(rename = "in")]
    within: Within,
    any: Vec<Text>,
    #[serde(default)]
    not: Vec<Text>,
    #[serde(default)]
    before: Vec<Text>,
}

/// Where a sign is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Within {
    /// What an agent reads as instructions.
    Prose,
    /// Blocks of code, scripts, command lines.
    Code,
    /// Both.
    Any,
}

/// Which signs together are a flaw.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Stable id.
    pub id: Text,
    /// In a few words.
    pub title: Text,
    /// How bad.
    pub level: Level,
    /// Kinds of things that it is about; all, if none is named.
    #[serde(default)]
    pub of: Vec<Text>,
    /// Signs that must all be there.
    #[serde(default)]
    pub all: Vec<Text>,
    /// Signs of which one must be there.
    #[serde(default)]
    pub any: Vec<Text>,
    /// Signs that excuse it.
    #[serde(default)]
    pub unless: Vec<Text>,
    /// Most lines between the signs; anywhere in the text, if not given.
    #[serde(default)]
    pub near: Option<u32>,
    /// Why that is bad.
    pub why: Text,
    /// What to do.
    pub fix: Text,
    /// Techniques and risks, by the names of those who list them.
    pub tags: Vec<Text>,
}

/// A sign, compiled.
#[derive(Debug)]
pub struct Signal {
    /// Its name.
    pub id: Text,
    /// Completes "it ...".
    pub says: Text,
    /// Where it is looked for.
    pub within: Within,
    any: Vec<Pattern>,
    not: Vec<Pattern>,
    before: Vec<Pattern>,
}

/// Everything that is known about what is not sound.
#[derive(Debug)]
pub struct Soundness {
    signals: Vec<Signal>,
    rules: Vec<Rule>,
    /// Names of skills that others imitate.
    pub skills: Vec<Text>,
    /// The same of packages.
    pub packages: Vec<Text>,
    /// Literals of which an expression needs one, and whose they are.
    literals: Matcher,
    needed_by: Vec<(usize, usize)>,
}

/// Signs that no expression finds: read out of settings and letters.
pub const BUILT_IN: &[&str] = &[
    "hidden_characters",
    "bidirectional_controls",
    "hidden_address",
    "secret_place_in_tool",
    "similar_name",
    "similar_package",
    "program_is_network_tool",
    "program_is_inline",
    "package_unpinned",
    "address_in_clear",
    "all_tools_unasked",
    "secret_in_settings",
    "bypasses",
    "wildcard_permission",
    "readable_by_others",
    "writable_by_others",
    "open_to_network",
    "opens_host",
    "code_at_load",
    "drives_browser",
];

/// How much of a text is looked at for what excuses a sign, in bytes.
const EXCUSE: usize = 400;
/// Most places of one sign in one piece.
const MOST: usize = 8;

impl Soundness {
    /// The rules that ship with the program.
    pub fn shipped() -> Result<Self, Diagnostic> {
        Self::parse(&[
            ("signals.yaml", include_str!("../../../rules/soundness/signals.yaml")),
            ("rules.yaml", include_str!("../../../rules/soundness/rules.yaml")),
            ("names.yaml", include_str!("../../../rules/soundness/names.yaml")),
        ])
    }

    /// Compiles files given as (name, text). All of them or none: half of the rules would judge falsely.
    pub fn parse(files: &[(&str, &str)]) -> Result<Self, Diagnostic> {
        let mut all = File::default();
        let mut signals = Vec::new();
        for (name, text) in files {
            let file: File =
                yaml::parse(text).map_err(|YamlError { line, message, hint, .. }| Diagnostic {
                    file: (*name).into(),
                    line,
                    message,
                    hint,
                })?;
            for raw in file.signals {
                signals.push(Signal::new(raw, name)?);
            }
            all.rules.extend(file.rules);
            all.skills.extend(file.skills);
            all.packages.extend(file.packages);
        }
        check(&signals, &all.rules)?;
        let (mut literals, mut needed_by) = (Vec::new(), Vec::new());
        for (at, signal) in signals.iter().enumerate() {
            for (pattern, needs) in signal.any.iter().map(Pattern::needs).enumerate() {
                literals.extend(needs.iter().cloned());
                needed_by.extend(needs.iter().map(|_| (at, pattern)));
            }
        }
        let literals = Matcher::new(&literals).map_err(|error| Diagnostic {
            file: "signals.yaml".into(),
            line: 0,
            message: error.to_string(),
            hint: "use fewer expressions".into(),
        })?;
        let File { rules, skills, packages, .. } = all;
        Ok(Self { signals, rules, skills, packages, literals, needed_by })
    }

    /// All rules.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Calls `found` with each sign in a piece of text, and where it begins.
    pub fn signs(&self, text: &str, is_code: bool, found: &mut impl FnMut(&Text, usize)) {
        let mut there = vec![false; self.needed_by.len()];
        self.literals.scan(text, |literal, _| {
            if let Some(there) = there.get_mut(literal as usize) {
                *there = true;
            }
        });
        let mut may: BTreeMap<(usize, usize), bool> = BTreeMap::new();
        for (whose, there) in self.needed_by.iter().zip(&there) {
            *may.entry(*whose).or_default() |= *there;
        }
        for (at, signal) in self.signals.iter().enumerate() {
            let here = match signal.within {
                Within::Any => true,
                Within::Code => is_code,
                Within::Prose => !is_code,
            };
            for (index, pattern) in signal.any.iter().enumerate().filter(|_| here) {
                if may.get(&(at, index)) != Some(&false) {
                    signal.places(pattern, text, &mut |place| found(&signal.id, place));
                }
            }
        }
    }
}

impl Signal {
    fn new(raw: RawSignal, file: &str) -> Result<Self, Diagnostic> {
        let flags = Flags { ignore_case: true, multi_line: true, dot_all: false };
        let compile = |sources: &[Text]| -> Result<Vec<Pattern>, Diagnostic> {
            let compiled = sources.iter().map(|source| Pattern::new(source, flags));
            compiled.collect::<Result<_, _>>().map_err(|error| Diagnostic {
                file: file.into(),
                line: 0,
                message: format!("signal `{}`: {error}", raw.id),
                hint: "expressions run in linear time: no looking ahead or back".into(),
            })
        };
        Ok(Self {
            any: compile(&raw.any)?,
            not: compile(&raw.not)?,
            before: compile(&raw.before)?,
            id: raw.id,
            says: raw.says,
            within: raw.within,
        })
    }

    fn places(&self, pattern: &Pattern, text: &str, found: &mut impl FnMut(usize)) {
        let mut from = 0;
        for _ in 0..MOST {
            let Some(place) = pattern.find_at(text, from) else { return };
            let mut end = (place.start + EXCUSE).min(text.len());
            while !text.is_char_boundary(end) {
                end += 1;
            }
            let behind = text.get(place.start..end).unwrap_or_default();
            let excused = self.not.iter().any(|not| not.is_match(behind))
                || self.before.iter().any(|it| it.is_match(sentence_before(text, place.start)));
            if !excused {
                found(place.start);
            }
            from = place.end.max(place.start + 1);
            while from < text.len() && !text.is_char_boundary(from) {
                from += 1;
            }
            if from >= text.len() {
                return;
            }
        }
    }
}

/// The same line and sentence, up to `at`.
fn sentence_before(text: &str, at: usize) -> &str {
    let before = text.get(..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.rsplit(". ").next().unwrap_or_default()
}

/// That every sign that a rule names exists, and no name stands twice.
fn check(signals: &[Signal], rules: &[Rule]) -> Result<(), Diagnostic> {
    let wrong = |message: String, hint: &str| Diagnostic {
        file: "rules.yaml".into(),
        line: 0,
        message,
        hint: hint.into(),
    };
    for (at, rule) in rules.iter().enumerate() {
        if rules.iter().skip(at + 1).any(|other| other.id == rule.id) {
            return Err(wrong(format!("rule `{}` is there twice", rule.id), "rename one of them"));
        }
        if rule.all.is_empty() && rule.any.is_empty() {
            return Err(wrong(
                format!("rule `{}` can never match", rule.id),
                "name a signal under `all` or `any`",
            ));
        }
        for sign in rule.all.iter().chain(&rule.any).chain(&rule.unless) {
            let known = signals.iter().any(|one| one.id == *sign) || BUILT_IN.contains(&&**sign);
            if !known {
                return Err(wrong(
                    format!("rule `{}`: no signal is called `{sign}`", rule.id),
                    "correct the name, or describe the signal in signals.yaml",
                ));
            }
        }
    }
    Ok(())
}
