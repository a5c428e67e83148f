//! Parquet roll-over and SQL over live and rolled data.

#![forbid(unsafe_code)]

mod error;
mod functions;
mod output;
mod rows;
mod sql;
mod store;

pub use error::Error;
pub use output::{Cell, CellKind, Lines};
pub use rows::Column;
pub use sql::{Answer, Query, Settings};
pub use store::{Rolled, Store};
