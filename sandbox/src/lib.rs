//! Gives up rights for ever: what a process takes from itself before it touches what is hostile. Beside the data
//! path.
//!
//! ```text
//! parent: own_only(command) ─▶ child: Reader::confine ─▶ limits ─▶ rights ─▶ Landlock ─▶ calls ─▶ reads
//! ```
//!
//! One profile: a [`Reader`], which may read files, compute, and write to the descriptors it was given. It may be held
//! to one folder, or be let make files in one ([`Files`]).
//! Each layer holds by itself where the others cannot be had; what cannot be had is told, never passed over.

mod calls;
mod descriptors;
mod landlocked;
pub mod launch;
mod limits;
mod reader;
mod rights;
pub mod stage;
#[cfg(test)]
mod tests;

pub use descriptors::own_only;
pub use reader::{Error, Files, Missing, Part, Reader};
