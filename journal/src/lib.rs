//! The record at rest: crash-safe segments, state for quick lists, and outlets that leave the host.
//!
//! ```text
//! <data dir>/VERSION                  number of the layout
//! <data dir>/lock                     held by the one writer
//! <data dir>/journal/0000000001.seg   segments of frames of records
//! <data dir>/state.db                 agents, sessions, findings, losses: made from the record; and
//!                                     who answers for agents, questions and answers
//! <data dir>/audit/0000000001.log     the audit log, see [`audit`]
//! <data dir>/outlets/*.cursor         how far each outlet has delivered
//! ```
//!
//! A [`Writer`] collects records into frames (a quarter of a second, or half a MiB), each compressed,
//! checksummed and complete in itself, and appends them to a segment. A record is acknowledged when
//! it is synced. After a crash a torn tail is cut and reported as a loss in the record; damage
//! anywhere costs the damaged frames, is skipped by readers, counted and reported in its place. A
//! [`Reader`] needs no lock. [`State`] and [`outlet::Outlets`] follow the record: both can be made
//! again from it, or go on in it.
//!
//! ```
//! # let home = tempfile::tempdir()?;
//! # let records: Vec<event::Record> = Vec::new();
//! use journal::{DataDir, Reader, Settings, Writer};
//!
//! let settings = Settings::default();
//! let dir = DataDir::claim(home.path())?;
//! let mut writer = Writer::open(&dir, &settings.segments)?;
//! writer.append(&records)?;
//! let durable = writer.sync()?;
//!
//! for stored in Reader::open(home.path())? {
//!     let stored = stored?;
//!     println!("{} {:?}", stored.position, stored.record);
//! }
//! # assert_eq!(durable, writer.end());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::expect_used, clippy::panic))]

pub mod audit;
pub mod bundle;
mod clock;
mod data_dir;
mod error;
mod fetch;
mod frame;
mod inquiries;
mod medium;
pub mod outlet;
mod pack;
mod position;
mod reader;
mod recover;
mod retention;
mod segment;
mod settings;
mod state;
mod writer;

pub use data_dir::{DataDir, LAYOUT};
pub use error::Error;
pub use fetch::fetch;
pub use inquiries::Inquiries;
pub use position::Position;
pub use reader::{Damage, End, Follow, Reader, Stored};
pub use retention::Removed;
pub use segment::SegmentHeader;
pub use settings::{Compression, Fsync, RetentionSettings, SegmentSettings, Settings};
pub use state::{
    Answer, Approvals, Ask, AssetStep, Care, CareStep, Clerk, Consequence, DecisionFilter,
    FindingFilter, KnownAsset, Lift, Otherwise, Question, Reply, Scope, Seen, SessionFilter,
    Standing, State, StateReader, Stewards, Stewardship, Ticket,
};
pub use writer::Writer;

/// The records in a frame's payload, and how many more there are that cannot be read: for those who
/// attack the reader with payloads that no writer would make.
#[doc(hidden)]
pub fn read_payload(payload: &[u8]) -> (Vec<event::Record>, u32) {
    let unpacked = pack::unpack(payload);
    (unpacked.records.into_iter().map(|(_, record)| record).collect(), unpacked.unknown)
}
