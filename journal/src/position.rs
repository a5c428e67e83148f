//! Where in the record: the number of records before a point, over all segments.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A point in the record of a data directory: how many records were written before it. Grows only;
/// stays valid when old segments are removed.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Position(pub u64);

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
