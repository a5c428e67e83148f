//! A process and those above it, as procfs tells now.

/// Nanoseconds of the unit in which procfs tells when a process began.
pub const TICK_NS: u64 = 10_000_000;
/// Longest line of ancestors that is followed.
const MOST: usize = 256;

/// The process and those above it, each with when it began in ticks since boot.
pub fn above(pid: u32) -> impl Iterator<Item = (u32, u64)> {
    let look = |pid: u32| stat(pid).map(|(parent, began)| (pid, parent, began));
    let up = move |(_, parent, _): &(u32, u32, u64)| (*parent > 1).then(|| look(*parent)).flatten();
    std::iter::successors(look(pid), up).take(MOST).map(|(pid, _, began)| (pid, began))
}

/// When a process began, UTC; none if there is none of this number.
pub fn began_unix_ns(pid: u32) -> Option<u64> {
    let (_, began) = stat(pid)?;
    let up = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let up_ns = up.tv_sec.unsigned_abs() * 1_000_000_000 + up.tv_nsec.unsigned_abs();
    Some(crate::host::now_unix_ns().saturating_sub(up_ns) + began * TICK_NS)
}

/// Parent, and when it began in ticks since boot.
fn stat(pid: u32) -> Option<(u32, u64)> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // Behind the name, which may hold anything.
    let mut fields = text.rsplit_once(") ")?.1.split(' ');
    let parent = fields.nth(1)?.parse().ok()?;
    let began = fields.nth(17)?.parse().ok()?;
    Some((parent, began))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_a_parent_and_a_beginning() {
        let (parent, began) = stat(std::process::id()).expect("our own");
        assert_eq!(parent, rustix::process::getppid().map_or(0, |pid| pid.as_raw_pid() as u32));
        assert!(began > 0);
        assert!(stat(u32::MAX).is_none());
        let above: Vec<(u32, u64)> = above(std::process::id()).collect();
        assert_eq!(above.first(), Some(&(std::process::id(), began)));
        assert!(above.len() > 1);
        let now = crate::host::now_unix_ns();
        assert!(began_unix_ns(std::process::id()).is_some_and(|began| began < now));
    }
}
