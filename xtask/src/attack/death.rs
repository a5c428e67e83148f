//! The daemon dies or stands still while it holds an agent: what the agent is refused then, and after the next start.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

use super::daemon::Daemon;
use super::ground::{Ground, until};

/// Does what it is told, a line each, and says what came of it: an error number, or `done`.
const OBEYS: &str = "import os,socket,sys
def do(what, *rest):
    if what == 'dial':
        s = socket.socket(); s.settimeout(0.2); s.connect((rest[0], 9))
    elif what == 'read': open(rest[0]).read()
    elif what == 'kill': os.kill(int(rest[0]), int(rest[1]))
    elif what == 'remove': os.unlink(rest[0])
    elif what == 'append': open(rest[0], 'a').write(' ')
    elif what == 'attach': attach(int(rest[0]))
def attach(pid):
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(16, pid, 0, 0): raise OSError(ctypes.get_errno(), '')
    os.waitpid(pid, 0x40000000); libc.ptrace(17, pid, 0, 0)
for line in sys.stdin:
    try: do(*line.split()); said = 'done'
    except OSError as e: said = e.errno or 'went on'
    print(said, flush=True)";

pub const REFUSED: &str = "1";
/// Nobody may connect to it under any profile.
pub const METADATA: &str = "dial 169.254.169.254";
/// A network for documents: nobody is there.
const STRANGER: &str = "dial 192.0.2.1";

/// An agent that obeys.
pub struct Agent {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Agent {
    pub fn start(ground: &Ground) -> Result<Self> {
        Self::spawn(ground.agent(OBEYS))
    }

    /// The same by another account.
    pub fn of_account(ground: &Ground, account: u32) -> Result<Self> {
        let mut command = ground.agent(OBEYS);
        command.uid(account).gid(account);
        Self::spawn(command)
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    fn spawn(mut command: Command) -> Result<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let to = child.stdin.take().context("a pipe")?;
        let from = BufReader::new(child.stdout.take().context("a pipe")?);
        Ok(Self { child, to, from })
    }

    pub fn told(&mut self, what: &str) -> Result<String> {
        writeln!(self.to, "{what}")?;
        let mut said = String::new();
        ensure!(self.from.read_line(&mut said)? > 0, "the agent ended at `{what}`");
        Ok(said.trim().to_owned())
    }

    pub fn must_be_refused(&mut self, what: &str, when: &str) -> Result<()> {
        let said = self.told(what)?;
        ensure!(said == REFUSED, "{when}, `{what}` ends with {said}");
        Ok(())
    }

    pub fn until_refused(&mut self, what: &str) -> Result<()> {
        until(&format!("a refusal of `{what}`"), || Ok((self.told(what)? == REFUSED).then_some(())))
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A key at a place by which everybody knows one, with nothing in it that opens anything; only where nobody has one.
struct Key(PathBuf);

impl Key {
    fn lay() -> Result<Self> {
        let home = std::env::home_dir().context("a home")?;
        let path = home.join(".vault-token");
        let mut file = File::create_new(&path)
            .with_context(|| format!("{} is wanted for a key of the test", path.display()))?;
        file.write_all(b"plumage, not a key\n")?;
        Ok(Self(path))
    }

    fn read(&self) -> String {
        format!("read {}", self.0.display())
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

pub fn chaperone(ground: &Ground, words: &[&str]) -> Result<Output> {
    let config = ground.data().with_extension("toml");
    let mut command = Command::new(&ground.chaperone);
    command.args(words).arg("--data-dir").arg(ground.data()).arg("--config").arg(config);
    Ok(command.env("NO_COLOR", "1").output()?)
}

fn status(ground: &Ground) -> Result<(Option<i32>, String)> {
    let output = chaperone(ground, &["status"])?;
    let said = String::from_utf8_lossy(&output.stdout);
    Ok((output.status.code(), said.lines().next().unwrap_or_default().to_owned()))
}

/// A child of the daemon that runs this verb.
fn child_of(daemon: u32, verb: &str) -> Result<u32> {
    until(&format!("a `{verb}` below the daemon"), || {
        for entry in fs::read_dir("/proc")?.flatten() {
            let Some(pid) = entry.file_name().to_str().and_then(|it| it.parse().ok()) else {
                continue;
            };
            let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
            let parent = stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1));
            let line = fs::read_to_string(entry.path().join("cmdline")).unwrap_or_default();
            if parent == Some(daemon.to_string().as_str()) && line.contains(verb) {
                return Ok(Some(pid));
            }
        }
        Ok(None)
    })
}

pub fn killed_by_agent(ground: &Ground) -> Result<String> {
    let key = Key::lay()?;
    let began = Instant::now();
    let mut daemon = Daemon::guarded(&ground.chaperone, &ground.data())?;
    let start = began.elapsed();
    let mut agent = Agent::start(ground)?;
    agent.until_refused(METADATA)?;
    ensure!(agent.told(STRANGER)? != REFUSED, "it holds nothing yet");
    agent.until_refused(&key.read())?;

    let responder = child_of(daemon.pid(), "responder")?;
    agent.told(&format!("kill {} 9", daemon.pid()))?;
    let dead = daemon.pid();
    daemon.ended()?;
    agent.must_be_refused(METADATA, "after the daemon's death")?;
    until("the responder's end", || {
        Ok((!PathBuf::from(format!("/proc/{responder}")).exists()).then_some(()))
    })?;
    let open = agent.told(&key.read())?;
    ensure!(open == "done", "opens go on when the responder is gone, but it ended with {open}");
    agent.must_be_refused(STRANGER, "with a key that it read after the daemon's death")?;
    let (code, said) = status(ground)?;
    ensure!(code != Some(0) && said.contains("has died"), "status says {said} ({code:?})");

    let daemon = Daemon::guarded(&ground.chaperone, &ground.data())?;
    daemon.hear("sessions were held on")?;
    agent.must_be_refused(METADATA, "beside the next daemon")?;
    agent.must_be_refused(STRANGER, "beside the next daemon")?;
    agent.until_refused(&key.read())?;
    until("the end of the earlier programs", || Ok((pinned(ground)? == 1).then_some(())))?;
    agent.must_be_refused(METADATA, "after the hand-over")?;
    agent.must_be_refused(STRANGER, "after the hand-over, with the key of before")?;
    let recorded = daemon.see("the killer in the record", |act| {
        let signal = &act["event"]["act"]["signal"];
        signal["target"]["pid"] == dead && signal["what"] == 9
    })?;
    let gap = recorded.losses.iter().find(|loss| loss["cause"] == "not_running");
    let gap = gap.context("the gap is not told")?;
    let (from, until_) = (gap["from_unix_ns"].as_u64(), gap["until_unix_ns"].as_u64());
    let (Some(from), Some(until_)) = (from, until_) else { bail!("no interval: {gap}") };
    ensure!(from < until_, "the gap ends before it begins: {gap}");
    let found = chaperone(ground, &["findings"])?;
    let found = String::from_utf8_lossy(&found.stdout).into_owned();
    ensure!(found.contains("signal 9 to Chaperone itself"), "nobody is named for it: {found}");
    daemon.stop()?;
    ensure!(pinned(ground)? == 0, "pins stay behind a stop in order");
    ensure!(agent.told(METADATA)? != REFUSED, "a stop in order lets go");
    Ok(format!(
        "refused before, after and beside; gap of {} ms told; the killer is found; `up` held after {} ms",
        (until_ - from) / 1_000_000,
        start.as_millis()
    ))
}

fn pinned(ground: &Ground) -> Result<usize> {
    Ok(runs(ground)?.len())
}

/// Runs of this ground whose programs are in the kernel.
pub fn runs(ground: &Ground) -> Result<Vec<PathBuf>> {
    match fs::read_dir(ground.pins()) {
        Ok(runs) => Ok(runs.map(|run| run.map(|it| it.path())).collect::<Result<_, _>>()?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

pub fn hung(ground: &Ground) -> Result<String> {
    let key = Key::lay()?;
    let daemon = Daemon::guarded(&ground.chaperone, &ground.data())?;
    let mut agent = Agent::start(ground)?;
    agent.until_refused(METADATA)?;
    agent.until_refused(&key.read())?;
    agent.told(&format!("kill {} 19", daemon.pid()))?;
    agent.must_be_refused(METADATA, "while the daemon stands still")?;
    let said = until("a status that says so", || {
        let (code, said) = status(ground)?;
        Ok((code != Some(0) && said.contains("does not answer for")).then_some(said))
    })?;
    agent.must_be_refused(METADATA, "once that is told")?;
    agent.must_be_refused(&key.read(), "by the responder, a process of its own")?;
    Command::new("kill").args(["-CONT", &daemon.pid().to_string()]).status()?;
    until("a status that says it runs", || Ok((status(ground)?.0 == Some(0)).then_some(())))?;
    daemon.see("the one who stopped it", |act| {
        let signal = &act["event"]["act"]["signal"];
        signal["target"]["pid"] == daemon.pid() && signal["what"] == 19
    })?;
    daemon.stop()?;
    Ok(said)
}

pub fn restarted(ground: &Ground) -> Result<String> {
    let mut daemon = Daemon::guarded(&ground.chaperone, &ground.data())?;
    let mut agent = Agent::start(ground)?;
    agent.until_refused(METADATA)?;
    let status = daemon.end("-QUIT")?;
    ensure!(status.success(), "it ended with {status}");
    agent.must_be_refused(METADATA, "between two daemons")?;
    let daemon = Daemon::guarded(&ground.chaperone, &ground.data())?;
    let mut asked = 0;
    until("the end of the earlier programs", || {
        agent.must_be_refused(METADATA, "while it is handed over")?;
        asked += 1;
        Ok((pinned(ground)? == 1).then_some(()))
    })?;
    daemon.stop()?;
    Ok(format!("each of {asked} tries while it was handed over was refused"))
}

pub fn ended_by_agent(ground: &Ground) -> Result<String> {
    let mut daemon = Daemon::guarded(&ground.chaperone, &ground.data())?;
    let mut agent = Agent::start(ground)?;
    agent.until_refused(METADATA)?;
    agent.told(&format!("kill {} 15", daemon.pid()))?;
    let status = daemon.ended()?;
    ensure!(status.code() == Some(1), "it ended with {status}");
    agent.must_be_refused(METADATA, "after the end that it asked for")?;
    let said = daemon.said();
    let said = said.iter().find(|line| line.contains("an agent has ended it"));
    let said = said.context("it does not say who ended it")?.clone();
    let output = chaperone(ground, &["disarm"])?;
    ensure!(output.status.success(), "disarm ends with {}", output.status);
    Ok(said)
}

pub fn never_came_back(ground: &Ground) -> Result<String> {
    let mut daemon = Daemon::guarded(&ground.chaperone, &ground.data())?;
    let mut agent = Agent::start(ground)?;
    agent.until_refused(METADATA)?;
    ensure!(pinned(ground)? == 1, "nothing is pinned");
    daemon.end("-KILL")?;
    agent.must_be_refused(METADATA, "after the daemon's death")?;
    let output = chaperone(ground, &["disarm"])?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.success(), "disarm ends with {}: {said}", output.status);
    ensure!(agent.told(METADATA)? != REFUSED, "it is refused still");
    ensure!(pinned(ground)? == 0, "pins stay");
    Ok(said.trim().to_owned())
}
