//! What a user can set of the audit log.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Fsync;

/// How the audit log is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuditSettings {
    /// When entries are forced to the disk; with `interval`, every second.
    pub fsync: Fsync,
    /// Entries are collected at most this long before they are signed and written together.
    pub collect_ms: u64,
    /// A segment is closed when it is this large.
    pub max_mib: u64,
    /// Segments whose last entry is older go, each with an entry that says so; 0 keeps all.
    pub keep_days: u64,
    /// How often the head leaves by the outlets; 0 is never.
    pub anchor_minutes: u64,
}

impl Default for AuditSettings {
    fn default() -> Self {
        Self {
            fsync: Fsync::Always,
            collect_ms: 250,
            max_mib: 16,
            keep_days: 0,
            anchor_minutes: 15,
        }
    }
}

impl AuditSettings {
    pub(super) fn max_bytes(&self) -> u64 {
        self.max_mib.max(1).saturating_mul(1 << 20)
    }
    pub(super) fn collect(&self) -> Duration {
        Duration::from_millis(self.collect_ms)
    }
    pub(super) fn keep_ns(&self) -> Option<u64> {
        const DAY_NS: u64 = 24 * 3_600 * 1_000_000_000;
        (self.keep_days > 0).then(|| self.keep_days.saturating_mul(DAY_NS))
    }
    /// How often the head leaves; none is never.
    pub fn anchor_every(&self) -> Option<Duration> {
        (self.anchor_minutes > 0).then(|| Duration::from_secs(self.anchor_minutes * 60))
    }
}
