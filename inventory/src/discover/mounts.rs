//! File systems that may hang: what is mounted from elsewhere is not looked through.

use std::collections::HashSet;
use std::path::PathBuf;

/// Types that answer from another machine or from a program.
const FAR: &[&str] = &[
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "ceph",
    "glusterfs",
    "lustre",
    "afs",
    "autofs",
    "gpfs",
    "ncpfs",
    "coda",
    "davfs",
    "virtiofs-remote",
];
/// Types that are no files.
const NONE: &[&str] =
    &["proc", "sysfs", "devtmpfs", "devpts", "cgroup2", "cgroup", "debugfs", "tracefs", "bpf"];

/// Places at which something from elsewhere is mounted, out of `/proc/self/mountinfo`.
pub fn far_away(mountinfo: &str) -> HashSet<PathBuf> {
    mountinfo
        .lines()
        .filter_map(|line| {
            let (before, after) = line.split_once(" - ")?;
            let kind = after.split(' ').next()?;
            let far = FAR.contains(&kind)
                || NONE.contains(&kind)
                || (kind.starts_with("fuse") && kind != "fuseblk");
            far.then(|| PathBuf::from(unescape(before.split(' ').nth(4).unwrap_or_default())))
        })
        .collect()
}

/// `\040` is a blank.
fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..3).and_then(|digits| std::str::from_utf8(digits).ok());
        match (first, code.and_then(|digits| u8::from_str_radix(digits, 8).ok())) {
            (b'\\', Some(byte)) => {
                bytes.push(byte);
                rest = after.get(3..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_mounted_from_elsewhere_is_known() {
        let text = "21 1 8:1 / / rw - ext4 /dev/sda rw\n\
                    30 21 0:40 / /home/a/My\\040Share rw shared:1 - nfs4 host:/x rw\n\
                    31 21 0:41 / /home/a/ssh rw - fuse.sshfs h: rw\n";
        let mut told: Vec<_> = far_away(text).into_iter().collect();
        told.sort();
        assert_eq!(told, [PathBuf::from("/home/a/My Share"), PathBuf::from("/home/a/ssh")]);
    }
}
