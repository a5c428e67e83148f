//! Records in their stored form: what a frame's payload holds.
//!
//! A payload is a row of entries `kind u8 | bytes u32 | MessagePack with field names`. Processes and
//! actors are written once per frame, before the first record that names them, and then by their
//! number; times and event ids are counted from a base. A frame needs no other frame to be read, so
//! damage costs the damaged frame and a reader may begin anywhere.
//!
//! Field names make it last: a reader ignores fields it does not know, fills in those that are
//! missing, and skips entries of kinds it does not know, so old and new read each other.

mod packer;
mod stored;
#[cfg(test)]
mod tests;
mod unpacker;

pub(crate) use packer::Packer;
pub(crate) use unpacker::unpack;

/// Entry kinds. From [`kind::RECORD`] on an entry is a record and has a position.
mod kind {
    pub const BASE: u8 = 1;
    pub const PROCESS: u8 = 2;
    pub const ACTOR: u8 = 3;
    pub const RECORD: u8 = 64;
    pub const ACT: u8 = 64;
    pub const FINDING: u8 = 65;
    pub const OTHER: u8 = 66;
}

/// Ancestors kept per process. A chain of forks may be longer than any stack is deep.
const MAX_LINEAGE: u32 = 128;
