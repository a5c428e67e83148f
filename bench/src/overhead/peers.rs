//! The same work of the same agent under other products, each watching starts, opens and connects.

use std::process::Command;

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::window::Cost;
use super::{Job, as_peer};
use crate::audit::{Audit, LOGIN};
use crate::bpftrace::Bpftrace;
use crate::daemon;
use crate::figure::progress;

type With = fn(&Job<'_>) -> Result<Cost>;

const PEERS: [(&str, With); 3] = [("strace", strace), ("bpftrace", bpftrace), ("auditd", auditd)];

/// Pairs of each; one that does not work here says why.
pub fn beside(job: &Job<'_>, pairs: usize) -> Map<String, Value> {
    let mut said = Map::new();
    for (name, with) in PEERS {
        progress(name);
        let value = match job.pairs(pairs, with) {
            Ok(pairs) => as_peer(&pairs),
            Err(error) => json!({"not measured": format!("{error:#}")}),
        };
        said.insert(name.into(), value);
    }
    said
}

/// `before` and its words stand in front of the command.
fn behind(job: &Job<'_>, mut before: Command) -> Result<Command> {
    let work = job.command()?;
    before.arg(work.get_program()).args(work.get_args());
    for (name, value) in work.get_envs() {
        match value {
            Some(value) => before.env(name, value),
            None => before.env_remove(name),
        };
    }
    if let Some(dir) = work.get_current_dir() {
        before.current_dir(dir);
    }
    let nothing = std::process::Stdio::null;
    before.stdin(nothing()).stdout(nothing()).stderr(nothing());
    Ok(before)
}

fn strace(job: &Job<'_>) -> Result<Cost> {
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-e", "signal=none", "-e", "trace=execve,openat,connect", "-o"]);
    strace.arg(job.place.join("strace.out"));
    job.cost_of(behind(job, strace)?)
}

const TRACE: &str = r#"tracepoint:sched:sched_process_exec { printf("%d exec %s\n", pid, str(args->filename)); }
tracepoint:syscalls:sys_enter_openat { printf("%d open %s\n", pid, str(args->filename)); }
tracepoint:syscalls:sys_enter_connect { printf("%d connect\n", pid); }"#;

fn bpftrace(job: &Job<'_>) -> Result<Cost> {
    let bpftrace = Bpftrace::start(job.place, TRACE)?;
    let cost = job.cost();
    bpftrace.stop()?;
    cost
}

fn auditd(job: &Job<'_>) -> Result<Cost> {
    let audit = Audit::start(job.place, &["execve", "openat", "connect"])?;
    let mut login = daemon::somebody()?;
    login.args(["as-login", &LOGIN.to_string()]);
    let cost = job.cost_of(behind(job, login)?);
    audit.stop()?;
    cost
}
