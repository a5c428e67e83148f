//! `chaperone up` as a child, waited for by what it says, never by time.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

pub struct Daemon {
    child: Child,
    chaperone: PathBuf,
    data: PathBuf,
}

impl Daemon {
    /// Starts `chaperone up` and returns when it watches.
    pub fn start(chaperone: &Path, data: &Path) -> Result<Self> {
        Self::with(chaperone, data, None)
    }

    /// The same, with a configuration of its own.
    pub fn with(chaperone: &Path, data: &Path, config: Option<&Path>) -> Result<Self> {
        let mut command = Command::new(chaperone);
        command.args(["up", "--quiet", "--data-dir"]).arg(data);
        if let Some(config) = config {
            command.arg("--config").arg(config);
        }
        let mut child = command
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", chaperone.display()))?;
        let mut said = BufReader::new(child.stderr.take().context("stderr is piped")?);
        let mut line = String::new();
        while said.read_line(&mut line)? > 0 {
            if line.contains("chaperone observes this host") {
                // Its later words must not fill the pipe.
                std::thread::spawn(move || said.read_to_end(&mut Vec::new()));
                return Ok(Self { child, chaperone: chaperone.into(), data: data.into() });
            }
            eprint!("{line}");
            line.clear();
        }
        bail!("chaperone did not start: {}", child.wait()?)
    }

    /// Stops it and lists what it recorded.
    pub fn stop_and_list(mut self) -> Result<String> {
        let pid = self.child.id().to_string();
        let killed = Command::new("kill").args(["-TERM", &pid]).status()?;
        if !killed.success() || !self.child.wait()?.success() {
            bail!("chaperone did not end well");
        }
        let output = Command::new(&self.chaperone)
            .args(["events", "--json", "--data-dir"])
            .arg(&self.data)
            .output()?;
        if !output.status.success() {
            bail!("`chaperone events` failed: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Already gone after `stop_and_list`.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
