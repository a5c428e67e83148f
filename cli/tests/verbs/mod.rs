//! One file per verb.

mod aibom;
mod approvals;
mod audit;
mod bad_input;
mod config;
mod damage;
mod demo;
mod first;
mod live;
mod mcp;
mod parties;
mod places;
mod policy;
mod reach;
mod replay;
mod rules;
mod run;
mod scan;
mod sources;
mod stewards;

use std::process::{Command, Output};

/// Runs the program with an empty data directory and no colours.
pub fn chaperone(arguments: &[&str]) -> Output {
    let home = std::env::temp_dir().join(format!("chaperone-test-{}", std::process::id()));
    Command::new(env!("CARGO_BIN_EXE_chaperone"))
        .args(arguments)
        .env("NO_COLOR", "1")
        .env("CHAPERONE_DATA_DIR", &home)
        .env("XDG_CONFIG_HOME", &home)
        .env_remove("CHAPERONE_CONFIG")
        .output()
        .expect("the program starts")
}

/// What it wrote as data.
pub fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What it said.
pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}
