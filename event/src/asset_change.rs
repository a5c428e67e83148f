//! What became of a thing that exists, what is wrong with it, and how it stands with those who decide.

use serde::{Deserialize, Serialize};

use crate::{Asset, Text};

/// A change of the inventory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetChange {
    /// When it was seen, UTC.
    pub time_unix_ns: u64,
    /// What happened.
    pub became: Became,
    /// The thing as it is, or as it was last where it is gone.
    pub asset: Asset,
    /// Hash of the content before, where another one was there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest_before: Option<Text>,
    /// What is different from before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differs: Vec<Difference>,
    /// What is wrong with it, the worst first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flaws: Vec<Flaw>,
    /// How it stands.
    pub standing: Standing,
    /// Why it was not moved aside although it should have been.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unheld: Option<Text>,
}

/// What happened to a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// It was there when this host was looked at for the first time.
    Known,
    /// It was not there before.
    Appeared,
    /// Its content or a setting of it is another one.
    Changed,
    /// It is not there any more.
    Gone,
}

impl Became {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Appeared => "appeared",
            Self::Changed => "changed",
            Self::Gone => "gone",
        }
    }
}

/// What those who decide said of a thing with this very content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nobody is asked about things of this kind, or it was there from the beginning.
    Unasked,
    /// Somebody trusts it.
    Trusted,
    /// Nobody said that it may be loaded.
    Untrusted,
    /// It was moved aside until somebody trusts it.
    Held,
}

impl Standing {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unasked => "unasked",
            Self::Trusted => "trusted",
            Self::Untrusted => "untrusted",
            Self::Held => "held",
        }
    }
}

/// One property that is another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The property (`version`, `rights`).
    pub what: Text,
    /// What is not there any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub was: Vec<Text>,
    /// What is there now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub is: Vec<Text>,
}

/// Something that is not sound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flaw {
    /// The rule.
    pub rule: Text,
    /// In a few words.
    pub title: Text,
    /// How bad.
    pub level: Level,
    /// Kind of the thing.
    pub kind: Text,
    /// Its name.
    pub name: Text,
    /// The file.
    pub place: Text,
    /// Line, from 1; 0 where the whole is meant.
    pub line: u32,
    /// What stands there, without secrets.
    pub shows: Text,
    /// Why that is bad.
    pub why: Text,
    /// What to do.
    pub fix: Text,
    /// Techniques and risks.
    pub tags: Vec<Text>,
}

/// How bad a flaw is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// A weakness: it makes something else worse.
    Low,
    /// Dangerous, and not always meant so.
    Medium,
    /// Hostile, or as bad as if it were.
    High,
}

impl Level {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl AssetChange {
    /// How much it matters: the worst that is wrong with it, and whether anybody asked for it.
    pub fn severity(&self) -> crate::Severity {
        use crate::Severity::{High, Informational, Low, Medium};
        let worst = self.flaws.iter().map(|flaw| flaw.level).max();
        let of_flaws = match worst {
            Some(Level::High) => High,
            Some(Level::Medium) => Medium,
            Some(Level::Low) => Low,
            None => Informational,
        };
        let of_standing = match (self.became, self.standing) {
            (Became::Gone | Became::Known, _) => Informational,
            (_, Standing::Held) => Medium,
            (_, Standing::Untrusted) => Low,
            (_, Standing::Unasked | Standing::Trusted) => Informational,
        };
        if self.became == Became::Gone { Informational } else { of_flaws.max(of_standing) }
    }

    /// One line for people.
    pub fn summary(&self) -> String {
        use crate::show::{brief, plain};
        let asset = &self.asset;
        let kind = asset.what.kind().replace('_', " ");
        let place = asset.evidence.first().map_or("", |evidence| &evidence.place);
        let owner = if asset.owner.is_empty() { "this host" } else { &*asset.owner };
        let became = match self.became {
            Became::Known => "is there",
            Became::Appeared => "is new",
            Became::Changed => "is another one",
            Became::Gone => "is gone",
        };
        let standing = match self.standing {
            Standing::Held => ", held until somebody trusts it",
            Standing::Untrusted => ", nobody trusts it yet",
            Standing::Unasked | Standing::Trusted => "",
        };
        let flaw = self.flaws.first().map(|flaw| format!(": {}", plain(&flaw.title)));
        let (name, place) = (brief(&asset.name, 60), plain(place));
        let flaw = flaw.unwrap_or_default();
        format!("{kind} {name} of {} {became}{standing}{flaw}  {place}", plain(owner))
    }
}
