//! The ways in which an agent is held, or not, while it tries.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::lab::{ALICE, Lab, WORKSPACE};
use super::table::{Suite, Trial};
use crate::attack::daemon::Daemon;

/// How an agent is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// Not at all: whether a trial does what it says.
    Bare,
    /// By `chaperone up` and the profile `guarded`, as this kernel allows.
    Up,
    /// By `chaperone run`, started by root, in namespaces.
    Run,
    /// By `chaperone run`, started by an account like any other.
    RunAlone,
    /// By `chaperone run` without namespaces, started by such an account.
    Landlock,
    /// By another guard (`--peer`), started by such an account.
    #[value(skip)]
    Peer,
}

impl Way {
    /// As the table of outcomes calls it.
    pub fn title(self) -> String {
        match self {
            Self::Bare => "not held".into(),
            Self::Up => format!("`up`, tier {}", tier()),
            Self::Run => "`run`, by root".into(),
            Self::RunAlone => "`run`, unprivileged".into(),
            Self::Landlock => "`run`, Landlock alone".into(),
            Self::Peer => "peer".into(),
        }
    }
}

/// A: the kernel asks LSM programs of BPF; B: it does not.
pub fn tier() -> &'static str {
    let lsm = fs::read_to_string("/sys/kernel/security/lsm").unwrap_or_default();
    if lsm.split(',').any(|name| name.trim() == "bpf") { "A" } else { "B" }
}

/// Reading keys was allowed by somebody, so that only their way is held.
const READING_ALLOWED: &str = r#"@id("lab-reading")
@lifts("credential-stores")
permit (principal, action == Action::"read_file", resource)
when { resource.kinds.contains("credential") };
"#;

/// Agents of the lab are held; those of others on this host are only seen.
const CONFIG: &str = r#"[policy]
profile = "observe"
path = "/etc/chaperone/policies"
hosts = ["git.corp.example", "203.0.113.8"]
profiles = [{ workspace = "/home/alice/**", profile = "guarded" }]
"#;

/// A way made ready for one suite.
pub struct Held {
    pub way: Way,
    suite: Suite,
    chaperone: PathBuf,
    agent: PathBuf,
    script: PathBuf,
    slower: u16,
    daemon: Option<Daemon>,
    /// The words before the agent's, for another guard.
    peer: String,
}

impl Held {
    pub fn new(way: Way, suite: Suite, lab: &Lab, root: &Path, peer: &str) -> Result<Self> {
        let chaperone = lab.place.join("bin/chaperone");
        let agent = lab.place.join("@openai/codex/vendor/x/codex");
        fs::create_dir_all(agent.parent().context("it has a parent")?)?;
        fs::copy(fs::canonicalize("/usr/bin/python3").context("python3 is needed")?, &agent)?;
        let script = root.join("xtask/trials/agent.py");
        let place = lab.place.join("agent.py");
        fs::copy(script, &place)?;
        let mut held = Self {
            way,
            suite,
            chaperone,
            agent,
            script: place,
            slower: lab.slower,
            daemon: None,
            peer: peer.into(),
        };
        held.begin()?;
        Ok(held)
    }

    /// Settings as they are before every trial, and the daemon, where the way is one.
    fn begin(&mut self) -> Result<()> {
        let settings = Path::new("/etc/chaperone");
        for entry in fs::read_dir(settings)?.flatten() {
            let path = entry.path();
            let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        }
        fs::create_dir(settings.join("policies"))?;
        fs::write(settings.join("chaperone.toml"), CONFIG)?;
        if self.suite == Suite::Exfiltration {
            fs::write(settings.join("policies/lab.cedar"), READING_ALLOWED)?;
        }
        if self.way == Way::Up {
            let patience = Duration::from_secs(60 * u64::from(self.slower));
            let data = Path::new("/var/lib/chaperone");
            let start = || Daemon::start_within(patience, &self.chaperone, data);
            // A machine that does much else may take longer than anybody waits.
            self.daemon = Some(start().or_else(|_| start()).or_else(|_| start())?);
        }
        Ok(())
    }

    /// Whether the daemon was ended.
    pub fn has_ended(&mut self) -> bool {
        self.daemon.as_mut().is_some_and(|daemon| daemon.must_live().is_err())
    }

    /// Anew, after somebody laid hands on it.
    pub fn begin_again(&mut self) -> Result<()> {
        if let Some(mut daemon) = self.daemon.take() {
            // It may have been ended already.
            let _ = daemon.end("-TERM");
        }
        self.begin()
    }

    pub fn daemon(&self) -> u32 {
        self.daemon.as_ref().map_or(0, Daemon::pid)
    }

    /// Lets the agent do `script`.
    pub fn act(&self, lab: &Lab, trial: &Trial, script: &str) -> Result<Output> {
        let mut command = Command::new("timeout");
        command.args(["-k", "2", &(45 * u32::from(lab.slower)).to_string()]);
        let root = match self.way {
            Way::Bare | Way::Up => trial.root,
            Way::Run => true,
            Way::RunAlone | Way::Landlock | Way::Peer => false,
        };
        if !root {
            let id = ALICE.to_string();
            command.args(["setpriv", "--reuid", &id, "--regid", &id, "--clear-groups"]);
            command.args(["--inh-caps=-all", "--"]);
        }
        let wait = if self.way == Way::Up { "held" } else { "nothing" };
        let run = |command: &mut Command, way: &[&str]| {
            command.arg(&self.chaperone).args(["run", "--quiet", "--ci", "--profile", "guarded"]);
            command.args(way).args(["--workspace", WORKSPACE, "--"]);
            command.args(["bash", "-c", script]);
        };
        match self.way {
            // By a name that no signature knows: whoever watches this host leaves it alone.
            Way::Bare => {
                command.arg("/usr/bin/python3").arg("-S").arg(&self.script).args([script, wait]);
            }
            Way::Up => {
                command.arg(&self.agent).arg("-S").arg(&self.script).args([script, wait]);
            }
            Way::Run | Way::RunAlone => run(&mut command, &["--way", "namespaces"]),
            Way::Peer => {
                command.args(["sh", "-c", &format!("exec {} bash -c \"$0\"", self.peer), script]);
            }
            Way::Landlock => run(&mut command, &["--way", "landlock", "--weaker"]),
        }
        lab.run(command, self.daemon())
    }

    /// What a verb says, a value for each line.
    pub fn record(&self, words: &[&str]) -> Result<Vec<Value>> {
        if self.way != Way::Up {
            return Ok(Vec::new());
        }
        let output = Command::new(&self.chaperone).args(words).arg("--json").output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "`chaperone {}` failed: {said}", words.join(" "));
        let text = String::from_utf8_lossy(&output.stdout);
        text.lines().map(|line| serde_json::from_str(line).map_err(Into::into)).collect()
    }
}
