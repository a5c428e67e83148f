//! Who may call models, how much, and what it costs. Pure: time is given in, files and sockets are others'.
//!
//! ```text
//! keys, jwt ──▶ who calls          rule ──▶ where it counts ──▶ ledger (bucket, day)
//! stops ──▶ whether at all         prices ──▶ money             breaker ──▶ whether the provider is let alone
//! ```

pub mod amount;
pub mod breaker;
pub mod bucket;
pub mod day;
pub(crate) mod glob;
pub mod jwt;
pub mod keys;
pub mod ledger;
pub mod limit;
pub mod prices;
pub mod rule;
pub mod stops;
