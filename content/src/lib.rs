//! Pure text and wire knowledge: multi-pattern matching, secrets and their redaction, YAML with places.

#![forbid(unsafe_code)]

pub mod matcher;
pub mod pattern;
pub mod redact;
pub mod secrets;
pub mod yaml;
