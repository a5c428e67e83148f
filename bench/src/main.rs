//! Benchmark programs: `bench record FILE -- COMMAND…` takes a real stream, `bench pipeline FILE` runs it
//! through every stage on one core, `bench completeness` counts what a burst loses.

#![forbid(unsafe_code)]

mod completeness;
mod figure;
mod pipeline;
mod record;

use std::process::ExitCode;

use anyhow::{Result, bail};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match run(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(words: &[&str]) -> Result<()> {
    match words {
        ["record", file, "--", command @ ..] => record::run(file.as_ref(), command),
        ["pipeline", file, rules @ ..] => pipeline::run(file.as_ref(), rules),
        ["completeness"] => completeness::run(),
        _ => bail!(
            "usage: bench record FILE -- COMMAND… | bench pipeline FILE [RULES…] | bench completeness"
        ),
    }
}
