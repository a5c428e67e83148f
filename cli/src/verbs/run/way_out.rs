//! The way out of a launch: the proxy of this run, and what its programs have to know of it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread::JoinHandle;

use anyhow::{Context, Result};
use event::{FileAccess, Grant, SandboxPlan, Text};
use gateway::egress::{Egress, HostPattern, Listeners, Places, Settings};
use sandbox::launch::Doors;

use super::plan::Held;
use super::redaction::Redaction;
use super::secrets::{self, Secrets};
use super::told::{self, Told};

/// A folder that the launch reads, for what is known only when the proxy runs.
pub struct Shared(PathBuf);

impl Shared {
    /// A new one, in the plan.
    pub fn make(plan: &mut SandboxPlan) -> Result<Self> {
        use std::os::unix::fs::DirBuilderExt;
        let above = std::env::temp_dir()
            .canonicalize()
            .context("there is no folder for temporary files")?;
        let path = above.join(format!("chaperone-way-out-{}", std::process::id()));
        std::fs::DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .with_context(|| format!("cannot make {}", path.display()))?;
        let grant = Grant {
            path: Text::from(&*path.to_string_lossy()),
            access: FileAccess::Read,
            because: "certificates that the proxy speaks with".into(),
        };
        plan.grants.push(grant);
        Ok(Self(path))
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The proxy while it runs.
pub struct WayOut {
    egress: Egress,
    told: JoinHandle<Told>,
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
    let listeners = Listeners { tcp: doors.proxy, dns_udp: udp, dns_tcp: tcp };
    let redact = Arc::new(Redaction::default());
    let in_custody = secrets.held.clone();
    let settings =
        Settings { allowed, redact, secrets: in_custody, ..Settings::new(held.principal()) };
    let (tell, told) = channel();
    let egress = Egress::start(listeners, settings, Arc::new(held), tell)?;
    let told = told::listen(told).context("what the proxy tells cannot be taken")?;
    let bundle = shared.0.join("certificates.pem");
    std::fs::write(&bundle, egress.ca_bundle())
        .with_context(|| format!("cannot write {}", bundle.display()))?;
    let relay = std::env::current_exe().ok().and_then(|program| relay(&program));
    let places = Places { bundle: &bundle, relay: relay.as_deref() };
    let variables = egress.environment(places);
    let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
    let mut variables: Vec<(OsString, OsString)> = variables.collect();
    variables.extend(secrets::copies(&secrets.held, &variables, std::env::vars_os()));
    Ok((WayOut { egress, told }, variables))
}

/// The words of a shell that start the relay.
fn relay(program: &Path) -> Option<String> {
    let program =
        program.to_str().filter(|program| !program.contains(['\'', '"', '\\', '%', ' ']))?;
    Some(format!("{program} relay"))
}

impl WayOut {
    /// Ends the proxy. What it told.
    pub fn end(self) -> Told {
        self.egress.end();
        self.told.join().unwrap_or_default()
    }
}
