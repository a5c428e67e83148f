//! The real daemon, `chaperone up` with its journal, as a child of the benchmark; and the agent that
//! it knows: this program under another name, told by a signature of its own.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use event::Record;
use rustix::process::Signal;

use crate::undo::{self, Place, Started};

/// Name of the program that is an agent here.
const AGENT: &str = "chaperone-bench-agent";
pub const PRODUCT: &str = "bench-agent";

/// What a run of the daemon is given beyond the defaults.
#[derive(Debug, Default)]
pub struct Wishes<'a> {
    /// The company's model gateways.
    pub gateways: &'a [String],
    /// Findings go to this file, too.
    pub outlet: Option<&'a Path>,
    /// Events come from this stream instead of the kernel; the daemon ends with it.
    pub replay: Option<ChildStdout>,
    /// Further configuration.
    pub more: String,
    /// Goes on with the record of the daemon before it: the programs of this host are known.
    pub goes_on: bool,
}

/// A running daemon.
#[derive(Debug)]
pub struct Daemon {
    started: Started,
    pub data: PathBuf,
}

impl Daemon {
    /// Starts it, on an empty data directory unless it goes on, and returns when it watches.
    pub fn start(chaperone: &Path, place: &Place, wishes: Wishes<'_>) -> Result<Self> {
        let data = if wishes.goes_on { place.join("data") } else { place.dir("data")? };
        let config = place.join("chaperone.toml");
        fs::write(&config, configuration(place, &wishes)?)?;
        let mut command = Command::new(chaperone);
        command.args(["up", "--quiet", "--data-dir"]).arg(&data).arg("--config").arg(&config);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        if let Some(stream) = wishes.replay {
            command.args(["--replay", "/dev/stdin"]).stdin(stream);
        }
        let mut started = undo::start(&mut command)?;
        let mut said = BufReader::new(started.child.stderr.take().context("stderr is piped")?);
        let (mut line, mut all) = (String::new(), String::new());
        while said.read_line(&mut line)? > 0 {
            if line.contains("chaperone observes this host") {
                // Its later words must not fill the pipe.
                std::thread::spawn(move || said.read_to_end(&mut Vec::new()));
                return Ok(Self { started, data });
            }
            all.push_str(&line);
            line.clear();
        }
        bail!("{} did not start: {}", chaperone.display(), all.trim())
    }

    pub fn pid(&self) -> u32 {
        self.started.pid()
    }

    /// False when its stream has ended and all of it is kept.
    pub fn running(&mut self) -> Result<bool> {
        Ok(self.started.child.try_wait()?.is_none())
    }

    /// Waits for that.
    pub fn wait(mut self) -> Result<PathBuf> {
        let status = self.started.wait()?;
        ensure!(status.success(), "the daemon did not end well: {status}");
        Ok(self.data.clone())
    }

    /// Ends it; what the source still held is in the record then.
    pub fn stop(mut self) -> Result<PathBuf> {
        let status = self.started.stop(Signal::TERM)?;
        ensure!(status.success(), "the daemon did not end well: {status}");
        Ok(self.data.clone())
    }
}

fn configuration(place: &Place, wishes: &Wishes<'_>) -> Result<String> {
    let agents = signature(place)?;
    let gateways: Vec<String> = wishes.gateways.iter().map(|one| format!("{one:?}")).collect();
    let mut text = format!(
        "[agents]\nsignatures = [{:?}]\ngateways = [{}]\n",
        agents.display().to_string(),
        gateways.join(", ")
    );
    text += &wishes.more;
    if let Some(path) = wishes.outlet {
        text += &format!("[journal.outlets.file.bench]\npath = {:?}\n", path.display().to_string());
    }
    Ok(text)
}

/// The directory of the signature by which the benchmark's agent is known.
pub fn signature(place: &Place) -> Result<PathBuf> {
    let agents = place.dir("signatures")?;
    fs::write(agents.join("bench.yaml"), signature_text(place))?;
    Ok(agents)
}

/// The signature: the agent is the copy of this program in `place`, nothing else.
pub fn signature_text(place: &Place) -> String {
    let exe = place.join(AGENT);
    format!(
        "agents:\n  - id: {PRODUCT}\n    name: Benchmark agent\n    kind: agent\n    vendor: none\n    \
         source: tested\n    match:\n      - exe: [{:?}]\n",
        exe.display().to_string()
    )
}

/// A command that runs this program as the agent, with the words of `bench play`.
pub fn agent(place: &Place) -> Result<Command> {
    let exe = place.join(AGENT);
    if !exe.exists() {
        fs::copy(std::env::current_exe()?, &exe)?;
    }
    let mut command = Command::new(exe);
    command.arg("play");
    Ok(command)
}

/// As [`agent`], by somebody who is no agent.
pub fn somebody() -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("play");
    Ok(command)
}

/// The record in a data directory.
pub fn records(data: &Path) -> Result<impl Iterator<Item = Result<Record>>> {
    let reader = journal::Reader::open(data)?;
    Ok(reader.map(|stored| Ok(stored?.record)))
}

/// The program to measure: the one that was named, else this workspace's, optimised.
pub fn program(given: Option<&Path>) -> Result<PathBuf> {
    if let Some(path) = given {
        ensure!(path.exists(), "{} does not exist", path.display());
        return Ok(std::path::absolute(path)?);
    }
    crate::figure::progress("building chaperone, optimised (name a program with --chaperone)");
    let mut cargo = crate::workspace::cargo();
    cargo.args(["build", "--release", "-p", "chaperone", "-p", "hook", "--message-format=json"]);
    let output = cargo.stderr(Stdio::inherit()).output()?;
    ensure!(output.status.success(), "chaperone does not build");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .find_map(|message| {
            let named = message["target"]["name"] == "chaperone";
            message["executable"].as_str().filter(|_| named).map(PathBuf::from)
        })
        .context("cargo named no executable")
}
