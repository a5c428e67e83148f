//! The integration tests of `event`: OCSF out against the published schema, and back in.

#[path = "it/acts.rs"]
mod acts;
#[path = "it/foreign.rs"]
mod foreign;
#[path = "it/generate.rs"]
mod generate;
#[path = "it/golden.rs"]
mod golden;
#[path = "it/ocsf.rs"]
mod ocsf;
#[path = "it/otel.rs"]
mod otel;
#[path = "it/schema.rs"]
mod schema;
#[path = "it/validate.rs"]
mod validate;
