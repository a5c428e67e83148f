//! What the writer itself reports as lost: a torn tail, and what the disk did not take.

use std::time::Instant;

use event::{Loss, LossCause};

use crate::clock;
use crate::recover::Torn;

/// Records that were not stored, not yet reported in the record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refused {
    pub records: u64,
    since_unix_ns: u64,
    /// When the disk was asked last.
    pub tried: Instant,
}

impl Refused {
    pub(super) fn begin() -> Self {
        Self { records: 0, since_unix_ns: clock::now_unix_ns(), tried: Instant::now() }
    }

    pub(super) fn loss(&self) -> Loss {
        Loss {
            cause: LossCause::Disk,
            count: self.records,
            from_unix_ns: self.since_unix_ns,
            until_unix_ns: clock::now_unix_ns(),
            place: "journal".into(),
        }
    }
}

pub(super) fn loss_of(torn: &Torn) -> Loss {
    Loss {
        cause: LossCause::TornTail,
        count: torn.records.map_or(1, u64::from),
        from_unix_ns: torn.since_unix_ns,
        until_unix_ns: clock::now_unix_ns(),
        place: format!("journal segment {}, {} bytes", torn.segment, torn.bytes).into(),
    }
}
