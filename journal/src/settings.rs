//! What a user can set of the record at rest; unknown keys are refused.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::audit::AuditSettings;
use crate::outlet::OutletSettings;

/// The journal's part of the configuration.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How segments are written.
    pub segments: SegmentSettings,
    /// How long records stay.
    pub retention: RetentionSettings,
    /// How the audit log is kept.
    pub audit: AuditSettings,
    /// Where findings leave the host.
    pub outlets: OutletSettings,
}

/// How segments are written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SegmentSettings {
    /// A segment is closed when it is this large.
    pub max_mib: u64,
    /// A segment is closed when it is this old, so that retention can remove by age.
    pub max_age_hours: u64,
    /// When records are forced to the disk.
    pub fsync: Fsync,
    /// With `fsync = "interval"`: how often. Power loss costs at most this much.
    pub fsync_interval_ms: u64,
    /// Records are collected at most this long before they are handed to the system, in one
    /// compressed frame. A killed daemon loses at most this much; readers see records this late.
    pub collect_ms: u64,
    /// How frames are compressed.
    pub compression: Compression,
}

impl Default for SegmentSettings {
    fn default() -> Self {
        Self {
            max_mib: 64,
            max_age_hours: 24,
            fsync: Fsync::Interval,
            fsync_interval_ms: 1_000,
            collect_ms: 250,
            compression: Compression::Zstd,
        }
    }
}

impl SegmentSettings {
    pub(crate) fn max_bytes(&self) -> u64 {
        self.max_mib.max(1).saturating_mul(1 << 20)
    }
    pub(crate) fn max_age(&self) -> Duration {
        Duration::from_secs(self.max_age_hours.max(1).saturating_mul(3_600))
    }
    pub(crate) fn fsync_interval(&self) -> Duration {
        Duration::from_millis(self.fsync_interval_ms)
    }
    pub(crate) fn collect(&self) -> Duration {
        Duration::from_millis(self.collect_ms)
    }
}

/// When records are forced to the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fsync {
    /// At each append: nothing that was handed over is lost by power loss, at the disk's speed.
    Always,
    /// Every `fsync_interval_ms`.
    #[default]
    Interval,
    /// When the system likes; a killed daemon loses no more than with `interval`, power loss may.
    Never,
}

/// How frames are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compression {
    /// Not at all.
    None,
    /// zstd, level 1.
    #[default]
    Zstd,
}

/// How long records stay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RetentionSettings {
    /// Acts older than this go, a whole segment at a time.
    pub acts_days: u64,
    /// Agents, sessions and findings not touched for this long go from the state.
    pub findings_days: u64,
    /// All segments together stay below this, and so do all Parquet files; acts that go early for it are
    /// counted as lost.
    pub max_mib: u64,
}

impl Default for RetentionSettings {
    fn default() -> Self {
        Self { acts_days: 30, findings_days: 400, max_mib: 20 * 1024 }
    }
}

const DAY_NS: u64 = 24 * 3_600 * 1_000_000_000;

impl RetentionSettings {
    pub(crate) fn acts_ns(&self) -> u64 {
        self.acts_days.saturating_mul(DAY_NS)
    }
    pub(crate) fn findings_ns(&self) -> u64 {
        self.findings_days.saturating_mul(DAY_NS)
    }
    pub(crate) fn max_bytes(&self) -> u64 {
        self.max_mib.saturating_mul(1 << 20)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "test")]
    use super::*;

    fn check(json: &str, expect: Result<(), &str>) {
        let read: Result<Settings, _> = serde_json::from_str(json);
        match expect {
            Ok(()) => drop(read.unwrap()),
            Err(part) => {
                let error = read.unwrap_err().to_string();
                assert!(error.contains(part), "{error}");
            }
        }
    }

    #[test]
    fn defaults_fill_in_and_unknown_keys_are_refused() {
        assert_eq!(serde_json::from_str::<Settings>("{}").unwrap(), Settings::default());
        check(r#"{"segments": {"fsync": "always", "compression": "none"}}"#, Ok(()));
        check(r#"{"retention": {"acts_days": 3}}"#, Ok(()));
        check(r#"{"outlets": {"file": {"a": {"path": "/var/log/a.jsonl"}}}}"#, Ok(()));
        let syslog = r#"{"outlets": {"syslog": {"a": {"address": "h:6514", "transport": "tcp"}}}}"#;
        check(syslog, Ok(()));
        let webhook = r#"{"outlets": {"webhook": {"a": {"url": "https://h/", "secret_file": "/s",
            "records": "everything", "tls": {"ca_file": "/ca"}}}}}"#;
        check(webhook, Ok(()));
        check(r#"{"segment": {}}"#, Err("unknown field `segment`, expected one of `segments`"));
        check(r#"{"segments": {"fsync": "sometimes"}}"#, Err("`sometimes`, expected one of"));
        check(r#"{"outlets": {"mail": {}}}"#, Err("unknown field `mail`"));
        check(r#"{"outlets": {"webhook": {"a": {"url": "https://h/"}}}}"#, Err("secret_file"));
    }
}
