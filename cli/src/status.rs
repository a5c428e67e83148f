//! What `up` says of itself every few seconds, in a small file beside the record: for `status` and `watch`.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::ancestry;
use crate::config::Budget;

/// Name of the file in the data directory.
const FILE: &str = "status.json";
/// A status older than this is of an `up` that hangs or was killed.
const FRESH_NS: u64 = 15 * 1_000_000_000;

/// One look of `up` at itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Status {
    /// Version of the program.
    pub version: String,
    /// Name of the host.
    pub host: String,
    /// Process of `up`.
    pub pid: u32,
    /// Since when it runs, UTC.
    pub started_unix_ns: u64,
    /// When it looked, UTC.
    pub written_unix_ns: u64,
    /// When the source was last seen to read, UTC: it hangs where that is long ago.
    pub looked_unix_ns: u64,
    /// Where acts come from (`kernel`, `procfs`).
    pub source: String,
    /// What is not seen here, and why.
    pub unseen: Vec<String>,
    /// Events taken since the start.
    pub events: u64,
    /// Acts folded into others since the start.
    pub folded: u64,
    /// Events per second since the last look.
    pub events_per_s: f64,
    /// Events lost since the start, by cause.
    pub losses: BTreeMap<String, u64>,
    /// What is listened to of TLS; none: nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plaintext: Option<Plaintext>,
    /// What waits between the stages.
    pub lanes: Vec<Lane>,
    /// Rules at work.
    pub rules: usize,
    /// Rules that were refused.
    pub rules_refused: usize,
    /// Where findings leave the host.
    pub outlets: Vec<Outlet>,
    /// Size of the record on the disk.
    pub record_bytes: u64,
    /// Why the disk refuses records now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk_trouble: Option<String>,
    /// Records that slow readers of the stream missed; the record itself has them.
    pub shed: u64,
    /// Processor time of `up` over the last minute; 100 is one processor. What the kernel's programs
    /// cost is paid by those who act and is not in it.
    pub cpu_percent: f64,
    /// Memory of `up` that is resident.
    pub memory_mib: f64,
    /// What it may use.
    pub budget: Budget,
    /// What is over the budget now (`cpu`, `memory`).
    pub over_budget: Vec<String>,
}

/// How listening to TLS goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Plaintext {
    /// Processes that are listened to.
    pub processes: Vec<u32>,
    /// Calls of models that were heard since the start.
    pub calls: u64,
    /// Bytes that were not taken: of long calls, or for want of room.
    pub bytes_left_out: u64,
    /// Calls of which a side could not be read.
    pub unread: u64,
    /// Connections that were let go, for too much was open.
    pub let_go: u64,
    /// Connections in HTTP/2, which is not read.
    pub other: u64,
    /// How often a process was not listened to, for too many were.
    pub refused: u64,
    /// Why nothing is heard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}

/// What waits for one stage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lane {
    /// Whom it leads to.
    pub name: String,
    /// Batches that wait.
    pub waiting: u64,
    /// Batches that may wait.
    pub room: u64,
}

/// One way out of the host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outlet {
    /// `webhook soc`.
    pub name: String,
    /// Records that it has not passed yet.
    pub behind: u64,
    /// Messages delivered since the start.
    pub delivered: u64,
    /// Messages that the other side refused.
    pub refused: u64,
    /// Why the last attempt failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}

impl Status {
    /// The last status in a data directory; none if no `up` ever wrote one here.
    pub fn read(dir: &Path) -> io::Result<Option<Self>> {
        match std::fs::read(dir.join(FILE)) {
            Ok(text) => Ok(serde_json::from_slice(&text).ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Replaces the status of a data directory: who reads it sees the old one or this one, whole.
    pub fn write(&self, dir: &Path) -> io::Result<()> {
        let new = dir.join("status.new");
        let mut file = std::fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&new)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        std::fs::rename(&new, dir.join(FILE))
    }

    /// An `up` that ends takes its status with it.
    pub fn remove(dir: &Path) {
        let _ = std::fs::remove_file(dir.join(FILE));
    }

    /// Whether the one who wrote it is still at work at `now`.
    pub fn is_fresh(&self, now_unix_ns: u64) -> bool {
        now_unix_ns.saturating_sub(self.heard_unix_ns()) < FRESH_NS
    }

    /// When it was last at work: it spoke, and what it has to read was read.
    pub fn heard_unix_ns(&self) -> u64 {
        // Older versions did not say.
        if self.looked_unix_ns == 0 {
            return self.written_unix_ns;
        }
        self.written_unix_ns.min(self.looked_unix_ns)
    }

    /// Whether its process is there, and none that only has its number by now.
    pub fn is_there(&self) -> bool {
        // A wall clock may have been set back a little since.
        let before = |began: u64| began < self.started_unix_ns + FRESH_NS;
        ancestry::began_unix_ns(self.pid).is_some_and(before)
    }

    /// Events lost since the start, all causes.
    pub fn lost(&self) -> u64 {
        self.losses.values().sum()
    }
}
