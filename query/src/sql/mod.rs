//! SQL over the record: rolled files and the journal's tail as one set of tables, only to read.

mod answer;
mod command_lines;
mod engine;
mod hint;
mod live;
mod pages;
mod query;
mod read_only;
mod records;
mod run;
mod settings;
mod snapshot;
mod tables;
mod tail;

pub use answer::Answer;
pub(crate) use engine::Engine;
pub use pages::Damage;
pub use query::Query;
pub use settings::Settings;
pub(crate) use tables::{VIEWS, rolled};
