//! The template of a program's start: reads that every program makes and that tell nothing about
//! it. They go to one node of the threat graph. The rule is narrow on purpose:
//! - reads only, never writes, creates or execs;
//! - only paths that only root and the package manager write, and of these only what loaders,
//!   locale and time zone code and the C library read; a library in any other place is kept;
//! - never a file that this graph has seen in any other act, above all a write.

use event::{FileRef, Text};

use super::super::ThreatGraph;
use super::super::node::Body;

/// Directories of the distribution's libraries.
const LIBRARY_PLACES: &[&str] = &["/usr/lib/", "/usr/lib64/", "/lib/", "/lib64/", "/usr/libexec/"];

/// Tables that the C library and language runtimes read.
const TABLE_PLACES: &[&str] = &[
    "/usr/share/locale/",
    "/usr/lib/locale/",
    "/usr/share/locale-langpack/",
    "/usr/share/zoneinfo/",
    "/usr/share/terminfo/",
    "/lib/terminfo/",
    "/etc/terminfo/",
    "/sys/devices/system/cpu/",
    "/sys/devices/system/node/",
    "/sys/kernel/mm/transparent_hugepage/",
];

const TABLES: &[&str] = &[
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/locale.alias",
    "/etc/nsswitch.conf",
    "/etc/gai.conf",
    "/etc/host.conf",
    "/usr/share/locale/locale.alias",
    "/usr/lib/ssl/openssl.cnf",
    "/etc/ssl/openssl.cnf",
    "/proc/cpuinfo",
    "/proc/filesystems",
    "/proc/loadavg",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/sys/kernel/osrelease",
    "/proc/sys/kernel/ngroups_max",
    "/proc/sys/kernel/random/boot_id",
    "/proc/sys/vm/overcommit_memory",
    "/proc/uptime",
    "/proc/version",
    "/dev/full",
    "/dev/null",
    "/dev/random",
    "/dev/urandom",
    "/dev/zero",
];

/// Files of a process's own directory in `/proc` that tell it only about itself.
const OWN: &[&str] = &[
    "cgroup",
    "cmdline",
    "comm",
    "exe",
    "limits",
    "loginuid",
    "maps",
    "mountinfo",
    "mounts",
    "oom_score_adj",
    "smaps",
    "stat",
    "statm",
    "status",
];

impl ThreatGraph {
    pub(super) fn is_system_read(&self, reader: u32, file: &FileRef) -> bool {
        (is_template(&file.path) || self.is_own_proc(reader, &file.path))
            && !self.index.paths.contains_key(&file.path)
            && (file.inode == (0, 0) || !self.index.inodes.contains_key(&file.inode))
    }

    /// Input at a terminal: what is written to it does not come back out of it.
    pub(super) fn is_terminal(&self, path: &Text) -> bool {
        path.starts_with("/dev/pts/") || &**path == "/dev/tty" || &**path == "/dev/console"
    }

    fn is_own_proc(&self, reader: u32, path: &str) -> bool {
        let Some(rest) = path.strip_prefix("/proc/") else { return false };
        let Some((process, name)) = rest.split_once('/') else { return false };
        let own = process == "self"
            || self.nodes.get(reader).is_some_and(
                |node| matches!(&node.body, Body::Process(p) if process.parse() == Ok(p.id.pid)),
            );
        own && OWN.contains(&name)
    }
}

/// The path alone allows it to be folded.
fn is_template(path: &str) -> bool {
    // Nearly every path ends here: none of the places begins with another letter.
    if !matches!(path.as_bytes().get(1), Some(b'u' | b'l' | b'e' | b's' | b'p' | b'd')) {
        return false;
    }
    if path.contains("/../") {
        return false;
    }
    TABLES.contains(&path)
        || TABLE_PLACES.iter().any(|place| path.starts_with(place))
        || LIBRARY_PLACES.iter().any(|place| path.starts_with(place)) && is_library(path)
}

/// `libc.so.6`, `libssl.so`, `gconv-modules.cache`, `C.UTF-8/LC_CTYPE`; not the files of packages
/// that happen to be installed below `/usr/lib` (`node_modules`, `python3/dist-packages`).
fn is_library(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let shared_object = name
        .split_once(".so")
        .is_some_and(|(_, rest)| rest.bytes().all(|b| b == b'.' || b.is_ascii_digit()));
    let packages = path.contains("/node_modules/") || path.contains("-packages/");
    (shared_object || name.starts_with("gconv-modules")) && !packages
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expect: bool) {
        assert_eq!(is_template(path), expect, "{path}");
    }

    #[test]
    fn folds_what_every_program_reads() {
        for path in [
            "/etc/ld.so.cache",
            "/usr/lib/x86_64-linux-gnu/libc.so.6",
            "/lib/aarch64-linux-gnu/libm.so.6",
            "/usr/lib64/libssl.so.3",
            "/usr/lib/locale/C.utf8/LC_CTYPE",
            "/usr/share/zoneinfo/Europe/Berlin",
            "/usr/lib/x86_64-linux-gnu/gconv/gconv-modules.cache",
            "/proc/meminfo",
            "/dev/urandom",
        ] {
            check(path, true);
        }
    }

    #[test]
    fn keeps_what_tells_something() {
        for path in [
            "/etc/ld.so.preload",
            "/etc/passwd",
            "/usr/local/lib/libevil.so",
            "/home/alice/lib/libc.so.6",
            "/tmp/usr/lib/libc.so.6",
            "/usr/lib/../../tmp/libc.so",
            "/usr/lib/node_modules/left-pad/build/pad.so",
            "/usr/lib/python3/dist-packages/evil.so",
            "/usr/lib/systemd/system/ssh.service",
            "/usr/lib/secrets.source",
            "/proc/1/environ",
            "/proc/self/environ",
            "/dev/sda",
            "",
            "relative",
        ] {
            check(path, false);
        }
    }
}
