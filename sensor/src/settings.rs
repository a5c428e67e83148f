//! The sensor's part of the configuration.

use serde::{Deserialize, Serialize};

/// How the sensor watches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "snake_case")]
pub struct Settings {
    /// Size of the kernel ring in MiB; a power of two. At the default, a burst of 200,000 acts fits.
    pub ring_mib: u32,
    /// Record file and network acts of tasks that belong to no agent, too. Costly; for tests.
    pub watch_everybody: bool,
    /// Where system calls can only be seen behind every call of the host: see them only while an agent
    /// runs. Nobody else pays then, but the first milliseconds of the first agent may go unseen; that is
    /// counted as loss, and what it holds open by then is recorded.
    pub on_demand: bool,
    /// How long the reader lets records wait at most, in milliseconds, while more come all the time: the
    /// price of an event's latency is paid in wake-ups.
    pub poll_ms: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { ring_mib: 32, watch_everybody: false, on_demand: false, poll_ms: 25 }
    }
}
