//! Which HTTP requests cannot be undone: `http.yaml`, by method, host and path.

use std::sync::Arc;

use serde::Deserialize;

use super::Harm;
use super::load::{Case, Rule, TableError, Written, rules, table};
use super::pattern::Words;

/// Longest address that is looked at, in bytes.
const LONGEST: usize = 8 << 10;

/// The table of requests.
#[derive(Clone, Debug)]
pub struct Http {
    rules: Vec<Rule<When>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    rules: Vec<Written<When>>,
}

/// One case: all that is named must hold.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct When {
    /// Methods.
    method: Words,
    /// Hosts; any if none is named.
    host: Words,
    /// Not these hosts.
    not_host: Words,
    /// Paths: `*` is one segment or a part of it, `**` any number of segments. Any if none is named.
    path: Vec<String>,
    /// The query has one of these.
    query: Words,
}

impl Case for When {
    fn fits_anything(&self) -> bool {
        self.method.is_empty()
            || (self.method.fit("GET") && self.path.is_empty() && self.query.is_empty())
    }
}

impl Http {
    /// Reads the table.
    pub fn parse(text: &str) -> Result<Self, TableError> {
        let file: File = table(text)?;
        Ok(Self { rules: rules(file.rules)? })
    }

    /// The harms it knows.
    pub fn harms(&self) -> impl Iterator<Item = &Harm> {
        self.rules.iter().map(|rule| &*rule.harm)
    }

    /// What a request does that cannot be undone: the first rule that fits, special ones before general.
    pub fn harm(&self, method: &str, url: &str) -> Option<Arc<Harm>> {
        let url = url.get(..LONGEST).unwrap_or(url);
        let address = url.split_once("://").map_or(url, |(_, rest)| rest);
        let (address, query) = address.split_once('?').unwrap_or((address, ""));
        let address = address.split('#').next().unwrap_or(address);
        let (authority, path) = address.split_once('/').unwrap_or((address, ""));
        let host = authority.rsplit('@').next().unwrap_or(authority);
        let host = host.split(':').next().unwrap_or(host);
        let path: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).take(64).collect();
        let fits = |when: &When| {
            when.method.fit(method)
                && (when.host.is_empty() || when.host.fit(host))
                && (when.not_host.is_empty() || !when.not_host.fit(host))
                && (when.query.is_empty() || query.split('&').any(|one| when.query.fit(one)))
                && (when.path.is_empty() || when.path.iter().any(|it| path_fits(it, &path)))
        };
        let rule = self.rules.iter().find(|rule| rule.when.iter().any(fits));
        rule.map(|rule| rule.harm.clone())
    }
}

fn path_fits(pattern: &str, path: &[&str]) -> bool {
    let wanted: Vec<Words> = pattern
        .split('/')
        .filter(|part| !part.is_empty())
        .map(|part| Words::from(part.to_owned()))
        .collect();
    let mut reached = vec![false; path.len() + 1];
    if let Some(first) = reached.first_mut() {
        *first = true;
    }
    // One row for each part of the pattern: which beginnings of the path it has covered.
    for part in &wanted {
        let mut next = vec![false; path.len() + 1];
        let mut any = false;
        for at in 0..=path.len() {
            let here = reached.get(at).copied().unwrap_or(false);
            if part.is_any_number() {
                any |= here;
                set(&mut next, at, any);
            } else if here && path.get(at).is_some_and(|segment| part.fit(segment)) {
                set(&mut next, at + 1, true);
            }
        }
        reached = next;
    }
    reached.last().copied().unwrap_or(false)
}

fn set(row: &mut [bool], at: usize, value: bool) {
    if let Some(cell) = row.get_mut(at) {
        *cell |= value;
    }
}
