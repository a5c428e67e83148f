#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::expect_used, clippy::panic))]

mod documentation;
mod error;
mod functions;
mod output;
mod rows;
mod sql;
mod store;

pub use documentation::documentation;
pub use error::Error;
pub use output::{Cell, CellKind, Lines};
pub use sql::{Answer, Damage, Query, Settings};
pub use store::{Compacted, Expired, Rolled, Store};
