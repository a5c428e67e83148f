//! What procfs knows of a process that begins a session: who logged in, its control group, the variables
//! that speak of its origin.

use std::fs::File;
use std::io::Read;

use event::{ProcessId, Text, User};

/// Most of an environment that is read, in bytes.
const MOST: u64 = 4 << 20;
/// Longest value that is kept, in bytes.
const MOST_VALUE: usize = 4_096;
/// In `loginuid`: nobody logged in.
const NOBODY: u32 = u32::MAX;
/// Nanoseconds of the unit in which procfs tells when a process began.
const TICK_NS: u64 = 10_000_000;

/// True while the pid is this process's.
pub fn is_there(process: ProcessId) -> bool {
    began(process.pid).is_some_and(|began| began == process.start_ns / TICK_NS)
}

/// When it began, in ticks since boot.
fn began(pid: u32) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // Behind the name, which may hold anything.
    text.rsplit_once(") ")?.1.split(' ').nth(19)?.parse().ok()
}

/// Who logged in, by the audit login id.
pub fn login(pid: u32) -> Option<User> {
    let uid = std::fs::read_to_string(format!("/proc/{pid}/loginuid")).ok()?;
    let uid = uid.trim().parse().ok().filter(|uid| *uid != NOBODY)?;
    Some(User { uid, gid: 0, euid: uid, name: crate::accounts::name_of(uid) })
}

/// Path of its control group, of the second version where there are both.
pub fn control_group(pid: u32) -> Option<Text> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/cgroup")).ok()?;
    group_in(&text)
}

fn group_in(text: &str) -> Option<Text> {
    let path = |line: &str, start: &str| {
        line.starts_with(start).then(|| line.splitn(3, ':').nth(2).map(Text::from)).flatten()
    };
    let second = text.lines().find_map(|line| path(line, "0::"));
    second.filter(|path| &**path != "/").or_else(|| {
        text.lines().find(|line| line.contains(":name=systemd:")).and_then(|line| path(line, ""))
    })
}

/// Its environment.
pub fn environment(pid: u32) -> Option<Vec<u8>> {
    let mut block = Vec::new();
    File::open(format!("/proc/{pid}/environ")).ok()?.take(MOST).read_to_end(&mut block).ok()?;
    Some(block)
}

/// The first value of a variable.
pub fn value<'a>(block: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let entry = |entry: &'a [u8]| entry.strip_prefix(name.as_bytes())?.strip_prefix(b"=");
    block.split(|byte| *byte == 0).find_map(entry)
}

/// The variables of `names` with their values, those of `set` without.
pub fn variables(block: &[u8], names: &[&str], set: &[&str]) -> Vec<(Text, Text)> {
    let kept = |name: &str| {
        let value = value(block, name)?;
        let value = value.get(..MOST_VALUE).unwrap_or(value);
        Some((Text::from(name), Text::from(String::from_utf8_lossy(value))))
    };
    let there = |name: &str| value(block, name).map(|_| (Text::from(name), Text::default()));
    let names = names.iter().filter_map(|name| kept(name));
    names.chain(set.iter().filter_map(|name| there(name))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_variables_that_are_asked_for_are_kept_and_of_tokens_only_that_they_are_there() {
        let block = b"A=1\0TOKEN=secret\0AB=2\0B=\0A=3\0=x\0C\0\0D=\xff";
        let found = variables(block, &["A", "B", "C", "D", "E"], &["TOKEN", "NONE"]);
        let found: Vec<(&str, &str)> =
            found.iter().map(|(name, value)| (&**name, &**value)).collect();
        assert_eq!(found, [("A", "1"), ("B", ""), ("D", "\u{fffd}"), ("TOKEN", "")]);
        let long = [b"A=".as_slice(), &[b'x'; 9_000]].concat();
        assert_eq!(variables(&long, &["A"], &[])[0].1.len(), MOST_VALUE);
    }

    #[test]
    fn groups_of_both_versions_are_read() {
        let check = |text: &str, expect: Option<&str>| {
            assert_eq!(group_in(text).as_deref(), expect, "{text}");
        };
        check("0::/system.slice/a.service\n", Some("/system.slice/a.service"));
        check(
            "2:cpu:/x\n1:name=systemd:/system.slice/b.service\n0::/\n",
            Some("/system.slice/b.service"),
        );
        check("0::/a:b\n", Some("/a:b"));
        check("nonsense", None);
        check("", None);
    }

    #[test]
    fn a_pid_is_not_a_process() {
        let pid = std::process::id();
        let began = began(pid).expect("our own");
        assert!(is_there(ProcessId { start_ns: began * TICK_NS + 7, pid }));
        assert!(!is_there(ProcessId { start_ns: (began + 1) * TICK_NS, pid }));
        assert!(!is_there(ProcessId { start_ns: 0, pid: u32::MAX }));
    }
}
