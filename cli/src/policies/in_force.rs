//! Which policies are in force, by the hash of each part; remembered from run to run, so that what changed meanwhile is
//! told, too.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use event::Text;
use event::show::brief;
use journal::Lift;
use journal::audit::{Log, What, Who};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Own;
use crate::config::Config;
use crate::files;

/// Changed parts that are named.
const NAMED: usize = 20;

/// The parts and their hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InForce {
    parts: BTreeMap<String, String>,
}

impl InForce {
    /// What is decided by: the program's own policies, the configuration, own files, answers of people.
    pub fn of(config: &Config, own: &Own, answers: &[Lift]) -> Self {
        let mut parts = BTreeMap::new();
        let mut add = |name: String, text: &str| parts.insert(name, hash(text.as_bytes()));
        add("chaperone".into(), env!("CARGO_PKG_VERSION"));
        add("the table of kinds".into(), policy::shipped_kinds());
        let settings = serde_json::json!([config.policy, config.agents.gateways]);
        add("the configuration".into(), &settings.to_string());
        for source in own.sources() {
            add(source.name.to_owned(), source.text);
        }
        for answer in answers {
            add(format!("the answer {}", answer.id), &answer.text);
        }
        Self { parts }
    }

    /// One hash over all.
    pub fn hash(&self) -> Text {
        let all: Vec<String> =
            self.parts.iter().map(|(name, hash)| format!("{name}\0{hash}\n")).collect();
        hash(all.concat().as_bytes()).into()
    }

    /// What is otherwise than before, in words.
    pub fn changes(&self, before: &Self) -> Vec<Text> {
        let mut changes = Vec::new();
        for (name, hash) in &self.parts {
            match before.parts.get(name) {
                None => changes.push(format!("new: {name}").into()),
                Some(old) if old != hash => changes.push(format!("changed: {name}").into()),
                Some(_) => {}
            }
        }
        let gone = before.parts.keys().filter(|name| !self.parts.contains_key(*name));
        changes.extend(gone.map(|name| Text::from(format!("gone: {name}"))));
        let more = changes.len().saturating_sub(NAMED);
        changes.truncate(NAMED);
        if more > 0 {
            changes.push(format!("and {more} more").into());
        }
        changes
    }

    /// What was in force when it was written down last; none at the first time.
    pub fn last(dir: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(place(dir)).ok()?).ok()
    }

    /// Says in the audit log what is in force now instead of `before`, and remembers it.
    pub fn note(&self, before: Option<&Self>, config: &Config) -> Result<()> {
        if before == Some(self) {
            return Ok(());
        }
        let what = What::PolicyChanged {
            old: before.map(Self::hash),
            new: self.hash(),
            changes: before.map_or_else(Vec::new, |before| self.changes(before)),
            refused: None,
        };
        add(config, what)?;
        let dir = config.data_dir();
        files::replace(&place(&dir), &serde_json::to_vec(self)?)
            .with_context(|| format!("cannot write {}", place(&dir).display()))
    }

    /// Says that something else was to be in force and is not.
    pub fn note_refused(&self, why: &str, config: &Config) -> Result<()> {
        let hash = self.hash();
        let refused = Some(brief(why, 400).into());
        let (old, new) = (Some(hash.clone()), hash);
        add(config, What::PolicyChanged { old, new, changes: Vec::new(), refused })
    }
}

fn add(config: &Config, what: What) -> Result<()> {
    Log::add_now(&config.data_dir(), &config.journal.audit, Who::Daemon, what)
        .context("what is in force does not stand in the audit log")
}

fn place(dir: &Path) -> PathBuf {
    dir.join("policies.json")
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_force(files: &[(&str, &str)]) -> InForce {
        let own = files.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect();
        InForce::of(&Config::default(), &Own::of(own), &[])
    }

    #[test]
    fn what_changed_is_named() {
        let before = in_force(&[("a.cedar", "1"), ("b.cedar", "1"), ("c.cedar", "1")]);
        let check = |files: &[(&str, &str)], expect: &[&str]| {
            let now = in_force(files);
            let expect: Vec<Text> = expect.iter().map(|&it| it.into()).collect();
            assert_eq!(now.changes(&before), expect);
            assert_eq!(now.hash() == before.hash(), expect.is_empty());
        };
        check(&[("a.cedar", "1"), ("b.cedar", "1"), ("c.cedar", "1")], &[]);
        check(
            &[("a.cedar", "2"), ("b.cedar", "1"), ("d.cedar", "1")],
            &["changed: a.cedar", "new: d.cedar", "gone: c.cedar"],
        );
    }
}
