//! The burst beside bpftrace, which prints a line per act as a person would have it.

use std::fs::{self, File};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use rustix::process::Signal;

use super::{Burst, Seen};
use crate::Run;
use crate::daemon;
use crate::play::Kind;
use crate::undo;

pub fn watch(_: &Run, burst: &Burst<'_>) -> Result<Seen> {
    let (program, mark) = match burst.kind {
        Kind::Execs => (
            "tracepoint:sched:sched_process_exec { printf(\"%d %s\\n\", pid, str(args->filename)); }",
            burst.with.clone(),
        ),
        Kind::Opens => (
            "tracepoint:syscalls:sys_enter_openat { printf(\"%d %s\\n\", pid, str(args->filename)); }",
            // bpftrace shows 64 bytes of a text.
            burst.with.chars().take(40).collect(),
        ),
        Kind::Connects => (
            "struct sa { uint16_t family; uint16_t port; uint32_t address; }\n\
             tracepoint:syscalls:sys_enter_connect { $sa = (struct sa *)args->uservaddr; printf(\"%d port %d.\\n\", pid, $sa->port); }",
            format!(" port {}.", burst.with.parse::<u16>()?.to_be()),
        ),
    };
    let (out, said) = (burst.place.join("bpftrace.out"), burst.place.join("bpftrace.err"));
    let mut command = Command::new("bpftrace");
    command.args(["-B", "line", "-e", &format!("BEGIN {{ printf(\"ready\\n\"); }}\n{program}")]);
    command.stdout(File::create(&out)?).stderr(File::create(&said)?);
    let mut bpftrace = undo::start(&mut command)?;
    while !fs::read_to_string(&out)?.contains("ready") {
        if bpftrace.child.try_wait()?.is_some() {
            bail!("bpftrace did not start: {}", fs::read_to_string(said)?.trim());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let began = Instant::now();
    let status = undo::finish(daemon::agent(burst.place)?.args(burst.words()))?;
    ensure!(status.success(), "the burst failed by itself");
    let seconds = began.elapsed().as_secs_f64();
    bpftrace.stop(Signal::INT)?;
    let text = fs::read(&out)?;
    let recorded =
        String::from_utf8_lossy(&text).lines().filter(|line| line.contains(&mark)).count();
    Ok(Seen { recorded, lost: Some(lost(&fs::read_to_string(&said)?)), seconds })
}

/// It says `Lost 123 events` from time to time.
fn lost(said: &str) -> u64 {
    let counts = said.lines().filter_map(|line| line.strip_prefix("Lost ")?.split(' ').next());
    counts.filter_map(|count| count.parse::<u64>().ok()).sum()
}
