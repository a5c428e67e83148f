//! Proof that a hook works: its own line is started with a call that must be denied.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use content::hooks::{CANARY, Product};
use link::{Ask, Reply};
use serde::Deserialize;
use serde_json::Value;

use super::files::Place;
use crate::config::Config;

/// What the hook said of the canary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Denied, as it must be.
    Denied,
    /// Nobody answered the hook: `up` does not run, or not with this socket.
    Unanswered,
    /// It did not deny; what it said.
    Broken(String),
    /// There is no entry to start.
    NotTried,
}

/// How long the daemon may take to say how it is.
const PATIENCE: Duration = Duration::from_secs(2);

/// Starts the entry as the product would.
pub fn canary(product: &Product, place: &Place) -> Proof {
    let Some(command) = place.command() else { return Proof::NotTried };
    let said = match start(&command, &product.canary()) {
        Ok(said) => said,
        Err(error) => return Proof::Broken(error.to_string()),
    };
    let (stdout, stderr) =
        (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    let all = format!("{stdout}{stderr}");
    if all.contains(CANARY) && (stdout.contains("\"deny\"") || said.status.code() == Some(2)) {
        Proof::Denied
    } else if all.contains("nobody answers") || all.contains("guard-absent") {
        Proof::Unanswered
    } else {
        Proof::Broken(all.lines().next().unwrap_or("nothing").to_owned())
    }
}

fn start(command: &str, input: &str) -> std::io::Result<std::process::Output> {
    let mut child = Command::new("/bin/sh")
        .args(["-c", command])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that is not there reads nothing.
        let _ = stdin.write_all(input.as_bytes());
    }
    child.wait_with_output()
}

/// What the daemon heard of one product's hooks.
#[derive(Clone, Debug, Deserialize)]
pub struct Heard {
    pub product: String,
    pub account: String,
    pub calls: u64,
    pub stopped: u64,
    pub last_unix_ns: u64,
}

/// What the daemon says of itself; none where it does not answer.
pub fn told(config: &Config) -> Option<Value> {
    match link::ask(&config.socket().path, &Ask::Status, PATIENCE) {
        Ok(Reply::Told(told)) => Some(told),
        _ => None,
    }
}

/// Which hooks were called since it runs.
pub fn heard(config: &Config) -> Vec<Heard> {
    let hooks = told(config).map(|mut told| told["hooks"].take()).unwrap_or_default();
    serde_json::from_value(hooks).unwrap_or_default()
}
