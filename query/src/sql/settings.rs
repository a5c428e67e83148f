//! What a user can set of queries; unknown keys are refused.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The query room's part of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Memory that one process's queries may hold together.
    pub memory_mib: usize,
    /// Memory for records that are not in files yet; what is more is read again by each query.
    pub live_mib: usize,
    /// Most rows of an answer; more are cut off and the answer says so.
    pub max_rows: usize,
    /// A query is stopped after this time.
    pub timeout_s: u64,
    /// Threads that work on queries; 0 is as many as there are processors.
    pub threads: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { memory_mib: 1_024, live_mib: 128, max_rows: 100_000, timeout_s: 60, threads: 0 }
    }
}

impl Settings {
    /// For work in the background: it shall not be felt.
    pub(crate) fn for_upkeep() -> Self {
        Self { memory_mib: 256, threads: 1, ..Self::default() }
    }
    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_s.max(1))
    }
    pub(crate) fn memory(&self) -> usize {
        self.memory_mib.max(16).saturating_mul(1 << 20)
    }
    pub(crate) fn live(&self) -> usize {
        self.live_mib.saturating_mul(1 << 20)
    }
    pub(crate) fn workers(&self) -> usize {
        let processors = || std::thread::available_parallelism().map_or(2, usize::from);
        if self.threads == 0 { processors() } else { self.threads }
    }
}
