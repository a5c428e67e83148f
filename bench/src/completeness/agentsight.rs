//! AgentSight: why it is not measured here. Its registry package carries programs that were built for a
//! newer C library than a Debian 12 has.

use std::process::Command;

use anyhow::{Result, bail};

use super::{Burst, Seen};
use crate::Run;

pub fn watch(_: &Run, _: &Burst<'_>) -> Result<Seen> {
    let output = Command::new("getconf").arg("GNU_LIBC_VERSION").output()?;
    let here = String::from_utf8_lossy(&output.stdout);
    bail!(
        "the programs in its package (agentsight-capture-core 1.0.35 on crates.io) need glibc 2.38; here: {}; they are not installed by this benchmark",
        here.trim()
    )
}
