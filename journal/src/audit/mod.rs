//! The audit log: what was decided, asked, answered and changed, so that nobody can change it afterwards unseen.
//!
//! ```text
//! <data dir>/audit/0000000001.log   lines: chain hash, space, JSON
//! <data dir>/audit/key              the private key that signs (mode 0600)
//! <data dir>/audit/lock             held by whoever appends, for the moment of appending
//! ```
//!
//! Each line's hash covers the one before, back to the first line of the first segment (`line`). Behind each
//! group of entries stands a signed head; a key is only ever followed by one that it signed for (`chain`). A [`Log`]
//! appends: the daemon and the verbs of people do, beside each other. [`verify`] needs no lock, no private key and no
//! state, and says up to where everything is proved. Heads leave the host by the outlets: what was anchored there
//! cannot be taken back here.
//!
//! What is at stake when the process is killed: what was added since the last flush, at most [`MOST_UNSIGNED`]
//! entries. A flush is one write of whole lines with its head, and by default synced before it returns.

mod anchors;
mod chain;
mod entry;
mod group;
mod hex;
mod key;
mod line;
mod log;
mod read;
mod segment;
mod settings;
mod tail;
mod verdict;
mod verify;

pub use anchors::read_anchors;
pub use chain::{Fault, KeySpan};
pub use entry::{AuditEntry, Ordered, What, Who};
pub use key::PublicKey;
pub use log::{Log, MOST_UNSIGNED};
pub use read::{Entries, entries};
pub use settings::AuditSettings;
pub use verdict::{Expected, Note, Place, Proved, Verdict};
pub use verify::verify;

/// A log from memory, its segments by number: for those who attack the reader.
#[doc(hidden)]
pub use verify::verify_bytes;
