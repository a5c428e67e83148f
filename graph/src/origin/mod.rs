//! Where a session comes from: who stands behind it, and what its platform calls it. The judgement over
//! facts that the host or the record gives; the names it knows are data (`rules/identity`).

mod table;
mod who;
mod workload;

pub use table::{Runner, Source, Table};
pub use who::{Behind, delegation};
pub use workload::{Claims, TokenPlace, identities};
