//! Bills of materials: read, checked, made from an inventory, compared, and judged for completeness.
//!
//! ```text
//! Inventory ─▶ make ─▶ Bom ─▶ check (rules/aibom) ─▶ Problems
//!                       ├──▶ diff, completeness, text
//!                       └──▶ spdx
//! ```
//!
//! Pure functions over values: no file, no clock. Only `disk` and `image` look into folders and images, for those who make
//! one of such.

mod bom;
mod clock;
mod complete;
mod diff;
pub mod disk;
pub mod image;
mod make;
mod observed;
mod purl;
mod read;
pub mod shape;
pub mod spdx;
#[cfg(test)]
mod tests;
mod way;

pub use bom::{Bom, Format, NotABom};
pub use complete::{Cluster, Completeness, Elements, Missing};
pub use diff::{Change, Field, How, diff};
pub use make::{DataSet, Folder, Library, ModelFile, Plan, Scope, agents, make};
pub use observed::Observed;
pub use read::{MAX_BYTES, Unread};
pub use shape::Problem;
