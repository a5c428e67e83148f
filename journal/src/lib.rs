//! The record at rest: crash-safe segments, durable export queues and sinks.

#![forbid(unsafe_code)]
