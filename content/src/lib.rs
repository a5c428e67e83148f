//! Pure text and wire knowledge: multi-pattern matching, secrets and their redaction, the house's readers of
//! YAML, JSON, TOML and XML with places, shell text, which acts cannot be undone, and what models and tools are told
//! and say over wires.

#![forbid(unsafe_code)]

pub mod a2a;
pub mod command;
pub mod cut;
pub mod examine;
pub mod exchange;
pub mod guardrail;
pub mod hooks;
pub mod injection;
pub mod inspect;
pub mod irreversible;
pub mod items;
pub mod json;
pub mod lines;
pub mod llm;
pub mod matcher;
pub mod mcp;
pub mod named;
pub mod otlp;
pub mod pattern;
pub mod raw;
pub mod redact;
pub mod secrets;
pub mod shell;
pub mod signs;
pub mod sqlite;
pub mod sse;
pub mod toml;
pub mod transcript;
pub mod tree;
pub mod xml;
pub mod yaml;
