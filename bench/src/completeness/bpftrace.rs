//! The burst beside bpftrace, which prints a line per act as a person would have it.

use std::time::Instant;

use anyhow::{Result, ensure};

use super::{Burst, Seen};
use crate::Run;
use crate::bpftrace::Bpftrace;
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
    let bpftrace = Bpftrace::start(burst.place, program)?;
    let began = Instant::now();
    let status = undo::finish(daemon::agent(burst.place)?.args(burst.words()))?;
    ensure!(status.success(), "the burst failed by itself");
    let seconds = began.elapsed().as_secs_f64();
    let (printed, said) = bpftrace.stop()?;
    let recorded = printed.lines().filter(|line| line.contains(&mark)).count();
    Ok(Seen { recorded, lost: Some(lost(&said)), seconds })
}

/// It says `Lost 123 events` from time to time.
fn lost(said: &str) -> u64 {
    let counts = said.lines().filter_map(|line| line.strip_prefix("Lost ")?.split(' ').next());
    counts.filter_map(|count| count.parse::<u64>().ok()).sum()
}
