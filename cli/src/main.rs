//! The binary `chaperone`: reads the words, the configuration, and calls the verb.

#![forbid(unsafe_code)]

mod accounts;
mod ancestry;
mod audit;
#[cfg(feature = "classifiers")]
mod brought;
mod chain;
mod config;
mod conversation;
mod examiner;
mod facts;
mod files;
mod flows;
mod hashes;
mod host;
mod issued;
mod lines;
mod notice;
mod numbers;
mod out;
mod policies;
mod programs;
mod record;
mod rules;
mod stages;
mod standing;
mod status;
mod story;
mod trusted;
mod verbs;
mod worker;

use std::process::ExitCode;

use clap::Parser;

use verbs::{Cli, Exit};

/// Events are made on one thread and end on others, where glibc is slower.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    log(cli.verbose);
    match verbs::run(cli) {
        Ok(exit) => exit.into(),
        Err(error) if out::is_broken_pipe(&error) => Exit::Done.into(),
        Err(error) => {
            crate::say!("{}{}", out::label("error: ", out::Colour::Red), out::error(&error));
            Exit::of(&error).into()
        }
    }
}

/// Talk goes to stderr, data to stdout. `CHAPERONE_LOG` takes the usual filter directives.
fn log(verbose: u8) {
    let default = ["warn", "info", "debug"].get(usize::from(verbose)).unwrap_or(&"trace");
    let filter = tracing_subscriber::EnvFilter::try_from_env("CHAPERONE_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(default));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(out::coloured_talk())
        .with_target(false)
        .init();
}
