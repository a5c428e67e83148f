//! Records as rows: what of an act, finding, session, agent or loss stands in which column, and
//! the way back. Between the journal (records) and Parquet and SQL (columns).

pub mod acts;
mod agents;
mod assets;
mod batch;
mod decisions;
mod detail;
pub mod events;
mod evidence;
mod findings;
mod kind;
mod losses;
mod sessions;
mod table;
mod words;

pub use batch::{Batch, Builder};
pub use table::Layout;

/// All tables that lie in files, the large one first.
pub static TABLES: [Layout; 8] = [
    events::LAYOUT,
    findings::LAYOUT,
    evidence::LAYOUT,
    sessions::LAYOUT,
    agents::LAYOUT,
    assets::LAYOUT,
    decisions::LAYOUT,
    losses::LAYOUT,
];

/// A time as Arrow keeps it; what lies behind the year 2262 is put there.
fn time(unix_ns: u64) -> i64 {
    i64::try_from(unix_ns).unwrap_or(i64::MAX)
}
