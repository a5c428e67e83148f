//! Handles on processes: on those of the launch, and on no other.

use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, pidfd_open};

use super::{Answer, Inherited};

/// Most generations.
const MOST: usize = 10_000;

/// Opens one for the caller, if this process started that one, or who started it. Who loses its parent becomes a child of
/// this process.
pub fn handle(pid: i32, flags: u32) -> Answer {
    let opened = Pid::from_raw(pid).filter(|_| pid > 0).ok_or(Errno::INVAL).and_then(|of| {
        let opened = pidfd_open(of, PidfdFlags::from_bits_retain(flags))?;
        // The handle holds the number: it cannot be another process's by now.
        if is_ours(pid) { Ok(opened) } else { Err(Errno::PERM) }
    });
    opened.map_or_else(Answer::Refused, |opened| Answer::Given(opened, Inherited::No))
}

fn is_ours(pid: i32) -> bool {
    let own = std::process::id().cast_signed();
    let mut ancestor = parent(pid);
    for _ in 0..MOST {
        match ancestor {
            Some(pid) if pid == own => return true,
            Some(pid) if pid > 1 => ancestor = parent(pid),
            _ => return false,
        }
    }
    false
}

fn parent(pid: i32) -> Option<i32> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("PPid:"))?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_started_here_is_ours() {
        let mut child = std::process::Command::new("sleep").arg("100").spawn().expect("started");
        assert!(is_ours(child.id().cast_signed()));
        assert!(!is_ours(1));
        child.kill().expect("ended");
        child.wait().expect("gone");
    }
}
