//! What stands between an agent and the network: [`egress`], the one way out of a launched agent's box, and
//! [`relay`], the pipe through it for programs that know no proxy; [`models`], the proxy in front of models; [`control`],
//! who may call them and how much; [`mcp`], what stands between an agent and its servers of tools; [`otlp`], where
//! agents send their telemetry; and [`published`], where issuers of tokens publish their keys.

#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic))]

pub mod control;
pub mod egress;
pub mod guardrail;
pub mod mcp;
pub mod models;
pub mod otlp;
mod packed;
pub mod published;
pub mod relay;
