//! The one trait behind which every source stands.

use std::sync::Arc;
use std::time::Duration;

use event::{Event, Orders};

/// Turns what happens into events, in the order it happened as far as it can be known.
pub trait Source {
    /// Name for logs and losses (`kernel`, `procfs`, `replay`).
    fn name(&self) -> &'static str;

    /// Waits at most `wait` for something to happen and appends it to `batch`.
    fn poll(&mut self, wait: Duration, batch: &mut Vec<Event>) -> Result<Polled, SourceError>;

    /// The orders this source carries out.
    fn orders(&self) -> Arc<dyn Orders>;

    /// Counts since the start.
    fn stats(&self) -> SourceStats;
}

/// Whether more may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Polled {
    /// Poll again.
    More,
    /// A recording has ended.
    End,
}

/// Counts of a source since its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SourceStats {
    /// Events handed on.
    pub events: u64,
    /// Acts that were folded into the count of another event.
    pub folded: u64,
    /// Events lost, all causes; each was also an `event_loss`.
    pub lost: u64,
}

/// Why a source cannot go on, or could not begin.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The BPF object was refused.
    #[error(
        "the kernel refused the sensor's BPF programs: {0}\nhint: run `chaperone doctor` to see what is missing; BPF needs root and a kernel with BTF"
    )]
    Load(String),
    /// Reading the ring failed.
    #[error("reading the kernel's ring failed: {0}")]
    Ring(String),
    /// A recording cannot be read.
    #[error(
        "line {line}: {message}\nhint: a recording holds one event per line as JSON, as `chaperone capture` writes it"
    )]
    Recording {
        /// Line in the recording, from 1.
        line: usize,
        /// What is wrong with it.
        message: String,
    },
    /// A file cannot be read.
    #[error("{path}: {error}")]
    Io {
        /// Which file.
        path: String,
        /// What the system said.
        error: std::io::Error,
    },
}

impl SourceError {
    /// What happened, without the hint.
    pub fn cause(&self) -> String {
        let text = match self {
            Self::Load(why) | Self::Ring(why) => return why.clone(),
            other => other.to_string(),
        };
        text.lines().next().unwrap_or_default().to_owned()
    }
}
