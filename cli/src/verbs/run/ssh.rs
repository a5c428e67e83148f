//! SSH inside of a launch: settings that lead through the proxy, the hosts that are known, public keys. The private ones stay
//! outside (`keys.rs`).

use std::net::SocketAddr;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use event::{FileAccess, SandboxPlan};
use sandbox::launch::Instead;

/// Longest file that is copied.
const LONGEST: u64 = 1024 * 1024;

/// What stands for the account's folder of SSH.
pub struct Ssh {
    /// Ours, seen inside.
    folder: PathBuf,
    /// The account's, if it is hidden.
    hidden: Option<PathBuf>,
    /// What the account's own settings say.
    settings: String,
}

impl Ssh {
    /// In a folder that the launch reads.
    pub fn make(shared: &Path, home: &Path, plan: &SandboxPlan) -> Result<Self> {
        let folder = shared.join("ssh");
        std::fs::create_dir(&folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
        let own = home.join(".ssh").canonicalize().ok();
        let hides = |own: &PathBuf| plan.access(&own.to_string_lossy()).0 == FileAccess::Hidden;
        let hidden = own.filter(hides);
        let mut settings = String::new();
        if let Some(own) = &hidden {
            settings = read(&own.join("config")).unwrap_or_default();
            let listed = std::fs::read_dir(own).into_iter().flatten().flatten();
            for entry in listed {
                let name = entry.file_name();
                let public = name == "known_hosts" || name.to_string_lossy().ends_with(".pub");
                if let Some(text) = public.then(|| read(&entry.path())).flatten() {
                    write(&folder.join(name), &text)?;
                }
            }
        }
        Ok(Self { folder, hidden, settings })
    }

    /// What is seen instead of the account's folder.
    pub fn instead(&self) -> Option<Instead> {
        let at = self.hidden.clone()?;
        Some(Instead { at, shown: self.folder.clone() })
    }

    /// The account's folder, if its keys are hidden inside.
    pub fn hidden(&self) -> Option<&Path> {
        self.hidden.as_deref()
    }

    /// Where the agent of keys is asked.
    pub fn socket(&self) -> PathBuf {
        self.folder.join("agent")
    }

    /// Makes that; not before the launch is prepared, for sockets that were there are covered.
    pub fn door(&self) -> Result<UnixListener> {
        let door = self.socket();
        UnixListener::bind(&door).with_context(|| format!("cannot make {}", door.display()))
    }

    /// Writes the settings, which count before the account's own. Their file.
    pub fn lead(&self, relay: &str, proxy: SocketAddr) -> Result<PathBuf> {
        let file = self.folder.join("config");
        let folder = self.folder.display();
        let mut text = format!(
            "Host * !localhost !127.0.0.1 !::1\n  ProxyCommand {relay} {proxy} %h %p\n  ControlMaster no\n  ControlPath none\n"
        );
        if self.hidden.is_some() {
            text.push_str(&format!(
                "  IdentityAgent {folder}/agent\n  UserKnownHostsFile {folder}/known_hosts\n"
            ));
        } else if let Some(own) = std::env::var_os("HOME") {
            text.push_str(&format!("Include {}/.ssh/config\n", own.display()));
        }
        text.push_str(&format!(
            "Match all\n{}\nMatch all\nInclude /etc/ssh/ssh_config\n",
            self.settings
        ));
        write(&file, &text)?;
        Ok(file)
    }
}

/// A short file of text.
fn read(path: &Path) -> Option<String> {
    let is = path.metadata().is_ok_and(|it| it.is_file() && it.len() <= LONGEST);
    if is { std::fs::read_to_string(path).ok() } else { None }
}

fn write(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
