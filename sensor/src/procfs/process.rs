//! One process as procfs shows it. Any of its files may vanish between two reads.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use event::{Exec, FileRef, ProcessId, Text, User};

use crate::decode::{self, lossless};

/// A running process.
pub struct Running {
    pub id: ProcessId,
    pub parent_pid: u32,
    exe: String,
    argv: Vec<Text>,
    cwd: String,
    inode: (u64, u64),
    tty: u32,
    user: User,
    environment: Vec<u8>,
}

const MOST_ARGV: usize = 32 << 10;

/// Reads `pid`; `None` if it is gone or a kernel thread.
pub fn read(pid: u32, start_ns: Option<u64>) -> Option<Running> {
    let root = format!("/proc/{pid}");
    let root = Path::new(&root);
    let stat = stat(&fs::read(root.join("stat")).ok()?)?;
    let exe =
        fs::read_link(root.join("exe")).ok().map(|path| lossless(path.as_os_str().as_bytes()));
    let mut argv = fs::read(root.join("cmdline")).unwrap_or_default();
    if exe.is_none() && argv.is_empty() {
        return None;
    }
    argv.truncate(MOST_ARGV);
    let meta = fs::metadata(root.join("exe")).ok();
    let cwd = fs::read_link(root.join("cwd")).ok();
    Some(Running {
        id: ProcessId { start_ns: start_ns.unwrap_or(stat.start_ns), pid },
        parent_pid: stat.parent_pid,
        exe: exe.unwrap_or_default(),
        argv: words(&argv),
        cwd: cwd.map(|path| lossless(path.as_os_str().as_bytes())).unwrap_or_default(),
        inode: meta.map_or((0, 0), |meta| (meta.dev(), meta.ino())),
        tty: stat.tty,
        user: owner(&fs::read_to_string(root.join("status")).unwrap_or_default()),
        environment: fs::read(root.join("environ")).unwrap_or_default(),
    })
}

/// What is used of `stat`.
#[derive(Debug)]
pub struct Stat {
    parent_pid: u32,
    tty: u32,
    /// After the boot, to a hundredth of a second.
    pub start_ns: u64,
}

/// Ticks of procfs, of which there are 100 a second whatever the kernel's own.
pub const TICK_NS: u64 = 10_000_000;

/// The name stands in parentheses and may hold some itself; what follows the last is plain.
pub fn stat(bytes: &[u8]) -> Option<Stat> {
    let text = String::from_utf8_lossy(bytes);
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
    Some(Stat {
        parent_pid: number(1)? as u32,
        tty: number(4)? as u32,
        start_ns: number(19)?.saturating_mul(TICK_NS),
    })
}

/// The words of `cmdline`, or entries of `environ`.
pub fn words(block: &[u8]) -> Vec<Text> {
    decode::words(block).map(|part| lossless(part).into()).collect()
}

/// User and group of `status`.
pub fn owner(status: &str) -> User {
    let ids = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        let mut ids = line.split_whitespace().map(|id| id.parse().unwrap_or(0));
        (ids.next().unwrap_or(0), ids.next().unwrap_or(0))
    };
    let ((uid, euid), (gid, _)) = (ids("Uid:"), ids("Gid:"));
    User { uid, gid, euid, name: None }
}

impl Running {
    /// As an exec, keeping only `variables` of the environment.
    pub fn exec(&self, parent: ProcessId, variables: &[Text]) -> Exec {
        let (exe, anonymous) = match self.exe.strip_suffix(" (deleted)") {
            Some(path) => (path, true),
            None => (self.exe.as_str(), false),
        };
        let env = decode::words(&self.environment)
            .filter(|entry| {
                let name = entry.split(|byte| *byte == b'=').next().unwrap_or_default();
                variables.iter().any(|variable| variable.as_bytes() == name)
            })
            .map(|entry| lossless(entry).into())
            .collect();
        Exec {
            parent,
            exe: FileRef { path: exe.into(), inode: self.inode },
            argv: self.argv.clone(),
            cwd: self.cwd.as_str().into(),
            env,
            user: self.user.clone(),
            tty: self.tty,
            anonymous,
            elevated: self.user.uid != self.user.euid,
            ..Exec::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn stat_is_read_whatever_the_name(
            name in "[^\\x00\n]{0,15}", pid in any::<u32>(), parent in any::<u32>(),
            tty in any::<u16>(), ticks in 0..u64::MAX / TICK_NS,
        ) {
            let line = format!("{pid} ({name}) S {parent} 1 1 {tty} -1 0 0 0 0 0 0 0 0 0 20 0 1 0 {ticks} 9 9");
            let read = stat(line.as_bytes()).expect("a line of stat");
            prop_assert_eq!(
                (read.parent_pid, read.tty, read.start_ns),
                (parent, tty.into(), ticks * TICK_NS)
            );
        }

        #[test]
        fn owners_are_read_as_they_are_written(ids in any::<[u32; 8]>()) {
            let [uid, euid, suid, fsuid, gid, egid, sgid, fsgid] = ids;
            let status = format!(
                "Name:\tx\nUid:\t{uid}\t{euid}\t{suid}\t{fsuid}\nGid:\t{gid}\t{egid}\t{sgid}\t{fsgid}\n"
            );
            prop_assert_eq!(owner(&status), User { uid, gid, euid, name: None });
        }

        #[test]
        fn words_are_read_as_they_were_written(written in proptest::collection::vec("[^\\x00]{0,10}", 0..8)) {
            let block: String = written.iter().map(|word| format!("{word}\0")).collect();
            let read = words(block.as_bytes());
            prop_assert_eq!(read.iter().map(|word| &**word).collect::<Vec<_>>(), written);
        }
    }
}
