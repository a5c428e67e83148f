//! The few devices that any program needs, terminals and shared memory of the launch's own.

use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{Mode, OFlags};

use super::mounts::{self, NOEXEC, NOSUID};

/// Their names.
const NAMES: [&str; 6] = ["null", "zero", "full", "random", "urandom", "tty"];

/// Names that stand for something else.
const LINKS: [(&str, &str); 5] = [
    ("fd", "/proc/self/fd"),
    ("stdin", "/proc/self/fd/0"),
    ("stdout", "/proc/self/fd/1"),
    ("stderr", "/proc/self/fd/2"),
    ("ptmx", "pts/ptmx"),
];

/// Copies of the host's.
pub struct Devices(Vec<(&'static str, OwnedFd)>);

impl Devices {
    /// Those that are there.
    pub fn gather(old: &OwnedFd) -> Self {
        let one = |name: &'static str| {
            let there = mounts::place(old, &Path::new("/dev").join(name)).ok()?;
            let mount = mounts::copy(there).ok()?;
            mounts::restrict(&mount, NOSUID | NOEXEC).ok()?;
            Some((name, mount))
        };
        Self(NAMES.into_iter().filter_map(one).collect())
    }

    /// Fills a folder of ours.
    pub fn fill(&self, folder: &OwnedFd) -> io::Result<()> {
        for (name, mount) in &self.0 {
            let flags = OFlags::CREATE | OFlags::WRONLY | OFlags::CLOEXEC;
            rustix::fs::openat(folder, *name, flags, Mode::from_raw_mode(0o666))?;
            mounts::put(mount, open(folder, name)?)?;
        }
        for (name, to) in LINKS {
            rustix::fs::symlinkat(to, folder, name)?;
        }
        let terminals = mounts::fresh(c"devpts", &[("ptmxmode", "0666"), ("mode", "0620")])?;
        let shared = mounts::fresh(c"tmpfs", &[("mode", "1777")])?;
        for (name, mount) in [("pts", terminals), ("shm", shared)] {
            rustix::fs::mkdirat(folder, name, Mode::from_raw_mode(0o755))?;
            mounts::put(mount, open(folder, name)?)?;
        }
        Ok(())
    }
}

fn open(folder: &OwnedFd, name: &str) -> io::Result<OwnedFd> {
    Ok(rustix::fs::openat(folder, name, OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?)
}
