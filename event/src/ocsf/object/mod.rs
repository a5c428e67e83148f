//! OCSF objects that several classes hold, each written and read in one file.

pub(super) mod agent;
pub(super) mod endpoint;
pub(super) mod file;
pub(super) mod process;
pub(super) mod user;
