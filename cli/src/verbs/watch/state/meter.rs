//! How much happens: counts by second over the last minute.

/// Seconds that are kept.
pub const SECONDS: usize = 60;
/// Seconds a rate is the mean of.
const MEAN: u64 = 5;

/// Counts of the last minute, by the time of the acts.
#[derive(Clone, Debug)]
pub struct Meter {
    slots: [u32; SECONDS],
    /// The second of the newest slot that was written.
    last: u64,
}

impl Default for Meter {
    fn default() -> Self {
        Self { slots: [0; SECONDS], last: 0 }
    }
}

impl Meter {
    /// `count` acts at `time_unix_ns`.
    pub fn add(&mut self, time_unix_ns: u64, count: u32) {
        let second = time_unix_ns / 1_000_000_000;
        if second + SECONDS as u64 <= self.last {
            return;
        }
        self.advance(second);
        let slot = &mut self.slots[second as usize % SECONDS];
        *slot = slot.saturating_add(count);
    }

    /// The time goes on, also where nothing happens.
    pub fn advance(&mut self, second: u64) {
        if second <= self.last {
            return;
        }
        for gone in self.last.max(second.saturating_sub(SECONDS as u64)) + 1..=second {
            self.slots[gone as usize % SECONDS] = 0;
        }
        self.last = second;
    }

    /// Acts per second, the mean of the last full seconds.
    pub fn rate(&self) -> f64 {
        let sum: u64 = (1..=MEAN).map(|back| u64::from(self.back(back))).sum();
        sum as f64 / MEAN as f64
    }

    /// Sums of `width` equal parts of the last minute, the oldest first.
    pub fn parts(&self, width: usize) -> Vec<u64> {
        let each = (SECONDS - 1) / width.max(1);
        (0..width)
            .rev()
            .map(|part| {
                let from = part * each + 1;
                (from..from + each).map(|back| u64::from(self.back(back as u64))).sum()
            })
            .collect()
    }

    fn back(&self, seconds: u64) -> u32 {
        let Some(second) = self.last.checked_sub(seconds) else { return 0 };
        self.slots[second as usize % SECONDS]
    }
}

/// `12`, `3.4`, `12k`: short enough for a column.
pub fn rate(per_second: f64) -> String {
    match per_second {
        none if none < 0.05 => "0".into(),
        few if few < 9.95 => format!("{few:.1}"),
        some if some < 9_999.5 => format!("{some:.0}"),
        many => format!("{:.0}k", many / 1_000.0),
    }
}
