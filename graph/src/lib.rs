//! Who did what because of whom: attribution and the threat graph.

#![forbid(unsafe_code)]

pub mod threat;
