//! The way out of a launch: the proxy of this run, and what its programs have to know of it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread::JoinHandle;

use anyhow::{Context, Result};
use event::{FileAccess, Grant, Guard, SandboxPlan, Text};
use gateway::egress::{Egress, HostPattern, Listeners, Places, Settings};
use sandbox::launch::{Doors, Instead};

use super::keys::Keys;
use super::logins::{self, Login};
use super::plan::{self, Held};
use super::redaction::Redaction;
use super::secrets::{self, Secrets};
use super::ssh::Ssh;
use super::told::{self, Told};

/// A folder that the launch reads, for what is known only when the proxy runs.
pub struct Shared {
    folder: Folder,
    ssh: Ssh,
    logins: Vec<Login>,
}

impl Shared {
    /// A new one, in the plan; secrets that stand in files come into custody.
    pub fn make(plan: &mut SandboxPlan, secrets: &mut Secrets) -> Result<Self> {
        use std::os::unix::fs::DirBuilderExt;
        let above = std::env::temp_dir()
            .canonicalize()
            .context("there is no folder for temporary files")?;
        let path = above.join(format!("chaperone-way-out-{}", std::process::id()));
        std::fs::DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .with_context(|| format!("cannot make {}", path.display()))?;
        let home = plan::home();
        let (logins, held) = logins::of(&home, plan);
        secrets.held.extend(held);
        let ssh = Ssh::make(&path, &home, plan);
        let shared = Folder(path);
        let grant = Grant {
            path: Text::from(&*shared.0.to_string_lossy()),
            access: FileAccess::Read,
            because: "certificates that the proxy speaks with".into(),
        };
        plan.grants.push(grant);
        for login in &logins {
            shared.write(&login.shown(), "")?;
        }
        Ok(Self { ssh: ssh?, logins, folder: shared })
    }

    /// What is seen inside instead of what the account has.
    pub fn instead(&self) -> Vec<Instead> {
        let logins = self.logins.iter().map(|login| Instead {
            at: login.at.clone(),
            shown: self.folder.0.join(login.shown()),
        });
        logins.chain(self.ssh.instead()).collect()
    }
}

/// Gone when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn write(&self, name: &str, text: &str) -> Result<PathBuf> {
        let file = self.0.join(name);
        std::fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
        Ok(file)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The proxy while it runs.
pub struct WayOut {
    egress: Egress,
    keys: Option<Arc<Keys>>,
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
    let listeners = Listeners { tcp: doors.proxy, dns_udp: udp, dns_tcp: tcp, plain: doors.plain };
    let redact = Arc::new(Redaction::default());
    let in_custody = secrets.held.clone();
    let settings =
        Settings { allowed, redact, secrets: in_custody, ..Settings::new(held.principal()) };
    let (tell, told) = channel();
    let held = Arc::new(held);
    let egress = Egress::start(listeners, settings, Arc::clone(&held) as Arc<dyn Guard>, tell)?;
    let told = told::listen(told).context("what the proxy tells cannot be taken")?;
    let bundle = shared.folder.write("certificates.pem", egress.ca_bundle())?;
    let relay = std::env::current_exe().ok().and_then(|program| relay(&program));
    let ssh = relay.map(|relay| shared.ssh.lead(&relay, egress.address())).transpose()?;
    let keys = keys(&shared.ssh, held)?;
    let mut variables = egress.environment(Places { bundle: &bundle, ssh: ssh.as_deref() });
    shared.log_in(&mut variables)?;
    let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
    let mut variables: Vec<(OsString, OsString)> = variables.collect();
    variables.extend(secrets::copies(&secrets.held, &variables, std::env::vars_os()));
    if keys.is_some() {
        variables.push(("SSH_AUTH_SOCK".into(), shared.ssh.socket().into()));
    }
    Ok((WayOut { egress, keys, told }, variables))
}

/// The agent of keys, where the keys themselves are hidden.
fn keys(ssh: &Ssh, held: Arc<Held>) -> Result<Option<Arc<Keys>>> {
    let Some(folder) = ssh.hidden() else { return Ok(None) };
    let keys = Keys::new(held, folder);
    keys.serve(ssh.door()?).context("nobody can be asked for keys")?;
    Ok(Some(keys))
}

impl Shared {
    /// Writes the files of logins, with what stands for each secret. What stands in a file is no variable.
    fn log_in(&self, variables: &mut Vec<(String, String)>) -> Result<()> {
        let placeholders: BTreeMap<&str, &str> =
            variables.iter().map(|(name, value)| (&**name, &**value)).collect();
        for login in &self.logins {
            self.folder.write(&login.shown(), &login.text(&placeholders))?;
        }
        let of_files = |name: &str| self.logins.iter().any(|login| login.names(name));
        variables.retain(|(name, _)| !of_files(name));
        Ok(())
    }
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
        if let Some(keys) = self.keys {
            keys.end();
        }
        self.told.join().unwrap_or_default()
    }
}
