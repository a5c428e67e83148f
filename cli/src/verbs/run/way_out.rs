//! The way out of a launch: the proxy of this run, and what its programs have to know of it.

use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread::JoinHandle;

use anyhow::{Context, Result};
use event::Guard;
use gateway::egress::{Egress, HostPattern, Listeners, Places, Settings};
use sandbox::launch::Doors;

use super::keys::Keys;
use super::models::{self, Calls};
use super::plan::Held;
use super::redaction::Redaction;
use super::secrets::{self, Secrets};
use super::shared::Shared;
use super::ssh::Ssh;
use super::told::{self, Told};

/// The proxy while it runs.
pub struct WayOut {
    egress: Egress,
    keys: Option<Arc<Keys>>,
    told: JoinHandle<Told>,
    calls: JoinHandle<Calls>,
}

/// Starts the proxy on the doors of a launch. What the program finds in its environment comes with it.
pub fn open(
    doors: Doors,
    allowed: Vec<HostPattern>,
    held: Held,
    shared: &Shared,
    secrets: Secrets,
) -> Result<(WayOut, Vec<(OsString, OsString)>)> {
    let (udp, tcp) = doors.names.unzip();
    let listeners = Listeners { tcp: doors.proxy, dns_udp: udp, dns_tcp: tcp, plain: doors.plain };
    let redact = Arc::new(Redaction::default());
    let in_custody = secrets.held.clone();
    let (tell_calls, called) = channel();
    let models = Some(models::watched(held.config(), tell_calls));
    let daemon = models::Daemon::at(crate::verbs::mcp::wrap::socket(held.config()));
    let settings = Settings {
        allowed,
        redact,
        models,
        secrets: in_custody,
        ..Settings::new(held.principal())
    };
    let (tell, told) = channel();
    let held = Arc::new(held);
    let egress = Egress::start(listeners, settings, Arc::clone(&held) as Arc<dyn Guard>, tell)?;
    let told = told::listen(told).context("what the proxy tells cannot be taken")?;
    let calls = models::listen(called, daemon).context("what the proxy tells cannot be taken")?;
    let bundle = shared.write("certificates.pem", egress.ca_bundle())?;
    let relay = std::env::current_exe().ok().and_then(|program| relay(&program));
    let ssh = relay.map(|relay| shared.ssh().lead(&relay, egress.address())).transpose()?;
    let keys = keys(shared.ssh(), held)?;
    let mut variables = egress.environment(Places { bundle: &bundle, ssh: ssh.as_deref() });
    shared.log_in(&mut variables)?;
    let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
    let mut variables: Vec<(OsString, OsString)> = variables.collect();
    variables.extend(secrets::copies(&secrets.held, &variables, std::env::vars_os()));
    if keys.is_some() {
        variables.push(("SSH_AUTH_SOCK".into(), shared.ssh().socket().into()));
    }
    Ok((WayOut { egress, keys, told, calls }, variables))
}

/// The agent of keys, where the keys themselves are hidden.
fn keys(ssh: &Ssh, held: Arc<Held>) -> Result<Option<Arc<Keys>>> {
    let Some(folder) = ssh.hidden() else { return Ok(None) };
    let keys = Keys::new(held, folder);
    keys.serve(ssh.door()?).context("nobody can be asked for keys")?;
    Ok(Some(keys))
}

/// The words of a shell that start the relay.
fn relay(program: &Path) -> Option<String> {
    let program =
        program.to_str().filter(|program| !program.contains(['\'', '"', '\\', '%', ' ']))?;
    Some(format!("{program} relay"))
}

impl WayOut {
    /// Ends the proxy. What it told.
    pub fn end(self) -> (Told, Calls) {
        self.egress.end();
        if let Some(keys) = self.keys {
            keys.end();
        }
        (self.told.join().unwrap_or_default(), self.calls.join().unwrap_or_default())
    }
}
