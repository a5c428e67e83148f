//! What was not seen: every loss is counted by cause and is an event itself.

use serde::{Deserialize, Serialize};

use crate::Text;

/// Events that a stage could not keep, counted over an interval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// Why.
    pub cause: LossCause,
    /// How many events.
    pub count: u64,
    /// Start of the interval, UTC.
    pub from_unix_ns: u64,
    /// End of the interval, UTC.
    pub until_unix_ns: u64,
    /// Where: a ring, a channel, a sink by name.
    pub place: Text,
}

/// Why events were lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LossCause {
    /// The kernel's ring buffer was full.
    RingFull,
    /// A kernel map was full, so that an act could not be tracked.
    MapFull,
    /// The kernel did not run a program, because it or another was running on that processor; some of
    /// these would have recorded nothing.
    Skipped,
    /// A record from the kernel could not be decoded.
    Decode,
    /// A channel to the engine or a sink was full.
    ChannelFull,
    /// The disk was full or refused to write.
    Disk,
    /// A segment's end was torn by a crash and was cut.
    TornTail,
    /// Old data was removed before its time to stay within the configured size.
    Retention,
    /// A source was not running (the daemon was down, a poll came too late).
    NotRunning,
}

impl LossCause {
    /// The cause in words, as it is shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::RingFull => "ring_full",
            Self::MapFull => "map_full",
            Self::Skipped => "skipped",
            Self::Decode => "decode",
            Self::ChannelFull => "channel_full",
            Self::Disk => "disk",
            Self::TornTail => "torn_tail",
            Self::Retention => "retention",
            Self::NotRunning => "not_running",
        }
    }
}
