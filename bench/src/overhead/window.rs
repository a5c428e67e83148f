//! What happens on the whole machine between two moments, by the kernel's own account.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// What was spent.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Of all processors, interrupts too.
    pub cpu_s: f64,
    pub wall_s: f64,
}

/// Open since a moment.
pub struct Window {
    busy_s: f64,
    began: Instant,
}

/// Before and after the work: what is written late belongs to it.
const CALM: Duration = Duration::from_millis(500);

impl Window {
    pub fn open() -> Result<Self> {
        std::thread::sleep(CALM);
        Ok(Self { busy_s: busy_s()?, began: Instant::now() })
    }

    pub fn close(self) -> Result<Cost> {
        let wall_s = self.began.elapsed().as_secs_f64();
        std::thread::sleep(2 * CALM);
        Ok(Cost { cpu_s: busy_s()? - self.busy_s, wall_s })
    }
}

/// User, nice, system, irq and softirq time of all processors.
fn busy_s() -> Result<f64> {
    let text = std::fs::read_to_string("/proc/stat")?;
    let line = text.lines().next().context("no line in /proc/stat")?;
    let ticks: Vec<f64> =
        line.split_whitespace().skip(1).filter_map(|number| number.parse().ok()).collect();
    let of = |index: usize| ticks.get(index).copied().unwrap_or(0.0);
    let ticks_per_s = rustix::param::clock_ticks_per_second() as f64;
    Ok((of(0) + of(1) + of(2) + of(5) + of(6)) / ticks_per_s)
}
