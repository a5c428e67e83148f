//! What is known of each path: its versions, in the order in which they were seen.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use crate::log::{self, Extent};
use crate::version::{State, Version};

/// Files tell their times by a coarse clock: what was changed so shortly before belongs to what came after, ns.
const COARSE_NS: u64 = 10_000_000;

/// Versions by path.
#[derive(Debug, Default)]
pub struct History {
    versions: BTreeMap<PathBuf, Vec<Version>>,
}

/// The version that stood before a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found<'h> {
    /// It.
    pub version: &'h Version,
    /// Whether it is known that nothing else stood there between it and that time.
    pub exact: bool,
}

impl History {
    /// Reads it beside a keeper, or without one.
    pub fn read(dir: &Path) -> io::Result<Self> {
        Self::load(dir).map(|(history, _)| history)
    }

    pub(crate) fn load(dir: &Path) -> io::Result<(Self, Extent)> {
        let mut history = Self::default();
        let extent = log::read(dir, |path, version| history.add(path, version))?;
        Ok((history, extent))
    }

    pub(crate) fn add(&mut self, path: PathBuf, version: Version) {
        self.versions.entry(path).or_default().push(version);
    }

    /// Versions of a path, the oldest first.
    pub fn of(&self, path: &Path) -> &[Version] {
        self.versions.get(path).map_or(&[], Vec::as_slice)
    }

    /// How a path stood last.
    pub fn last(&self, path: &Path) -> Option<&Version> {
        self.of(path).last()
    }

    /// A path and everything below it, folders before what is in them.
    pub fn below(&self, path: &Path) -> impl Iterator<Item = (&Path, &[Version])> {
        let range = self
            .versions
            .range::<Path, _>((std::ops::Bound::Included(path), std::ops::Bound::Unbounded));
        let path = path.to_owned();
        range
            .take_while(move |(known, _)| known.starts_with(&path))
            .map(|(known, versions)| (known.as_path(), versions.as_slice()))
    }

    /// Everything.
    pub fn all(&self) -> impl Iterator<Item = (&Path, &[Version])> {
        self.versions.iter().map(|(path, versions)| (path.as_path(), versions.as_slice()))
    }

    /// What stood under a path before `time_unix_ns`; none where nothing did, or nothing is known of it.
    pub fn before(&self, path: &Path, time_unix_ns: u64) -> Option<Found<'_>> {
        let (versions, time) = (self.of(path), time_unix_ns.saturating_sub(COARSE_NS));
        let place = versions.iter().rposition(|version| version.since_ns() < time)?;
        let version = versions.get(place)?;
        if version.state == State::Gone {
            return None;
        }
        let next = versions.get(place + 1);
        let missed = next.and_then(|next| next.missed_unix_ns);
        Some(Found { version, exact: missed.is_none_or(|missed| missed >= time) })
    }

    pub(crate) fn keep_only(&mut self, mut keep: impl FnMut(&Path, &mut Vec<Version>)) {
        self.versions.retain(|path, versions| {
            keep(path, versions);
            !versions.is_empty()
        });
    }
}
