//! `chaperone up` under attack: what it says, what it recorded, how it ended.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::ground::{PATIENCE, PRODUCT, until, until_within};

pub struct Daemon {
    child: Child,
    said: Arc<Mutex<Vec<String>>>,
    /// Ends with the daemon.
    listener: Option<JoinHandle<()>>,
    chaperone: PathBuf,
    data: PathBuf,
}

/// What a reader finds.
#[derive(Debug, Default)]
pub struct Recorded {
    /// Acts as JSON.
    pub acts: Vec<Value>,
    /// What was lost, as JSON.
    pub losses: Vec<Value>,
    /// What the verb said on stderr: warnings.
    pub talk: String,
}

impl Daemon {
    /// Starts it and returns when it watches.
    pub fn start(chaperone: &Path, data: &Path) -> Result<Self> {
        Self::start_within(PATIENCE, chaperone, data)
    }

    /// The same on a machine that takes its time.
    pub fn start_within(patience: Duration, chaperone: &Path, data: &Path) -> Result<Self> {
        let mut command = Command::new(chaperone);
        command.args(["up", "--quiet", "--data-dir"]).arg(data);
        let daemon = Self::spawn(command, chaperone, data)?;
        daemon.hear_within(patience, "chaperone observes this host")?;
        Ok(daemon)
    }

    /// Starts one that holds agents as `guarded` says.
    pub fn guarded(chaperone: &Path, data: &Path) -> Result<Self> {
        let config = data.with_extension("toml");
        std::fs::write(&config, "[policy]\nprofile = \"guarded\"\n")?;
        let mut command = Command::new(chaperone);
        command.args(["up", "--quiet", "--data-dir"]).arg(data).arg("--config").arg(&config);
        let daemon = Self::spawn(command, chaperone, data)?;
        daemon.hear("agents are held by `guarded`")?;
        Ok(daemon)
    }

    /// Starts `command`, which ends up as the program.
    pub fn spawn(mut command: Command, chaperone: &Path, data: &Path) -> Result<Self> {
        command.env("NO_COLOR", "1").stdin(Stdio::null()).stdout(Stdio::null());
        let mut child = command.stderr(Stdio::piped()).spawn()?;
        let stderr = BufReader::new(child.stderr.take().context("stderr is piped")?);
        let said = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&said);
        let listener = std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                heard.lock().unwrap_or_else(PoisonError::into_inner).push(line);
            }
        });
        Ok(Self {
            child,
            said,
            listener: Some(listener),
            chaperone: chaperone.into(),
            data: data.into(),
        })
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn said(&self) -> Vec<String> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits for a line with `text`.
    pub fn hear(&self, text: &str) -> Result<String> {
        self.hear_within(PATIENCE, text)
    }

    fn hear_within(&self, patience: Duration, text: &str) -> Result<String> {
        let pid = self.pid();
        until_within(patience, &format!("`{text}` from the daemon"), || {
            let line = self.said().into_iter().find(|line| line.contains(text));
            if line.is_none() && has_ended(pid) {
                bail!("it ended; it said {:?}", self.said());
            }
            Ok(line)
        })
    }

    /// Fails if it is no more.
    pub fn must_live(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => bail!("it ended: {status}; it said {:?}", self.said()),
        }
    }

    /// Sends `signal` and waits for the end.
    pub fn end(&mut self, signal: &str) -> Result<ExitStatus> {
        Command::new("kill").args([signal, &self.pid().to_string()]).status()?;
        self.ended()
    }

    /// Waits for its end.
    pub fn ended(&mut self) -> Result<ExitStatus> {
        let status = until("the daemon's end", || Ok(self.child.try_wait()?))?;
        if let Some(listener) = self.listener.take() {
            // All it said has been heard.
            let _ = listener.join();
        }
        Ok(status)
    }

    /// What a reader sees now.
    pub fn recorded(&self) -> Result<Recorded> {
        recorded(&self.chaperone, &self.data)
    }

    /// Waits until the record holds an act that `wanted` knows.
    pub fn see(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Result<Recorded> {
        until(what, || {
            let recorded = self.recorded()?;
            Ok(recorded.acts.iter().any(&wanted).then_some(recorded))
        })
    }

    /// Stops it as an administrator would, and reads the record.
    pub fn stop(mut self) -> Result<Recorded> {
        let status = self.end("-TERM")?;
        if !status.success() {
            bail!("it did not end well: {status}; it said {:?}", self.said());
        }
        self.recorded()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Already gone where it was stopped.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A zombie has ended, too: nobody has asked for its status yet.
fn has_ended(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().next());
    matches!(state, None | Some("Z"))
}

pub fn recorded(chaperone: &Path, data: &Path) -> Result<Recorded> {
    let output =
        Command::new(chaperone).args(["events", "--json", "--data-dir"]).arg(data).output()?;
    let talk = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        bail!("`chaperone events` failed: {talk}");
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let mut recorded = Recorded { talk, ..Recorded::default() };
    for line in text.lines() {
        let mut record: Value = serde_json::from_str(line)?;
        match record["loss"].take() {
            Value::Null => recorded.acts.push(record["act"].take()),
            loss => recorded.losses.push(loss),
        }
    }
    Ok(recorded)
}

impl Recorded {
    /// Paths of files that the agent's session opened or made.
    pub fn has_file(&self, path: &Path) -> bool {
        self.acts.iter().any(|act| of_agent(act) && touches(act, path))
    }

    /// How many events were lost, by the causes that `wanted` knows; nothing if there is no such loss.
    pub fn lost(&self, wanted: impl Fn(&str) -> bool) -> Option<u64> {
        let causes = self.losses.iter().filter(|loss| loss["cause"].as_str().is_some_and(&wanted));
        causes.map(|loss| loss["count"].as_u64()).reduce(|one, other| Some(one? + other?))?
    }

    /// Acts of one kind by the agent.
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        let acts = self.acts.iter().filter(|act| of_agent(act));
        acts.filter_map(move |act| act["event"]["act"].get(kind))
    }

    /// Sessions with an act at `place`: other agents of the host have their own.
    pub fn sessions(&self, place: &Path) -> usize {
        let place = place.display().to_string();
        let here = self.acts.iter().filter(|act| act.to_string().contains(&place));
        let ids = here.filter_map(|act| act["actor"]["session"].as_str());
        ids.collect::<std::collections::BTreeSet<_>>().len()
    }
}

pub fn of_agent(act: &Value) -> bool {
    act["actor"]["product"] == PRODUCT
}

/// Opened or made, with success.
pub fn touches(act: &Value, path: &Path) -> bool {
    ["file_open", "file_create"].iter().any(|kind| {
        let what = &act["event"]["act"][kind];
        what["error"].as_i64().unwrap_or(0) == 0
            && what["file"]["path"].as_str().map(Path::new) == Some(path)
    })
}
