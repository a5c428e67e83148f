//! Bills of materials: read, checked, made from an inventory, compared, and judged for completeness.
//!
//! ```text
//! Inventory ─▶ make ─▶ Bom ─▶ check (rules/aibom) ─▶ Problems
//!                       ├──▶ diff, completeness, text
//!                       └──▶ spdx
//! ```
//!
//! Pure functions over values: no file, no clock.

mod bom;
mod read;
pub mod shape;
mod spdx;
#[cfg(test)]
mod tests;

pub use bom::{Bom, Format, NotABom};
pub use read::{MAX_BYTES, Unread};
pub use shape::Problem;
