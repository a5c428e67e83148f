//! One system call in a tight loop, on the clock.

use std::time::Instant;

use anyhow::Result;
use clap::ValueEnum;
use rustix::fs::{Mode, OFlags, open};

/// Which call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Does next to nothing.
    Getppid,
    /// Opens a file and closes it: two calls.
    Openat,
}

/// Prints nanoseconds per call, a line per round.
pub fn measure(kind: Kind, count: u64, rounds: usize) -> Result<()> {
    for _ in 0..rounds {
        let began = Instant::now();
        for _ in 0..count {
            match kind {
                Kind::Getppid => drop(std::hint::black_box(rustix::process::getppid())),
                Kind::Openat => drop(open("/etc/hostname", OFlags::RDONLY, Mode::empty())?),
            }
        }
        let calls = match kind {
            Kind::Getppid => count,
            Kind::Openat => 2 * count,
        };
        println!("{}", began.elapsed().as_nanos() as f64 / calls as f64);
    }
    Ok(())
}
