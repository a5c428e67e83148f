//! What exists on a host and belongs to the world of agents.
//!
//! ```text
//! rules/products ─▶ Products ─▶ discover: walks homes ─▶ Found ─▶ read ─▶ extract ─▶ Claims ─▶ join ─▶ Inventory
//! ```
//!
//! Nothing here starts what it finds: a server of tools is known by its definition, a program by its package.

#![forbid(unsafe_code)]

pub mod discover;
mod extensions;
pub mod extract;
mod join;
mod look;
pub mod packages;
pub mod posture;
pub mod product;
pub mod read;
pub mod sound;

pub use join::{Inventory, Unsure};
pub use look::{Look, look};
