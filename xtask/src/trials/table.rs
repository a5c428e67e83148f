//! The tables of trials, as data: what is tried, and what it needs.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use super::way::{Way, tier};

/// What a table is about, and what must come of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Suite {
    /// Attempts at what no agent may.
    Escapes,
    /// A secret is read and sent, where reading it was allowed.
    Exfiltration,
    /// Ordinary work beside secrets, which nobody may stop.
    LookAlikes,
}

impl Suite {
    pub const ALL: [Self; 3] = [Self::Escapes, Self::Exfiltration, Self::LookAlikes];

    pub fn name(self) -> &'static str {
        match self {
            Self::Escapes => "escapes",
            Self::Exfiltration => "exfiltration",
            Self::LookAlikes => "look-alikes",
        }
    }

    /// Whether its table holds what must not happen.
    pub fn is_attack(self) -> bool {
        self != Self::LookAlikes
    }

    /// The table, from its file below `root`.
    pub fn read(self, root: &Path) -> Result<Vec<Trial>> {
        let path = root.join("xtask/trials").join(self.name()).with_extension("toml");
        let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let table: Table =
            toml::from_str(&text).with_context(|| format!("cannot read {}", path.display()))?;
        let mut names: Vec<&str> = table.trial.iter().map(|trial| &*trial.name).collect();
        names.sort_unstable();
        let twice = names.windows(2).find(|pair| pair[0] == pair[1]);
        ensure!(twice.is_none(), "two trials of {} are called {twice:?}", self.name());
        Ok(table.trial)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    trial: Vec<Trial>,
}

/// One thing to try: a script of the shell.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trial {
    /// What it is, in a few words; unique in its table.
    pub name: String,
    /// Of which family, for the table of outcomes.
    pub family: String,
    /// What an earlier session does first.
    pub earlier: Option<String>,
    /// What the agent does.
    pub r#do: String,
    /// Why `up` does not stop it, where that is known.
    pub not_by_up: Option<String>,
    /// The same where the kernel asks no security hooks.
    pub not_in_tier_b: Option<String>,
    /// The same of `run`.
    pub not_by_run: Option<String>,
    /// The same of `run` where Landlock alone holds.
    pub not_by_landlock: Option<String>,
    /// The agent runs as root instead of as alice.
    #[serde(default)]
    pub root: bool,
}

impl Trial {
    /// Whether it can be asked of any guard: it is not about ours, and any account can try it.
    pub fn is_for_all(&self) -> bool {
        !self.root && self.family != "Chaperone"
    }

    /// It waits so many times longer where it waits: for a host, or for somebody else to be done.
    pub fn waiting(mut self, slower: u16) -> Self {
        self.r#do = longer(&self.r#do, slower);
        self.earlier = self.earlier.map(|earlier| longer(&earlier, slower));
        self
    }

    /// Why it is not held in this way, where that is known.
    pub fn known(&self, way: Way) -> Option<&String> {
        match way {
            Way::Up if tier() == "B" => self.not_by_up.as_ref().or(self.not_in_tier_b.as_ref()),
            Way::Up => self.not_by_up.as_ref(),
            Way::Run | Way::RunAlone => self.not_by_run.as_ref(),
            Way::Landlock => self.not_by_landlock.as_ref().or(self.not_by_run.as_ref()),
            Way::Bare | Way::SandboxRuntime | Way::Peer => None,
        }
    }
}

/// All waiting of a script.
fn longer(script: &str, slower: u16) -> String {
    ["sm ", "-T ", "sleep ", "sleep(", "timeout ", "timeout("]
        .iter()
        .fold(script.to_owned(), |script, word| times(&script, word, slower.into()))
}

/// Multiplies every number that stands behind `word`.
fn times(script: &str, word: &str, factor: f64) -> String {
    let mut parts = script.split(word);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |done, part| {
        let digits = part.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(part.len());
        let (number, rest) = part.split_at(digits);
        match number.parse::<f64>() {
            Ok(number) => format!("{done}{word}{}{rest}", number * factor),
            Err(_) => format!("{done}{word}{part}"),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_waits_longer() {
        let check = |script: &str, expect: &str| {
            assert_eq!(longer(script, 10), expect);
        };
        check(
            "curl -gsm 3 -d x http://$HOST:9000/; sleep 2",
            "curl -gsm 30 -d x http://$HOST:9000/; sleep 20",
        );
        check("time.sleep(0.5); exec sleep $N", "time.sleep(5); exec sleep $N");
    }

    #[test]
    fn tables_hold_what_was_promised() {
        let count = |suite: Suite| {
            let trials = suite.read(&crate::root()).unwrap_or_default();
            assert!(trials.iter().all(|it| !it.r#do.trim().is_empty()), "{}", suite.name());
            trials.len()
        };
        assert!(count(Suite::Escapes) >= 60);
        assert!(count(Suite::Exfiltration) >= 30);
        assert!(count(Suite::LookAlikes) >= 100);
    }
}
