//! Where one attack takes place: a folder of its own, the program, and an agent that does as told.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// The product whose path the agent has.
pub const PRODUCT: &str = "codex-cli";
/// Longest wait for what must come.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub struct Ground {
    pub chaperone: PathBuf,
    pub place: PathBuf,
    /// A Python at a path by which the signatures know an agent.
    pub agent: PathBuf,
}

impl Ground {
    pub fn new(chaperone: &Path, name: &str) -> Result<Self> {
        let place =
            std::env::temp_dir().join(format!("chaperone-attack-{}-{name}", std::process::id()));
        let agent = place.join("@openai/codex/vendor/x/codex");
        fs::create_dir_all(agent.parent().context("it has a parent")?)?;
        let python = fs::canonicalize("/usr/bin/python3").context("python3 is needed")?;
        fs::copy(python, &agent)?;
        // Others than root go through it, too.
        fs::set_permissions(&place, fs::Permissions::from_mode(0o755))?;
        fs::create_dir(place.join("work"))?;
        fs::write(place.join("work/secret"), "x")?;
        Ok(Self { chaperone: chaperone.into(), place, agent })
    }

    pub fn data(&self) -> PathBuf {
        self.place.join("data")
    }

    /// Where the kernel keeps what outlives a daemon of this ground.
    pub fn pins(&self) -> PathBuf {
        let name = self.data().display().to_string();
        let name = name.trim_start_matches('/').replace('/', "_").replace('.', "__2e");
        Path::new("/sys/fs/bpf/chaperone").join(name)
    }

    /// What attacks want to read unseen.
    pub fn secret(&self) -> PathBuf {
        self.place.join("work/secret")
    }

    /// The agent, about to run Python `code`; `sys.argv[1]` is the secret.
    pub fn agent(&self, code: &str) -> Command {
        let mut command = Command::new(&self.agent);
        command.args(["-S", "-c", code]).arg(self.secret()).current_dir(self.place.join("work"));
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command
    }

    /// Runs `code` as the agent to its end.
    pub fn act(&self, code: &str) -> Result<()> {
        let output = self.agent(code).stderr(Stdio::piped()).output()?;
        if !output.status.success() {
            bail!("the attack itself failed: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(())
    }

    pub fn remove(self) -> Result<()> {
        let place = self.place.clone();
        drop(self);
        Ok(fs::remove_dir_all(place)?)
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        if self.pins().exists() {
            let mut disarm = Command::new(&self.chaperone);
            disarm.args(["disarm", "--data-dir"]).arg(self.data()).stdout(Stdio::null());
            // What is left then lets go by itself after a while.
            let _ = disarm.stderr(Stdio::null()).status();
        }
    }
}

/// Asks until it is so. The pause only spares the machine; nothing depends on its length.
pub fn until<T>(what: &str, ask: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    until_within(PATIENCE, what, ask)
}

/// The same, for as long as `patience` lasts.
pub fn until_within<T>(
    patience: Duration,
    what: &str,
    mut ask: impl FnMut() -> Result<Option<T>>,
) -> Result<T> {
    let began = Instant::now();
    loop {
        if let Some(answer) = ask()? {
            return Ok(answer);
        }
        if began.elapsed() > patience {
            bail!("never came: {what}");
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}
