//! Who did what because of whom: attribution and the threat graph.
//!
//! `signature` says which product a start is, `attribute` ties every event to agent, session and
//! tool call, `origin` says who stands behind a session, `threat` keeps what it learnt of the host as a graph. Pure: no clock, no file, no
//! socket; what only the host can tell is asked through [`signature::Facts`], and time arrives in
//! the events.

#![forbid(unsafe_code)]

pub mod attribute;
pub mod labels;
pub mod origin;
pub mod signature;
pub mod threat;
