//! The room as the house uses it: a journal, its roll-over, and SQL over both.
#![expect(clippy::unwrap_used, reason = "test")]

mod assets;
mod pages;
mod record;
mod refused;
mod rolling;
mod shown;
