//! Wall time and chance for what the journal itself does: headers, intervals of losses, the lock's
//! signature, jitter.

use std::hash::{BuildHasher, RandomState};
use std::time::{SystemTime, UNIX_EPOCH};

/// Now, UTC.
pub(crate) fn now_unix_ns() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}

/// A number that nobody outside can guess: the standard library's hash keys come from the system.
pub(crate) fn unpredictable() -> u64 {
    RandomState::new().hash_one(now_unix_ns())
}

/// RFC 3339 with microseconds, UTC: `2026-11-21T10:00:00.000001Z`.
pub(crate) fn show(time_unix_ns: u64) -> String {
    match jiff::Timestamp::from_nanosecond(i128::from(time_unix_ns)) {
        Ok(time) => format!("{time:.6}"),
        Err(_) => format!("{time_unix_ns} ns"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_utc() {
        assert_eq!(show(0), "1970-01-01T00:00:00.000000Z");
        assert_eq!(show(951_782_400_000_000_000), "2000-02-29T00:00:00.000000Z");
        assert_eq!(show(1_795_255_445_123_456_789), "2026-11-21T10:04:05.123456Z");
        assert_eq!(show(4_102_444_799_999_999_999), "2099-12-31T23:59:59.999999Z");
    }
}
