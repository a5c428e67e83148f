//! The record at rest: crash-safe segments, durable export queues and sinks.
//!
//! ```text
//! <data dir>/VERSION                  number of the layout
//! <data dir>/lock                     held by the one writer
//! <data dir>/journal/0000000001.seg   segments of frames of records
//! <data dir>/state.db                 agents, sessions, findings, losses: made from the record
//! <data dir>/outlets/*.cursor         how far each outlet has delivered
//! ```

#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::expect_used, clippy::panic))]

mod clock;
mod data_dir;
mod error;
mod frame;
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
pub use position::Position;
pub use reader::{Damage, Follow, Reader, Stored};
pub use retention::Removed;
pub use segment::SegmentHeader;
pub use settings::{Compression, Fsync, RetentionSettings, SegmentSettings, Settings};
pub use state::{FindingFilter, SessionFilter, State, StateReader};
pub use writer::Writer;
