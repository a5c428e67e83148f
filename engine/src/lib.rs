//! The hall: every event goes through attribution, graph and detection here, in this order, and
//! leaves as [`event::Record`]s. The engine sees batches of events, [`event::Orders`] and records; it
//! never names a source or a sink.

#![forbid(unsafe_code)]

mod errand;
mod hall;
mod judge;
mod readings;
mod retired;
mod step;
mod undeclared;
mod wanted;
mod word;

pub use hall::{Counts, Lanes, batches, run};
pub use judge::Judge;
pub use step::{Engine, Scope, Stages};
pub use wanted::Wanted;
pub use word::Word;
