//! The plan as Landlock can say it: only what is allowed, with all below. A place below an allowed folder is held back
//! by allowing its siblings instead, at every level between the two.

use std::path::{Path, PathBuf};

use event::FileAccess;

use super::places::{Place, Shows};

/// Devices and folders of devices that any program needs.
const DEVICES: [&str; 8] = [
    "/dev/null",
    "/dev/zero",
    "/dev/full",
    "/dev/random",
    "/dev/urandom",
    "/dev/tty",
    "/dev/ptmx",
    "/dev/pts",
];
/// Most rules.
const MOST: usize = 65_536;

/// Rules, and what of the plan they do not hold.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// A place and what may be done there and below.
    pub rules: Vec<(PathBuf, FileAccess)>,
    /// Places that may be changed though the plan does not allow it.
    pub lacking: Vec<String>,
}

/// The rules for what is seen where.
pub fn rules(places: &[Place]) -> Rules {
    let mut made = Rules::default();
    made.rules.extend(DEVICES.map(|device| (device.into(), FileAccess::Change)));
    for place in places {
        match place.shows {
            Shows::Host(access) => made.spread(&place.path, access, places),
            Shows::Processes => made.rules.push((place.path.clone(), FileAccess::Read)),
            Shows::Nothing | Shows::Own | Shows::Devices | Shows::Copy | Shows::Instead => {}
        }
    }
    made
}

impl Rules {
    /// Allows a folder, or what is in it where something below is held back. In a folder that may be changed only what
    /// is hidden is: who may make files in it may make them everywhere below.
    fn spread(&mut self, path: &Path, access: FileAccess, places: &[Place]) {
        let inner = places.iter().filter(|it| it.path != path && it.path.starts_with(path));
        let (mut held_back, mut lacking) = (false, Vec::new());
        for other in inner {
            match other.shows {
                Shows::Nothing | Shows::Own | Shows::Devices | Shows::Copy | Shows::Instead => {
                    held_back = true;
                }
                Shows::Processes => held_back |= access > FileAccess::Read,
                Shows::Host(own) if own >= access => {}
                Shows::Host(_) if access < FileAccess::Change => held_back = true,
                Shows::Host(_) => lacking.push(other.path.display().to_string()),
            }
        }
        if !held_back {
            self.rules.push((path.to_owned(), access));
            self.lacking.extend(lacking);
            return;
        }
        let Ok(listed) = std::fs::read_dir(path) else { return };
        for entry in listed.flatten() {
            let child = entry.path();
            // A link leads elsewhere, and is read without a rule.
            let link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            let own = places.iter().any(|place| place.path == child);
            if !link && !own && self.rules.len() < MOST {
                self.spread(&child, access, places);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_back_has_its_siblings_allowed() {
        let home = tempfile::tempdir().expect("a folder");
        let root = home.path().canonicalize().expect("there");
        for folder in ["a/.ssh", "a/code/x", "b", "w/.git/hooks", "v/keys", "v/src"] {
            std::fs::create_dir_all(root.join(folder)).expect("made");
        }
        std::os::unix::fs::symlink("a/.ssh", root.join("keys")).expect("made");
        let place = |path: &str, shows| Place { path: root.join(path), shows };
        use FileAccess::{Change, Read, Run};
        let places = [
            place("", Shows::Host(Run)),
            place("a/.ssh", Shows::Nothing),
            place("v", Shows::Host(Change)),
            place("v/keys", Shows::Nothing),
            place("w", Shows::Host(Change)),
            place("w/.git/hooks", Shows::Host(Read)),
        ];
        let made = rules(&places);
        let mut rules: Vec<String> = made
            .rules
            .iter()
            .filter_map(|(path, access)| {
                Some(format!("{} {access:?}", path.strip_prefix(&root).ok()?.display()))
            })
            .collect();
        rules.sort();
        assert_eq!(rules, ["a/code Run", "b Run", "v/src Change", "w Change", "w/.git/hooks Read"]);
        assert_eq!(made.lacking, [root.join("w/.git/hooks").display().to_string()]);
    }
}
