//! Agents that nobody declared: home-made loops, and real agents under other names.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::{undo, workspace};

/// One undeclared agent.
pub struct Case {
    pub name: &'static str,
    /// Programs it needs.
    pub needs: &'static [&'static str],
    /// The command that runs it to its end in the directory, with the model at this port.
    pub start: fn(&Path, u16) -> Result<Command>,
    /// It can be told the model's name instead of its address (`MODEL_HOST`).
    pub resolves: bool,
}

const fn case(
    name: &'static str,
    needs: &'static [&'static str],
    start: fn(&Path, u16) -> Result<Command>,
) -> Case {
    Case { name, needs, start, resolves: true }
}

const fn by_address(
    name: &'static str,
    needs: &'static [&'static str],
    start: fn(&Path, u16) -> Result<Command>,
) -> Case {
    Case { name, needs, start, resolves: false }
}

pub const CASES: [Case; 18] = [
    case("bash and curl", &["bash", "curl"], |dir, port| bash(dir, port, "deploy.sh", CURL)),
    case("bash alone", &["bash"], |dir, port| bash(dir, port, "backup.sh", TCP)),
    case("python", &["python3"], |dir, port| script(dir, port, "python3", "report.py", URLLIB)),
    case("python, one connection", &["python3"], |dir, port| {
        script(dir, port, "python3", "sync.py", KEEP_ALIVE)
    }),
    case("python, edits files only", &["python3"], |dir, port| {
        let mut command = script(dir, port, "python3", "format.py", URLLIB)?;
        command.arg("files");
        Ok(command)
    }),
    case("python, forked twice", &["python3"], daemonised),
    case("python under another name", &["python3"], |dir, port| {
        let interpreter = which("python3").context("python3")?;
        std::os::unix::fs::symlink(interpreter, dir.join("metrics"))?;
        write(dir, "job", URLLIB)?;
        let mut command = Command::new("./metrics");
        command.arg("job").arg(port.to_string());
        Ok(command)
    }),
    case("node", &["node"], |dir, port| script(dir, port, "node", "build.js", HTTP)),
    case("perl", &["perl"], |dir, port| script(dir, port, "perl", "rotate.pl", TINY)),
    by_address("C, static", &["gcc"], compiled),
    case("Rust", &[], |dir, port| {
        let program = dir.join("indexer");
        std::fs::copy(std::env::current_exe()?, &program)?;
        let mut command = Command::new(program);
        command.args(["play", "model-loop", &port.to_string()]);
        Ok(command)
    }),
    case("in tmux", &["tmux", "python3"], in_tmux),
    case("in namespaces of its own", &["unshare", "python3"], |dir, port| {
        write(dir, "inside.py", URLLIB)?;
        let mut command = Command::new("unshare");
        command.args(["--pid", "--mount", "--fork", "--mount-proc", "python3", "inside.py"]);
        command.arg(port.to_string());
        Ok(command)
    }),
    case("below make", &["make", "bash", "curl"], |dir, port| {
        write(dir, "step.sh", CURL)?;
        write(dir, "Makefile", &format!("all:\n\tbash step.sh {port}\n"))?;
        let mut command = Command::new("make");
        command.arg("-s");
        Ok(command)
    }),
    by_address("codex-cli, renamed", &[], |dir, port| real(dir, port, "codex-cli")),
    by_address("claude-code, renamed", &[], |dir, port| real(dir, port, "claude-code")),
    by_address("gemini-cli, renamed", &["node"], |dir, port| real(dir, port, "gemini-cli")),
    by_address("mini-swe-agent, renamed", &["python3"], |dir, port| {
        real(dir, port, "mini-swe-agent")
    }),
];

const CURL: &str = include_str!("loops/curl.sh");
const TCP: &str = include_str!("loops/tcp.sh");
const URLLIB: &str = include_str!("loops/stdlib.py");
const KEEP_ALIVE: &str = include_str!("loops/keepalive.py");
const HTTP: &str = include_str!("loops/http.js");
const TINY: &str = include_str!("loops/tiny.pl");
const LOOP: &str = include_str!("loops/loop.c");

/// Where a program is.
pub fn which(name: &str) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH")?;
    // An interpreter of the system before one that a wrapper script chooses.
    let system = std::path::PathBuf::from("/usr/bin");
    std::iter::once(system)
        .chain(std::env::split_paths(&path))
        .map(|dir| dir.join(name))
        .find(|file| file.is_file())
}

fn write(dir: &Path, name: &str, text: &str) -> Result<()> {
    Ok(std::fs::write(dir.join(name), text)?)
}

fn bash(dir: &Path, port: u16, name: &str, text: &str) -> Result<Command> {
    script(dir, port, "bash", name, text)
}

fn script(dir: &Path, port: u16, with: &str, name: &str, text: &str) -> Result<Command> {
    write(dir, name, text)?;
    let mut command = Command::new(which(with).context(with.to_owned())?);
    command.arg(name).arg(port.to_string());
    Ok(command)
}

fn compiled(dir: &Path, port: u16) -> Result<Command> {
    let source = dir.join("loop.c");
    std::fs::write(&source, LOOP)?;
    let mut gcc = Command::new("gcc");
    gcc.args(["-O2", "-static", "-o"]).arg(dir.join("collector")).arg(&source);
    ensure!(undo::finish(&mut gcc)?.success(), "gcc cannot link statically here");
    std::fs::remove_file(source)?;
    let mut command = Command::new(dir.join("collector"));
    command.arg(port.to_string());
    Ok(command)
}

/// Its starter ends at once; the file that it writes last says that it has ended.
fn daemonised(dir: &Path, port: u16) -> Result<Command> {
    write(dir, "service.py", URLLIB)?;
    let mut command = Command::new("sh");
    let wait = "for i in $(seq 1 200); do [ -e ended ] && exit 0; sleep 0.1; done; exit 1";
    command.arg("-c").arg(format!("python3 service.py {port} daemon; {wait}"));
    Ok(command)
}

fn in_tmux(dir: &Path, port: u16) -> Result<Command> {
    write(dir, "pane.py", URLLIB)?;
    let socket = dir.join("tmux").display().to_string();
    let mut command = Command::new("sh");
    let wait = format!(
        "for i in $(seq 1 200); do [ -e ended ] && break; sleep 0.1; done; tmux -S {socket} kill-server; [ -e ended ]"
    );
    let pane = format!("python3 pane.py {port}; sleep 1");
    command.arg("-c").arg(format!("tmux -S {socket} new-session -d '{pane}'; {wait}"));
    Ok(command)
}

fn real(dir: &Path, port: u16, product: &str) -> Result<Command> {
    let installed = workspace::cache().join("agents").join(product).join(".installed");
    ensure!(installed.exists(), "not installed here (`cargo xtask act {product} ls` does it)");
    let mut xtask = workspace::xtask()?;
    xtask.args(["act", "--model", &port.to_string(), "--workspace"]).arg(dir.join("project"));
    xtask.arg("--disguise").arg(dir.join("programs")).arg(product);
    Ok(xtask)
}
