//! What maintainers run: `cargo xtask …`.

#![forbid(unsafe_code)]

mod e2e;

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};
use xtask::{tidy, vm};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about)]
struct Xtask {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Check arrows between rooms, owners of dependencies, heads, sizes, names and data.
    Tidy,
    /// The sensor's tests inside stock Debian kernels.
    Vm {
        /// Run this command line in the guest instead.
        #[arg(long, value_name = "COMMAND")]
        shell: Option<String>,
        /// Series (`6.1`) or the rest of a package name after `linux-image-`; all if none.
        kernels: Vec<String>,
    },
    /// Real agents under strace and Chaperone at once: everything seen must be recorded (root).
    E2e {
        /// Product ids; all if none.
        only: Vec<String>,
    },
}

fn main() -> ExitCode {
    match run(Xtask::parse().task) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<bool> {
    match task {
        Task::Tidy => Ok(tidy::report(&tidy::check(&xtask::root())?)),
        Task::Vm { shell: Some(command), kernels } => {
            let kernel = kernels.first().map_or(vm::KERNELS[0], String::as_str);
            vm::shell(&xtask::root(), &cache(), kernel, &command)
        }
        Task::Vm { shell: None, kernels } => vm::run(&xtask::root(), &cache(), &kernels),
        Task::E2e { only } => e2e::run(&cache(), &build_chaperone()?, &only),
    }
}

/// Where downloads that outlive a clone are kept.
fn cache() -> PathBuf {
    match std::env::var_os("CHAPERONE_CACHE") {
        Some(path) => path.into(),
        None => {
            PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache/chaperone")
        }
    }
}

/// Builds the program and says where it is.
fn build_chaperone() -> Result<PathBuf> {
    let output = Command::new(env!("CARGO"))
        .args(["build", "-p", "chaperone", "--message-format=json"])
        .stderr(std::process::Stdio::inherit())
        .output()?;
    if !output.status.success() {
        bail!("the program does not build");
    }
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .find_map(|message| {
            let executable = message["executable"].as_str()?;
            (message["target"]["name"] == "chaperone").then(|| executable.into())
        })
        .context("cargo named no executable")
}
