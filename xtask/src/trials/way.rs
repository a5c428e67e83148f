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
use super::peer;
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
    /// By Anthropic's sandbox-runtime, started by such an account.
    SandboxRuntime,
    /// By another guard (`--peer`), started by such an account.
    #[value(skip)]
    Peer,
}

impl Way {
    /// Whose home it is that the agent works in.
    pub fn owner(self) -> u32 {
        match self {
            Self::Run => 0,
            Self::Bare | Self::Up | Self::RunAlone | Self::Landlock => ALICE,
            Self::SandboxRuntime | Self::Peer => ALICE,
        }
    }

    /// As the table of outcomes calls it.
    pub fn title(self) -> String {
        match self {
            Self::Bare => "not held".into(),
            Self::Up => format!("`up`, tier {}", tier()),
            Self::Run => "`run`, by root".into(),
            Self::RunAlone => "`run`, unprivileged".into(),
            Self::Landlock => "`run`, Landlock alone".into(),
            Self::SandboxRuntime => peer::TITLE.into(),
            Self::Peer => "peer".into(),
        }
    }

    /// Whether it is somebody else's: what it misses is no fault of ours.
    pub fn is_others(self) -> bool {
        matches!(self, Self::SandboxRuntime | Self::Peer)
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
hosts = ["git.corp.example", "192.175.48.8"]
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
        let account = match self.way {
            Way::Bare | Way::Up if trial.root => 0,
            way => way.owner(),
        };
        self.start(lab, account, 45 * u32::from(lab.slower), script)
    }

    /// Why somebody else's guard does not start on this host. It is given time: a machine may do much else.
    pub fn refuses(&self, lab: &Lab) -> Result<Option<String>> {
        if !self.way.is_others() {
            return Ok(None);
        }
        let output = self.start(lab, self.way.owner(), 600, "echo WORKS")?;
        let said = String::from_utf8_lossy(&output.stderr);
        let works = String::from_utf8_lossy(&output.stdout).contains("WORKS");
        Ok((!works).then(|| format!("{}: {}", output.status, ends(&said))))
    }

    /// Runs `script` for at most so many seconds, started by an account.
    fn start(&self, lab: &Lab, account: u32, seconds: u32, script: &str) -> Result<Output> {
        let mut command = Command::new("timeout");
        command.args(["-k", "2", &seconds.to_string()]);
        if account != 0 {
            let id = account.to_string();
            command.args(["setpriv", "--reuid", &id, "--regid", &id, "--clear-groups"]);
            command.args(["--inh-caps=-all", "--"]);
        }
        let wait = if self.way == Way::Up { "held" } else { "nothing" };
        // What holds by starting it has to say that it was started: else whatever fails would be prevented.
        let begun = format!("echo BEGINS ${{EPOCHREALTIME/[.,]/}}000 $$\n{script}");
        let run = |command: &mut Command, way: &[&str]| {
            command.arg(&self.chaperone).args(["run", "--quiet", "--ci", "--profile", "guarded"]);
            // For any account: what the administrator wrote.
            command.args(["--config", "/etc/chaperone/chaperone.toml"]);
            command.args(way).args(["--workspace", WORKSPACE, "--"]);
            command.args(["bash", "-c", &begun]);
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
                command.args(["sh", "-c", &format!("exec {} bash -c \"$0\"", self.peer), &begun]);
            }
            Way::Landlock => run(&mut command, &["--way", "landlock", "--weaker"]),
            Way::SandboxRuntime => {
                command.args(peer::words(&lab.place, &begun));
            }
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

/// The beginning and the end of a long text.
fn ends(text: &str) -> String {
    let all: Vec<char> = text.trim().chars().collect();
    let part = |range: &[char]| range.iter().collect::<String>().replace('\n', " ");
    match all.len() {
        ..=600 => part(&all),
        long => format!("{} … {}", part(&all[..200]), part(&all[long - 400..])),
    }
}
