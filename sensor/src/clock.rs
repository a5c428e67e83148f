//! From the kernel's boot clock to UTC.

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// The distance between the boot clock and UTC, looked at again every second, so that a stepped
/// wall clock shifts later events and never reorders earlier ones.
#[derive(Debug)]
pub struct BootClock {
    offset_ns: u64,
    looked: Instant,
}

impl BootClock {
    pub fn new() -> Self {
        Self { offset_ns: offset_ns(), looked: Instant::now() }
    }

    pub fn refresh(&mut self) {
        if self.looked.elapsed() > Duration::from_secs(1) {
            *self = Self::new();
        }
    }

    pub fn unix_ns(&self, boot_ns: u64) -> u64 {
        boot_ns.wrapping_add(self.offset_ns)
    }

    /// Now, in UTC.
    pub fn now_unix_ns(&self) -> u64 {
        self.unix_ns(read(ClockId::Boottime))
    }
}

fn offset_ns() -> u64 {
    read(ClockId::Realtime).wrapping_sub(read(ClockId::Boottime))
}

fn read(clock: ClockId) -> u64 {
    let time = clock_gettime(clock);
    (time.tv_sec as u64) * 1_000_000_000 + time.tv_nsec as u64
}
