//! Other accounts, other instances.

use std::fs;
use std::os::unix::fs::chown;
use std::process::Command;

use anyhow::{Result, ensure};

use super::daemon::Daemon;
use super::ground::Ground;

const NOBODY_WORDS: [&str; 4] = ["--reuid=65534", "--regid=65534", "--clear-groups", "--"];

pub fn not_root(ground: &Ground) -> Result<String> {
    const NOBODY: u32 = 65534;
    // The build may lie where nobody else may look.
    let program = ground.place.join("chaperone");
    fs::copy(&ground.chaperone, &program)?;
    fs::create_dir(ground.data())?;
    chown(ground.data(), Some(NOBODY), Some(NOBODY))?;
    let as_nobody = |words: &[&str]| {
        let mut command = Command::new("setpriv");
        command.args(NOBODY_WORDS).arg(&program).env("HOME", &ground.place);
        command.args(words).current_dir("/");
        command
    };
    let mut command = as_nobody(&["up", "--quiet", "--data-dir"]);
    command.arg(ground.data());
    let daemon = Daemon::spawn(command, &program, &ground.data())?;
    let said = daemon.hear("not root")?;
    daemon.hear("chaperone observes this host")?;
    // Another account's program cannot be told from its links.
    let mut agent = Command::new("setpriv");
    agent.args(NOBODY_WORDS).arg(&ground.agent).args(["-S", "-c", "import sys; sys.stdin.read()"]);
    let mut agent = agent.stdin(std::process::Stdio::piped()).spawn()?;
    let seen = daemon.see("the agent in the record", |act| {
        act["process"]["id"]["pid"] == agent.id() || act["event"]["process"]["pid"] == agent.id()
    });
    drop(agent.stdin.take());
    agent.wait()?;
    seen?;
    daemon.stop()?;
    let doctor = as_nobody(&["doctor"]).output()?;
    ensure!(doctor.status.code() == Some(4), "doctor ends with {}", doctor.status);
    Ok(format!("{}; it sees the agent; doctor ends with 4", said.trim()))
}

pub fn one_directory_twice(ground: &Ground) -> Result<String> {
    let mut first = Daemon::start(&ground.chaperone, &ground.data())?;
    let mut command = Command::new(&ground.chaperone);
    command.args(["up", "--quiet", "--data-dir"]).arg(ground.data());
    let mut second = Daemon::spawn(command, &ground.chaperone, &ground.data())?;
    let status = second.ended()?;
    let said = second.said().join(" ");
    ensure!(status.code() == Some(5), "the second ended with {status}: {said}");
    ensure!(said.contains(&format!("pid {}", first.pid())), "it does not name the first: {said}");
    first.must_live()?;
    ground.act("import sys; open(sys.argv[1]).read()")?;
    ensure!(first.stop()?.has_file(&ground.secret()), "the first records no more");
    Ok(said.trim().into())
}

pub fn two_directories(ground: &Ground) -> Result<String> {
    let first = Daemon::start(&ground.chaperone, &ground.data())?;
    let second = Daemon::start(&ground.chaperone, &ground.place.join("other"))?;
    ground.act("import sys; open(sys.argv[1]).read()")?;
    let (first, second) = (first.stop()?, second.stop()?);
    ensure!(first.has_file(&ground.secret()), "the first does not record beside a second");
    ensure!(second.has_file(&ground.secret()), "the second does not record beside a first");
    Ok(format!("{} and {} acts", first.acts.len(), second.acts.len()))
}
