//! File systems behind which somebody else answers: whoever asks them may wait for ever, so nothing is guarded there.

use std::path::{Path, PathBuf};

/// Where they are mounted, with what.
#[derive(Debug, Default)]
pub struct Mounts(Vec<(PathBuf, String)>);

/// By how their names begin.
const REMOTE: [&str; 9] =
    ["fuse", "nfs", "cifs", "smb", "9p", "ceph", "afs", "lustre", "glusterfs"];

impl Mounts {
    /// As they are now.
    pub fn now() -> Self {
        Self::read(&std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default())
    }

    fn read(text: &str) -> Self {
        let one = |line: &str| {
            let (before, after) = line.split_once(" - ")?;
            let place = before.split(' ').nth(4)?;
            Some((PathBuf::from(unescaped(place)), after.split(' ').next()?.to_owned()))
        };
        Self(text.lines().filter_map(one).collect())
    }

    /// Whether somebody else answers for this place.
    pub fn are_remote(&self, path: &Path) -> bool {
        let above = self.0.iter().filter(|(place, _)| path.starts_with(place));
        // The last of the longest: it lies on top.
        let nearest = above.max_by_key(|(place, _)| place.as_os_str().len());
        nearest.is_some_and(|(_, kind)| REMOTE.iter().any(|remote| kind.starts_with(remote)))
    }
}

/// Blanks are written as `\040`.
fn unescaped(place: &str) -> String {
    let mut pieces = place.split('\\');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let code = piece.get(..3).and_then(|code| u8::from_str_radix(code, 8).ok());
        match code.zip(piece.get(3..)) {
            Some((code, rest)) => {
                text.push(char::from(code));
                text.push_str(rest);
            }
            None => text.push_str(piece),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_remote_by_the_mount_on_top() {
        let mounts = Mounts::read(
            "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n\
             40 22 0:40 / /home/a/.ssh rw shared:9 - fuse.sshfs a@b: rw\n\
             41 22 0:41 / /mnt/my\\040share rw - nfs4 c:/ rw\n\
             42 22 0:42 / /mnt/other rw - nfs c:/ rw\n\
             43 42 8:2 / /mnt/other rw - ext4 /dev/sdb rw\n",
        );
        let check = |path: &str, expect| {
            assert_eq!(mounts.are_remote(Path::new(path)), expect, "{path}");
        };
        check("/home/a/.ssh/id_rsa", true);
        check("/home/a/.aws/credentials", false);
        check("/mnt/my share/x", true);
        check("/mnt/other/x", false);
        check("/mnt", false);
    }
}
