//! What happens on this host, turned into [`event::Event`]s. First stage of the data path.
//!
//! Three sources behind one trait: the kernel (BPF programs and their ring), procfs (a poller for
//! those who are not root), and replay (recorded events). Nothing here knows what an agent is: the
//! kernel labels *candidates* by the [`event::WatchPlan`], and carries out [`event::Orders`].

mod clock;
mod container;
mod decode;
mod files;
mod holders;
mod kernel;
mod plaintext;
mod procfs;
mod replay;
mod settings;
mod source;
mod users;

/// Parsers of procfs by themselves, to be attacked with bytes that no kernel would write.
#[doc(hidden)]
pub mod untrusted {
    pub use crate::procfs::descriptors::connection;
    pub use crate::procfs::process::{owner, stat, words};
}

pub use decode::Decoder;
pub use files::{FileGuard, Manners, respond};
pub use holders::{Holder, Holders};
pub use kernel::{
    Denial, KernelSource, LoadReport, Outlive, ProgramState, Tier, WatchStats, connections_denied,
    lsm_denied,
};

/// What outlives a daemon, as anybody finds it who may look.
pub mod pins {
    pub use crate::kernel::{let_go, place, runs};
}
pub use plaintext::{Piece, Taps, Way};
pub use procfs::{ProcfsSource, first_peer};
pub use replay::ReplaySource;
pub use settings::{Library, Plaintext, Settings};
pub use source::{Polled, Source, SourceError, SourceStats};
