//! The local control socket: how a hook, a box, a proxy or a person asks the daemon, and what they do when it
//! does not answer.
//!
//! ```text
//! chaperone-hook, RemoteGuard ── Request ──▶ socket ──▶ Server ──▶ Answers ── Reply ──▶ the same
//! ```
//!
//! One connection carries one question: a frame there, a frame back. Whoever asks is known by the kernel's word
//! (credentials of the peer), never by his own.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod client;
mod frame;
mod guard;
mod message;
mod peer;
mod place;
mod server;

pub use client::{Absence, ask};
pub use frame::{FrameError, MAX_FRAME, read, write};
pub use guard::{Absent, RemoteGuard};
pub use message::{
    Approvals, Ask, HookCall, Launched, Operation, Refusal, Reply, Request, Ruling, VERSION,
    Verdict, Why,
};
pub use peer::Peer;
pub use place::{Place, PlaceError};
pub use server::{Answers, Asker, Server};
