//! Who holds the sockets that listen: the command lines of their processes, out of procfs. Nothing of them is understood here.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// Most processes, and most descriptors of one, that are looked at.
const MOST_PROCESSES: usize = 50_000;
const MOST_DESCRIPTORS: usize = 10_000;
/// Longest command line that is kept, in bytes.
const LONGEST: usize = 16 << 10;

/// A process that holds a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its account.
    pub uid: u32,
    /// Its command line as one text.
    pub command: String,
}

/// The processes below `proc` that hold one of the sockets with these numbers.
pub fn holders(proc: &Path, sockets: &[u64]) -> HashMap<u64, Holder> {
    let mut found = HashMap::new();
    if sockets.is_empty() {
        return found;
    }
    let Ok(processes) = fs::read_dir(proc) else { return found };
    let is_process = |name: &str| !name.is_empty() && name.bytes().all(|it| it.is_ascii_digit());
    let processes = processes.flatten().filter(|it| is_process(&it.file_name().to_string_lossy()));
    for process in processes.take(MOST_PROCESSES) {
        // Of others only root may look.
        let Ok(descriptors) = fs::read_dir(process.path().join("fd")) else { continue };
        for descriptor in descriptors.flatten().take(MOST_DESCRIPTORS) {
            let Ok(to) = fs::read_link(descriptor.path()) else { continue };
            let Some(number) = socket(&to.to_string_lossy()) else { continue };
            if sockets.contains(&number)
                && !found.contains_key(&number)
                && let Some(holder) = holder(&process.path())
            {
                found.insert(number, holder);
            }
        }
    }
    found
}

fn socket(link: &str) -> Option<u64> {
    link.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok()
}

fn holder(process: &Path) -> Option<Holder> {
    let uid = fs::metadata(process).ok()?.uid();
    let mut bytes = fs::read(process.join("cmdline")).ok()?;
    bytes.truncate(LONGEST);
    let words = bytes.split(|byte| *byte == 0).filter(|word| !word.is_empty());
    let words: Vec<_> = words.map(String::from_utf8_lossy).collect();
    Some(Holder { uid, command: words.join(" ") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_holder_of_a_socket_is_told_and_others_are_not() {
        let proc = tempfile::tempdir().expect("a folder");
        let plant = |pid: &str, command: &[u8], sockets: &[u64]| {
            let process = proc.path().join(pid);
            fs::create_dir_all(process.join("fd")).expect("made");
            fs::write(process.join("cmdline"), command).expect("written");
            for (at, number) in sockets.iter().enumerate() {
                let link = process.join("fd").join(at.to_string());
                std::os::unix::fs::symlink(format!("socket:[{number}]"), link).expect("linked");
            }
        };
        plant("10", b"opencode\0serve\0--hostname\x000.0.0.0\0", &[7, 8]);
        plant("11", b"other\0", &[9]);
        plant("self", b"never\0", &[7]);
        let found = holders(proc.path(), &[8, 42]);
        let told: Vec<(u64, &str)> =
            found.iter().map(|(number, it)| (*number, it.command.as_str())).collect();
        assert_eq!(told, [(8, "opencode serve --hostname 0.0.0.0")]);
        assert!(holders(proc.path(), &[]).is_empty());
    }
}
