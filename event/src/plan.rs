//! Plain plans that one room makes and another carries out, so that neither knows the other.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::Text;

/// What the sensor looks for in the kernel; made from the agent signatures.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchPlan {
    /// Last path parts of programs that may be agents (`codex`, `node`): an exec of one gets a
    /// provisional label in the kernel, before it can act.
    pub candidates: Vec<Text>,
    /// Environment variables that signatures ask for; no other is kept.
    pub variables: Vec<Text>,
    /// Where models answer by address: a connection of anybody to one of them is told.
    pub endpoints: Vec<Destination>,
}

/// Where connections lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Destination {
    /// Its address; none is this host itself, by any loopback address.
    pub ip: Option<IpAddr>,
    /// Its port; none is any.
    pub port: Option<u16>,
}
