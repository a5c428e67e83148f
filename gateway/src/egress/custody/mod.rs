//! Secrets that the run uses without having them. The agent holds a placeholder of the same shape and length; only
//! here, on the way to the secret's own hosts over verified TLS, in a place where credentials stand, the secret takes
//! its place. On the way back it is taken out again.

mod placeholder;
mod scrub;
mod sieve;
mod spots;

use std::sync::Arc;

use event::{Object, Text};
use hyper::Uri;
use hyper::header::HeaderMap;
use zeroize::Zeroizing;

use super::host::Target;
use super::pattern::HostPattern;
use super::refusal::Refusal;
use super::settings::Custody;
use scrub::Needle;
pub use scrub::{Scrubbed, Scrubber};
pub use sieve::Sieve;
pub use spots::Spot;
use spots::Where;

/// Longest and shortest secret that can be held: a header carries the one, nobody guesses the other.
const LENGTHS: std::ops::RangeInclusive<usize> = 8..=8192;

/// Holds the secrets of a run.
#[derive(Default)]
pub struct Keeper {
    entries: Vec<Entry>,
}

/// A secret and what stands for it.
pub struct Entry {
    kind: Text,
    name: Text,
    value: Zeroizing<String>,
    placeholder: String,
    hosts: Vec<HostPattern>,
    needles: Arc<[Needle]>,
}

/// Which secrets a request carries, by their places in the keeper.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carries(Vec<usize>);

impl Carries {
    /// Whether it carries none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A secret that cannot be held.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CustodyError {
    /// Its variable.
    #[error("`{0}` names no variable\nhint: letters, digits and `_`, no digit first")]
    Name(String),
    /// Its value.
    #[error(
        "the secret `{0}` cannot be held back\nhint: it has to be one line of 8 to 8192 printable ASCII characters, six \
         of them letters or digits"
    )]
    Value(String),
    /// Nobody it is for.
    #[error("the secret `{0}` is for no host\nhint: name the hosts that may have it")]
    Hosts(String),
    /// The system has no random numbers.
    #[error("no random numbers can be had\nhint: look whether getrandom(2) is forbidden here")]
    Random,
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.entries.iter().map(|it| &it.name)).finish()
    }
}

impl Keeper {
    /// Takes them into custody.
    pub fn new(secrets: Vec<Custody>) -> Result<Self, CustodyError> {
        let entries: Result<_, _> = secrets.into_iter().map(Entry::new).collect();
        Ok(Self { entries: entries? })
    }

    /// The variables, and what the agent finds in them.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|entry| (&*entry.name, &*entry.placeholder))
    }

    /// Whether the host is a secret's own.
    pub fn is_for(&self, target: &Target) -> bool {
        self.entries.iter().any(|entry| entry.is_for(target))
    }

    /// Where placeholders stand in the head of a request.
    pub fn found_in(&self, uri: &Uri, headers: &HeaderMap) -> Vec<Spot> {
        let found =
            |(index, entry): (usize, &Entry)| spots::of(index, &entry.placeholder, uri, headers);
        self.entries.iter().enumerate().flat_map(found).collect()
    }

    /// Which secrets the request is to carry, if every placeholder may stand where it does.
    pub fn carried(
        &self,
        spots: &[Spot],
        target: &Target,
        secure: bool,
    ) -> Result<Carries, Refusal> {
        let mut carries = Vec::new();
        for spot in spots {
            let Some(entry) = self.entries.get(spot.entry) else { continue };
            let name = entry.name.clone();
            match () {
                () if !entry.is_for(target) => return Err(Refusal::SecretElsewhere(name)),
                () if !secure => return Err(Refusal::SecretInTheOpen(name)),
                () if spot.place == Where::Elsewhere => return Err(Refusal::SecretMisplaced(name)),
                () => carries.push(spot.entry),
            }
        }
        carries.sort_unstable();
        carries.dedup();
        Ok(Carries(carries))
    }

    /// What the guard is asked about: the use of each.
    pub fn objects(&self, carries: &Carries) -> Vec<Object> {
        let entries = carries.0.iter().filter_map(|index| self.entries.get(*index));
        entries.map(|it| Object::Secret { kind: it.kind.clone(), name: it.name.clone() }).collect()
    }

    /// Puts the secrets in place.
    pub fn fill(&self, uri: &mut Uri, headers: &mut HeaderMap, carries: &Carries) {
        for entry in carries.0.iter().filter_map(|index| self.entries.get(*index)) {
            spots::fill(&entry.placeholder, &entry.value, uri, headers);
        }
    }

    /// Takes the secrets of a host out of what it answers; none where it has none.
    pub fn scrubber(&self, target: &Target) -> Option<Scrubber> {
        let own = self.entries.iter().filter(|entry| entry.is_for(target));
        let needles: Vec<_> = own.map(|entry| Arc::clone(&entry.needles)).collect();
        (!needles.is_empty()).then(|| Scrubber::new(needles))
    }

    /// Looks for placeholders of secrets that are not for the target; none where there are none.
    pub fn sieve(&self, target: &Target) -> Option<Sieve> {
        let foreign = self.entries.iter().filter(|entry| !entry.is_for(target));
        let wanted: Vec<_> =
            foreign.map(|entry| (entry.name.clone(), entry.placeholder.clone())).collect();
        (!wanted.is_empty()).then(|| Sieve::new(wanted))
    }
}

impl Custody {
    /// What would stand for it, drawn anew each time; an error where nothing can.
    pub fn placeholder(&self) -> Result<String, CustodyError> {
        let Self { name, value, hosts, .. } = self;
        let said = || event::show::brief(name, 40);
        let letters = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
        if name.is_empty()
            || !name.bytes().all(letters)
            || name.starts_with(|c: char| c.is_ascii_digit())
        {
            return Err(CustodyError::Name(said()));
        }
        if hosts.is_empty() {
            return Err(CustodyError::Hosts(said()));
        }
        if !LENGTHS.contains(&value.len()) || !value.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(CustodyError::Value(said()));
        }
        placeholder::of(value)?.ok_or_else(|| CustodyError::Value(said()))
    }
}

impl Entry {
    fn new(custody: Custody) -> Result<Self, CustodyError> {
        let placeholder = custody.placeholder()?;
        let Custody { kind, name, value, hosts } = custody;
        let needles = scrub::needles(&value, &placeholder).into();
        Ok(Self { kind, name, value, placeholder, hosts, needles })
    }

    fn is_for(&self, target: &Target) -> bool {
        self.hosts.iter().any(|it| it.matches(&target.host, target.port))
    }
}
