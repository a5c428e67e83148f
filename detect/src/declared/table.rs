//! What belongs to a call without being said in it: `rules/declared/tools.yaml`, compiled in.

use std::collections::{BTreeMap, BTreeSet};

use content::named::are_kin;
use content::yaml::{self, YamlError};
use serde::Deserialize;

use super::deed::Image;
use super::known::Known;
use super::place::base;

/// Programs and files that are known; `rules/declared/README.md` says what each list means.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    products: BTreeMap<String, Product>,
    wrappers: BTreeSet<String>,
    start_up: BTreeSet<String>,
    housekeeping: Vec<Housekeeping>,
    daemons: BTreeSet<String>,
    background: BTreeSet<String>,
    alias_options: BTreeSet<String>,
    standard: BTreeSet<String>,
    direct: BTreeSet<String>,
    silent: BTreeSet<String>,
    led: BTreeSet<String>,
    registries: Vec<String>,
    refusals: Vec<String>,
    installs: BTreeSet<String>,
    secrets: Vec<Secret>,
    starts: Vec<Secret>,
    /// What the agents of this host run by their settings.
    #[serde(skip)]
    pub known: Known,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Product {
    failure_above: i32,
    /// It tells of a call when that is over.
    #[serde(default)]
    tells_when_over: bool,
    /// Command lines that it puts into its shells before the declared one.
    #[serde(default)]
    start_up: Vec<String>,
    /// Programs of its own that its shells run for others.
    #[serde(default)]
    stands_for: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Housekeeping {
    name: String,
    #[serde(default)]
    verbs: Vec<String>,
}

/// Files that few programs have to do with: those that hold secrets, and those by which things start.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    #[serde(default)]
    ends: Vec<String>,
    #[serde(default, rename = "in")]
    within: Vec<String>,
    by: BTreeSet<String>,
    /// No product reads it itself.
    #[serde(default)]
    pub never_own: bool,
}

impl Table {
    /// The table that ships, with what this host runs by its settings.
    pub fn shipped(known: &[String]) -> Result<Self, YamlError> {
        let table: Self = yaml::parse(include_str!("../../../rules/declared/tools.yaml"))?;
        Ok(Self { known: Known::of(known), ..table })
    }

    /// The status above which a product tells of a failure; none: nobody knows how it runs commands.
    pub fn failure_above(&self, product: &str) -> Option<i32> {
        self.products.get(product).map(|product| product.failure_above)
    }

    /// Whether a product tells of a call only when it is over.
    pub fn tells_when_over(&self, product: &str) -> bool {
        self.products.get(product).is_some_and(|product| product.tells_when_over)
    }

    /// The program for which a product's own one runs.
    pub fn stands_for(&self, product: &str, image: &Image) -> Option<&str> {
        let own = &self.products.get(product)?.stands_for;
        let first = image.argv.first().map_or("", |word| base(word));
        own.get(first).map(String::as_str)
    }

    pub fn is_wrapper(&self, program: &str) -> bool {
        self.wrappers.contains(program)
    }

    pub fn is_start_up(&self, product: &str, image: &Image) -> bool {
        let own = self.products.get(product).map_or(&[][..], |product| &product.start_up);
        image.asks_what_it_is()
            || own.iter().any(|line| **line == *image.process.command_line)
            || image.names().any(|name| self.start_up.contains(name))
    }

    /// Whether products, or the settings of this host, run it by themselves.
    pub fn is_housekeeping(&self, product: &str, image: &Image) -> bool {
        let by_itself = |one: &Housekeeping| {
            let named = image.names().any(|name| name == one.name);
            let said =
                || image.argv.iter().any(|word| one.verbs.iter().any(|verb| **word == **verb));
            named && (one.verbs.is_empty() || said())
        };
        self.known.is_run_by(product, image) || self.housekeeping.iter().any(by_itself)
    }

    pub fn is_daemon(&self, image: &Image) -> bool {
        image.names().any(|name| self.daemons.contains(name))
    }

    /// Whether a command line says that something will live on.
    pub fn says_background(&self, line: &str) -> bool {
        let words = line.split(|c: char| c.is_whitespace() || "();|\"'".contains(c));
        backgrounds(line) || words.into_iter().any(|word| self.background.contains(word))
    }

    pub fn is_alias_option(&self, word: &str) -> bool {
        self.alias_options.contains(word)
    }

    pub fn is_standard(&self, name: &str) -> bool {
        self.standard.contains(name)
    }

    /// Whether a program has nothing to do with hosts.
    pub fn is_silent(&self, program: &str) -> bool {
        self.silent.contains(program)
    }

    /// Whether a program speaks only to hosts in its arguments.
    pub fn is_direct(&self, program: &str, args: &[String]) -> bool {
        self.direct.contains(program) && !args.iter().any(|word| self.led.contains(word))
    }

    pub fn is_registry(&self, host: &str) -> bool {
        self.registries.iter().any(|known| are_kin(known, host))
    }

    /// What a path keeps, if it is a secret.
    pub fn keeps_a_secret(&self, path: &str) -> Option<&Secret> {
        self.secrets.iter().find(|secret| secret.is_at(path))
    }

    /// What a path starts or lets in, if it does.
    pub fn starts(&self, path: &str) -> Option<&Secret> {
        self.starts.iter().find(|start| start.is_at(path))
    }

    /// Whether a result says that somebody refused the call.
    pub fn says_refused(&self, text: &str) -> bool {
        self.refusals.iter().any(|words| text.contains(words.as_str()))
    }

    /// Whether a command line says that it sets something up.
    pub fn says_install(&self, line: &str) -> bool {
        line.split(|c: char| !(c.is_alphanumeric() || c == '-'))
            .any(|word| self.installs.contains(word))
    }
}

impl Secret {
    fn is_at(&self, path: &str) -> bool {
        self.ends.iter().any(|end| path.ends_with(end.as_str()))
            || self.within.iter().any(|part| path.contains(part.as_str()))
    }

    /// Whether a program may need it.
    pub fn is_for(&self, image: &Image) -> bool {
        image.names().any(|name| {
            // `python3.11`, `git-remote-https`.
            let plain = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
            let family = name.split('-').next().unwrap_or(name);
            [name, plain, family].iter().any(|name| self.by.contains(*name))
        })
    }
}

/// Whether `&` stands alone in it.
fn backgrounds(line: &str) -> bool {
    let bytes = line.as_bytes();
    let at = |at: usize| bytes.get(at).copied().unwrap_or(b' ');
    (0..bytes.len()).any(|place| {
        let before = if place == 0 { b' ' } else { at(place - 1) };
        at(place) == b'&'
            && before != b'&'
            && before != b'>'
            && !matches!(at(place + 1), b'&' | b'>')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn background_is_said() {
        let table = Table::shipped(&[]).unwrap_or_else(|error| panic!("{error}"));
        let check =
            |line: &str, expect: bool| assert_eq!(table.says_background(line), expect, "{line}");
        check("sleep 9 &", true);
        check("(sleep 9 & )", true);
        check("nohup ./serve", true);
        check("docker compose up", true);
        check("make && make install", false);
        check("make 2>&1 | tee x", false);
        check("make &> x", false);
        check("cargo test", false);
    }
}
