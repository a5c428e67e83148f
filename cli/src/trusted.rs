//! Issuers whose tokens count at the gateway, with their keys: out of files, read again whenever a file is another one, so
//! that who renews keys only has to replace it; or as they publish them.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use gateway::control::jwt::{Issuer, KeySet};
use gateway::egress::Outside;
use gateway::models::Issuers;
use gateway::published::{Paces, Place, Published, Renewed};

/// Longest file of keys.
const MOST: u64 = 1 << 20;

/// An issuer and where its keys stand.
#[derive(Clone, Debug)]
pub struct Trusted {
    /// All but the keys.
    pub issuer: Issuer,
    /// Its JWKS.
    pub keys: KeysOf,
}

/// Where keys of an issuer are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeysOf {
    /// In a file.
    File(PathBuf),
    /// Where it publishes them.
    Published(Place),
}

/// All of them.
pub struct TrustedIssuers {
    all: BTreeMap<String, Trusted>,
    published: Published,
    last: Mutex<(Vec<State>, Arc<Vec<Issuer>>)>,
}

/// Another file, another content, other keys have another state.
#[derive(Debug, PartialEq, Eq)]
enum State {
    Gone,
    File(u64, u64, i64, i64),
    Published(u64),
}

impl TrustedIssuers {
    /// Reads all files; an error where one cannot be read. What is published is fetched, and nobody waits for it.
    pub fn open(all: BTreeMap<String, Trusted>) -> Result<Self> {
        let mut places = BTreeMap::new();
        for (name, one) in &all {
            match &one.keys {
                KeysOf::File(path) => {
                    one.of_file(path).with_context(|| format!("gateway.issuers.{name}"))?;
                }
                KeysOf::Published(place) => {
                    places.insert(one.issuer.issuer.clone(), place.clone());
                }
            }
        }
        let published = match places.is_empty() {
            true => Published::default(),
            false => Published::start(places, &Outside::default(), Paces::default())
                .context("gateway.issuers")?,
        };
        let last = Mutex::new((Vec::new(), Arc::default()));
        Ok(Self { all, published, last })
    }

    fn state(&self, one: &Trusted) -> State {
        let KeysOf::File(path) = &one.keys else {
            return State::Published(self.published.changes());
        };
        std::fs::metadata(path).map_or(State::Gone, |meta| {
            State::File(meta.ino(), meta.size(), meta.mtime(), meta.mtime_nsec())
        })
    }

    /// The issuer with its keys; of one that publishes them without any, as long as none were had.
    fn read(&self, one: &Trusted) -> Result<Issuer> {
        match &one.keys {
            KeysOf::File(path) => one.of_file(path),
            KeysOf::Published(_) => {
                let keys = self.published.keys(&one.issuer.issuer).unwrap_or_default();
                Ok(Issuer { keys, ..one.issuer.clone() })
            }
        }
    }
}

impl Issuers for TrustedIssuers {
    fn renew(&self, issuer: &str) -> Option<Renewed> {
        self.published.renew(issuer)
    }

    /// Without those whose keys cannot be read now.
    fn all(&self) -> Arc<Vec<Issuer>> {
        if self.all.is_empty() {
            return Arc::default();
        }
        let now: Vec<State> = self.all.values().map(|one| self.state(one)).collect();
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.0 != now {
            let read = |one: &Trusted| match self.read(one) {
                Ok(issuer) => Some(issuer),
                Err(error) => {
                    let error = format!("{error:#}");
                    tracing::error!(%error, "tokens of an issuer prove nothing");
                    None
                }
            };
            *last = (now, Arc::new(self.all.values().filter_map(read).collect()));
        }
        Arc::clone(&last.1)
    }
}

impl Trusted {
    fn of_file(&self, path: &Path) -> Result<Issuer> {
        let shown = path.display();
        let meta = std::fs::metadata(path).with_context(|| format!("cannot read {shown}"))?;
        anyhow::ensure!(meta.is_file() && meta.len() <= MOST, "{shown} is no file of keys");
        let text = std::fs::read(path).with_context(|| format!("cannot read {shown}"))?;
        let keys = KeySet::read(&text).with_context(|| shown.to_string())?;
        Ok(Issuer { keys, ..self.issuer.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: &str = r#"{"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB"}]}"#;

    #[test]
    fn keys_are_read_again_when_the_file_is_another_one() -> Result<()> {
        let home = tempfile::tempdir()?;
        let path = home.path().join("jwks.json");
        let one = Trusted { issuer: Issuer::default(), keys: KeysOf::File(path.clone()) };
        let all = || BTreeMap::from([("corp".to_owned(), one.clone())]);
        let error = TrustedIssuers::open(all()).err().map(|error| format!("{error:#}"));
        assert!(error.is_some_and(|it| it.starts_with("gateway.issuers.corp: cannot read")));
        std::fs::write(&path, KEYS)?;
        let files = TrustedIssuers::open(all())?;
        assert_eq!(files.all().len(), 1);
        std::fs::write(&path, "{\"keys\": []}  ")?;
        assert_eq!(files.all().len(), 0);
        std::fs::write(&path, KEYS)?;
        assert_eq!(files.all().len(), 1);
        std::fs::remove_file(&path)?;
        assert_eq!(files.all().len(), 0);
        Ok(())
    }
}
