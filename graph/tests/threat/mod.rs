//! The threat graph through its public face.
#![allow(clippy::unwrap_used, reason = "test")]

mod causes;
mod properties;
mod stream;
