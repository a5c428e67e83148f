//! A session of many processes that will not go: each ignores what can be ignored, some leave their parents and their
//! group.

use std::process::{Command, Stdio};

use anyhow::Result;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1};

/// Starts so many of itself and waits, as they do, until it is killed. Prints the pids.
pub fn gather(count: usize) -> Result<()> {
    deaf()?;
    let itself = std::env::current_exe()?;
    let mut pids = Vec::with_capacity(count);
    for number in 0..count {
        // Every fourth in a session of its own.
        let mut command = match number % 4 {
            0 => {
                let mut command = Command::new("setsid");
                command.arg(&itself);
                command
            }
            _ => Command::new(&itself),
        };
        command.args(["play", "deaf"]).stdin(Stdio::null()).stdout(Stdio::null());
        pids.push(command.spawn()?.id().to_string());
    }
    println!("{}", pids.join(" "));
    loop {
        std::thread::park();
    }
}

/// Hears no signal, and stays.
pub fn stay() -> Result<()> {
    deaf()?;
    loop {
        std::thread::park();
    }
}

fn deaf() -> Result<()> {
    let nothing = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    for signal in [SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGCONT] {
        signal_hook::flag::register(signal, std::sync::Arc::clone(&nothing))?;
    }
    Ok(())
}
