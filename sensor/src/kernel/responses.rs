//! What is done with a whole session: all of it ends, or none of it runs.
//!
//! Processes may be born while others are signalled. So the kernel signals each parent of a session that is held at
//! its fork (`bpf/responses.h`), and the list of the session is gone through again until nothing is left to do.

use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use event::{Label, OrderError, ProcessId};
use libbpf_rs::{MapCore, MapFlags, MapHandle};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use super::load::root_cgroup;
use super::orders::refused;
use crate::procfs::process::{TICK_NS, stat};

/// After this an order has failed.
const WITHIN: Duration = Duration::from_secs(1);
/// Between two looks at processes that are all on their way.
const PAUSE: Duration = Duration::from_micros(500);

/// The processes of sessions.
pub struct Members {
    process_labels: MapHandle,
}

impl Members {
    pub fn new(process_labels: MapHandle) -> Self {
        Self { process_labels }
    }

    /// Ends all of them, whatever they do about signals.
    pub fn kill(&self, label: Label) -> Result<(), OrderError> {
        if let Some(group) = self.own_group(label)? {
            // Not every kernel can; the signals do it, too.
            let _ = std::fs::write(group.join("cgroup.kill"), "1");
        }
        self.until(label, "end", |pids| {
            pids.iter().for_each(|pid| self.signal(*pid, label, Signal::KILL));
            pids.is_empty()
        })
    }

    /// Ends one process of a session, and what it is by now: another one that has its number is not meant.
    pub fn end(&self, process: ProcessId) -> Result<(), OrderError> {
        let pid = i32::try_from(process.pid).ok().and_then(Pid::from_raw);
        let handle = pid.and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok());
        let handle = handle.ok_or(OrderError::Gone)?;
        let member = self.process_labels.lookup(&process.pid.to_ne_bytes(), MapFlags::ANY);
        let is_member = member.ok().flatten().is_some_and(|label| label.iter().any(|it| *it != 0));
        let own = process.pid == std::process::id();
        if own || !is_member || !began_at(process) {
            return Err(OrderError::Gone);
        }
        pidfd_send_signal(handle, Signal::KILL).map_err(|_| OrderError::Gone)
    }

    /// Stops all of them: their control group where they have one of their own, else each process.
    pub fn freeze(&self, label: Label) -> Result<(), OrderError> {
        if let Some(group) = self.own_group(label)?
            && std::fs::write(group.join("cgroup.freeze"), "1").is_ok()
        {
            return Ok(());
        }
        self.until(label, "stop", |pids| {
            let running: Vec<u32> = pids.iter().copied().filter(|pid| runs(*pid)).collect();
            running.iter().for_each(|pid| self.signal(*pid, label, Signal::STOP));
            running.is_empty()
        })
    }

    /// Lets all of them go on.
    pub fn release(&self, label: Label) -> Result<(), OrderError> {
        if let Some(group) = self.own_group(label)? {
            let _ = std::fs::write(group.join("cgroup.freeze"), "0");
        }
        for pid in self.of(label)? {
            self.signal(pid, label, Signal::CONT);
        }
        Ok(())
    }

    /// Whether one of them lives.
    pub fn any(&self, label: Label) -> Result<bool, OrderError> {
        Ok(!self.of(label)?.is_empty())
    }

    /// Goes through the session until that is done.
    fn until(
        &self,
        label: Label,
        what: &str,
        mut done: impl FnMut(&[u32]) -> bool,
    ) -> Result<(), OrderError> {
        let begun = Instant::now();
        let (mut before, mut quiet) = (Vec::new(), 0);
        loop {
            let mut pids = self.of(label)?;
            pids.sort_unstable();
            // Twice, for one could have been born behind the first look.
            quiet = if done(&pids) { quiet + 1 } else { 0 };
            if quiet == 2 {
                return Ok(());
            }
            if begun.elapsed() > WITHIN {
                let left = pids.len();
                let why = format!("of the session {left} processes did not {what} in time");
                return Err(OrderError::Refused(io::Error::new(io::ErrorKind::TimedOut, why)));
            }
            if pids == before {
                std::thread::sleep(PAUSE);
            }
            before = pids;
        }
    }

    /// The kernel's own list: from the fork to the exit.
    fn of(&self, label: Label) -> Result<Vec<u32>, OrderError> {
        let all = self.process_labels.lookup_batch(1 << 16, MapFlags::ANY, MapFlags::ANY);
        let own = std::process::id();
        let pid = |key: Vec<u8>| key.try_into().ok().map(u32::from_ne_bytes);
        let is_member = |value: &[u8]| value == label.0.to_ne_bytes();
        let members = all.map_err(refused)?.filter(|(_, value)| is_member(value));
        Ok(members.filter_map(|(key, _)| pid(key)).filter(|pid| *pid != own && *pid > 1).collect())
    }

    /// To the process that the list means, never to a later one of its number.
    fn signal(&self, pid: u32, label: Label, signal: Signal) {
        let Some(raw) = i32::try_from(pid).ok().and_then(Pid::from_raw) else { return };
        let Ok(handle) = pidfd_open(raw, PidfdFlags::empty()) else { return };
        let still = self.process_labels.lookup(&pid.to_ne_bytes(), MapFlags::ANY);
        if still.ok().flatten().is_some_and(|value| value == label.0.to_ne_bytes()) {
            // It may have ended by now.
            let _ = pidfd_send_signal(handle, signal);
        }
    }

    /// The control group that holds this session and nobody else.
    fn own_group(&self, label: Label) -> Result<Option<PathBuf>, OrderError> {
        let members = self.of(label)?;
        let mut groups = members.iter().filter_map(|pid| group_of(*pid));
        let Some(group) = groups.next() else { return Ok(None) };
        if group == "/" || groups.any(|other| other != group) {
            return Ok(None);
        }
        let Some(root) = root_cgroup() else { return Ok(None) };
        let place = root.join(group.trim_start_matches('/'));
        let inside = std::fs::read_to_string(place.join("cgroup.procs")).unwrap_or_default();
        let all = inside.lines().all(|pid| pid.parse().is_ok_and(|pid| members.contains(&pid)));
        let below = std::fs::read_dir(&place).is_ok_and(|names| {
            names.flatten().any(|it| it.file_type().is_ok_and(|it| it.is_dir()))
        });
        Ok((all && !below && !inside.is_empty()).then_some(place))
    }
}

/// The path of its control group of version 2.
fn group_of(pid: u32) -> Option<String> {
    let groups = std::fs::read_to_string(format!("/proc/{pid}/cgroup")).ok()?;
    groups.lines().find_map(|line| line.strip_prefix("0::")).map(str::to_owned)
}

/// Whether the process of this number is the one that began then, as far as procfs tells.
fn began_at(process: ProcessId) -> bool {
    let read = std::fs::read(format!("/proc/{}/stat", process.pid)).ok();
    let began = read.and_then(|bytes| stat(&bytes)).map(|stat| stat.start_ns);
    began.is_some_and(|began| process.start_ns.abs_diff(began) <= TICK_NS)
}

/// Whether it could do something: it runs, or waits for what may come.
fn runs(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next());
    matches!(state, Some('R' | 'S'))
}
