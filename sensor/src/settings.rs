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
    /// Where agents encrypt by themselves: which libraries for TLS are listened to in them.
    pub plaintext: Plaintext,
}

/// Which libraries for TLS are listened to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "`true`, `false`, or a list of `openssl`, `gnutls` and `node`")]
pub enum Plaintext {
    /// All that are known, or none.
    Switch(bool),
    /// These.
    Libraries(Vec<Library>),
}

impl Default for Plaintext {
    fn default() -> Self {
        Self::Switch(false)
    }
}

/// A library for TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Library {
    /// OpenSSL as a library of its own, as Python has it.
    Openssl,
    /// GnuTLS, as Debian's Git has it.
    Gnutls,
    /// OpenSSL within the program itself, as Node has it.
    Node,
}

impl Library {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Openssl, Self::Gnutls, Self::Node];

    /// In a word, as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Openssl => "openssl",
            Self::Gnutls => "gnutls",
            Self::Node => "node",
        }
    }
}

impl Plaintext {
    /// Those that are listened to.
    pub fn libraries(&self) -> &[Library] {
        match self {
            Self::Switch(true) => &Library::ALL,
            Self::Switch(false) => &[],
            Self::Libraries(libraries) => libraries,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            ring_mib: 32,
            watch_everybody: false,
            on_demand: false,
            poll_ms: 25,
            plaintext: Plaintext::default(),
        }
    }
}
