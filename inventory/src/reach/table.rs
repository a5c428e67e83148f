//! What is production, what opens a repository, what costs points: data (`rules/reach`).

use content::yaml;
use event::{Level, Text};
use serde::Deserialize;

/// The table, as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Words that say that others depend on something.
    production: Vec<Production>,
    /// Words that say the contrary.
    unless: Vec<Text>,
    /// What opens a repository.
    pub pushes: Pushes,
    /// Words of a setting that let a product listen beyond its host.
    listens: Vec<Text>,
    /// Settings by which a product that listens asks nobody who calls.
    pub asks_nobody: Vec<Text>,
    /// What costs points.
    pub points: Vec<Point>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Production {
    words: Vec<Text>,
    because: Text,
}

/// Kinds of keys that open a repository.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pushes {
    /// At an address of ssh.
    pub ssh: Vec<Text>,
    /// At one of https, where the key names the host.
    pub web: Vec<Text>,
}

/// Something that costs points.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// Its rule.
    pub id: Text,
    /// What it is about.
    pub on: On,
    /// How bad it is where a person is asked.
    pub level: Level,
    /// How bad it is where nobody is.
    pub unasked: Level,
    /// In a few words.
    pub title: Text,
    /// Why that is bad.
    pub why: Text,
    /// What to do.
    pub fix: Text,
    /// Techniques and risks.
    pub tags: Vec<Text>,
}

/// What a point is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum On {
    /// Access to production.
    Production,
    /// Root without a password.
    Root,
    /// What a cloud tells its machines.
    Metadata,
    /// A repository that it could push to.
    Push,
    /// Keys of other accounts.
    OthersKeys,
    /// It listens beyond its host.
    Open,
}

impl Table {
    /// The table that ships with the program.
    pub fn shipped() -> Result<Self, String> {
        let text = include_str!("../../../rules/reach/reach.yaml");
        yaml::parse(text).map_err(|error| {
            format!(
                "rules/reach/reach.yaml:{}: {}\nhint: {}",
                error.line, error.message, error.hint
            )
        })
    }

    /// Why something called `name` is production.
    pub fn production(&self, name: &str) -> Option<Text> {
        let words: Vec<String> = words(name).collect();
        let is = |word: &Text| words.iter().any(|it| **it == **word);
        if self.unless.iter().any(is) {
            return None;
        }
        let because = &self.production.iter().find(|it| it.words.iter().any(is))?.because;
        Some(format!("`{name}` is {because}").into())
    }

    /// Whether a product that is told to listen at `address` listens beyond its host.
    pub fn is_open(&self, address: &str) -> bool {
        let address = address.trim().trim_start_matches("http://");
        let host = match address.rsplit_once(':') {
            Some((host, port)) if port.parse::<u16>().is_ok() && !host.ends_with(':') => host,
            _ => address,
        };
        self.listens.iter().any(|word| **word == *host)
    }
}

/// The words of a name, in small letters, without the numbers behind them.
fn words(name: &str) -> impl Iterator<Item = String> {
    let parts = name.split(|c: char| !c.is_ascii_alphanumeric());
    let parts = parts.map(|part| part.trim_end_matches(|c: char| c.is_ascii_digit()));
    parts.filter(|part| !part.is_empty()).map(str::to_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_whether_something_is_production() {
        let table = Table::shipped().expect("the table is right");
        let check = |name: &str, expect: bool| {
            assert_eq!(table.production(name).is_some(), expect, "{name}");
        };
        check("prod-eu", true);
        check("arn:aws:eks:eu-1:123:cluster/shop-PROD1", true);
        check("live", true);
        check(".env.production", true);
        check("PROD_DATABASE_URL", true);
        check("product", false);
        check("non-prod", false);
        check("prod-staging", false);
        check("deliver", false);
        check("", false);
    }

    #[test]
    fn settings_say_whether_something_is_open() {
        let table = Table::shipped().expect("the table is right");
        let check = |address: &str, expect: bool| {
            assert_eq!(table.is_open(address), expect, "{address}");
        };
        check("0.0.0.0:8080", true);
        check("http://0.0.0.0", true);
        check("::", true);
        check("[::]:80", true);
        check("lan", true);
        check("127.0.0.1:80", false);
        check("loopback", false);
        check("::1", false);
    }
}
