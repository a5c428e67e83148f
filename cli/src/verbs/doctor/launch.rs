//! Launches as `run` makes them, tried by a child: a program is started under a small plan, after the launch itself has tried
//! inside that what the plan denies is denied.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use clap::ValueEnum;
use event::{FileAccess, Grant, Reach, SandboxPlan, Staging, Text};
use sandbox::launch::{Lacking, Launch, Layer, Way};
use serde::{Deserialize, Serialize};

use super::remedy::Host;
use super::{Capability, Part};
use crate::{host, out};

/// An account that owns nothing.
const NOBODY: u32 = 65_534;

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Trial {
    /// Namespaces, with Landlock and seccomp above.
    Namespaces,
    /// Landlock and seccomp alone.
    Landlock,
    /// A layer over the workspace.
    Staged,
    /// Whatever works first.
    Any,
}

/// How it went.
#[derive(Debug, Serialize, Deserialize)]
struct Tried {
    way: String,
    landlock: i32,
    lacking: Vec<String>,
    instead_of: Vec<String>,
}

/// Tries each way; as root also what an account without rights gets.
pub fn try_all() -> Vec<Capability> {
    let (own, host) = (rustix::process::geteuid().as_raw(), Host::read());
    let mut rows = vec![
        row(
            "launch",
            Trial::Namespaces,
            own,
            "`run`: files, processes and a network of the agent's own",
            &host,
        ),
        row(
            "staged launch",
            Trial::Staged,
            own,
            "`run --stage`: changes that wait for a person's word",
            &host,
        ),
        row(
            "second way",
            Trial::Landlock,
            own,
            "`run` where namespaces are refused: Landlock and seccomp alone",
            &host,
        ),
    ];
    if host::is_root() {
        rows.push(row(
            "without root",
            Trial::Any,
            NOBODY,
            "`run` by any account (tried as one that owns nothing)",
            &host,
        ));
    }
    rows
}

fn row(
    name: &'static str,
    trial: Trial,
    user: u32,
    what_for: &'static str,
    host: &Host,
) -> Capability {
    let tried = child(trial, user);
    let hint = match &tried {
        Ok(tried) if tried.instead_of.is_empty() => None,
        Ok(_) => Some(host.namespaces()),
        Err(_) if trial == Trial::Landlock => Some(host.landlock()),
        Err(_) => Some(host.namespaces()),
    };
    let works = tried.is_ok();
    let found = match tried {
        Ok(tried) => {
            let by = match (&*tried.way, tried.landlock) {
                ("landlock", version) => format!("Landlock {version} and seccomp alone"),
                (way, 0) => way.to_owned(),
                (way, version) => format!("{way}, Landlock {version} and seccomp"),
            };
            let instead = match tried.instead_of.is_empty() {
                true => String::new(),
                false => format!("; not by {}", tried.instead_of.join("; ")),
            };
            let lacking = match tried.lacking.is_empty() {
                true => String::new(),
                false => format!("; not held: {}", tried.lacking.join("; ")),
            };
            format!("a program ran by {by}, and what it may not do was refused{lacking}{instead}")
        }
        Err(why) => format!("nothing was started: {why}"),
    };
    let part = Part::Confine;
    Capability { part, name, works, self_tested: works, what_for, found, hint }
}

/// Only a process of one thread may launch, so a child does.
fn child(trial: Trial, user: u32) -> Result<Tried, String> {
    let said = |error: std::io::Error| error.to_string();
    let ourselves = std::env::current_exe().map_err(said)?;
    let trial = trial.to_possible_value().map(|value| value.get_name().to_owned());
    let mut command = Command::new(ourselves);
    command.args(["doctor", "--try-launch", &trial.unwrap_or_default()]).stdin(Stdio::null());
    if user != rustix::process::geteuid().as_raw() {
        command.uid(user).gid(user);
        command.current_dir("/").env("HOME", "/").env_remove("TMPDIR");
    }
    let output = command.output().map_err(said)?;
    let text = String::from_utf8_lossy(&output.stdout);
    let last = text.lines().last().and_then(|line| serde_json::from_str(line).ok());
    last.ok_or_else(|| {
        let complaint = String::from_utf8_lossy(&output.stderr);
        let line = complaint.lines().next().unwrap_or("the child ended");
        line.trim_start_matches("error: ").to_owned()
    })
}

/// In the child: launches a program that does nothing, under a plan in a folder of its own.
pub fn try_launch(trial: Trial) -> Result<()> {
    let folder = Folder::make()?;
    let launch = folder.launch(trial)?;
    let ready = launch.prepare()?;
    let report = ready.report.clone();
    let ended = ready.go(Vec::new())?.wait()?;
    drop(folder);
    if let Some(error) = ended.not_run {
        return Err(std::io::Error::from_raw_os_error(error)).context("the program did not run");
    }
    anyhow::ensure!(ended.code == 0, "the program ended with {}", ended.code);
    let way = report.way.name().to_owned();
    let sandbox::launch::Report { landlock, lacking, instead_of, .. } = report;
    out::json(&Tried { way, landlock, lacking, instead_of })
}

/// A folder with something of each kind of place.
struct Folder(std::path::PathBuf);

impl Folder {
    fn make() -> Result<Self> {
        let above = std::env::temp_dir().canonicalize()?;
        let folder = Self(above.join(format!("chaperone-doctor-{}", std::process::id())));
        for name in ["", "work", "work/kept", "hidden", "layer", "layer/upper", "layer/work"] {
            let path = folder.0.join(name);
            std::fs::create_dir(&path)
                .with_context(|| format!("cannot make {}", path.display()))?;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700))?;
        }
        std::fs::write(folder.0.join("hidden/key"), "hidden\n")?;
        Ok(folder)
    }

    fn launch(&self, trial: Trial) -> Result<Launch> {
        let grant = |path: &Path, access| Grant {
            path: Text::from(&*path.to_string_lossy()),
            access,
            because: "a trial".into(),
        };
        let work = self.0.join("work");
        let grants = vec![
            grant(Path::new("/"), FileAccess::Run),
            grant(&work, FileAccess::Change),
            grant(&work.join("kept"), FileAccess::Read),
            grant(&self.0.join("hidden"), FileAccess::Hidden),
        ];
        let staged = trial == Trial::Staged;
        let layer = Layer { upper: self.0.join("layer/upper"), work: self.0.join("layer/work") };
        let plan = SandboxPlan {
            profile: "trial".into(),
            workspace: Text::from(&*work.to_string_lossy()),
            grants,
            network: Reach::Proxy,
            staging: if staged { Staging::Layer } else { Staging::Direct },
        };
        Ok(Launch {
            plan,
            // This program may lie where a launch sees nothing.
            program: ["/bin/sh", "-c", ":"].map(OsString::from).into(),
            folder: work,
            layer: staged.then_some(layer),
            copied: Vec::new(),
            instead: Vec::new(),
            way: match trial {
                Trial::Namespaces | Trial::Staged => Some(Way::Namespaces),
                Trial::Landlock => Some(Way::Landlock),
                Trial::Any => None,
            },
            lacking: Lacking::Tell,
        })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // In a folder for such things; nothing is lost if it stays.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
