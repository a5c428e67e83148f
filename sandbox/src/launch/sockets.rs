//! Sockets that stand as files: whoever may see such a file may talk to the service behind it.

use std::path::{Path, PathBuf};

use super::places::{Place, Shows};

/// Most that are looked at.
const MOST: usize = 4096;

/// Those of this host that would be seen by a launch, by their names.
pub fn seen(places: &[Place]) -> Vec<PathBuf> {
    let text = std::fs::read_to_string("/proc/net/unix").unwrap_or_default();
    let mut seen: Vec<PathBuf> = named(&text)
        .filter_map(|path| std::fs::canonicalize(path).ok())
        .filter(|path| is_seen(places, path))
        .take(MOST)
        .collect();
    seen.sort();
    seen.dedup();
    seen
}

/// The absolute names in the kernel's list.
fn named(text: &str) -> impl Iterator<Item = &Path> {
    // Seven numbers, then the name, which may hold blanks.
    text.lines().skip(1).filter_map(|line| Some(Path::new(line.get(line.find(" /")? + 1..)?)))
}

fn is_seen(places: &[Place], path: &Path) -> bool {
    let around = places.iter().rev().find(|place| path.starts_with(&place.path));
    around.is_some_and(|place| matches!(place.shows, Shows::Host(_)))
}

#[cfg(test)]
mod tests {
    use event::FileAccess;

    use super::*;

    #[test]
    fn names_are_read_and_hidden_ones_left() {
        let text = "Num       RefCount Protocol Flags    Type St Inode Path\n\
            ffff: 00000002 00000000 00010000 0001 01 100 /run/docker.sock\n\
            ffff: 00000002 00000000 00010000 0001 01 101 @/tmp/.X11-unix/X0\n\
            ffff: 00000003 00000000 00000000 0001 03 102\n\
            ffff: 00000002 00000000 00010000 0001 01 103 /srv/a b.sock\n";
        let all: Vec<&Path> = named(text).collect();
        assert_eq!(all, [Path::new("/run/docker.sock"), Path::new("/srv/a b.sock")]);
        let place = |path: &str, shows| Place { path: path.into(), shows };
        let places = [place("/", Shows::Host(FileAccess::Read)), place("/run", Shows::Own)];
        let seen: Vec<&Path> = all.into_iter().filter(|path| is_seen(&places, path)).collect();
        assert_eq!(seen, [Path::new("/srv/a b.sock")]);
    }
}
